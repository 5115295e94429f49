"""Archive and restore, as shares of COPY TO and COPY FROM: `python -m benchmarks.archive`.

Heart rates as watches have them, in whole numbers that wander, so that the size of the Parquet
files is that of real data. The S3 server is the embedded one, on the same machine.
"""

import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import server
from benchmarks.copying import copy_in, copy_out

DEVICES = 16
PERIOD_SECONDS = 5
_FILL = (Path(__file__).parent / "archive.sql").read_text()
_COPY_TO = (
    "copy (select device_id, ts, bpm, confidence, load_id from raw.iot__heart_rates)"
    " to stdout with (format binary)"
)
_COPY_FROM = "copy raw.iot__heart_rates from stdin with (format binary)"


def figures(host: server.Server, samples: int, repetitions: int = 3) -> dict[str, float]:
    """Rates, as shares of COPY; bytes of a sample; memory."""
    from benchmarks.child import measured

    found: dict[str, list[float]] = {}
    with server.object_store() as s3:
        for number in range(repetitions):
            with host.new_warehouse() as dsn:
                rows, table_bytes = fill(dsn, samples)
                copied, copy_to = copy_out(dsn, _COPY_TO)
                out = measured("archive", dsn, *s3, f"bench-{number}")
                back = measured("restore", dsn, *s3, f"bench-{number}")
            with host.new_warehouse() as dsn:
                copy_from = copy_in(dsn, _COPY_FROM, copied)
            one = {
                "archive_share_of_copy_to": copy_to / out["seconds"],
                "restore_share_of_copy_from": copy_from / back["seconds"],
                "archive_rows_per_second": rows / out["seconds"],
                "restore_rows_per_second": rows / back["seconds"],
                "parquet_bytes_per_sample": out["bytes"] / rows,
                "hypertable_bytes_per_sample": table_bytes / rows,
                "times_smaller": table_bytes / out["bytes"],
                "archive_peak_mb": out["peak_mb"],
                "restore_peak_mb": back["peak_mb"],
            }
            for name, value in one.items():
                found.setdefault(name, []).append(value)
    return {"samples": rows, **{name: statistics.median(all_) for name, all_ in found.items()}}


def fill(dsn: str, samples: int) -> tuple[int, int]:
    """Write samples; returns how many, and the bytes that they take with their index."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        values = {"devices": DEVICES, "last": samples // DEVICES - 1, "period": PERIOD_SECONDS}
        rows = connection.execute(_FILL, values).rowcount
        connection.execute("vacuum analyze raw.iot__heart_rates")
        [(size,)] = connection.execute("select hypertable_size('raw.iot__heart_rates')").fetchall()
    return rows, size


def run_archive(dsn: str, url: str, key: str, secret: str, name: str) -> dict[str, Any]:
    """Archive everything; what a child is asked for."""
    from vitals.archive.archiver import archive

    bucket = _bucket(url, key, secret, name)
    began = time.perf_counter()
    summary = archive(dsn, bucket, older_than_days=1, progress=lambda line: None)
    return {"seconds": time.perf_counter() - began, "bytes": summary.size_bytes}


def run_restore(dsn: str, url: str, key: str, secret: str, name: str) -> dict[str, Any]:
    """Bring everything back into raw, to be rebuilt from."""
    from vitals.archive.restore import choose, load_part

    bucket = _bucket(url, key, secret, name)
    began = time.perf_counter()
    for manifest in choose(bucket):
        load_part(dsn, bucket, manifest.key_in_bucket, progress=lambda line: None)
    return {"seconds": time.perf_counter() - began}


def _bucket(url: str, key: str, secret: str, name: str) -> Any:
    from dataclasses import replace

    import boto3

    from vitals.archive import settings
    from vitals.archive.bucket import Bucket

    client = boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret,
        region_name="us-east-1",
    )  # fmt: skip
    return Bucket(client, replace(settings.read({}), bucket=name))


def main() -> None:
    samples = int(os.environ.get("SAMPLES", 2_000_000))
    with server.running() as host:
        print(json.dumps(figures(host, samples, int(os.environ.get("RUNS", 3))), indent=2))


if __name__ == "__main__":
    main()
