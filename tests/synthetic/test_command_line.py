"""`python -m vitals.synthetic`."""

from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from tests.clock import avoid_midnight

from vitals.synthetic import __main__ as command
from vitals.synthetic.truth import SCHEMAS


def test_truth_is_written_where_asked(tmp_path, capsys):
    command.main(
        ["--participants", "1", "--days", "2", "--start", "2025-03-29", "--truth", str(tmp_path)]
    )
    assert {path.stem for path in tmp_path.iterdir()} == SCHEMAS.keys()
    for name, schema in SCHEMAS.items():
        assert pq.read_schema(tmp_path / f"{name}.parquet").equals(schema)
    assert "1 participants, 2025-03-29 to 2025-03-30" in capsys.readouterr().err


def test_without_start_the_last_day_is_yesterday(tmp_path, capsys):
    avoid_midnight()
    command.main(["--participants", "1", "--days", "1", "--truth", str(tmp_path)])
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert f"{yesterday} to {yesterday}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give --mongo, --truth or both"),
        (["--truth", "x", "--days", "0"], "at least 1 participant and 1 day"),
        (["--truth", "x", "--resolution", "60"], "resolution_seconds must be 1 to 15"),
        (["--truth", "x", "--start", "soon"], "argument --start"),
    ],
)
def test_wrong_options_are_explained(capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
