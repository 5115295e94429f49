"""How many requests a night needs in which nothing is new: those for days that may be restated."""

import math
from collections import Counter

from tests.dbt.warehouse import Warehouse
from tests.providers.nights import Nights, number_of

from vitals.simulator.truth.people import to_day
from vitals.simulator.truth.view import View
from vitals.sources import api_providers
from vitals.sources._api.spec import Resource

# Of what is more than one request for each piece of days: how many.
REQUESTS = {
    ("google_health", "profiles"): 3,  # with settings and identity
    ("fitbit", "daily_activity"): 5,  # steps, distance, floors, two energies
    ("garmin", "profiles"): 2,  # with the heart-rate zones
    ("garmin", "activities"): 2,  # the list ends with a page that brings nothing
}
# What tells the day of the last sync, where no resource has read it.
SYNC_REQUESTS = {"fitbit": 1, "garmin": 2}


def requests_of_reread_windows(
    warehouse: Warehouse, nights: Nights
) -> Counter[tuple[str, int | None]]:
    """Requests by provider and number of the person, if all accounts are read once more now."""
    positions = {
        (row["account_id"], row["resource"]): (to_day(row["first"]), to_day(row["last"]))
        for row in warehouse.rows(
            "select account_id, resource, (position ->> 'read_from')::date as first,"
            " (position ->> 'complete_until')::date as last from raw.cursors"
        )
    }
    needed = Counter[tuple[str, int | None]]()
    for account in nights.accounts:
        key, view = (account.provider, number_of(account)), nights.view(account)
        needed[key] += SYNC_REQUESTS.get(account.provider, 0)
        for resource in api_providers()[account.provider].resources:
            known = positions.get((account.account_id, resource.name), (0, view.today()))
            needed[key] += _requests(account.provider, resource, view, *known)
    return needed


def _requests(provider: str, resource: Resource, view: View, read_from: int, complete: int) -> int:
    """Requests for a resource of which the days `read_from` to `complete` are known."""
    each = REQUESTS.get((provider, resource.name), 1)
    if resource.keeps == "versions":
        return each
    first, today = max(complete - resource.reread_days + 1, read_from), view.today()
    pieces = math.ceil((today - first + 1) / resource.chunk_days)
    if (provider, resource.name) != ("garmin", "hrv_readings"):
        return pieces * each
    # A list of the nights with readings, and a request for each of them.
    found = (view.measures(day) for day in range(first, today + 1))
    return pieces + sum(one is not None and one.hrv_rmssd_ms is not None for one in found)
