"""What Airflow does about an account that could not be read."""

from datetime import date

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from vitals.orchestration.forms import requested_days
from vitals.orchestration.outcomes import end_of_account, end_of_read, is_whole
from vitals.sources._api.errors import (
    ConsentNeededError,
    LimitReachedError,
    ProviderGoneError,
    ProviderUnavailableError,
    RequestRefusedError,
    ScopeMissingError,
)

GONE = ProviderGoneError("switched off")
UNAVAILABLE = ProviderUnavailableError("status 503")
REFUSED = RequestRefusedError("status 400")
SCOPE = ScopeMissingError("sleep was not granted")
LIMIT = LimitReachedError("150 requests are used up")


def is_tried_again(error: Exception) -> bool:
    return isinstance(error, AirflowException) and not isinstance(
        error, (AirflowFailException, AirflowSkipException)
    )


def test_a_dead_token_is_no_failure():
    end = end_of_account(ConsentNeededError("revoked: vitals connect fitbit --participant p1"))
    assert isinstance(end, AirflowSkipException)
    assert "vitals connect fitbit --participant p1" in str(end)


def test_a_used_up_limit_is_left_to_the_next_run():
    end = end_of_account(LIMIT)
    assert isinstance(end, AirflowSkipException)
    assert str(end) == "150 requests are used up: the next run reads the account"


def test_only_what_may_pass_is_tried_again():
    assert is_tried_again(end_of_account(UNAVAILABLE))
    assert isinstance(end_of_account(GONE), AirflowFailException)
    assert isinstance(end_of_account(REFUSED), AirflowFailException)


@pytest.mark.parametrize("problems", [{}, {"sleep": SCOPE}, {"sleep": SCOPE, "steps": LIMIT}])
def test_what_could_not_be_asked_for_is_no_failure(problems):
    assert end_of_read(problems) is None


def test_a_refused_resource_fails_at_once_and_is_named():
    end = end_of_read({"sleep": SCOPE, "steps": REFUSED})
    assert isinstance(end.exception, AirflowFailException)
    assert "steps: status 400" in str(end.exception) and "sleep" not in str(end.exception)
    assert end.first is REFUSED


def test_one_unavailable_resource_is_enough_to_try_again():
    end = end_of_read({"steps": REFUSED, "heart_rate": UNAVAILABLE})
    assert is_tried_again(end.exception)
    assert "steps: status 400; heart_rate: status 503" in str(end.exception)


def test_days_of_the_form():
    assert requested_days({}) == (None, None)
    assert requested_days({"start": None, "end": ""}) == (None, None)
    assert requested_days({"start": "2026-01-31"}) == (date(2026, 1, 31), None)
    same = {"start": "2026-01-31", "end": "2026-01-31"}
    assert requested_days(same) == (date(2026, 1, 31), date(2026, 1, 31))
    with pytest.raises(AirflowFailException, match="before they start"):
        requested_days({"start": "2026-02-01", "end": "2026-01-31"})


def test_what_was_not_granted_keeps_nothing_from_being_a_success():
    assert is_whole({}) and is_whole({"sleep": SCOPE})
    assert not is_whole({"sleep": SCOPE, "steps": LIMIT})
    assert not is_whole({"steps": UNAVAILABLE})


def test_a_day_that_is_none_names_its_parameter():
    with pytest.raises(AirflowFailException, match=r"`start` is '2026-13-01'.*YYYY-MM-DD"):
        requested_days({"start": "2026-13-01"})
