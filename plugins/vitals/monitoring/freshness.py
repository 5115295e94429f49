"""monitoring.freshness: environment -> ops.freshness_limits, which the freshness views go by.

The limits are in the database because more than this package reads the views: the API and whoever
looks with DBeaver see the same states as the pages and the nightly report.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.monitoring.books import statement
from vitals.setting_values import SettingError, number
from vitals.warehouse import connect

EVERY_SOURCE = "*"
STALE, OVERDUE = "STALE_AFTER_HOURS", "OVERDUE_AFTER_HOURS"
STALE_HOURS = 36.0


@dataclass(frozen=True)
class Limits:
    """After how many hours without anything new a source is stale, and overdue."""

    stale_hours: float
    overdue_hours: float


def read_limits(given: Mapping[str, str]) -> dict[str, Limits]:
    """The limits of an environment by source; EVERY_SOURCE for those that have none of their own.

    Raises:
        SettingError: a value cannot be used.
    """
    general = _limits(given, "VITALS_", STALE_HOURS)
    sources = {
        name.removesuffix(f"__{limit}")
        for name, value in given.items()
        for limit in (STALE, OVERDUE)
        if name.endswith(f"__{limit}") and value
    }
    own = {
        source.lower(): _limits(given, f"{source}__", general.stale_hours)
        for source in sorted(sources)
    }
    return {EVERY_SOURCE: general, **own}


def write_limits(dsn: str, given: Mapping[str, str]) -> None:
    """Put the limits of an environment into the warehouse.

    Raises:
        SettingError: a value cannot be used.
        WarehouseError: the warehouse cannot be reached.
    """
    limits = read_limits(given)
    rows = [{"source": source, **vars(one)} for source, one in limits.items()]
    with connect(dsn, role="monitor") as connection, connection.cursor() as cursor:
        cursor.execute(statement("forget_freshness_limits"), {"sources": list(limits)})
        cursor.executemany(statement("set_freshness_limits"), rows)


def _limits(given: Mapping[str, str], prefix: str, default: float) -> Limits:
    """A source that is stale later is overdue later, unless that is given as well."""
    stale = number(given, prefix + STALE, default)
    overdue = number(given, prefix + OVERDUE, 2 * stale)
    if not 0 < stale <= overdue:
        raise SettingError(
            f"{prefix}{STALE} must be more than 0 and at most {prefix}{OVERDUE}, "
            f"not {stale:g} and {overdue:g}"
        )
    return Limits(stale, overdue)
