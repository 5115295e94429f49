"""Who is deleted leaves the star, and the operational database does not bring them back."""

import psycopg
import pytest
from tests.star.star import Event, Star

from vitals.deletion.participant import delete_participant
from vitals.load import oltp
from vitals.operational_settings import READER, OperationalTarget
from vitals.synthetic import operational

pytestmark = pytest.mark.slow

GONE = "p0001"


def test_nothing_of_a_deleted_participant_is_left_or_comes_back(star: Star):
    dsn = star.warehouse.dsn
    target = OperationalTarget(dsn, role=READER)
    with psycopg.connect(dsn, autocommit=True) as connection:
        operational.fill(connection, 1, 3)
        oltp.extract_and_load(dsn, target, progress=str)
        star.events(*(Event(n, n, f"p{n % 3 + 1:04d}", "act-run") for n in range(9)))
        star.build()
        assert len(star.found()) == 9

        receipt = delete_participant(dsn, GONE, None, None, progress=str)

        assert receipt.left == 0
        assert {
            "oltp.users": 1, "raw.oltp__users": 1, "raw.stream__heart_rates": 3,
            "stage.fct_heart_rates": 3,
        }.items() <= receipt.rows_deleted.items()  # fmt: skip
        # An application that still has them, as one in another database would.
        operational.fill(connection, 1, 3)
        counts = oltp.extract_and_load(dsn, target, "full", progress=str).counts
        assert (counts["rows_withheld"], counts["rows_loaded"]) == (1, 0)
    star.build()
    assert {found[0] for found in star.found().values()} == {"p0002", "p0003"}
    assert star.warehouse.values("select distinct participant_id from stage.dim_participant") != []
    assert GONE not in star.warehouse.values("select participant_id from stage.dim_participant")
