"""charts.nights: sleep stages -> hypnogram, and the nights of a range."""

import altair as alt
import pandas as pd

from vitals.dashboard.charts.stacked import stacked_by_day
from vitals.dashboard.palette import GREY, STAGES

# From the top of the chart to its bottom, as sleep laboratories draw it.
ORDER = ["awake", "rem", "light", "deep"]
WORDS = {"awake": "Awake", "rem": "REM", "light": "Light", "deep": "Deep", "asleep": "Asleep"}


def hypnogram(stages: pd.DataFrame) -> alt.LayerChart:
    """Stages over the participant's wall clock; a thin line joins what follows on each other."""
    rows = stages.sort_values("start_time").reset_index(drop=True)
    rows["from"], rows["to"] = rows["local_start_time"], rows["local_end_time"]
    rows["stage_name"] = rows["stage"].map(WORDS)
    names = [WORDS[stage] for stage in ORDER]
    axis = alt.Axis(title=None, domain=False, ticks=False, grid=True)
    y = alt.Y("stage_name:N", sort=names, scale=alt.Scale(domain=names), axis=axis)
    x = alt.X("from:T", title=None, axis=alt.Axis(format="%H:%M", grid=False))
    blocks = (
        alt.Chart(rows)
        .mark_bar(height=16, cornerRadius=2)
        .encode(
            x=x,
            x2="to:T",
            y=y,
            color=alt.Color(
                "stage:N",
                scale=alt.Scale(domain=ORDER, range=[STAGES[stage] for stage in ORDER]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("stage_name:N", title="Stage"),
                alt.Tooltip("from:T", title="From", format="%H:%M"),
                alt.Tooltip("to:T", title="To", format="%H:%M"),
                alt.Tooltip("minutes:Q", title="Minutes", format=".1f"),
            ],
        )
    )
    # Only where one stage ends as the next begins: between two sleeps there is nothing to join.
    follows = rows["end_time"].eq(rows["start_time"].shift(-1))
    joins = rows.assign(next_name=rows["stage_name"].shift(-1))[follows]
    lines = (
        alt.Chart(joins)
        .mark_rule(strokeWidth=1, opacity=0.5)
        .encode(x="to:T", y=y, y2=alt.Y2("next_name"))
    )
    return (lines + blocks).properties(height=190)


def sleep_by_night(days: pd.DataFrame) -> alt.Chart:
    """Hours in each stage by the day on which the sleep ended; one colour without stages."""
    columns = {"sleep_deep_minutes": "deep", "sleep_light_minutes": "light",
               "sleep_rem_minutes": "rem", "sleep_awake_minutes": "awake"}  # fmt: skip
    staged = days.melt("local_date", list(columns), "column", "minutes").dropna(subset=["minutes"])
    staged["stage"] = staged["column"].map(columns)
    plain = days[days["sleep_deep_minutes"].isna() & days["sleep_minutes"].notna()]
    plain = plain.assign(stage="asleep", minutes=plain["sleep_minutes"])
    kept = ["local_date", "stage", "minutes"]
    rows = pd.concat([staged[kept], plain[kept]], ignore_index=True)
    rows["hours"] = rows["minutes"].astype(float) / 60
    rows["stage_name"] = rows["stage"].map(WORDS)
    rows["place"] = rows["stage"].map({"deep": 0, "light": 1, "rem": 2, "awake": 3, "asleep": 0})
    used = [stage for stage in ("deep", "light", "rem", "awake", "asleep")
            if stage in set(rows["stage"])]  # fmt: skip
    colours = {**STAGES, "asleep": GREY}
    return stacked_by_day(
        rows,
        alt.Y("hours:Q", title="Hours"),
        alt.Color("stage_name:N", title=None, legend=alt.Legend(orient="bottom")),
        {WORDS[stage]: colours[stage] for stage in used},
        [
            alt.Tooltip("local_date:T", title="Ended on", format="%a %-d %b %Y"),
            alt.Tooltip("stage_name:N", title="Stage"),
            alt.Tooltip("hours:Q", title="Hours", format=".1f"),
        ],
    )
