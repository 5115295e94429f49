"""silence: environment -> after how many whole days without data a participant is silent.

Read here by whoever tells of silent participants: the nightly report, the page in Airflow and the
dashboard.
"""

from collections.abc import Mapping

from vitals.setting_values import whole_number

VARIABLE = "VITALS_SILENT_AFTER_DAYS"


def silent_after_days(given: Mapping[str, str]) -> int:
    """The days of an environment, at least one.

    Raises:
        SettingError: the value cannot be used.
    """
    return max(whole_number(given, VARIABLE, 3), 1)
