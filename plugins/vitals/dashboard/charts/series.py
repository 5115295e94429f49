"""charts.series: values of one metric -> a line that stops where data stops.

A line through a gap would say that something was measured there.
"""

import altair as alt
import pandas as pd

from vitals.dashboard.charts import calendar
from vitals.dashboard.palette import BLUE, SKY

# How far two neighbours may be apart before the line is broken. Days, weeks and months are equal
# steps of the calendar; samples come every few seconds, or every few minutes at rest.
LONGEST_STEP = {
    "raw": pd.Timedelta(minutes=15),
    "minute": pd.Timedelta(minutes=5),
    "hour": pd.Timedelta(hours=1, minutes=1),
    "day": pd.Timedelta(days=1, hours=1),
    "week": pd.Timedelta(days=7, hours=1),
    "month": pd.Timedelta(days=31, hours=1),
}


def with_pieces(rows: pd.DataFrame, resolution: str) -> pd.DataFrame:
    """The same rows with `at` (what the axis shows) and `piece`, the unbroken line each is on.

    `at` is the participant's wall clock where the rows have it, without a zone, so that every
    browser shows the same. Gaps are found in real time: an hour that clocks skip is none.
    """
    found = rows.sort_values("time").reset_index(drop=True)
    instants = pd.to_datetime(found["time"], utc=True)
    found["at"] = pd.to_datetime(found.get("local_time", found["time"]))
    if found["at"].dt.tz is not None:
        found["at"] = found["at"].dt.tz_localize(None)
    found["piece"] = (instants.diff() > LONGEST_STEP[resolution]).cumsum()
    # A piece of one point is no line: it is drawn as a dot.
    found["alone"] = found.groupby("piece")["piece"].transform("size").eq(1)
    return found


def line(rows: pd.DataFrame, resolution: str, title: str) -> alt.LayerChart:
    """Means and samples: a line, with the band from smallest to largest where they are known."""
    pieces = with_pieces(rows, resolution)
    base = alt.Chart(pieces).encode(x=_time_axis(pieces, resolution), detail="piece:N")
    layers = []
    if _has(pieces, "min") and _has(pieces, "max"):
        band = base.mark_area(opacity=0.25, color=SKY)
        layers.append(band.encode(y=alt.Y("min:Q", scale=_SCALE), y2="max:Q"))
    value = alt.Y("value:Q", title=title, scale=_SCALE)
    layers.append(base.mark_line(color=BLUE, strokeWidth=1.6).encode(y=value))
    dots = base.transform_filter("datum.alone").mark_point(color=BLUE, filled=True, size=22)
    layers.append(dots.encode(y=value, tooltip=_tooltip(pieces, resolution, title)))
    layers.append(_hovering(base, value, _tooltip(pieces, resolution, title)))
    return alt.LayerChart(layer=layers).properties(height=320)


def bars(rows: pd.DataFrame, resolution: str, title: str) -> alt.Chart:
    """Sums: one bar for each bucket. Where nothing was measured there is no bar."""
    pieces = with_pieces(rows, resolution)
    if resolution in calendar.STEPS:
        bounded = calendar.with_bounds(pieces, "at", resolution)
        # A bar with both ends on the time axis would lie on its side.
        chart = alt.Chart(bounded).mark_bar(color=BLUE, orient="vertical")
        chart = chart.encode(x=_time_axis(pieces, resolution, "bar_start"), x2="bar_end:T")
    elif resolution == "hour":  # from its first minute to its last: both are read off the axis
        chart = alt.Chart(pieces).mark_bar(color=BLUE, width=alt.RelativeBandSize(0.8))
        chart = chart.encode(x=_time_axis(pieces, resolution, "yearmonthdatehours(at)"))
    else:
        chart = alt.Chart(pieces).mark_bar(color=BLUE, size=2)
        chart = chart.encode(x=_time_axis(pieces, resolution))
    tooltip = _tooltip(pieces, resolution, title)
    return chart.encode(y=alt.Y("value:Q", title=title), tooltip=tooltip).properties(height=320)


_SCALE = alt.Scale(zero=False, nice=True)
# Days by name and date, times of day by the 24-hour clock.
_LABELS = (
    "hours(datum.value) || minutes(datum.value) ? timeFormat(datum.value, '%H:%M')"
    " : timeFormat(datum.value, '%-d %b')"
)
_FORMATS = {"raw": "%a %-d %b %Y %H:%M:%S", "minute": "%a %-d %b %Y %H:%M",
            "hour": "%a %-d %b %Y %H:%M"}  # fmt: skip


def _time_axis(rows: pd.DataFrame, resolution: str, column: str = "at") -> alt.X:
    if resolution in calendar.STEPS:
        axis = calendar.axis(rows["at"], resolution)
    else:
        axis = alt.Axis(labelExpr=_LABELS, labelOverlap="greedy", labelSeparation=8, grid=False)
    return alt.X(f"{column}:T", title=None, axis=axis)


def _hovering(base: alt.Chart, value: alt.Y, tooltip: list[alt.Tooltip]) -> alt.Chart:
    """The nearest point tells its value, wherever the mouse or the finger is."""
    nearest = alt.selection_point(
        nearest=True, on="pointerover", fields=["at"], empty=False, clear="pointerout"
    )
    marks = base.mark_point(filled=True, color=BLUE).encode(
        y=value,
        size=alt.condition(nearest, alt.value(70), alt.value(0)),
        tooltip=tooltip,
    )
    return marks.add_params(nearest)


def _tooltip(rows: pd.DataFrame, resolution: str, title: str) -> list[alt.Tooltip]:
    shown = [
        alt.Tooltip("at:T", title="Local time", format=_FORMATS.get(resolution, "%a %-d %b %Y")),
        alt.Tooltip("value:Q", title=title, format=",.4~g"),
    ]
    labels = (("min", "Smallest"), ("max", "Largest"), ("samples", "Samples"))
    shown += [alt.Tooltip(f"{name}:Q", title=label) for name, label in labels if _has(rows, name)]
    if _has(rows, "source"):
        shown.append(alt.Tooltip("source:N", title="Source"))
    return shown


def _has(rows: pd.DataFrame, column: str) -> bool:
    return column in rows and bool(rows[column].notna().any())
