"""dashboard.states: what a page shows when there is nothing to show, and why.

Every page runs inside `explained`: an error becomes a box that says what is wrong and what to do,
never a traceback.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from vitals.dashboard.client import ApiError, NothingThereError, NotReachedError, RefusedError

log = logging.getLogger(__name__)
FIGURE_WIDTH = 165  # pixels: two of them fit on a phone


def empty(title: str, hint: str) -> None:
    """There is no data, which is no error."""
    with st.container(border=True):
        st.markdown(f"**{title}**")
        st.caption(hint)


def figures(values: dict[str, str]) -> None:
    """A few numbers side by side; on a phone two in a row."""
    with st.container(horizontal=True, gap="small"):
        for label, value in values.items():
            st.metric(label, value, border=True, width=FIGURE_WIDTH)


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn an error of the API into words about `what`, such as "the loads"."""
    try:
        yield
    except RefusedError as error:
        st.warning(
            f"**No permission to see {what}.** The API says: {error}\n\n"
            "Ask for a token that may see it: `make token NAME=dashboard`.",
            icon=":material/lock:",
        )
    except NothingThereError as error:
        st.info(
            f"**There is nothing to see of {what}.** The API says: {error}",
            icon=":material/search_off:",
        )
    except NotReachedError as error:
        st.error(
            f"**The API does not answer**, so {what} cannot be shown: {error}\n\n"
            "`make status` shows what is down, `make up` brings it back.",
            icon=":material/cloud_off:",
        )
        st.button("Try again", key=f"again-{what}", on_click=st.cache_data.clear)
    except ApiError as error:
        st.error(f"**{what.capitalize()} cannot be shown.** The API says: {error}",
                 icon=":material/error:")  # fmt: skip
        st.button("Try again", key=f"again-{what}", on_click=st.cache_data.clear)
    except Exception:
        # Streamlit's own box would offer to ask a search engine and a chat bot about it.
        log.exception("%s cannot be shown", what)
        st.error(
            f"**{what.capitalize()} cannot be shown.** Something unexpected happened: "
            "the log of the dashboard says what.",
            icon=":material/error:",
        )
