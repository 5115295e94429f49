"""What went wrong with an account -> what Airflow does: skip it, try again, or fail at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from vitals.sources._api.errors import (
    ApiError,
    ConsentNeededError,
    LimitReachedError,
    ProviderUnavailableError,
    ScopeMissingError,
    StrangerError,
)

# The run has done what it could: the next one goes on, or a person grants more.
_EXPECTED = (ScopeMissingError, LimitReachedError)


class AccountNotReadError(AirflowException):
    """Something of an account could not be read now; Airflow tries again."""


@dataclass(frozen=True)
class Ended:
    """How a task has to end: the exception for Airflow, and the first error behind it."""

    exception: Exception
    first: ApiError


def end_of_account(error: ApiError) -> Exception:
    """For an error after which nothing more of the account can be read."""
    if isinstance(error, ConsentNeededError | StrangerError):
        return AirflowSkipException(str(error))  # not red every night: a person has to act
    if isinstance(error, LimitReachedError):
        return AirflowSkipException(f"{error}: the next run reads the account")
    if isinstance(error, ProviderUnavailableError):
        return AccountNotReadError(str(error))
    return AirflowFailException(str(error))


def is_whole(problems: Mapping[str, ApiError]) -> bool:
    """Whether all was read that the person has granted, with these problems on the way."""
    return all(isinstance(error, ScopeMissingError) for error in problems.values())


def end_of_read(problems: Mapping[str, ApiError]) -> Ended | None:
    """For resources that were not read while others were; None if nothing is wrong with that."""
    wrong = {name: error for name, error in problems.items() if not isinstance(error, _EXPECTED)}
    if not wrong:
        return None
    listed = "; ".join(f"{name}: {error}" for name, error in wrong.items())
    message = f"{len(wrong)} resources were not read (the others were): {listed}"
    passing = any(isinstance(error, ProviderUnavailableError) for error in wrong.values())
    kind = AccountNotReadError if passing else AirflowFailException
    return Ended(kind(message), next(iter(wrong.values())))
