"""The fact table: nothing lost, nothing twice, and work in proportion to what changed."""

import pytest
from tests.star.star import FACT, UNKNOWN, Event, Star, Version, at

pytestmark = pytest.mark.slow

OSLO = Version("u1", 0, "Oslo", created_hour=-24, country="NO")
BERLIN = Version("u1", 10, "Berlin", country="DE")
RUN = Version("run", 5, "Running")


def days_of(user: str, activity: str | None = "run") -> list[Event]:
    """An event an hour, from a day before until a day after the first version."""
    return [Event(30 + hour, hour, user, activity) for hour in range(-30, 24)]


def test_strangers_are_kept_and_known_later(star: Star):
    star.events(*days_of("u1"))
    star.build()
    assert {found[0] for found in star.found().values()} == {UNKNOWN}
    assert len(star.found()) == 54

    star.users(OSLO)
    star.activities(RUN)
    assert star.build() == "INSERT 0 0"
    found = star.found()
    # Since the person was created; the activity has always been one.
    assert [offset for offset, one in found.items() if one[0] == UNKNOWN] == list(range(6))
    assert {one[2] for one in found.values()} == {"ZZ", "NO"}
    assert {one[3:] for one in found.values()} == {("run", "Running")}


def test_only_what_a_change_concerns_is_written_again(star: Star):
    star.users(OSLO, Version("u2", 0, "Rome", created_hour=-99))
    star.activities(RUN, Version("row", 0, "Rowing"))
    star.events(*days_of("u1"))
    star.events(*(Event(100 + hour, hour, "u2", "row") for hour in range(24)))
    star.build()
    before = written(star)

    star.users(BERLIN)
    star.build()
    assert [row for row, when in written(star).items() if when != before[row]] == [
        30 + hour for hour in range(10, 24)
    ]
    before = written(star)
    star.activities(Version("row", 20, None))
    star.build()
    assert [row for row, when in written(star).items() if when != before[row]] == [
        100 + hour for hour in range(20, 24)
    ]
    assert star.found()[120][3:] == (UNKNOWN, None)
    assert star.build() == "UNCHANGED"


def test_any_history_ends_like_a_rebuild(star: Star):
    star.users(OSLO)
    star.events(*days_of("u1")[::2])
    star.build()
    star.users(BERLIN)
    star.events(*days_of("u1")[1::2])
    star.activities(RUN)
    star.build()
    keys = "select * from stage.fct_heart_rates order by kafka_offset"
    before = star.warehouse.rows(keys)
    assert len(before) == 54
    star.build("--full-refresh")
    assert star.warehouse.rows(keys) == before


def test_keys_survive_what_comes_later(star: Star):
    """Also for readers in another time zone."""
    keys = "select participant_key from stage.dim_participant where city = 'Oslo'"
    star.users(OSLO)
    [key] = star.warehouse.values(keys)
    star.users(BERLIN)
    star.users(Version("u1", 12, None))
    star.connection.execute("set timezone to 'Asia/Kathmandu'")
    assert star.warehouse.values(keys) == [key] != [0]


def test_local_time_follows_the_zone_of_the_participant(star: Star):
    star.events(Event(1, 0, "p1"), Event(2, 0, "u2"))
    star.users(Version("u2", -9, "Rome"))
    star.build()
    local = f"select local_date::text, local_time::text from stage.{FACT} order by kafka_offset"
    assert [(*row.values(),) for row in star.warehouse.rows(local)] == [(None, None)] * 2

    star.warehouse.users({"user_id": "p1", "time_zone": "America/New_York"})
    star.build()
    assert [(*row.values(),) for row in star.warehouse.rows(local)] == [
        ("2025-02-28", "19:00:00"),
        (None, None),
    ]


def test_events_that_are_archived_keep_their_rows(star: Star):
    star.users(OSLO)
    star.events(*days_of("u1"))
    star.build()
    star.connection.execute("delete from raw.stream__heart_rates where ts < %s", [at(-10)])
    star.connection.execute(
        "with part as (insert into archive.parts (table_name, range_start, range_end, part_number,"
        " state, object_key, manifest_key, row_count, size_bytes, sha256) values"
        " ('stream__heart_rates', %s, %s, 1, 'archived', 'o', 'm', 20, 1, 'x') returning part_id)"
        " insert into archive.part_subjects (part_id, subject_id, row_count, digest)"
        " select part_id, 'heart_rates', 20, 0 from part",
        [at(-99), at(-10)],
    )
    star.users(BERLIN)
    star.build("--full-refresh")
    found = star.found()
    assert len(found) == 54
    assert found[0][1] is None and found[10][1] == "Oslo" and found[45][1] == "Berlin"


def test_the_star_passes_its_own_tests(star: Star):
    star.users(OSLO)
    star.users(Version("u1", 3, None), Version("u2", 3, "Rome"))
    star.users(Version("u1", 9, "Bergen", created_hour=9, country="NO"))
    star.activities(RUN)
    star.activities(Version("run", 7, None))
    star.events(*days_of("u1"))
    star.build()
    star.warehouse.dbt("test", "--select", "dim_participant", "dim_activity", FACT)


def written(star: Star) -> dict[int, str]:
    """By offset, the transaction that wrote the row."""
    query = f"select kafka_offset, xmin::text as written from stage.{FACT} order by 1"
    return {row["kafka_offset"]: row["written"] for row in star.warehouse.rows(query)}
