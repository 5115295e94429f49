"""Import of an account export against COPY of the same rows: `python -m benchmarks.exports`.

The export is what fills most of a real one: a file of heart rates a day, a sample every second, in
the layout and number of bytes that Fitbit writes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import server
from benchmarks.copying import copy_in, framed

DAY = 86_400
_START_DAY = 17_897  # 2019-01-01
_POSTGRES_EPOCH_DAY = 10_957
_RECORD = b'{\n  "dateTime" : "01/01/19 00:00:00",\n  "value" : {\n    "bpm" : 60,\n    "confidence" : 1\n  }\n},'  # noqa: E501
_ROW = np.dtype([
    ("fields", ">i2"), ("l1", ">i4"), ("account_id", "S19"), ("l2", ">i4"), ("ts", ">i8"),
    ("l3", ">i4"), ("bpm", ">f4"), ("l4", ">i4"), ("confidence", ">i2"), ("l5", ">i4"),
    ("load_id", ">i4"),
])  # fmt: skip
_COPY = (
    "copy raw.fitbit_export__heart_rates (account_id, ts, bpm, confidence, load_id) "
    "from stdin with (format binary)"
)


def write_export(folder: Path, samples: int) -> int:
    """Write the export; returns its size in bytes."""
    folder.mkdir(parents=True)
    size = 0
    for number in range(-(-samples // DAY)):
        text = _day(number, min(DAY, samples - number * DAY))
        name = np.datetime64(_START_DAY + number, "D")
        (folder / f"heart_rate-{name}.json").write_bytes(text)
        size += len(text)
    return size


def _day(number: int, count: int) -> bytes:
    """A file: one record, many times, with other digits."""
    records = np.tile(np.frombuffer(_RECORD, np.uint8), (count, 1))
    date = str(np.datetime64(_START_DAY + number, "D"))
    at = _RECORD.index(b"01/01/19")
    records[:, at : at + 8] = np.frombuffer(f"{date[5:7]}/{date[8:]}/{date[2:4]}".encode(), "u1")
    second = np.arange(count)
    for place, value in ((9, second // 3_600), (12, second // 60 % 60), (15, second % 60)):
        records[:, at + place] = ord("0") + value // 10
        records[:, at + place + 1] = ord("0") + value % 10
    beats = _bpm(second)
    at = _RECORD.index(b"60,")
    records[:, at], records[:, at + 1] = ord("0") + beats // 10, ord("0") + beats % 10
    return b"[" + records.tobytes()[:-1] + b"]"


def _bpm(second: np.ndarray) -> np.ndarray:
    return 60 + second * 7 % 40


def copy_seconds(dsn: str, samples: int) -> float:
    """Seconds to COPY the same rows, encoded and sorted beforehand."""
    return copy_in(dsn, _COPY, framed(_encoded(samples)))


def _encoded(samples: int) -> Iterator[bytes]:
    for number in range(-(-samples // DAY)):
        second = np.arange(min(DAY, samples - number * DAY))
        rows = np.zeros(len(second), _ROW)
        rows["fields"], rows["l1"], rows["l2"] = 5, 19, 8
        rows["l3"], rows["l4"], rows["l5"] = 4, 2, 4
        rows["account_id"] = b"fitbit_export:bench"
        day = _START_DAY + number - _POSTGRES_EPOCH_DAY
        rows["ts"] = (day * DAY + second) * 1_000_000
        rows["bpm"], rows["confidence"], rows["load_id"] = _bpm(second), 1, 1
        yield rows.tobytes()


def figures(host: server.Server, samples: int) -> dict[str, float]:
    """Rate of an import as a share of COPY, its peak memory, and the same import again."""
    with tempfile.TemporaryDirectory(prefix="vitals-bench-export-") as name:
        folder = Path(name) / "Global Export Data"
        size = write_export(folder, samples)
        # A COPY of 100 million rows would have to hold them all: its rate is that of fewer.
        copied = min(samples, 5_000_000)
        with host.new_warehouse() as dsn:
            reference = copied / copy_seconds(dsn, copied)
        with host.new_warehouse() as dsn:
            first, again = measured(dsn, folder), measured(dsn, folder)
    if first["rows_loaded"] != samples + 1:
        raise RuntimeError(f"{first['rows_loaded']} rows of {samples} were loaded")
    return {
        "samples": samples,
        "megabytes": size / 1e6,
        "reference_copy_rows_per_second": reference,
        "samples_per_second": samples / first["seconds"],
        "share_of_copy": samples / first["seconds"] / reference,
        "peak_mb": first["peak_mb"],
        "again_time_against_first": again["seconds"] / first["seconds"],
        "rows_changed_again": again["rows_loaded"],
    }


def measured(dsn: str, folder: Path) -> dict[str, Any]:
    """Import in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.exports", dsn, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    from benchmarks.child import peak_mb
    from vitals.load.export_people import Person
    from vitals.load.exports import import_exports

    dsn, folder = sys.argv[1:]
    began = time.perf_counter()
    person = Person("bench", "UTC")
    summary = import_exports(dsn, [Path(folder)], person, progress=lambda line: None)
    result = {"seconds": time.perf_counter() - began, **summary.loads.counts}
    print(json.dumps({**result, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        main()
    else:
        with server.running() as running:
            print(json.dumps(figures(running, int(os.environ.get("SAMPLES", 2_000_000))), indent=2))
