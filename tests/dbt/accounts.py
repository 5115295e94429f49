"""Two providers of the tests, `band` and `cuff`: accounts, days that are replaced, stated dates.

They deliver what a provider's API does, without one: tables in raw that stand for all of its
resources, and staging models that read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb
from tests.dbt.warehouse import Warehouse, at

SOURCES = ("band", "cuff")
RESOURCES = {
    "participants": "profiles",
    "heart_rates": "heart_rates",
    "movements": "movements",
    "sleeps": "sleeps",
    "activities": "activities",
    "daily_measurements": "summaries",
}
ENTITIES = {
    "participants": ["stg_iot__users"],
    "heart_rates": ["stg_iot__heart_rates"],
    "movements": ["stg_iot__steps"],
    "sleeps": ["stg_iot__sleeps"],
    "activities": [],
    "daily_measurements": [],
}
for _source in SOURCES:
    for _entity, _resource in RESOURCES.items():
        ENTITIES[_entity].append(f"stg_{_source}__{_resource}")

TABLES = """
    create table raw.test__profiles (
        source text, account_id text, load_id integer, seen_at timestamptz, date_of_birth date,
        max_heart_rate_bpm float8, gender text, time_zone jsonb
    );
    create table raw.test__samples (
        source text, resource text, account_id text, ts timestamptz, bpm real, steps integer,
        distance_m float8, local_date date, load_id integer
    );
    create table raw.test__sessions (
        source text, resource text, account_id text, start_ts timestamptz, end_ts timestamptz,
        local_date date, load_id integer
    );
    create table raw.test__summaries (
        source text, resource text, account_id text, local_date date, metric text, value float8,
        load_id integer
    );
    grant select on all tables in schema raw to transformer;
"""
STATIC = "{{ config(tags=['static']) }}"
STAGING = {
    "profiles": """
        select
            split_part(account_id, ':', 2) as participant_id, load_id, seen_at,
            null::timestamptz as created_at, date_of_birth, null::integer as stated_age_years,
            max_heart_rate_bpm, gender, null::float8 as height_cm, null::text as email,
            null::text as country_code, jsonb_build_array(account_id) as devices,
            time_zone as time_zones
        from raw.test__profiles
        where source = '{source}'
    """,
    "heart_rates": """
        select
            account_id as device_id, ts, ts as source_ts, bpm, null::real as confidence, local_date
        from raw.test__samples
        where source = '{source}' and resource = 'heart_rates'
    """,
    "movements": """
        select
            account_id as device_id, ts, ts as source_ts, steps, distance_m,
            null::float8 as floors_climbed, null::float8 as active_energy_kcal,
            null::float8 as total_energy_kcal, local_date
        from raw.test__samples
        where source = '{source}' and resource = 'movements'
    """,
    "sleeps": """
        select
            account_id as device_id, start_ts, end_ts, start_ts as source_ts,
            null::tstzmultirange as awake, null::tstzmultirange as deep,
            null::tstzmultirange as rem, null::tstzmultirange as light, local_date
        from raw.test__sessions
        where source = '{source}' and resource = 'sleeps'
    """,
    "activities": """
        select
            account_id as device_id, start_ts::text as activity_id, 'running' as activity_type,
            start_ts, end_ts, local_date
        from raw.test__sessions
        where source = '{source}' and resource = 'activities'
    """,
    "summaries": """
        select account_id as device_id, local_date, metric, value
        from raw.test__summaries
        where source = '{source}'
    """,
}


def write_staging(project: Path) -> None:
    """The staging models of both providers, into a copy of the dbt project."""
    for source in SOURCES:
        folder = project / "models" / "stage" / source
        folder.mkdir()
        for resource, query in STAGING.items():
            name = f"stg_{source}__{resource}.sql"
            (folder / name).write_text(STATIC + query.format(source=source))


@dataclass
class Account:
    """An account at one of the providers, and what is loaded from it."""

    warehouse: Warehouse
    source: str
    participant: str

    @property
    def account_id(self) -> str:
        return f"{self.source}:{self.participant}"

    def profile(self, seen_at: str, time_zone: Any = None, **columns: Any) -> None:
        """Load a version of the profile."""
        load_id = self.warehouse.load("profiles", source=self.source)
        row = {"seen_at": at(seen_at), "time_zone": Jsonb(time_zone) if time_zone else None}
        self._insert("profiles", [row | columns], load_id)
        self.warehouse.touch(load_id, "profiles", self.account_id, [at(seen_at)])

    def heart_rates(self, day: str, *samples: tuple[str, float]) -> None:
        """Replace the samples of a local day: (instant, bpm)."""
        rows = [{"ts": at(ts), "bpm": bpm} for ts, bpm in samples]
        self._replace("samples", "heart_rates", day, rows)

    def movements(self, day: str, *samples: tuple[str, int, float]) -> None:
        """Replace the movement of a local day: (instant, steps, metres)."""
        rows = [{"ts": at(ts), "steps": n, "distance_m": m} for ts, n, m in samples]
        self._replace("samples", "movements", day, rows)

    def sessions(self, resource: str, day: str, *sessions: tuple[str, str]) -> None:
        """Replace the sleeps or activities of a local day: (start, end)."""
        rows = [{"start_ts": at(start), "end_ts": at(end)} for start, end in sessions]
        self._replace("sessions", resource, day, rows)

    def summaries(self, day: str, **values: float) -> None:
        """Replace what is stated once about a local day."""
        rows = [{"metric": metric, "value": value} for metric, value in values.items()]
        self._replace("summaries", "summaries", day, rows)

    def _replace(self, table: str, resource: str, day: str, rows: list[dict[str, Any]]) -> None:
        load_id = self.warehouse.load(resource, source=self.source)
        gone = self.warehouse.connection.execute(
            f"delete from raw.test__{table} where account_id = %s and resource = %s"
            " and local_date = %s returning *",
            [self.account_id, resource, day],
        ).fetchall()
        stated = {"resource": resource, "local_date": date.fromisoformat(day)}
        rows = [{**stated, **row} for row in rows]
        for row in [*gone, *rows]:
            self.warehouse.touch(load_id, resource, self.account_id, _instants(row))
        self._insert(table, rows, load_id)

    def _insert(self, table: str, rows: Iterable[dict[str, Any]], load_id: int) -> None:
        whose = {"source": self.source, "account_id": self.account_id, "load_id": load_id}
        for row in rows:
            columns = {**row, **whose}
            values = ", ".join(f"%({name})s" for name in columns)
            self.warehouse.connection.execute(
                f"insert into raw.test__{table} ({', '.join(columns)}) values ({values})", columns
            )


def _instants(row: dict[str, Any]) -> list[datetime]:
    """The instants of a row, or noon of its day, as the loader notes them."""
    instants = [value for value in row.values() if isinstance(value, datetime)]
    return instants or [datetime.combine(row["local_date"], time(12), UTC)]
