"""backfill_settings: environment -> how much of the providers' limits backfills leave alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.setting_values import SettingError, whole_number


@dataclass(frozen=True)
class BackfillSettings:
    """What is set.

    Attributes:
        reserve: share of each limit of requests that is left to new days.
    """

    reserve: float = 0.25

    @property
    def is_on(self) -> bool:
        """Whether old gaps are filled at all."""
        return self.reserve < 1


def read(given: Mapping[str, str]) -> BackfillSettings:
    """The settings.

    Raises:
        SettingError: the value cannot be used.
    """
    variable = "VITALS_BACKFILL_RESERVE"
    percent = whole_number(given, variable, 25)
    if percent > 100:
        raise SettingError(f"{variable} must be a percentage from 0 to 100, not {percent}")
    return BackfillSettings(percent / 100)
