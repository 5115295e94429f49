"""One row for each key, sorted, whatever the order in which the samples come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vitals.sources.iot.samples import winners

rows = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(-3, 3) | st.integers(-(10**15), 4 * 10**15),
        st.sampled_from([60.0, 61.5, 250.0]),
        st.sampled_from([float("nan"), 0.0, 0.5, 3.0]),
    ),
    max_size=40,
)


def chosen(found: list[tuple]) -> list[tuple]:
    types = (np.int32, np.int64, np.float32, np.float32)
    columns = [np.array([row[i] for row in found], kind) for i, kind in enumerate(types)]
    return [
        tuple(None if value != value else float(value) for value in row)
        for row in zip(*(column.tolist() for column in winners(columns)), strict=True)
    ]


@given(rows, st.randoms())
def test_the_winner_does_not_depend_on_the_order(found, random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert chosen(found) == chosen(shuffled)


@given(rows)
def test_the_higher_confidence_then_the_higher_value_wins(found):
    best: dict[tuple, tuple] = {}
    for device, ts, bpm, confidence in found:
        rank = (float("-inf") if confidence != confidence else confidence, bpm)
        best[device, ts] = max(best.get((device, ts), rank), rank)
    expected = [
        (float(key[0]), float(key[1]), bpm, None if confidence == float("-inf") else confidence)
        for key, (confidence, bpm) in sorted(best.items())
    ]
    assert chosen(found) == expected
