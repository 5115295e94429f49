"""What the description of Garmin promises to others."""

from vitals.sources.garmin import LONGEST_RANGE_DAYS, SPEC
from vitals.sources.garmin.client import READERS


def test_every_resource_is_read():
    assert READERS.keys() == {one.name for one in SPEC.resources}


def test_no_range_is_longer_than_garmin_answers():
    lists = {"activities"}  # paged
    ranges = [
        one.chunk_days for one in SPEC.resources if one.keeps == "days" and one.name not in lists
    ]
    assert max(ranges) == LONGEST_RANGE_DAYS


def test_the_key_is_exchanged_at_the_host_of_the_api():
    assert SPEC.oauth is None
    assert SPEC.api_key.token_url.startswith(SPEC.base_url)
    assert SPEC.probe.user_id({"id": 70_000_001}) == "70000001"
