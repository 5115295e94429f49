"""Two S3 servers, and a warehouse with old chunks to archive."""

import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from tests.waiting import wait_until

from vitals import warehouse
from vitals.archive import settings as archive_settings
from vitals.archive.archiver import ArchiveSummary, archive
from vitals.archive.bucket import Bucket
from vitals.archive.settings import ArchiveSettings
from vitals.embedded.packages import install_environment

MOTO = "moto[server]==5.2.5"
START = datetime(2024, 1, 4, tzinfo=UTC)  # first instant of a chunk of 7 days
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SAMPLES = 2016  # one in 5 minutes for 7 days


@pytest.fixture(scope="session")
def moto(test_settings, free_port, tmp_path_factory) -> Iterator[str]:
    """Address of a second S3 server, written by others: it restores from Glacier at once."""
    python = install_environment(test_settings.packages, MOTO)
    port = free_port()
    log = (tmp_path_factory.mktemp("moto") / "log").open("w")
    command = [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


@pytest.fixture(scope="session")
def ministack_client(s3) -> Any:
    return client(s3.endpoint_url, s3.access_key, s3.secret_key)


@pytest.fixture(scope="session")
def moto_client(moto) -> Any:
    made = client(moto, "test", "testtest")

    def answers() -> bool:
        try:
            return bool(made.list_buckets())
        except BotoCoreError:
            return False

    wait_until(answers)
    return made


@pytest.fixture
def s3_client(request) -> Any:
    """A client of the embedded server, or of the one that `on_both_servers` asks for."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'ministack')}_client")


on_both_servers = pytest.mark.parametrize("s3_client", ["ministack", "moto"], indirect=True)


def client(url: str, key: str, secret: str) -> Any:
    quick = Config(retries={"max_attempts": 2, "mode": "standard"}, connect_timeout=30)
    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret,
        region_name="us-east-1", config=quick,
    )  # fmt: skip


@pytest.fixture
def choices() -> ArchiveSettings:
    """The default settings, with a bucket of this test's own and small parts."""
    found = archive_settings.read({})
    return replace(found, bucket=f"test-{uuid.uuid4().hex[:12]}", part_bytes=5 * 1024 * 1024)


@pytest.fixture
def bucket(s3_client, choices) -> Bucket:
    made = Bucket(s3_client, choices)
    made.ensure()
    return made


@dataclass
class Rig:
    """A warehouse, a bucket, and short ways to fill, archive and look."""

    dsn: str
    bucket: Bucket

    def fetch(self, query: str, *values: Any) -> list[tuple]:
        with warehouse.connect(self.dsn) as connection:
            return connection.execute(query, values or None).fetchall()

    def connect(self):
        return warehouse.connect(self.dsn)

    def parts_keys(self) -> list[str]:
        return [manifest.key_in_bucket for manifest in self.bucket.manifests()]

    def run(self, statement: str, *values: Any) -> None:
        with warehouse.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement, values)

    def fill(self, *devices: str, start: datetime = START, weeks: int = 1, load_id: int = 1):
        self.run(
            "insert into raw.iot__heart_rates (device_id, ts, bpm, confidence, load_id)"
            " select device_id, %s + n * interval '5 minutes', 50 + n %% 90,"
            " nullif(n %% 4, 3), %s from unnest(%s::text[]) as device_id,"
            " generate_series(0, %s) as n",
            start, load_id, list(devices), SAMPLES * weeks - 1,
        )  # fmt: skip

    def sample(self, device: str, instant: datetime, bpm: float, load_id: int = 9) -> None:
        self.run(
            "insert into raw.iot__heart_rates values (%s, %s, %s, 1, %s)",
            device, instant, bpm, load_id,
        )  # fmt: skip

    def take_in(self) -> None:
        """As if stage had been built, and had taken in every load."""
        self.run("create table stage.load_progress (model_name text, loads int4multirange)")
        self.run("insert into stage.load_progress values ('heart_rate_minutes', '{(,)}')")

    def rows(self, table: str = "raw.iot__heart_rates", order: str = "1, 2") -> list[tuple]:
        return self.fetch(f"select * from {table} order by {order}")

    def archive(self, **options: Any) -> ArchiveSummary:
        options = {"tables": ["iot__heart_rates"], "now": NOW, "progress": _silent, **options}
        return archive(self.dsn, self.bucket, **options)

    def parts(self) -> list[tuple]:
        return self.fetch(
            "select table_name, range_start, part_number, state, row_count"
            " from archive.parts order by 1, 2, 3"
        )


def _silent(line: str) -> None:
    """Take a progress line."""


@pytest.fixture
def rig(module_warehouse_dsn, bucket) -> Rig:
    """A warehouse that is as good as new, and an empty bucket."""
    return emptied(Rig(module_warehouse_dsn, bucket))


def emptied(made: Rig) -> Rig:
    query = """
        select format('%I.%I', table_schema, table_name)
        from information_schema.tables
        where
            table_type = 'BASE TABLE'
            and (
                table_schema = 'archive'
                or table_schema = 'raw' and table_name similar to '(iot|fitbit)\\_\\_%|loads'
            )
    """
    tables = [table for (table,) in made.fetch(query)]
    made.run(f"truncate {', '.join(tables)} cascade")
    made.run("drop table if exists stage.load_progress")
    return made


@contextmanager
def altered(rig: Rig, **changes: Any) -> Iterator[Rig]:
    """The same rig with other settings of the archive."""
    yield replace(rig, bucket=Bucket(rig.bucket.client, replace(rig.bucket.settings, **changes)))


def week(number: int) -> datetime:
    return START + timedelta(weeks=number)


def download(bucket: Bucket, key: str, folder: Path) -> Path:
    path = folder / "object.parquet"
    bucket.download(key, path)
    return path
