"""One measured run in a process of its own: `python -m benchmarks.child WHAT DSN URI [ARGUMENTS]`.

Prints JSON: seconds, CPU seconds of this process, peak memory, and what the run counted.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.archive import run_archive, run_restore
from benchmarks.stream import run_load, run_sink

# The oracle of the tests needs polars, production does not have it, and dlt imports what it finds.
sys.modules["polars"] = None  # type: ignore[assignment]


def measured(what: str, *arguments: str) -> dict[str, Any]:
    """Run a child and return what it printed."""
    command = [sys.executable, "-m", "benchmarks.child", what, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def load(dsn: str, uri: str, mode: str = "incremental") -> dict[str, Any]:
    """Extract and load, with the time of the load step alone beside it."""
    from vitals.load import copy_job, iot, memory, pipeline

    memory.settle()  # as a run does before that import
    os.environ.update(pipeline.DLT_SETTINGS)
    import vitals.load.destination  # noqa: F401 - its import is not what is measured

    steps: list[float] = []
    run = copy_job.FileLoad.run

    def timed(self: copy_job.FileLoad) -> None:
        began = time.perf_counter()
        run(self)
        steps.append(time.perf_counter() - began)

    copy_job.FileLoad.run = timed  # type: ignore[method-assign]  # to time each file
    began, cpu = time.perf_counter(), time.process_time()
    summary = iot.extract_and_load(dsn, uri, mode, progress=lambda line: None)
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "load_step_seconds": sum(steps),
        **summary.counts,
    }


def naive(dsn: str, uri: str) -> dict[str, Any]:
    """What everybody writes first: nested documents into dlt, defaults throughout."""
    from vitals.load import pipeline

    os.environ.update(pipeline.DLT_SETTINGS)
    import dlt
    import pymongo

    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(uri)
    documents = client.iot.heart_rates.find()
    line = dlt.pipeline("naive", destination=dlt.destinations.postgres(
        credentials=pipeline.as_url(dsn)), dataset_name="naive", dev_mode=True)  # fmt: skip
    plain = ({**document, "_id": str(document["_id"])} for document in documents)
    began, cpu = time.perf_counter(), time.process_time()
    line.run(plain, table_name="heart_rates")
    return {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}


def main() -> None:
    what, *arguments = sys.argv[1:]
    works: dict[str, Callable[..., dict[str, Any]]] = {
        "load": load, "naive": naive, "archive": run_archive, "restore": run_restore,
        "sink": run_sink, "stream_load": run_load,
    }  # fmt: skip
    result = works[what](*arguments)
    print(json.dumps({**result, "peak_mb": peak_mb()}))


def peak_mb() -> float:
    """Peak memory of this program alone: what getrusage says includes the parent's before exec."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
