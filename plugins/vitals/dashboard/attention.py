"""dashboard.attention: participants and accounts -> who needs somebody, and why, in words."""

import pandas as pd

LOW_COMPLETENESS_PCT = 50.0
STATES = {
    "expiring": "consent at {provider} ends soon",
    "expired": "consent at {provider} has ended",
    "revoked": "consent at {provider} was withdrawn",
    "needs_consent": "{provider} refuses the token",
}


def who_needs_attention(
    people: pd.DataFrame, accounts: pd.DataFrame, silent_days: int
) -> pd.DataFrame:
    """Participants with a reason, the most urgent first.

    Args:
        people: as the API lists them, with the completeness of the range shown.
        accounts: states of the accounts; may be empty where the token may not see them.
        silent_days: so many whole days without data are a reason.

    Returns:
        Columns participant_id, why, urgency (higher is more urgent), last_date, last_sync_at,
        completeness_pct.
    """
    dead = _account_reasons(accounts)
    reasons = [
        _reasons(
            dead.get(row.participant_id, []), row.silent_days, row.completeness_pct, silent_days
        )
        for row in people.itertuples()
    ]
    rows = people[["participant_id", "last_date", "last_sync_at", "completeness_pct"]].copy()
    rows["why"] = ["; ".join(text for _, text in found) for found in reasons]
    rows["urgency"] = [max((weight for weight, _ in found), default=0) for found in reasons]
    rows = rows[rows["urgency"] > 0]
    return rows.sort_values(
        ["urgency", "last_date", "participant_id"], ascending=[False, True, True]
    )


def _reasons(
    accounts: list[str], days: float, completeness_pct: float, silent_days: int
) -> list[tuple[int, str]]:
    """Reasons with their urgency; `days` without data, NaN for somebody who never had any."""
    found = [(3, text) for text in accounts]
    if pd.isna(days):
        return [*found, (2, "no data ever")]
    if days >= silent_days:
        found.append((2, f"no data for {days:.0f} days"))
    elif pd.notna(completeness_pct) and completeness_pct < LOW_COMPLETENESS_PCT:
        found.append((1, f"only {completeness_pct:.0f} % valid days"))
    return found


def _account_reasons(accounts: pd.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if accounts.empty:
        return found
    for account in accounts[accounts["state"].isin(STATES)].itertuples():
        text = STATES[account.state].format(provider=account.provider.replace("_", " "))
        found.setdefault(account.participant_id, []).append(text)
    return found
