"""Folders of runs: gone with the run, even with one that was killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from vitals.workspace import workspace

HOLDER = """
import time
from vitals.workspace import workspace
with workspace("test") as folder:
    (folder / "rows.parquet").write_text("rows")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path, monkeypatch):
    """A run in a process of its own, and the folder that it holds, which is not quite new."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    environment = {**os.environ, "PYTHONPATH": "plugins"}
    run = subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=environment, stdout=subprocess.PIPE, text=True
    )
    folder = Path(run.stdout.readline().strip())
    an_hour_ago = time.time() - 3_600
    os.utime(folder, (an_hour_ago, an_hour_ago))
    yield run, folder
    run.kill()
    run.wait()


def test_what_a_killed_run_left_goes_with_the_next_run(holder):
    run, folder = holder
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert (folder / "rows.parquet").exists()
    with workspace("test") as mine:
        assert [*folder.parent.iterdir()] == [mine]
    assert [*folder.parent.iterdir()] == []


def test_the_folder_of_a_run_that_lives_stays(holder):
    _, folder = holder
    with workspace("test") as mine:
        assert {*folder.parent.iterdir()} == {folder, mine}
    assert (folder / "rows.parquet").exists()


def test_a_folder_is_for_its_user_alone_and_other_kinds_are_left(holder):
    run, folder = holder
    run.kill()
    run.wait()
    with workspace("other") as mine:
        assert mine.stat().st_mode & 0o777 == 0o700
        assert folder.exists()
