"""quality.settings: environment -> how long results and failing rows are kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.setting_values import whole_number


@dataclass(frozen=True)
class QualitySettings:
    """How long what the checks found is kept.

    Attributes:
        rows_days: failing rows, if their check is not carried out any more.
        results_days: results of past runs.
    """

    rows_days: int = 30
    results_days: int = 365


def read(given: Mapping[str, str]) -> QualitySettings:
    """The settings of an environment (`Settings.environment`).

    Raises:
        SettingError: a value cannot be used.
    """
    return QualitySettings(
        rows_days=max(whole_number(given, "VITALS_QUALITY_ROWS_DAYS", 30), 1),
        results_days=max(whole_number(given, "VITALS_QUALITY_RESULTS_DAYS", 365), 1),
    )
