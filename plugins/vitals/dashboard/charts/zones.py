"""charts.zones: minutes in each heart-rate zone by day."""

import altair as alt
import pandas as pd

from vitals.dashboard.charts.stacked import stacked_by_day
from vitals.dashboard.palette import ZONES

WORDS = {
    "light": "Light (below 50 %)",
    "moderate": "Moderate (50-70 %)",
    "vigorous": "Vigorous (70-85 %)",
    "peak": "Peak (from 85 %)",
}


def zone_rows(days: pd.DataFrame) -> pd.DataFrame:
    """One row per day and zone that was measured: local_date, zone, minutes."""
    columns = {f"hr_zone_{zone}_minutes": zone for zone in ZONES}
    rows = days.melt("local_date", list(columns), "column", "minutes").dropna(subset=["minutes"])
    return rows.assign(zone=rows["column"].map(columns)).drop(columns="column")


def zones_by_day(days: pd.DataFrame, with_light: bool) -> alt.Chart:
    """Stacked minutes. Light is most of any day, so the others are seen better without it."""
    rows = zone_rows(days)
    shown = [zone for zone in ZONES if with_light or zone != "light"]
    rows = rows[rows["zone"].isin(shown)].copy()
    rows["zone_name"] = rows["zone"].map(WORDS)
    rows["place"] = rows["zone"].map({zone: place for place, zone in enumerate(ZONES)})
    rows["minutes"] = rows["minutes"].astype(float)
    legend = alt.Legend(orient="bottom", columns=2)
    return stacked_by_day(
        rows,
        alt.Y("minutes:Q", title="Minutes"),
        alt.Color("zone_name:N", title="Share of maximum heart rate", legend=legend),
        {WORDS[zone]: ZONES[zone] for zone in shown},
        [
            alt.Tooltip("local_date:T", title="Day", format="%a %-d %b %Y"),
            alt.Tooltip("zone_name:N", title="Zone"),
            alt.Tooltip("minutes:Q", title="Minutes", format=",.0f"),
        ],
    )
