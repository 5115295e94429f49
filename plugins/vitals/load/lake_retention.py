"""What a provider's terms allow to keep holds for the lake, too: older objects go.

An object goes when it was delivered longer ago than that, with all the days that it holds.
"""

from collections.abc import Callable
from datetime import date, timedelta

from vitals import warehouse
from vitals.lake import owner
from vitals.lake.store import Key, Lake
from vitals.load.tables import load_sql


def forget_expired_objects(
    warehouse_dsn: str,
    lake: Callable[[], Lake],
    is_kept: bool,
    source: str,
    retention_days: int,
    today: date,
) -> int:
    """Delete what may not be kept of a provider; returns how many objects.

    Args:
        warehouse_dsn: libpq URI of the warehouse; the login must be a member of `loader`.
        lake: makes the lake; not called where there is none and was none.
        is_kept: whether there is a lake now; objects of one that was given up go all the same.
        source: provider.
        retention_days: how long its data may be kept.
        today: the day in UTC.

    Raises:
        LakeError: they cannot be deleted, or are another warehouse's.
        WarehouseError: the warehouse cannot be reached.
    """
    last = today - timedelta(days=retention_days + 1)
    with warehouse.connect(warehouse_dsn, role="loader", autocommit=True) as connection:
        rows = connection.execute(load_sql("lake/objects_of_source"), {"source": source}).fetchall()
        noted = {key: load_id for load_id, name in rows if (key := Key.parse(name))}
        expired = {key for key in noted if key.day <= last}
        if is_kept:
            expired |= set(lake().walk(source, last=last))
        if expired:
            owner.claim(connection, lake())
            lake().delete(map(str, sorted(expired)))
            load_ids = [noted[key] for key in expired if key in noted]
            connection.execute(load_sql("lake/forget_objects"), {"load_ids": load_ids})
    return len(expired)
