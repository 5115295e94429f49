from datetime import date

from vitals.orchestration.tables import format_table


def test_a_table_is_aligned_and_null_is_empty():
    rows = [("a", date(2025, 1, 2), 12, 61.25, None), ("longer", date(2025, 1, 3), 3, None, True)]
    assert format_table(["name", "day", "n", "bpm", "ok"], rows) == [
        "name    day          n   bpm  ok",
        "------  ----------  --  ----  ---",
        "a       2025-01-02  12  61.2",
        "longer  2025-01-03   3        yes",
    ]


def test_a_table_without_rows_is_its_head():
    assert format_table(["name"], []) == ["name", "----"]
