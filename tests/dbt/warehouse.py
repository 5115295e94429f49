"""Hand-made raw rows and dbt runs: what the tests of the transformation are written with."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from dbt.cli.main import dbtRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row, scalar_row
from psycopg.types.json import Jsonb

from vitals.orchestration.dbt_project import environment_of

PROJECT = Path(__file__).parents[2] / "include" / "dbt"
LOADING = ["--exclude", "tag:static"]

KEYS = {
    "stage.heart_rate_minutes": "participant_id, source, minute",
    "stage.movement_minutes": "participant_id, source, minute",
    "stage.sleep_sessions": "participant_id, source, start_ts",
    "stage.activities": "source, activity_id",
    "stage.daily_measurements": "participant_id, local_date, source, metric",
    "agg.received_days": "participant_id, source, local_date, metric",
    "agg.daily_health": "participant_id, local_date",
    "agg.weekly_health": "participant_id, week_start",
    "agg.monthly_health": "participant_id, month_start",
}


def at(text: str) -> datetime:
    """`2025-06-10 10:00` or with seconds, as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class Warehouse:
    """A warehouse of one test: raw rows go in by methods, tables are read by SQL."""

    dsn: str
    target: Path
    manifest: Any = None
    project: Path = PROJECT
    environment: dict[str, str] = field(default_factory=dict)
    vars: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.connection = psycopg.connect(
            self.dsn, autocommit=True, row_factory=dict_row, options="-c timezone=UTC"
        )

    def close(self) -> None:
        self.connection.close()

    # dbt

    def parse(self) -> Any:
        """The parsed project."""
        with environment_of(self.variables()):
            done = dbtRunner().invoke(self.arguments("parse"))
        assert done.success, done.exception
        return done.result

    def arguments(self, *words: str) -> list[str]:
        folders = ["--project-dir", str(self.project), "--profiles-dir", str(self.project)]
        outputs = ["--target-path", str(self.target), "--log-path", str(self.target)]
        given = ["--vars", json.dumps(self.vars)] if self.vars else []
        return [*words, *folders, *outputs, *given, "--quiet"]

    def variables(self) -> dict[str, str]:
        dsn = conninfo_to_dict(self.dsn)
        names = {"HOST": "host", "PORT": "port", "USER": "user", "DBNAME": "dbname"}
        profile = {f"VITALS_DBT_{name}": str(dsn[key]) for name, key in names.items()}
        profile["VITALS_DBT_PASSWORD"] = str(dsn.get("password", ""))
        # Quicker: nothing here reads what dbt writes about itself.
        return profile | {"DBT_WRITE_JSON": "false"} | self.environment

    def dbt(self, *words: str) -> list[Any]:
        """Run a dbt command in this process; returns what each node did."""
        with environment_of(self.variables()):
            done = dbtRunner(manifest=self.manifest).invoke(self.arguments(*words))
        nodes = list(getattr(done.result, "results", None) or [])
        failed = [f"{one.node.name}: {one.message}" for one in nodes if one.status == "error"]
        assert done.success, "\n".join(failed) or done.exception
        return nodes

    def start(self, *words: str) -> subprocess.Popen:
        """Start a dbt command in a process of its own."""
        command = [str(Path(sys.executable).with_name("dbt")), *self.arguments(*words)]
        return subprocess.Popen(
            command,
            env=os.environ | self.variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def transform(self, *words: str) -> dict[str, str]:
        """Take in the new loads; returns what each model did, such as `INSERT 0 12`."""
        nodes = self.dbt("run", "--no-populate-cache", *(words or LOADING))
        return {one.node.name: one.message for one in nodes if one.node.resource_type == "model"}

    # raw

    def load(self, resource: str, status: str = "done", source: str = "iot") -> int:
        """A load without rows."""
        query = (
            "insert into raw.loads (source, resource, mode, status, finished_at)"
            " values (%s, %s, 'incremental', %s, now()) returning load_id"
        )
        with self.connection.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(query, [source, resource, status]).fetchone()

    def users(self, *documents: dict[str, Any]) -> int:
        """Load users: {user_id, devices, time_zone, ...}; returns the load."""
        load_id = self.load("users")
        for document in documents:
            row = {"devices": [], "time_zone": "UTC", "created_at": at("2025-01-01"), **document}
            row |= {"devices": Jsonb(row["devices"]), "time_zone": Jsonb(row["time_zone"])}
            self._insert("iot__users", [row | {"load_id": load_id}])
            self.touch(load_id, "users", row["user_id"], [at("2025-01-01")])
        return load_id

    def heart_rates(self, device: str, *samples: tuple[str, float], status: str = "done") -> int:
        rows = [{"ts": at(ts), "bpm": bpm, "confidence": 1} for ts, bpm in samples]
        return self._samples("heart_rates", device, rows, status)

    def steps(self, device: str, *samples: tuple[str, int]) -> int:
        return self._samples("steps", device, [{"ts": at(ts), "steps": n} for ts, n in samples])

    def sleeps(self, device: str, *sleeps: tuple[str, str] | tuple[str, str, list]) -> int:
        """Sleeps (start, end) or (start, end, [(start, level, seconds)])."""
        rows = []
        for start, end, *stages in sleeps:
            levels = [
                {"ts": at(ts).isoformat(), "level": level, "seconds": seconds}
                for ts, level, seconds in (stages[0] if stages else [])
            ]
            rows.append({"start_ts": at(start), "end_ts": at(end), "levels": Jsonb(levels)})
        return self._samples("sleeps", device, rows)

    def _samples(
        self, resource: str, device: str, rows: Iterable[dict[str, Any]], status: str = "done"
    ) -> int:
        load_id = self.load(resource, status)
        rows = [{"device_id": device, "load_id": load_id, **row} for row in rows]
        with self.connection.transaction():
            for row in rows:
                instants = [value for value in row.values() if isinstance(value, datetime)]
                self.touch(load_id, resource, device, instants)
            self._insert(f"iot__{resource}", rows)
            self.connection.execute(
                "update raw.loads set rows_read = %(rows)s, rows_loaded = %(rows)s"
                " where load_id = %(load_id)s",
                {"rows": len(rows), "load_id": load_id},
            )
        return load_id

    def _insert(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        """Insert, or replace the row with the same key as the loader does."""
        key = "user_id, load_id" if table == "iot__users" else "device_id, ts"
        key = "device_id, start_ts" if table == "iot__sleeps" else key
        columns = list(rows[0])
        values = ", ".join(f"%({column})s" for column in columns)
        replaced = ", ".join(f"{column} = excluded.{column}" for column in columns)
        query = (
            f"insert into raw.{table} ({', '.join(columns)}) values ({values})"
            f" on conflict ({key}) do update set {replaced}"
        )
        with self.connection.cursor() as cursor:
            cursor.executemany(query, rows)

    def touch(self, load_id: int, resource: str, subject: str, instants: list[datetime]) -> None:
        """Note that a load changed rows of a device at these instants."""
        query = (
            "insert into raw.touched_days"
            " select load_id, source, %s, %s, %s, %s, %s from raw.loads where load_id = %s"
            " on conflict (load_id, subject_id, utc_date) do update set"
            " first_ts = least(touched_days.first_ts, excluded.first_ts),"
            " last_ts = greatest(touched_days.last_ts, excluded.last_ts)"
        )
        first, last = min(instants), max(instants)
        self.connection.execute(query, [resource, subject, first.date(), first, last, load_id])

    # results

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.connection.execute(query).fetchall()

    def values(self, query: str) -> list[Any]:
        """The first column of a query."""
        with self.connection.cursor(row_factory=scalar_row) as cursor:
            return cursor.execute(query).fetchall()

    def days(self, columns: str) -> dict[tuple[str, str], Any]:
        """A column of daily_health (several: a tuple) by (participant_id, local_date)."""
        rows = self.connection.cursor(row_factory=psycopg.rows.tuple_row).execute(
            f"select participant_id, local_date::text, {columns} from agg.daily_health"
        )
        return {(who, day): rest[0] if len(rest) == 1 else rest for who, day, *rest in rows}

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """All rows of the tables that take in loads, without the time of computation."""
        tables = {}
        for table, key in KEYS.items():
            tables[table] = self.rows(f"select * from {table} order by {key}")
            for row in tables[table]:
                row.pop("computed_at", None)
        return tables
