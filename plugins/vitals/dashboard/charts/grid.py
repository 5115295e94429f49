"""charts.grid: participant by day -> heat grid of wear time, or of what arrived."""

from datetime import date, timedelta

import altair as alt
import pandas as pd

from vitals.dashboard.palette import AMOUNT, AMOUNT_ON_DARK, GREY

ROW_HEIGHT = 17
SPACED = alt.Scale(paddingInner=0.14, paddingOuter=0.07)

WEAR, ARRIVED = "Wear time", "Kinds of data"


def full_grid(days: pd.DataFrame, people: list[str], start: date, end: date) -> pd.DataFrame:
    """One row for each person and day of [start, end), also where nothing arrived.

    Columns: participant_id, local_date, wear_hours (NaN without data), kinds (0 to 3: heart rate,
    steps, sleep), state (words for the tooltip).
    """
    dates = pd.date_range(start, end - timedelta(days=1), freq="D")
    cells = pd.MultiIndex.from_product([people, dates], names=["participant_id", "local_date"])
    known = days[days["participant_id"].isin(people)].copy()
    known["local_date"] = pd.to_datetime(known["local_date"])
    grid = known.set_index(["participant_id", "local_date"]).reindex(cells).reset_index()
    has_heart_rate = grid["heart_rate_samples"].fillna(0) > 0
    has = [has_heart_rate, *(grid[name].eq(True) for name in ("has_steps", "has_sleep"))]
    grid["kinds"] = sum(column.astype(int) for column in has)
    grid["wear_hours"] = grid["wear_minutes"].astype(float) / 60
    grid["arrived"] = [
        ", ".join(name for name, there in zip(("heart rate", "steps", "sleep"), row, strict=True)
                  if there) or "nothing"
        for row in zip(*has, strict=True)
    ]  # fmt: skip
    grid["state"] = "not worn long enough"
    grid.loc[grid["is_valid_day"].eq(True), "state"] = "valid day (10 hours or more)"
    grid.loc[grid["kinds"].eq(0), "state"] = "no data"
    columns = ["participant_id", "local_date", "wear_hours", "kinds", "arrived", "state"]
    return grid[columns]


def heat_grid(
    grid: pd.DataFrame, measure: str, people: list[str], on_dark: bool = False
) -> alt.LayerChart:
    """The grid as a chart: stronger is more, a box has no heart rate, a ring no data at all."""
    base = alt.Chart(grid).encode(
        x=alt.X("yearmonthdate(local_date):O", title=None, scale=SPACED, axis=day_axis()),
        y=alt.Y("participant_id:N", title=None, sort=people, scale=SPACED, axis=name_axis()),
        tooltip=[
            alt.Tooltip("participant_id:N", title="Participant"),
            alt.Tooltip("local_date:T", title="Day", format="%a %-d %b %Y"),
            alt.Tooltip("wear_hours:Q", title="Worn (hours)", format=".1f"),
            alt.Tooltip("arrived:N", title="Arrived"),
            alt.Tooltip("state:N", title="State"),
        ],
    )
    measured = "isValid(datum.wear_hours)" if measure == WEAR else "datum.kinds > 0"
    filled = base.transform_filter(measured).mark_rect(cornerRadius=2)
    unmeasured = base.transform_filter(f"datum.kinds > 0 && !({measured})").mark_rect(
        cornerRadius=2, filled=False, stroke=GREY, strokeWidth=1
    )
    empty = base.transform_filter("datum.kinds == 0").mark_point(
        shape="circle", size=14, filled=False, stroke=GREY, strokeWidth=1
    )
    return (
        (
            filled.encode(color=_colour(measure, AMOUNT_ON_DARK if on_dark else AMOUNT))
            + unmeasured
            + empty
        )
        .properties(height=alt.Step(ROW_HEIGHT))
        .configure_view(strokeWidth=0)
    )


def day_axis() -> alt.Axis:
    """Days of the calendar along the top."""
    return alt.Axis(
        format="%-d %b", labelAngle=0, labelOverlap="greedy", labelSeparation=6, orient="top",
        domain=False, ticks=False,
    )  # fmt: skip


def name_axis() -> alt.Axis:
    """Every participant's name."""
    return alt.Axis(domain=False, ticks=False, labelOverlap=False, labelFontSize=11)


def _colour(measure: str, amount: list[str]) -> alt.Color:
    legend = alt.Legend(orient="bottom", direction="horizontal", gradientLength=220)
    if measure == ARRIVED:
        scale = alt.Scale(domain=[1, 2, 3], range=[amount[1], amount[3], amount[5]])
        title = "Kinds of data: heart rate, steps, sleep"
        return alt.Color("kinds:O", scale=scale, legend=alt.Legend(
            orient="bottom", direction="horizontal", title=title))  # fmt: skip
    legend.title = "Hours worn (valid from 10)"
    scale = alt.Scale(domain=[0, 24], range=amount, clamp=True)
    return alt.Color("wear_hours:Q", scale=scale, legend=legend)
