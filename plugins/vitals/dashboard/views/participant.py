"""views.participant: one person: a metric over time, nights, zones, trends, and the rows."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from vitals.dashboard.reading import Reader
from vitals.dashboard.states import empty, explained
from vitals.dashboard.views import metric, nights, progress
from vitals.dashboard.words import ago, plain

TABS = {
    "Over time": metric.show,
    "Sleep": nights.show,
    "Heart-rate zones": progress.show_zones,
    "Trends": progress.show_trends,
}
CHOSEN = "participant"  # in the address, so that a page can be linked


def show(reader: Reader) -> None:
    """The page."""
    with explained("the participants"):
        today = date.today()  # noqa: DTZ011  (only how recent the list's figures are)
        people = reader.participants(today - timedelta(days=27), today + timedelta(days=1))
        if people.empty:
            st.title("Participant")
            empty("No participants yet", "They appear after the first load.")
            return
        person = _chosen(people)
        _head(person)
        if pd.isna(person["last_date"]):
            empty("No data of this participant yet", "It appears after the next load.")
            return
        name, newest = person["participant_id"], pd.Timestamp(person["last_date"]).date()
        # Only the tab that is open is read, and its name is in the address.
        tabs = st.tabs(list(TABS), on_change="rerun", key="tab", bind="query-params")
        for tab, (title, view) in zip(tabs, TABS.items(), strict=True):
            if tab.open:
                with tab, explained(title.lower()):
                    view(reader, name, newest)


def _chosen(people: pd.DataFrame) -> pd.Series:
    """The participant of the address, else the first; choosing another changes the address."""
    names = sorted(people["participant_id"])
    asked = st.query_params.get(CHOSEN)
    if asked and asked not in names:
        st.info(f"There is no participant {plain(asked)} that this token may see.",
                icon=":material/search_off:")  # fmt: skip
    index = names.index(asked) if asked in names else 0
    title, picker = st.columns([3, 1], vertical_alignment="bottom")
    name = picker.selectbox("Participant", names, index=index, key="participant-name")
    title.title(name)
    st.query_params[CHOSEN] = name
    return people.set_index("participant_id", drop=False).loc[name]


def _head(person: pd.Series) -> None:
    facts = [
        f"{person['age_years']:.0f} years" if pd.notna(person["age_years"]) else None,
        person["gender"],
        person["country_code"],
        person["time_zone"],
        f"new data came {ago(person['last_sync_at'])}",
        f"data from {person['first_date']:%Y-%m-%d} to {person['last_date']:%Y-%m-%d}"
        if pd.notna(person["first_date"])
        else None,
        f"{person['valid_days']} valid of {person['days_expected']} days in four weeks",
    ]
    st.caption(" · ".join(str(fact) for fact in facts if fact is not None and pd.notna(fact)))
