"""Simulated Fitbit Web API (legacy): truth -> its local, offset-less shapes; or 410 to everything.

The real service was switched off in November 2026; the setting `is_gone` shows what clients meet
now.
"""

from vitals.simulator.fitbit import account, activities, measures, sleep
from vitals.simulator.fitbit.dialect import DIALECT
from vitals.simulator.provider import Endpoint, Handler, Provider

USER = "/1/user/{user}"
SLEEP = "/1.2/user/{user}/sleep"
DAY = "/date/{start}"
RANGE = "/date/{start}/{end}"
ZONE_MINUTES = f"{USER}/activities/active-zone-minutes"


def get(path: str, handler: Handler, *scopes: str) -> Endpoint:
    """A GET endpoint whose path ends in .json."""
    return Endpoint("GET", f"{path}.json", handler, scopes)


def nightly(
    name: str, scope: str, handler: Handler, detail: Handler | None = None
) -> list[Endpoint]:
    """Endpoints of something measured at night: a day or range, summary or `all`."""
    found = []
    for when in (DAY, RANGE):
        if detail:
            found.append(get(f"{USER}/{name}{when}/all", detail, scope))
        found.append(get(f"{USER}/{name}{when}", handler, scope))
    # `all` would otherwise be read as the end of a range.
    return sorted(found, key=lambda one: "/all." not in one.path)


PROVIDER = Provider(
    name="fitbit",
    dialect=DIALECT,
    endpoints=(
        get(f"{ZONE_MINUTES}{DAY}/1d/{{detail}}", activities.zone_minutes_intraday, "activity"),
        get(f"{ZONE_MINUTES}{RANGE}", activities.zone_minute_series, "activity"),
        get(f"{USER}/activities/list", account.list_activities, "activity"),
        get(f"{USER}/activities{DAY}", account.day_summary, "activity"),
        get(f"{USER}/activities/{{resource}}{DAY}/1d/{{detail}}", activities.intraday),
        get(
            f"{USER}/activities/{{resource}}{DAY}/1d/{{detail}}/time/{{from}}/{{to}}",
            activities.intraday,
        ),
        get(f"{USER}/activities/{{resource}}{RANGE}", activities.series),
        get(f"{USER}/activities/tracker/{{resource}}{RANGE}", activities.series),
        get(f"{SLEEP}/list", sleep.list_sleeps, "sleep"),
        get(f"{SLEEP}{DAY}", sleep.by_date, "sleep"),
        get(f"{SLEEP}{RANGE}", sleep.by_range, "sleep"),
        get(f"{USER}/sleep{DAY}", sleep.by_date_without_levels, "sleep"),
        *nightly("hrv", "heartrate", measures.hrv, measures.hrv_intraday),
        *nightly("spo2", "oxygen_saturation", measures.spo2, measures.spo2_intraday),
        *nightly(
            "br", "respiratory_rate", measures.breathing_rate, measures.breathing_rate_intraday
        ),
        *nightly("temp/skin", "temperature", measures.skin_temperature),
        *nightly("temp/core", "temperature", measures.core_temperature),
        *nightly("cardioscore", "cardio_fitness", measures.cardio_score),
        get(f"{USER}/body/log/weight{RANGE}", measures.weight_logs, "weight"),
        get(f"{USER}/body/log/weight{DAY}", measures.weight_logs, "weight"),
        get(f"{USER}/body/log/fat{RANGE}", measures.fat_logs, "weight"),
        get(f"{USER}/body/log/fat{DAY}", measures.fat_logs, "weight"),
        get(f"{USER}/devices", account.devices, "settings"),
        get(f"{USER}/profile", account.profile, "profile"),
    ),
    authorize_path="/oauth2/authorize",
    token_path="/oauth2/token",
    revoke_path="/oauth2/revoke",
)
