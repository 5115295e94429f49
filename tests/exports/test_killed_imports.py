"""Imports of every format, killed at any moment of their work and repeated: the same in the end."""

import os
import random
import signal
import threading
from dataclasses import dataclass
from datetime import date

import pytest
from tests.exports.conftest import Imports, person
from tests.killing import started

from vitals.load.exports import import_exports
from vitals.simulator.exports import writers

pytestmark = pytest.mark.slow

SPAN = date(2026, 3, 10), date(2026, 3, 11)
WRITE_ROWS = 1_000  # many commits, between which to die
KILLS = 3  # the first at once, so that a quick machine has not ended before


@dataclass
class Death:
    """Progress of an import whose process is killed a while after it has written some pieces."""

    pieces: int
    seconds: float

    def __call__(self, line: str) -> None:
        self.pieces -= 1
        if self.pieces == 0 and self.seconds:
            threading.Timer(self.seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
        elif self.pieces == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def warehouses(new_warehouse, view) -> tuple[Imports, Imports]:
    return Imports(new_warehouse(), view), Imports(new_warehouse(), view)


@pytest.mark.parametrize("name", writers())
def test_a_killed_import_is_completed_by_the_next(warehouses, generate, view, name):
    undisturbed, disturbed = warehouses
    paths, whose = [generate(name, *SPAN)], person(view, participant_id=name)
    undisturbed.load(*paths, person=whose, write_rows=WRITE_ROWS)
    # Whoever is killed between the two leaves rows whose owner is known.
    named_first = (
        "select bool_and(named_at < last_seen_at) from raw.export_files inner join "
        "(select participant_id, min(seen_at) as named_at from raw.account_exports__profiles "
        "group by participant_id) as profiles using (participant_id) where status = 'loaded'"
    )
    assert undisturbed.fetch(named_first) == [(True,)]
    chance, codes = random.Random(name), []
    for number in range(KILLS):
        # Not after the same piece again, which the next import need not write.
        death = Death(1 + number, chance.uniform(0, 0.05) if number else 0)
        process = started(import_exports, disturbed.dsn, paths, whose, None, death, WRITE_ROWS)
        process.join()
        codes.append(process.exitcode)
    assert codes[0] == -signal.SIGKILL
    disturbed.load(*paths, person=whose, write_rows=WRITE_ROWS)
    assert disturbed.rows() == undisturbed.rows()
    for query in (
        "select path, status, reason, rows_read, rows_rejected, rows_without_value"
        " from raw.export_files order by 1, 2",
        "select distinct on (participant_id) participant_id, devices"
        " from raw.account_exports__profiles order by participant_id, load_id desc",
        "select distinct source, resource, subject_id, utc_date from raw.touched_days"
        " where source <> 'account_exports' order by 1, 2, 3, 4",
    ):
        assert disturbed.fetch(query) == undisturbed.fetch(query)
    assert disturbed.fetch("select count(*) from raw.loads where status = 'running'") == [(0,)]
