"""charts.trends: weeks or months of one person against what was usual for them before.

The baseline of a period is the median of the periods before it (never of itself or of later ones),
with the middle half of them as a band. Periods in which little was worn do not count.
"""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from vitals.dashboard.charts import calendar
from vitals.dashboard.palette import BLUE, GREY


@dataclass(frozen=True)
class Period:
    """How one kind of period is compared.

    Attributes:
        name: of the API's route.
        unit: one of them in words, and on the axis.
        column: on which its rows are dated.
        step: from one to the next, as pandas calls it.
        window: how many periods before are the baseline.
        fewest: how many of them are needed.
        valid_days: fewest valid days of a period that counts.
    """

    name: str
    unit: str
    column: str
    step: str
    window: int
    fewest: int
    valid_days: int


WEEKS = Period("weekly", "week", "week_start", "W-MON", window=8, fewest=3, valid_days=4)
MONTHS = Period("monthly", "month", "month_start", "MS", window=6, fewest=2, valid_days=14)


def with_baseline(rows: pd.DataFrame, measure: str, period: Period) -> pd.DataFrame:
    """One row for each period from the first to the last with a value, in order.

    Columns: starts_on, value (NaN where nothing was measured), baseline, low, high (NaN where there
    is not enough before).
    """
    found = rows.assign(starts_on=pd.to_datetime(rows[period.column]), value=rows[measure])
    found = found.astype({"value": float}).dropna(subset=["value"]).set_index("starts_on")
    # Periods without a row count as time, too: the 8 weeks before are not the 8 that there are.
    every = pd.date_range(found.index.min(), found.index.max(), freq=period.step, name="starts_on")
    found = found[["value", "valid_days"]].reindex(every).reset_index()
    counted = found["value"].where(found["valid_days"] >= period.valid_days)
    before = counted.shift(1).rolling(period.window, min_periods=period.fewest)
    return pd.DataFrame(
        {
            "starts_on": found["starts_on"],
            "value": found["value"],
            "baseline": before.median(),
            "low": before.quantile(0.25),
            "high": before.quantile(0.75),
        }
    )


def in_words(rows: pd.DataFrame, period: Period) -> str:
    """How the newest period compares, for people who do not read charts."""
    known = rows.dropna(subset=["value", "baseline"])
    if known.empty:
        return f"No baseline yet: it takes {period.fewest} {period.unit}s with enough valid days."
    last = known.iloc[-1]
    if last["low"] <= last["value"] <= last["high"]:
        how = "as usual"
    else:
        how = "above what is usual" if last["value"] > last["baseline"] else "below what is usual"
    change = 100 * (last["value"] / last["baseline"] - 1) if last["baseline"] else 0.0
    return (
        f"The {period.unit} of {last['starts_on']:%-d %b %Y} is {how} for this person "
        f"({change:+.0f} % of the median of the {period.unit}s before)."
    )


def trend(rows: pd.DataFrame, period: Period, title: str) -> alt.LayerChart:
    """Value as a line with dots, baseline dashed, the usual range as a band."""
    rows = rows.assign(known=rows["baseline"].notna())
    base = alt.Chart(rows).encode(
        x=alt.X(
            "starts_on:T",
            title=None,
            axis=calendar.axis(rows["starts_on"], period.unit),
            # Room for the first and the last dot, and for their labels below them.
            scale=alt.Scale(padding=30),
        )
    )
    usual = base.transform_filter("datum.known")
    scale = alt.Scale(zero=False, nice=True)
    band = usual.mark_area(opacity=0.25, color=GREY).encode(
        y=alt.Y("low:Q", scale=scale, title=title), y2="high:Q"
    )
    dashed = usual.mark_line(color=GREY, strokeDash=[5, 4]).encode(y="baseline:Q")
    value = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(size=45, filled=True)).encode(
        y=alt.Y("value:Q", scale=scale, title=title),
        tooltip=[
            alt.Tooltip("starts_on:T", title="From", format="%a %-d %b %Y"),
            alt.Tooltip("value:Q", title=title, format=",.4~g"),
            alt.Tooltip("baseline:Q", title="Usual", format=",.4~g"),
        ],
    )
    return (band + dashed + value).properties(height=240)
