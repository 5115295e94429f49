"""views.cohort: who synced, how complete the days are, who needs somebody and why."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from vitals.dashboard.attention import who_needs_attention
from vitals.dashboard.charts import grid, reasons
from vitals.dashboard.reading import Reader
from vitals.dashboard.states import empty, explained, figures
from vitals.dashboard.words import ago

PAGE = 40  # rows of the grid; a browser draws a thousand by 28 cells for seconds
RANGES = {"1 week": 7, "2 weeks": 14, "4 weeks": 28, "8 weeks": 56}
ORDERS = ("Needs attention first", "Least complete first", "By name")


def show(reader: Reader, silent_days: int) -> None:
    """The page.

    Args:
        reader: the API.
        silent_days: who had no data for so many days needs attention.
    """
    st.title("Cohort")
    with explained("the participants"):
        days = RANGES[_range()]
        end = date.today() + timedelta(days=1)  # noqa: DTZ011  (a range that holds today anywhere)
        start = end - timedelta(days=days)
        with st.spinner("Reading the participants …"):
            people = reader.participants(start, end)
            recent = reader.completeness(start, end)
        if people.empty:
            empty(
                "No participants yet",
                "They appear after the first load: `make demo` brings synthetic ones.",
            )
            return
        troubled = who_needs_attention(people, reader.accounts(), silent_days)
        _figures(people, recent, troubled)
        _attention(troubled)
        _grid(reader, people, recent, troubled, start, end)
        _everybody(people)


def _range() -> str:
    return st.segmented_control(
        "Days shown", list(RANGES), default="4 weeks", required=True, key="cohort-range"
    )


def _figures(people: pd.DataFrame, recent: pd.DataFrame, troubled: pd.DataFrame) -> None:
    yesterday = datetime.now(UTC) - timedelta(hours=24)
    synced = int((pd.to_datetime(people["last_sync_at"], utc=True) >= yesterday).sum())
    expected = people["days_expected"].sum()
    valid = f"{100 * people['valid_days'].sum() / expected:.0f} %" if expected else "–"
    worn = recent["wear_minutes"].mean() / 60 if len(recent) else float("nan")
    figures({
        "Participants": f"{len(people):,}",
        "New data in 24 hours": f"{synced:,}",
        "Valid days": valid,
        "Worn per day": "–" if pd.isna(worn) else f"{worn:.1f} h",
    })  # fmt: skip
    st.caption(
        "Of the days shown, from each participant's first day with data on. A day is valid with 10 "
        "hours or more of heart rate."
    )
    if len(troubled) == 0:
        st.success("Nobody needs attention.", icon=":material/check_circle:")


def _attention(troubled: pd.DataFrame) -> None:
    if troubled.empty:
        return
    st.subheader(f"Needs attention ({len(troubled):,})")
    shown = pd.DataFrame(
        {
            "participant": _links(troubled["participant_id"]),
            "why": troubled["why"],
            "last day": troubled["last_date"],
            "last sync": troubled["last_sync_at"].map(ago),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        column_config={
            "participant": _link_column(),
            "why": st.column_config.TextColumn("Why", width="large"),
            "last day": st.column_config.DateColumn("Last day with data", format="YYYY-MM-DD"),
            "last sync": st.column_config.TextColumn("New data came"),
        },
    )


@st.fragment  # another order or page of the grid leaves the rest of the page alone
def _grid(
    reader: Reader,
    people: pd.DataFrame,
    recent: pd.DataFrame,
    troubled: pd.DataFrame,
    start: date,
    end: date,
) -> None:
    st.subheader("Day by day")
    left, middle, right = st.columns([2, 2, 2])
    measure = left.segmented_control(
        "Shown", [grid.WEAR, grid.ARRIVED, reasons.REASON],
        default=grid.WEAR, required=True, key="cohort-measure",
    )  # fmt: skip
    order = middle.selectbox("Order", ORDERS, key="cohort-order")
    wanted = right.text_input("Participant begins with", key="cohort-search")
    names = _ordered(people, troubled, order)
    names = [name for name in names if name.lower().startswith(wanted.strip().lower())]
    if not names:
        empty(f"Nobody's name begins with “{wanted}”", "Names are like p0001.")
        return
    shown = names[_page(len(names)) :][:PAGE]
    if measure == reasons.REASON:
        _reasons(reader.ledger(start, end), shown)
    else:
        _amounts(grid.full_grid(recent, shown, start, end), measure, shown)


def _reasons(ledger: pd.DataFrame, shown: list[str]) -> None:
    cells = reasons.cells(ledger, shown)
    if cells.empty:
        empty("Nothing was expected on these days", "Choose more days.")
        return
    st.altair_chart(
        reasons.reason_grid(cells, shown, on_dark=st.context.theme.type == "dark"),
        alt=f"why data of {len(shown)} participants is missing, by day",
        width="stretch",
    )
    st.caption("Up to yesterday. A day that nobody asked for has no box. Hover for the reason.")


def _amounts(cells: pd.DataFrame, measure: str, shown: list[str]) -> None:
    st.altair_chart(
        grid.heat_grid(cells, measure, shown, on_dark=st.context.theme.type == "dark"),
        alt=f"{measure} of {len(shown)} participants by day",
        width="stretch",
    )
    st.caption(
        "Days are each participant's own. An empty box is a day with data but without heart rate, "
        "a ring a day without any data."
    )


def _page(count: int) -> int:
    """Which row the page begins at."""
    pages = -(-count // PAGE)
    if pages == 1:
        return 0
    return (st.pagination(pages, key="cohort-page") - 1) * PAGE


def _ordered(people: pd.DataFrame, troubled: pd.DataFrame, order: str) -> list[str]:
    if order == ORDERS[0]:
        first = list(troubled["participant_id"])
        rest = people.loc[~people["participant_id"].isin(first), "participant_id"]
        return [*first, *sorted(rest)]
    if order == ORDERS[1]:
        return list(people.sort_values("completeness_pct", na_position="first")["participant_id"])
    return sorted(people["participant_id"])


def _everybody(people: pd.DataFrame) -> None:
    with st.expander(f"All participants ({len(people):,})"):
        shown = people.assign(
            participant=_links(people["participant_id"]),
            last_sync=people["last_sync_at"].map(ago),
            wear_hours=people["wear_minutes_daily_mean"] / 60,
        )
        columns = ["participant", "last_sync", "last_date", "days_with_data", "valid_days",
                   "completeness_pct", "wear_hours", "time_zone", "country_code"]  # fmt: skip
        st.dataframe(
            shown[columns],
            hide_index=True,
            column_config={
                "participant": _link_column(),
                "last_sync": "New data came",
                "last_date": st.column_config.DateColumn("Last day", format="YYYY-MM-DD"),
                "days_with_data": "Days with data",
                "valid_days": "Valid days",
                "completeness_pct": st.column_config.ProgressColumn(
                    "Valid days (%)", format="%.0f", min_value=0, max_value=100
                ),
                "wear_hours": st.column_config.NumberColumn("Worn (h a day)", format="%.1f"),
                "time_zone": "Time zone",
                "country_code": "Country",
            },
        )


def _links(names: pd.Series) -> pd.Series:
    return "/participant?participant=" + names.map(lambda name: quote(name, safe=""))


def _link_column() -> ColumnConfig:
    return st.column_config.LinkColumn("Participant", display_text=r"participant=(.*)$")
