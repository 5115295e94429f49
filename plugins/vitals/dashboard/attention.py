"""dashboard.attention: participants and accounts -> who needs somebody, and why, in words."""

from datetime import date

import pandas as pd

SILENT_DAYS = 3
LOW_COMPLETENESS_PCT = 50.0
STATES = {
    "expiring": "consent at {provider} ends soon",
    "expired": "consent at {provider} has ended",
    "revoked": "consent at {provider} was withdrawn",
    "needs_consent": "{provider} refuses the token",
}


def who_needs_attention(people: pd.DataFrame, accounts: pd.DataFrame, today: date) -> pd.DataFrame:
    """Participants with a reason, the most urgent first.

    Args:
        people: as the API lists them, with the completeness of the range shown.
        accounts: states of the accounts; may be empty where the token may not see them.
        today: days are counted back from it.

    Returns:
        Columns participant_id, why, urgency (higher is more urgent), last_date, last_sync_at,
        completeness_pct.
    """
    rows = people[["participant_id", "last_date", "last_sync_at", "completeness_pct"]].copy()
    dead = _account_reasons(accounts)
    reasons = [_reasons(row, dead.get(row.participant_id, []), today) for row in rows.itertuples()]
    rows["why"] = ["; ".join(text for _, text in found) for found in reasons]
    rows["urgency"] = [max((weight for weight, _ in found), default=0) for found in reasons]
    rows = rows[rows["urgency"] > 0]
    return rows.sort_values(
        ["urgency", "last_date", "participant_id"], ascending=[False, True, True]
    )


def _reasons(row, accounts: list[str], today: date) -> list[tuple[int, str]]:
    found = [(3, text) for text in accounts]
    if pd.isna(row.last_date):
        return [*found, (2, "no data ever")]
    silent = (pd.Timestamp(today) - pd.Timestamp(row.last_date)).days - 1
    if silent >= SILENT_DAYS:
        found.append((2, f"no data for {silent} days"))
    elif pd.notna(row.completeness_pct) and row.completeness_pct < LOW_COMPLETENESS_PCT:
        found.append((1, f"only {row.completeness_pct:.0f} % valid days"))
    return found


def _account_reasons(accounts: pd.DataFrame) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if accounts.empty:
        return found
    for account in accounts[accounts["state"].isin(STATES)].itertuples():
        text = STATES[account.state].format(provider=account.provider.replace("_", " "))
        found.setdefault(account.participant_id, []).append(text)
    return found
