"""Times of day without an offset -> rows, where the clock goes back and where samples are odd."""

import random
import time
from datetime import date, datetime

import numpy as np
import orjson
import pytest

from vitals.sources._api.reading import Reading
from vitals.sources._api.spec import DateWindow
from vitals.sources.fitbit import intraday
from vitals.sources.fitbit.intraday import SERIES, as_rows, clock_seconds, folds

DAY = date(2026, 10, 25)


class Answering:
    """Stands for the connection: gives the bytes of one answer, decoded as it decodes them."""

    def __init__(self, dataset):
        content = {"dataset": dataset, "datasetInterval": 1, "datasetType": "second"}
        self.body = orjson.dumps({"activities-heart-intraday": content, "activities-heart": []})

    def intraday_time_series(self, *_, **__):
        return orjson.loads(self.body)


def read(dataset):
    reading = Reading("fitbit:p1", "heart_rate")
    return intraday.read(Answering(dataset), DateWindow(DAY, DAY), reading)


def samples(*pairs):
    return [{"time": clock, "value": bpm} for clock, bpm in pairs]


def test_clock_seconds():
    assert clock_seconds(["00:00:00", "07:30:05", "23:59:59"]).tolist() == [0, 27_005, 86_399]
    assert clock_seconds([]).tolist() == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([], []),
        ([5], [0]),
        ([0, 60, 120], [0, 0, 0]),
        ([7_200, 10_799, 7_200, 10_799, 10_800], [0, 0, 1, 1, 1]),  # autumn
        ([3_600, 3_590, 3_610], [0, 0, 0]),  # only out of order
    ],
)
def test_folds(seconds, expected):
    assert folds(np.array(seconds, dtype=np.int64)).tolist() == expected


def test_the_repeated_hour_stays_apart():
    found = read(samples(("02:30:00", 60), ("02:59:00", 61), ("02:30:00", 70), ("03:00:00", 71)))
    by_key = {(str(r["ts"])[11:16], r["fold"]): r["bpm"] for r in found.rows.to_pylist()}
    expected = {("02:30", 0): 60, ("02:59", 0): 61, ("02:30", 1): 70, ("03:00", 1): 71}
    assert by_key == expected


def test_of_samples_with_one_key_the_larger_value_stays():
    found = read(samples(("10:00:05", 80), ("10:00:00", 60), ("10:00:05", 90), ("10:00:05", 85)))
    assert found.rows["bpm"].to_pylist() == [60, 90]


@pytest.mark.parametrize(
    ("sample", "field"),
    [
        ({"time": "10:00:01", "value": 24}, "value"),
        ({"time": "10:00:01", "value": 251}, "value"),
        ({"time": "10:00:01", "value": "80"}, "value"),
        ({"time": "10:00:01", "value": None}, "value"),
        ({"time": "10:00:01", "value": 80.5}, "value"),
        ({"time": "10:00:01"}, "value"),
        ({"time": "24:00:00", "value": 80}, "time"),
        ({"time": "9:00:00", "value": 80}, "time"),
        ({"value": 80}, "time"),
        ("10:00:01", None),
    ],
)
def test_what_cannot_be_right_is_refused_alone(sample, field):
    found = read([*samples(("10:00:00", 60)), sample, *samples(("10:00:02", 62))])
    assert found.rows["bpm"].to_pylist() == [60, 62]
    [rejected] = found.rejected
    assert (rejected.field, rejected.record_id) == (field, f"fitbit:p1/heart_rate/{DAY}#1")


def test_a_day_without_samples_is_an_empty_table_with_columns():
    found = read([])
    assert found.rows.num_rows == 0
    assert found.rows.schema.equals(SERIES["heart_rate"].schema)


def test_the_order_of_delivery_does_not_matter_but_for_the_fold():
    dataset = samples(*[(f"10:{m:02}:{s:02}", 60 + s) for m in range(14) for s in range(0, 60, 7)])
    shuffled = random.Random(1).sample(dataset, len(dataset))
    assert read(shuffled).rows == read(dataset).rows


def test_a_second_by_second_day_is_decoded_fast():
    """Not five times slower than whoever only wants the instants, on whatever machine it is."""
    dataset = [
        {"time": f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}", "value": 60 + s % 90}
        for s in range(86_400)
    ]
    read(dataset[:100])
    answering, reading = Answering(dataset), Reading("fitbit:p1", "heart_rate")
    decoded, plain = zip(
        *(
            (
                timed(lambda: intraday.read(answering, DateWindow(DAY, DAY), reading)),
                timed(lambda: [datetime.fromisoformat(f"{DAY}T{one['time']}") for one in dataset]),
            )
            for _ in range(5)
        ),
        strict=True,
    )
    assert min(decoded) < 5 * min(plain)


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def test_unknown_fields_stay_with_their_sample():
    dataset = [
        {"time": "10:00:00", "value": 60, "confidence": 2},
        {"time": "10:00:01", "value": 61},
    ]
    found = read(dataset)
    assert found.rows["extra"].to_pylist() == ['{"confidence": 2}', None]
    assert found.unknown_fields == {"confidence"}


def test_energy_keeps_level_and_mets():
    minute = {"time": "10:00:00", "value": 1.25, "level": 2, "mets": 31}
    [row] = as_rows(SERIES["calories"], [minute], DAY, False).to_pylist()
    assert (row["energy_kcal"], row["activity_level"], row["mets_tenths"]) == (1.25, 2, 31)
