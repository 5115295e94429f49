"""views.data: what came in, what was refused and why, how fresh each source is."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from vitals.dashboard.reading import Reader
from vitals.dashboard.states import empty, explained, figures
from vitals.dashboard.words import ago

LOAD_DAYS = {"1 day": 1, "1 week": 7, "4 weeks": 28}
WIDTHS: dict[str, int | Literal["large"]] = {
    "source": 130,
    "resource": 170,
    "reason": 620,
    "error": "large",
}
ROWS_SHOWN = 1000  # a study makes ten thousands of loads a night
# Of the source, which the table above shows.
LIMITS = ["source_state", "stale_after_hours", "overdue_after_hours"]
STATUSES = ("All", "done", "failed", "skipped", "interrupted", "running")


def show(reader: Reader) -> None:
    """The page."""
    st.title("Data")
    with explained("how fresh the data is"):
        _freshness(reader.rows("/v1/operations/freshness").rows)
        _loads(reader)
        _rejected(reader)


def _freshness(rows: pd.DataFrame) -> None:
    st.subheader("Freshness")
    if rows.empty:
        empty(
            "Nothing has been loaded yet",
            "`make demo` brings synthetic data, `make schedule` switches on the DAGs.",
        )
        return
    failing = rows[rows["last_status"] == "failed"]
    if len(failing):
        names = [f"{row.source}/{row.resource} ({ago(row.last_started_at)})"
                 for row in failing.itertuples()]  # fmt: skip
        st.warning(f"The last load failed of: {', '.join(names)}. The next run tries again.",
                   icon=":material/warning:")  # fmt: skip
    sources = rows.groupby("source", as_index=False).agg(
        state=("source_state", "first"),
        resources=("resource", "count"),
        last_data_at=("last_data_at", "max"),
        newest_sample_at=("newest_sample_at", "max"),
        last_success_at=("last_success_at", "max"),
        rows_loaded_24h=("rows_loaded_24h", "sum"),
        rows_rejected_24h=("rows_rejected_24h", "sum"),
    )
    _table(sources, height="content")
    with st.expander("Each kind of data"):
        _table(rows.drop(columns=["last_load_id", "last_started_at", *LIMITS]))


def _loads(reader: Reader) -> None:
    st.subheader("Loads")
    left, right = st.columns(2)
    with left:
        span = st.segmented_control(
            "Since", list(LOAD_DAYS), default="1 day", required=True, key="loads-since"
        )
    status = right.selectbox("Status", STATUSES, key="loads-status")
    since = _since(LOAD_DAYS[span])
    rows = reader.rows(
        "/v1/operations/loads", since=since, status="" if status == "All" else status
    ).rows
    if rows.empty:
        empty("No such load", "Choose a longer time, or another status.")
        return
    total = rows[["rows_read", "rows_loaded", "rows_superseded", "rows_rejected"]].sum()
    labels = ("Rows read", "Loaded", "Superseded", "Rejected")
    figures({label: f"{int(number):,}" for label, number in zip(labels, total, strict=True)})
    st.caption(
        "Every row read was loaded, superseded (the same or a better value is there) or rejected."
    )
    _table(
        rows.head(ROWS_SHOWN)[["started_at", "source", "resource", "status", "rows_read",
                               "rows_loaded", "rows_superseded", "rows_rejected", "days_touched",
                               "error"]],
    )  # fmt: skip
    if len(rows) > ROWS_SHOWN:
        st.caption(f"The newest {ROWS_SHOWN:,} of {len(rows):,} loads are listed; the figures "
                   "count all.")  # fmt: skip


def _rejected(reader: Reader) -> None:
    st.subheader("Rejected records")
    rows = reader.rows("/v1/operations/rejection-reasons", since=_since(365)).rows
    if rows.empty:
        empty("No record was rejected", "What is refused is kept, with its reason.")
        return
    st.caption("Nothing is dropped: what was refused is kept in `raw.rejected_records`.")
    _table(rows[["source", "resource", "field", "records", "last_rejected_at", "reason"]])


def _since(days: int) -> str:
    """A whole hour, so that a minute later the same answer is remembered."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    return (hour - timedelta(days=days)).isoformat().replace("+00:00", "Z")


def _table(rows: pd.DataFrame, height: Literal["auto", "content"] = "auto") -> None:
    """A table in words: instants as how long ago, column names as text, numbers with commas.

    Args:
        rows: what it shows.
        height: content: all rows; auto: ten of them, the others by scrolling.
    """
    shown = rows.copy()
    config: dict[str, ColumnConfig | str | None] = {}
    for name in shown.columns:
        label = name.removesuffix("_at").replace("_", " ").replace("24h", "in 24 h").capitalize()
        if name.endswith("_at"):
            shown[name] = shown[name].map(ago)
            config[name] = st.column_config.TextColumn(label)
        elif pd.api.types.is_numeric_dtype(shown[name]):
            config[name] = st.column_config.NumberColumn(label, format="%,d")
        else:
            shown[name] = shown[name].fillna("")
            config[name] = st.column_config.TextColumn(label, width=WIDTHS.get(name))
    st.dataframe(shown, hide_index=True, column_config=config, height=height)
