"""views.metric: one metric of one person over time, its rows, and both as files."""

from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from vitals.dashboard.charts import series
from vitals.dashboard.client import FORMS
from vitals.dashboard.reading import POINTS, Reader, path_of
from vitals.dashboard.states import empty
from vitals.dashboard.words import metric_name, unit_name, zone_name

RANGES = {"Day": 1, "Week": 7, "4 weeks": 28, "3 months": 91, "Year": 365}
OWN = "Own range"
FIRST = "heart_rate"
# A browser shows more rows only slowly; the files have all of them.
ROWS_SHOWN = 5000
NAMES = {"auto": "Automatic", "raw": "Every sample", "minute": "Minute", "hour": "Hour",
         "day": "Day", "week": "Week", "month": "Month"}  # fmt: skip


def show(reader: Reader, participant: str, newest: date) -> None:
    """Pickers, chart, rows, files."""
    catalogue = reader.metrics().set_index("metric")
    first, second, third = st.columns([2, 3, 1.2])
    names = sorted(catalogue.index)
    metric = first.selectbox(
        "Metric", names, index=names.index(FIRST) if FIRST in names else 0,
        format_func=metric_name, key="metric-name",
    )  # fmt: skip
    with second:
        start, end = _range(newest)
    resolutions = ["auto", *catalogue.loc[metric, "resolutions"]]
    resolution = third.selectbox(
        "Resolution", resolutions, format_func=NAMES.__getitem__, key=f"metric-resolution-{metric}"
    )
    with st.spinner("Reading …"):
        found = reader.series(participant, metric, resolution, str(start), str(end))
    about, rows = catalogue.loc[metric], found.rows
    if rows.empty:
        empty(
            f"No {metric_name(metric).lower()} from {start} to {end - timedelta(days=1)}",
            "Nothing was measured, or it has not been synced yet.",
        )
        return
    used = found.about.get("resolution", resolution)
    title = unit_name(metric, about["unit"])
    chart = series.bars if about["statistic"] == "sum" else series.line
    st.altair_chart(
        chart(rows, used, title),
        alt=f"{metric_name(metric)} of {participant} from {start} to {end}",
        width="stretch",
    )
    st.caption(
        f"{about['description']}, in {title}. Resolution: {NAMES[used].lower()}; "
        f"{len(rows):,} values; {zone_name(rows)}. A gap in the line is a gap in the data."
    )
    if len(rows) == POINTS:
        st.info(
            f"Only the first {POINTS:,} values are shown. Choose a shorter range or a coarser "
            "resolution; the files below have all.",
            icon=":material/content_cut:",
        )
    _rows(reader, participant, metric, rows, (used, str(start), str(end)))


def _range(newest: date) -> tuple[date, date]:
    """The days [start, end); ranges end with the newest day that has data."""
    chosen = st.segmented_control(
        "Range", [*RANGES, OWN], default="Week", required=True, wrap=True, key="metric-range"
    )
    end = newest + timedelta(days=1)
    if chosen != OWN:
        return end - timedelta(days=RANGES[chosen]), end
    days = st.date_input(
        "From and to", (newest - timedelta(days=6), newest), max_value=date(2100, 1, 1),
        key="metric-days",
    )  # fmt: skip
    first = days[0] if days else newest
    last = days[-1] if days else newest
    return first, last + timedelta(days=1)


def _rows(
    reader: Reader, participant: str, metric: str, rows: pd.DataFrame, asked: tuple[str, str, str]
) -> None:
    resolution, start, end = asked
    path = path_of(participant, f"metrics/{metric}")
    with st.expander(f"The {len(rows):,} values as a table"):
        st.dataframe(rows.head(ROWS_SHOWN), hide_index=True, height=320)
        if len(rows) > ROWS_SHOWN:
            st.caption(f"The first {ROWS_SHOWN:,} are shown; the files have all.")
    with st.container(horizontal=True):
        for form in FORMS:
            st.download_button(
                f"Download {form}",
                data=partial(
                    reader.file, path, form, resolution=resolution, start=start, end=end, tz="local"
                ),
                file_name=f"{participant}-{metric}-{resolution}-{start}-{end}.{form.lower()}",
                mime=FORMS[form],
                icon=":material/download:",
                on_click="ignore",
                key=f"download-{form}",
            )
