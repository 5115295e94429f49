"""`make bench`: figures of speed and memory as ratios measured in one run; JSON last on stdout.

Names follow the targets of docs/performance.md. Sizes: SAMPLES (default 2,000,000) for speed, 1 and
10 million for memory; FULL=1 adds 20 million for speed and 100 million for memory.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import api, archive, copying, exports, reference, server, stream
from benchmarks.child import measured
from benchmarks.documents import DEVICES, Backlog
from benchmarks.replay import serving

DAY = 24 * DEVICES
MILLION = 1_000_000


def say(line: str) -> None:
    """Progress goes to stderr: stdout is for the result."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def copy_rate(host: server.Server, backlog: Backlog, repetitions: int) -> float:
    """Rows a second of the reference, the median of some repetitions."""
    rates = []
    for _ in range(repetitions):
        with host.new_warehouse() as dsn:
            rates.append(backlog.samples / reference.copy_seconds(dsn, backlog))
    return statistics.median(rates)


def load_and_reload(host: server.Server, backlog: Backlog) -> dict[str, Any]:
    """A first load, the same window again, and one day more."""
    with host.new_warehouse() as dsn:
        with serving(backlog) as uri:
            first = measured("load", dsn, uri)
            again = measured("load", dsn, uri, "full")
        delta = Backlog(backlog.documents + DAY, backlog.documents)
        with serving(delta) as uri:
            day = measured("load", dsn, uri, "full")
        merge_day = Backlog(backlog.documents + 2 * DAY, backlog.documents + DAY)
        return {
            "first": first, "again": again, "day": day, "merge_seconds": merge(dsn, merge_day),
        }  # fmt: skip


def merge(dsn: str, backlog: Backlog) -> float:
    """Seconds to add a day with MERGE, staging included."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("create temp table staged (like raw.iot__heart_rates)")
        began = time.perf_counter()
        staging = reference.COPY.replace("raw.iot__heart_rates", "staged")
        with cursor.copy(staging) as copy:
            for piece in copying.framed(reference.encoded_rows(backlog)):
                copy.write(piece)
        cursor.execute("analyze staged")
        cursor.execute((Path(__file__).parent / "merge.sql").read_text())
        connection.commit()
        return time.perf_counter() - began


def speed(host: server.Server, samples: int, repetitions: int) -> dict[str, float]:
    """T1, T3, T5, T6, T8 at one size."""
    backlog = Backlog.of_samples(samples)
    say(f"speed at {backlog.samples:,} samples")
    small = load_and_reload(host, Backlog.of_samples(max(samples // 10, DAY * 720)))
    reference_rate = copy_rate(host, backlog, repetitions)
    runs = [load_and_reload(host, backlog) for _ in range(repetitions)]
    first, again, day, merged = (
        min((run[key] for run in runs), key=_seconds)
        for key in ("first", "again", "day", "merge_seconds")
    )
    rate = backlog.samples / first["seconds"]
    cpu_seconds = first["cpu_seconds"] / backlog.samples * MILLION
    return {
        "samples": backlog.samples,
        "reference_copy_rows_per_second": reference_rate,
        "samples_per_second": rate,
        "T1_share_of_copy": rate / reference_rate,
        "T3_load_step_share_of_copy": backlog.samples / first["load_step_seconds"] / reference_rate,
        "T5_rows_changed_by_reload": again["rows_loaded"],
        "T5_reload_time_against_first": again["seconds"] / first["seconds"],
        "T6_day_against_tenth_of_the_table": day["seconds"] / small["day"]["seconds"],
        "T6_day_load_step_against_merge": merged / day["load_step_seconds"],
        "T8_cpu_seconds_per_million": cpu_seconds,
        "T8_times_plain_decoding": cpu_seconds / reference.decoding_cpu_seconds(),
    }


def _seconds(run: Any) -> float:
    return run["seconds"] if isinstance(run, dict) else run


def naive_rate(host: server.Server, samples: int) -> float:
    """Samples a second of the naive path."""
    backlog = Backlog.of_samples(samples)
    say(f"naive path at {backlog.samples:,} samples")
    with host.new_warehouse() as dsn, serving(backlog) as uri:
        return backlog.samples / measured("naive", dsn, uri)["seconds"]


def memory(host: server.Server, sizes: list[int]) -> dict[str, float]:
    """T4: peak memory of a run over backlogs of several sizes."""
    peaks = {}
    for samples in sizes:
        backlog = Backlog.of_samples(samples)
        say(f"memory at {backlog.samples:,} samples")
        with host.new_warehouse() as dsn, serving(backlog) as uri:
            peaks[samples] = measured("load", dsn, uri)["peak_mb"]
    found = {f"T4_peak_mb_at_{samples // 1000}k": peak for samples, peak in peaks.items()}
    return {**found, "T4_growth": peaks[sizes[-1]] / peaks[sizes[-2]] - 1}


def main() -> None:
    samples, full = int(os.environ.get("SAMPLES", 2 * MILLION)), os.environ.get("FULL") == "1"
    sizes = [samples // 2, 5 * samples] + ([100 * MILLION] if full else [])
    with server.running() as host:
        result: dict[str, Any] = {"speed": speed(host, samples, 3)}
        naive = naive_rate(host, min(100_000, samples // 4))
        result["speed"]["T2_times_naive"] = result["speed"]["samples_per_second"] / naive
        say(json.dumps(result))  # A run takes long: what is known already shall not be lost.
        if full:
            result["speed_large"] = speed(host, 20 * MILLION, 1)
            say(json.dumps(result["speed_large"]))
        result["memory"] = memory(host, sizes)
        say("archive and restore")
        result["archive"] = archive.figures(host, 20 * MILLION if full else samples)
        say("import of an account export")
        result["exports"] = exports.figures(host, 100 * MILLION if full else samples)
        say("the API under 20 clients")
        result["api"] = api.figures(host, 100 * MILLION if full else samples)
        say("the heart-rate stream")
        result["stream"] = stream.figures(host, MILLION if full else samples // 10)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
