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
        (row["account_id"], row["resource"]): to_day(row["complete_until"])
        for row in warehouse.rows(
            "select account_id, resource, (position ->> 'complete_until')::date as complete_until"
            " from raw.cursors"
        )
    }
    needed = Counter[tuple[str, int | None]]()
    for account in nights.accounts:
        key, view = (account.provider, number_of(account)), nights.view(account)
        needed[key] += SYNC_REQUESTS.get(account.provider, 0)
        for resource in api_providers()[account.provider].resources:
            complete = positions.get((account.account_id, resource.name), view.today())
            needed[key] += _requests(account.provider, resource, view, complete)
    return needed


def _requests(provider: str, resource: Resource, view: View, complete: int) -> int:
    """Requests for a resource of which days are known up to `complete`."""
    each = REQUESTS.get((provider, resource.name), 1)
    if resource.keeps == "versions":
        return each
    first, today = complete - resource.reread_days + 1, view.today()
    pieces = math.ceil((today - first + 1) / resource.chunk_days)
    if (provider, resource.name) != ("garmin", "hrv_readings"):
        return pieces * each
    # A list of the nights with readings, and a request for each of them.
    found = (view.measures(day) for day in range(first, today + 1))
    return pieces + sum(one is not None and one.hrv_rmssd_ms is not None for one in found)
