"""charts.reasons: the ledger -> participant by day, coloured by whether and why data is missing."""

import altair as alt
import pandas as pd

from vitals.dashboard.charts.grid import ROW_HEIGHT, SPACED, day_axis, name_axis
from vitals.dashboard.palette import AMOUNT, AMOUNT_ON_DARK, GREY, ORANGE, PURPLE, VERMILION

REASON = "Why missing"

# State of agg.participant_day -> what the legend calls it, and the words of the tooltip.
KINDS = ("arrived", "too little", "not worn", "not synced", "needs somebody", "try failed", "other")
STATES = {
    "complete": ("arrived", "complete"),
    "partial": ("too little", "less than 10 hours, or more may come"),
    "not_worn": ("not worn", "everything has arrived, and there is nothing"),
    "not_synced": ("not synced", "the device has not synced that far yet"),
    "token_dead": ("needs somebody", "the account has to be connected again"),
    "consent_withdrawn": ("needs somebody", "consent was withdrawn"),
    "not_granted": ("needs somebody", "the account was connected without this right"),
    "provider_error": ("try failed", "the provider could not be read; it is tried again"),
    "rate_limited": ("try failed", "a limit of requests was used up; it is tried again"),
    "load_failed": ("try failed", "the load failed on our side: see Airflow"),
    "not_requested": ("other", "nobody has asked for that day yet"),
    "outside_study_window": ("other", "outside the dates of the study"),
}


def cells(ledger: pd.DataFrame, people: list[str]) -> pd.DataFrame:
    """Days of some people with the kind and the words of their state.

    Args:
        ledger: rows of one metric, as the API gives them.
        people: who is shown.

    Returns:
        Columns participant_id, local_date, kind, why.
    """
    shown = ledger[ledger["participant_id"].isin(people)]
    told = [STATES.get(state, ("other", state)) for state in shown["state"]]
    return pd.DataFrame(
        {
            "participant_id": shown["participant_id"],
            "local_date": pd.to_datetime(shown["local_date"]),
            "kind": [kind for kind, _ in told],
            "why": [why for _, why in told],
        }
    )


def reason_grid(cells: pd.DataFrame, people: list[str], on_dark: bool = False) -> alt.Chart:
    """One box for each day that was asked for; what needs somebody stands out."""
    amount = AMOUNT_ON_DARK if on_dark else AMOUNT
    colours = [amount[4], amount[2], GREY, PURPLE, VERMILION, ORANGE, amount[0]]
    legend = alt.Legend(orient="bottom", direction="horizontal", title="Heart rate", columns=4)
    scale = alt.Scale(domain=list(KINDS), range=colours)
    return (
        alt.Chart(cells)
        .mark_rect(cornerRadius=2)
        .encode(
            x=alt.X("yearmonthdate(local_date):O", title=None, scale=SPACED, axis=day_axis()),
            y=alt.Y("participant_id:N", title=None, sort=people, scale=SPACED, axis=name_axis()),
            color=alt.Color("kind:N", scale=scale, legend=legend),
            tooltip=[
                alt.Tooltip("participant_id:N", title="Participant"),
                alt.Tooltip("local_date:T", title="Day", format="%a %-d %b %Y"),
                alt.Tooltip("kind:N", title="State"),
                alt.Tooltip("why:N", title="Why"),
            ],
        )
        .properties(height=alt.Step(ROW_HEIGHT))
        .configure_view(strokeWidth=0)
    )
