"""views.progress: heart-rate zones by day; weeks and months against the person's own baseline."""

from datetime import date, timedelta

import streamlit as st

from vitals.dashboard.charts import trends, zones
from vitals.dashboard.reading import Reader
from vitals.dashboard.states import empty

ZONE_DAYS = 28
MEASURES = {
    "Steps a day": "steps_daily_mean",
    "Sleep a night (minutes)": "sleep_minutes_daily_mean",
    "Mean heart rate (beats per minute)": "heart_rate_mean_bpm",
    "Moderate minutes a day": "hr_zone_moderate_minutes_daily_mean",
    "Worn a day (minutes)": "wear_minutes_daily_mean",
}


def show_zones(reader: Reader, participant: str, newest: date) -> None:
    """Minutes in each zone, four weeks."""
    end = newest + timedelta(days=1)
    days = reader.health(participant, "daily", str(end - timedelta(days=ZONE_DAYS)), str(end))
    if zones.zone_rows(days).empty:
        empty(
            "No heart-rate zones",
            "They need heart rate, and either the date of birth or the provider's own maximum.",
        )
        return
    with_light = st.toggle("With the light zone", key="zones-light")
    st.altair_chart(
        zones.zones_by_day(days, with_light), alt=f"Heart-rate zones of {participant} by day",
        width="stretch",
    )  # fmt: skip
    st.caption("Minutes by their mean heart rate, as shares of the maximum for the person's age.")


def show_trends(reader: Reader, participant: str, newest: date) -> None:
    """Weeks and months of a measure, each with what was usual before."""
    del newest  # all there is, however old
    name = st.selectbox("Measure", list(MEASURES), key="trend-measure")
    column = MEASURES[name]
    for title, period in (("Weeks", trends.WEEKS), ("Months", trends.MONTHS)):
        st.markdown(f"**{title}**")
        rows = reader.health(participant, period.name, start="2000-01-01")
        if rows.empty or column not in rows or rows[column].isna().all():
            empty(f"No {title.lower()} with this measure", "It appears after the first load.")
            continue
        compared = trends.with_baseline(rows, column, period)
        st.altair_chart(
            trends.trend(compared, period, name), alt=f"{name} of {participant} by {title.lower()}",
            width="stretch",
        )  # fmt: skip
        st.caption(trends.in_words(compared, period))
    st.caption(
        "Dashed: the median of the 8 weeks or 6 months before; grey: the middle half of them. "
        "Weeks with fewer than 4 valid days and months with fewer than 14 are shown, and do not "
        "count."
    )
