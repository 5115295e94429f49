"""charts.calendar: days, weeks and months on a time axis, with ticks and bars where the values are.

Vega chooses instants that are round to it, such as Sundays or noon: between values that are dated
on Mondays or at midnight.
"""

from typing import NamedTuple

import altair as alt
import pandas as pd


class Step(NamedTuple):
    """How one kind of bucket is drawn.

    Attributes:
        width: of a bar, around the start of its bucket.
        ticks: distances between ticks as pandas calls them, narrowest first, each at starts only.
        most: so many labels have room beside each other.
        label: of a tick.
    """

    width: pd.Timedelta
    ticks: tuple[str, ...]
    most: int
    label: str


_DAYS = ("D", "2D", "W-MON", "2W-MON", "MS", "QS", "YS", "5YS")
_WEEKS = ("W-MON", "2W-MON", "4W-MON", "13W-MON", "26W-MON", "52W-MON", "260W-MON")
STEPS = {
    "day": Step(pd.Timedelta(hours=19), _DAYS, 15, "%-d %b"),
    "week": Step(pd.Timedelta(days=5.6), _WEEKS, 10, "%-d %b %Y"),
    "month": Step(pd.Timedelta(days=23), ("MS", "QS", "YS", "5YS"), 12, "%b %Y"),
}


def ticks(starts: pd.Series, step: str) -> pd.DatetimeIndex:
    """Evenly spaced starts of buckets between the first and the last, few enough for labels."""
    found = pd.DatetimeIndex([])
    for distance in STEPS[step].ticks if len(starts) else ():
        found = pd.date_range(starts.min(), starts.max(), freq=distance)
        if len(found) <= STEPS[step].most:
            break
    return found


def axis(starts: pd.Series, step: str) -> alt.Axis:
    """A time axis for values that are dated on `starts`, in the reader's own clock."""
    at = [alt.DateTime(year=day.year, month=day.month, date=day.day) for day in ticks(starts, step)]
    return alt.Axis(
        values=at, format=STEPS[step].label, labelOverlap="greedy", labelSeparation=8, grid=False
    )


def with_bounds(rows: pd.DataFrame, column: str, step: str) -> pd.DataFrame:
    """The same rows with `bar_start` and `bar_end`, at equal distances from the instant."""
    starts, half = pd.to_datetime(rows[column]), STEPS[step].width / 2
    return rows.assign(bar_start=starts - half, bar_end=starts + half)
