"""One file into one table: fast or careful, repeated or not, in any order the same rows."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from adbc_driver_manager import dbapi
from dlt.destinations.impl.postgres.factory import get_adbc_driver_location
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.load.conftest import EPOCH

from vitals import warehouse
from vitals.load.copy_job import FileLoad
from vitals.load.tables import TABLES, load_sql
from vitals.sources.iot.samples import TIMESTAMP
from vitals.sources.iot.sleeps import SLEEPS

HEART_RATES = pa.schema([
    pa.field("device_id", pa.string(), nullable=False),
    pa.field("ts", TIMESTAMP, nullable=False),
    pa.field("bpm", pa.float32(), nullable=False),
    pa.field("confidence", pa.float32()),
    pa.field("load_id", pa.int32(), nullable=False),
])  # fmt: skip


class Files:
    """Loads rows as files, each in a load of its own unless told otherwise."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.folder = warehouse.session_dsn(dsn, "loader"), folder
        self.connection = psycopg.connect(dsn, autocommit=True)
        # Of one session, since each looks up all types of the database when it opens.
        uri = {"uri": self.dsn}
        self.session = dbapi.connect(get_adbc_driver_location(), db_kwargs=uri)

    def start(self, table: str) -> int:
        return self.connection.execute(
            "insert into raw.loads (source, resource, mode) values ('iot', %s, 'full') "
            "returning load_id", [table],
        ).fetchone()[0]  # fmt: skip

    def load(
        self, table: str, rows: list[tuple], load_id: int | None = None, name: str = ""
    ) -> int:
        """Write the rows to a file and load it; returns the number of its load."""
        load_id = load_id or self.start(table)
        path = self.folder / (name or f"{uuid.uuid4().hex}.parquet")
        schema = HEART_RATES if table == "iot__heart_rates" else SLEEPS.append(HEART_RATES[4])
        columns = list(zip(*[(*row, load_id) for row in rows], strict=True))
        pq.write_table(pa.table(list(map(list, columns)), schema=schema), path)
        FileLoad(self.session, TABLES[table], str(path), path.name).run()
        return load_id

    def fetch(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def counts(self, load_id: int) -> tuple[int, int]:
        """Rows loaded and superseded."""
        query = f"select rows_loaded, rows_superseded from raw.load_files where load_id = {load_id}"
        return self.fetch(query)[0]


@pytest.fixture(scope="module")
def files(module_warehouse_dsn, tmp_path_factory) -> Iterator[Files]:
    made = Files(module_warehouse_dsn, tmp_path_factory.mktemp("files"))
    yield made
    made.session.close()


@pytest.fixture(autouse=True)
def empty(files) -> None:
    files.connection.execute(
        "truncate raw.iot__heart_rates, raw.iot__sleeps, raw.touched_days, raw.load_files"
    )


def ts(seconds: float) -> int:
    return round((EPOCH + seconds) * 1_000_000)


def sample(device: str, seconds: float, bpm: float = 60, confidence: float | None = 1) -> tuple:
    return device, ts(seconds), bpm, confidence


def test_fresh_rows_are_copied_and_touch_their_days(files):
    rows = [sample("a", 0), sample("a", 86_400), sample("a", 86_405), sample("b", 0)]
    load_id = files.load("iot__heart_rates", rows)
    assert files.counts(load_id) == (4, 0)
    touched = files.fetch(
        "select subject_id, utc_date::text, last_ts - first_ts = '5 seconds' from raw.touched_days "
        "order by 1, 2"
    )
    assert touched == [("a", "2026-03-02", False), ("a", "2026-03-03", True),
                       ("b", "2026-03-02", False)]  # fmt: skip


def test_the_same_rows_again_change_and_touch_nothing(files):
    rows = [sample("a", 5 * i) for i in range(100)]
    files.load("iot__heart_rates", rows)
    again = files.load("iot__heart_rates", rows)
    assert files.counts(again) == (0, 100)
    assert files.fetch(f"select count(*) from raw.touched_days where load_id = {again}") == [(0,)]


def test_only_what_is_new_or_better_is_written_and_touched(files):
    files.load("iot__heart_rates", [sample("a", 0, 60, 1), sample("a", 5, 60, 1)])
    rows = [sample("a", 0, 90, 0), sample("a", 5, 61, 1), sample("a", 10, 60, None)]
    second = files.load("iot__heart_rates", rows)
    assert files.counts(second) == (2, 1)
    stored = files.fetch("select bpm, load_id = (select max(load_id) from raw.loads) "
                         "from raw.iot__heart_rates order by ts")  # fmt: skip
    assert stored == [(60, False), (61, True), (60, True)]
    first_ts = files.fetch("select extract(epoch from first_ts)::bigint from raw.touched_days "
                           f"where load_id = {second}")  # fmt: skip
    assert first_ts == [(EPOCH + 5,)]


def test_a_file_that_was_committed_is_not_counted_twice(files):
    """The database committed, the worker died before it heard of it, and tries again."""
    rows = [sample("a", 0), sample("a", 5)]
    load_id = files.load("iot__heart_rates", rows, name="one.parquet")
    files.load("iot__heart_rates", rows, load_id=load_id, name="one.parquet")
    assert files.counts(load_id) == (2, 0)
    files.load("iot__heart_rates", [sample("a", 10)], load_id=load_id, name="two.parquet")
    assert files.fetch("select sum(rows_loaded) from raw.load_files") == [(3,)]


def test_a_load_declared_dead_writes_no_more(files):
    load_id = files.start("iot__heart_rates")
    files.connection.execute("update raw.loads set status = 'interrupted' where load_id = %s",
                             [load_id])  # fmt: skip
    with pytest.raises(dbapi.Error, match="no longer running"):
        files.load("iot__heart_rates", [sample("a", 0)], load_id=load_id)
    assert files.fetch("select count(*) from raw.iot__heart_rates") == [(0,)]


def test_a_file_with_repeated_keys_keeps_the_best(files):
    rows = [sample("a", 0, 60, 1), sample("a", 0, 61, 1), sample("a", 0, 99, 0), sample("a", -5)]
    assert files.counts(files.load("iot__heart_rates", rows)) == (2, 2)
    assert files.fetch("select bpm from raw.iot__heart_rates order by ts") == [(60,), (61,)]


def test_what_ends_before_it_begins_touches_the_instant_at_which_it_begins(files):
    """A range of instants from later to earlier would stop the transformation for everybody."""
    load_id = files.start("sleep")
    with files.connection.transaction():
        files.connection.execute(load_sql("file/begin_file"))
        files.connection.execute(
            "insert into touched values ('a', '2026-03-02', '2026-03-02 22:00Z', '2019-03-03', 1)"
        )
        files.connection.execute(load_sql("file/record_touched").format(load_id=load_id))
    touched = f"select first_ts = last_ts from raw.touched_days where load_id = {load_id}"
    assert files.fetch(touched) == [(True,)]


def test_a_large_file_crosses_batches_and_chunks(files):
    rows = [sample(f"device {d}", 60 * i) for d in range(3) for i in range(50_000)]
    load_id = files.load("iot__heart_rates", rows)
    assert files.counts(load_id) == (150_000, 0)
    days, spread = files.fetch(
        "select count(*), max(extract(epoch from last_ts - first_ts)) from raw.touched_days"
    )[0]
    assert days == 3 * 36
    assert spread == 86_340
    assert files.counts(files.load("iot__heart_rates", rows[:70_000])) == (0, 70_000)


some_samples = st.lists(
    st.builds(
        sample,
        st.sampled_from(["a", "b"]),
        st.sampled_from([0, 5, 700_000, 900_000]),
        st.sampled_from([60.0, 61.5, 250.0]),
        st.sampled_from([None, 0.0, 1.0]),
    ),
    min_size=1,
    max_size=12,
)
_stages = [None, '[{"ts": "2026-03-02T08:00:00Z", "level": "deep", "seconds": 60}]',
           '[{"ts": "2026-03-02T08:00:00Z", "level": "rem", "seconds": 60}]']  # fmt: skip
some_sleeps = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from([ts(0), ts(3600)]),
        st.sampled_from([ts(7200), ts(9000)]),
        st.sampled_from([None, 0, 7_200_000]),
        st.sampled_from(_stages),
        st.sampled_from([None, '{"score": 1}', '{"score": 2}']),
    ),
    min_size=1,
    max_size=10,
)
CONTENT = {
    "iot__heart_rates": "select device_id, ts, bpm, confidence from raw.iot__heart_rates "
    "order by 1, 2",
    "iot__sleeps": "select device_id, start_ts, end_ts, duration_ms, levels, extra "
    "from raw.iot__sleeps order by 1, 2",
}
few = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def check_any_order(files: Files, table: str, rows: list[tuple], random) -> None:
    """All at once, and in random files in random order with repetitions: the same table."""
    results = []
    for pieces in ([rows], _split(rows, random)):
        files.connection.execute(f"delete from raw.{table}")
        for piece in pieces:
            files.load(table, piece)
        results.append(files.fetch(CONTENT[table]))
    assert results[0] == results[1]


def _split(rows: list[tuple], random) -> list[list[tuple]]:
    shuffled = [*rows, *random.sample(rows, len(rows) // 2)]
    random.shuffle(shuffled)
    size = random.randint(max(1, len(shuffled) // 4), max(1, len(shuffled) // 2))
    return [shuffled[i : i + size] for i in range(0, len(shuffled), size)]


@few
@given(rows=some_samples, random=st.randoms(use_true_random=False))
def test_heart_rates_do_not_depend_on_the_order_of_arrival(files, rows, random):
    check_any_order(files, "iot__heart_rates", rows, random)


@few
@given(rows=some_sleeps, random=st.randoms(use_true_random=False))
def test_sleeps_do_not_depend_on_the_order_of_arrival(files, rows, random):
    check_any_order(files, "iot__sleeps", rows, random)
