"""setting_values: text of a variable -> value of the right type, or an error that names it."""

from collections.abc import Mapping

from vitals.errors import ExpectedError


class SettingError(ExpectedError, ValueError):
    """A setting has a value that cannot be used; the message says which and what is expected."""


def number(given: Mapping[str, str], variable: str, default: float) -> float:
    """A number from 0 upwards.

    Raises:
        SettingError: it is none.
    """
    text = given.get(variable, str(default))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise SettingError(f"{variable} must be a number from 0 upwards, not {text!r}")
    return value


def whole_number(given: Mapping[str, str], variable: str, default: int) -> int:
    """A whole number from 0 upwards.

    Raises:
        SettingError: it is none.
    """
    text = given.get(variable, str(default))
    if not text.isdecimal() or int(text) >= 1e6:
        raise SettingError(f"{variable} must be a whole number from 0 upwards, not {text!r}")
    return int(text)


def flag(given: Mapping[str, str], variable: str, default: bool) -> bool:
    """True or false.

    Raises:
        SettingError: it is neither.
    """
    text = given.get(variable, str(default)).lower()
    if text not in ("true", "false", "1", "0", "yes", "no"):
        raise SettingError(f"{variable} must be true or false, not {text!r}")
    return text in ("true", "1", "yes")
