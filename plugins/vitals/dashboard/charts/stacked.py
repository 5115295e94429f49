"""charts.stacked: amounts of a few kinds, stacked by local day."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from vitals.dashboard.charts import calendar


def stacked_by_day(
    rows: pd.DataFrame,
    amount: alt.Y,
    kind: alt.Color,
    colours: Mapping[str, str],
    tooltip: list[alt.Tooltip],
) -> alt.Chart:
    """Bars over the days.

    Args:
        rows: local_date, place (0 at the bottom), and what the other arguments name.
        amount: the column that is stacked.
        kind: the column with the words of the legend.
        colours: by word, in the order of the legend.
        tooltip: what to say of a piece.
    """
    days = calendar.axis(pd.to_datetime(rows["local_date"]), "day")
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return (
        alt.Chart(rows)
        .mark_bar()
        .encode(
            # The middle of a bar, and not its left edge, is at its day.
            x=alt.X("yearmonthdate(local_date):T", bandPosition=0, title=None, axis=days),
            y=amount,
            order="place:Q",
            color=kind.scale(scale),
            tooltip=tooltip,
        )
        .properties(height=240)
    )
