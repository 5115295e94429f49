"""views.nights: one night as a hypnogram, and the nights of four weeks."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from vitals.dashboard.charts import nights as charts
from vitals.dashboard.reading import Reader
from vitals.dashboard.states import empty, figures
from vitals.dashboard.words import offset_name

SHOWN_DAYS = 28


def show(reader: Reader, participant: str, newest: date) -> None:
    """A night to choose, then all of them."""
    end = newest + timedelta(days=1)
    start = end - timedelta(days=SHOWN_DAYS)
    sleeps = reader.nights(participant, str(start), str(end))
    if sleeps.empty:
        empty("No sleep in four weeks", "A sleep appears on the day on which it ended.")
        return
    days = sorted({pd.Timestamp(day).date() for day in sleeps["local_date"]}, reverse=True)
    day = st.selectbox(
        "Night that ended on", days, format_func=lambda day: f"{day:%A %-d %B %Y}", key="night"
    )
    _night(reader, participant, day, sleeps)
    st.markdown("**Four weeks**")
    health = reader.health(participant, "daily", str(start), str(end))
    st.altair_chart(
        charts.sleep_by_night(health), alt=f"Hours asleep of {participant} by night",
        width="stretch",
    )  # fmt: skip
    st.caption("A sleep belongs to the day on which it ended. A night without a bar has no data.")


def _night(reader: Reader, participant: str, day: date, sleeps: pd.DataFrame) -> None:
    of_day = sleeps[pd.to_datetime(sleeps["local_date"]).dt.date == day]
    stages = reader.stages(participant, str(day - timedelta(days=1)), str(day + timedelta(days=1)))
    if len(stages):
        stages = stages[pd.to_datetime(stages["local_date"]).dt.date == day]
    _figures(of_day)
    if stages.empty:
        empty("This night has no stages", "The source tells only when the sleep began and ended.")
    else:
        st.altair_chart(
            charts.hypnogram(stages), alt=f"Sleep stages of {participant}", width="stretch"
        )
    first = of_day.iloc[0]
    spans = ", ".join(
        f"{row.local_start_time:%H:%M} to {row.local_end_time:%H:%M}" for row in of_day.itertuples()
    )
    offset = offset_name(int(first["end_utc_offset_minutes"]))
    st.caption(f"{spans} local time, {first['time_zone']} ({offset})")


def _figures(of_day: pd.DataFrame) -> None:
    total = of_day[["sleep_minutes", "in_bed_minutes", "deep_minutes", "rem_minutes"]].sum(
        min_count=1
    )
    figures({
        "Asleep": _hours(total["sleep_minutes"]),
        "In bed": _hours(total["in_bed_minutes"]),
        "Deep": _hours(total["deep_minutes"]),
        "REM": _hours(total["rem_minutes"]),
    })  # fmt: skip


def _hours(minutes: float) -> str:
    if pd.isna(minutes):
        return "–"
    return f"{int(minutes) // 60} h {int(minutes) % 60:02d} min"
