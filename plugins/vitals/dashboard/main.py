"""dashboard.main: what Streamlit runs: who asks, then the page that was chosen."""

from pathlib import Path

import streamlit as st

from vitals.dashboard import config
from vitals.dashboard.reading import Reader
from vitals.dashboard.states import explained
from vitals.dashboard.views import cohort, data, participant
from vitals.setting_values import SettingError

FOLDER = Path(__file__).parent
TOKEN = "token"  # in the session of a visitor who was asked


def main() -> None:
    """One run of the page."""
    # From a file: Streamlit would fetch a named icon from another server.
    st.set_page_config(page_title="Vitals", page_icon=str(FOLDER / "icon.svg"), layout="wide")
    st.html(FOLDER / "page.css")
    pages = [
        st.Page(_cohort, title="Cohort", icon=":material/groups:", url_path="cohort", default=True),
        st.Page(
            _participant, title="Participant", icon=":material/person:", url_path="participant"
        ),
        st.Page(_data, title="Data", icon=":material/database:", url_path="data"),
    ]
    st.navigation(pages, position="top").run()


def _cohort() -> None:
    if reader := _reader():
        cohort.show(reader, config.read().silent_days)


def _participant() -> None:
    if reader := _reader():
        participant.show(reader)


def _data() -> None:
    if reader := _reader():
        data.show(reader)


def _reader() -> Reader | None:
    """The API for this visitor; None if there is no token yet, or it is refused."""
    try:
        given = config.read()
        token = given.shared_token() or st.session_state.get(TOKEN)
    except SettingError as error:
        st.error(f"**The dashboard is not set up:** {error}", icon=":material/settings:")
        return None
    if not token:
        _ask_for_token()
        return None
    reader = Reader(given.api_url, token)
    with explained("the dashboard"):
        reader.me()
        return reader
    if given.token_file is None:
        st.button("Use another token", on_click=lambda: st.session_state.pop(TOKEN, None))
    return None


def _ask_for_token() -> None:
    """A visitor's own token, kept in memory: for the visit, and some minutes for the client."""
    with st.form("token"):
        st.markdown("**Whose data may you see?** Enter your token of the health data API.")
        token = st.text_input("Token", type="password", autocomplete="off")
        if st.form_submit_button("Continue") and token.strip():
            st.session_state[TOKEN] = token.strip()
            st.rerun()
    st.caption("`make token NAME=...` makes one. It is forgotten soon after this page is closed.")


main()
