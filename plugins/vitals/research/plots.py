"""Rows of the research views -> one Vega-Lite chart for each question.

Plain and in one hue where there is one quantity; the texts say the unit and what the groups are.
"""

from collections.abc import Callable
from typing import Any

import altair as alt

Row = dict[str, Any]
BLUE, ORANGE = "#2f6f9f", "#d0742a"
HEIGHT = 18  # of a line of a list, in pixels
REGIONS_SHOWN = ("Oslo", "Colorado", "West Bengal", "Nairobi")


def heart_rate_by_activity(rows: list[Row]) -> alt.TopLevelMixin:
    """A dot for each activity, with one standard deviation to both sides."""
    named = [row for row in rows if row["activity_name"]]
    return _dots(
        _with_spread(named, "heart_rate"),
        "activity_name",
        "Heart rate by activity",
    )


def heart_rate_by_demographics(rows: list[Row]) -> alt.TopLevelMixin:
    """Heart rate at rest by age, a line for each gender."""
    base = alt.Chart(
        _values(_with_spread(rows, "rest_heart_rate")),
        title="Heart rate at rest by age and gender",
    ).encode(
        x=alt.X("age_band:O", title="Age in years", axis=alt.Axis(labelAngle=0)),
        color=alt.Color(
            "gender:N", title=None, scale=alt.Scale(range=[BLUE, ORANGE, "#777777", "#444444"])
        ),
        xOffset="gender:N",
    )
    bpm = alt.Y("mean:Q", title="Beats per minute", scale=alt.Scale(zero=False))
    spread = base.mark_rule(opacity=0.5).encode(
        y=alt.Y("low:Q", title="Beats per minute"), y2="high:Q"
    )
    return (spread + base.mark_point(filled=True, size=70, opacity=1).encode(y=bpm)).properties(
        width=420, height=240
    )


def heart_rate_by_region(rows: list[Row]) -> alt.TopLevelMixin:
    """A dot for each region, with one standard deviation to both sides."""
    named = [
        row | {"place": f"{row['region']}, {row['country_name'] or 'no country stated'}"}
        for row in rows
    ]
    return _dots(
        _with_spread(named, "rest_heart_rate"),
        "place",
        "Heart rate at rest by region",
    )


def heart_rate_by_month(rows: list[Row]) -> alt.TopLevelMixin:
    """How far heart rate at rest is from what is usual for a person, by hemisphere."""
    base = alt.Chart(
        _values(rows), title="Heart rate at rest over the year, against each person's own mean"
    ).encode(
        x=alt.X("month_number:O", title="Month", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("rest_heart_rate_deviation_bpm:Q", title="Beats per minute above the own mean"),
        color=alt.Color(
            "hemisphere:N",
            title="Hemisphere",
            scale=alt.Scale(domain=["north", "south"], range=[BLUE, ORANGE]),
        ),
    )
    zero = alt.Chart(alt.InlineData(values=[{"y": 0}])).mark_rule(color="#999999").encode(y="y:Q")
    lines = base.mark_line(point=alt.OverlayMarkDef(size=45), strokeWidth=2)
    return (zero + lines).properties(width=420, height=240)


def activity_likelihood_by_hour(rows: list[Row]) -> alt.TopLevelMixin:
    """For some regions, a grid of activity and hour; what is too seldom to be told is blank."""
    shown = [row for row in rows if row["region"] in REGIONS_SHOWN and row["activity_name"]]
    return (
        alt.Chart(_values(shown))
        .mark_rect()
        .encode(
            x=alt.X(
                "local_hour:O",
                title="Local hour",
                axis=alt.Axis(labelAngle=0, values=list(range(0, 24, 3))),
            ),
            y=alt.Y("activity_name:N", title=None),
            color=alt.Color(
                "likelihood_pct:Q",
                title="% of the time",
                scale=alt.Scale(scheme="blues", type="sqrt"),
            ),
        )
        .properties(width=300, height=210)
        .facet(
            facet=alt.Facet(
                "region:N",
                title="What people do, by hour of day and region",
                sort=list(REGIONS_SHOWN),
            ),
            columns=2,
        )
    )


PLOTS: dict[str, Callable[[list[Row]], alt.TopLevelMixin]] = {
    plot.__name__: plot
    for plot in (
        heart_rate_by_activity,
        heart_rate_by_demographics,
        heart_rate_by_region,
        heart_rate_by_month,
        activity_likelihood_by_hour,
    )
}


def _with_spread(rows: list[Row], measure: str) -> list[Row]:
    """With `mean`, `low` and `high`: one standard deviation to both sides."""
    return [
        row | {
            "mean": row[f"{measure}_mean_bpm"],
            "low": row[f"{measure}_mean_bpm"] - row[f"{measure}_sd_bpm"],
            "high": row[f"{measure}_mean_bpm"] + row[f"{measure}_sd_bpm"],
        }
        for row in rows
    ]  # fmt: skip


def _dots(rows: list[Row], name: str, title: str) -> alt.TopLevelMixin:
    order = [row[name] for row in sorted(rows, key=lambda row: -row["mean"])]
    names = alt.Y(f"{name}:N", sort=order, title=None)
    base = alt.Chart(_values(rows), title=title).encode(y=names)
    axis = alt.X("mean:Q", title="Beats per minute", scale=alt.Scale(zero=False))
    ends = base.mark_rule(color=BLUE, opacity=0.45, strokeWidth=2).encode(
        x=alt.X("low:Q", title="Beats per minute", scale=alt.Scale(zero=False)), x2="high:Q"
    )
    dots = base.mark_point(filled=True, color=BLUE, size=60, opacity=1).encode(x=axis)
    return (ends + dots).properties(width=420, height=HEIGHT * max(len(rows), 1))


def _values(rows: list[Row]) -> alt.InlineData:
    return alt.InlineData(values=rows)
