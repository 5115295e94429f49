"""Dates, periods and wall-clock times of the Fitbit Web API: local, without offset."""

import re
from datetime import date

from vitals.simulator.fitbit.dialect import invalid
from vitals.simulator.formats import date_text
from vitals.simulator.provider import Call
from vitals.simulator.truth.people import DAY, to_day

DATE = re.compile(r"\d{4}-\d\d-\d\d$")
PERIODS = {"1d": 1, "7d": 7, "30d": 30, "1w": 7, "1m": 30, "3m": 90, "6m": 180, "1y": 365}
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)$")
MILE_KM = 1.609344
POUND_KG = 0.45359237


def read_day(call: Call, text: str, field: str = "date") -> int:
    """Day number of YYYY-MM-DD or `today`.

    Raises:
        ApiError: 400 if it is neither.
    """
    if text == "today":
        return call.view.today()
    try:
        if DATE.match(text):
            return to_day(date.fromisoformat(text))
    except ValueError:
        pass
    raise invalid(f"Invalid date: {text}", field)


def read_range(call: Call, longest: int, periods: bool = True) -> tuple[int, int]:
    """First and last day of the path's `start` and `end`; `end` may be a period ending at `start`.

    Raises:
        ApiError: 400 if the range is longer than `longest` days or runs backwards.
    """
    start = read_day(call, call.path["start"])
    text = call.path.get("end", call.path["start"])
    if periods and text in PERIODS:
        return start - PERIODS[text] + 1, start
    if periods and text == "max":
        return start - longest + 1, start
    end = read_day(call, text)
    if end < start:
        raise invalid("The end date is before the start date.", "end date")
    if end - start + 1 > longest:
        raise invalid(f"The date range must not exceed {longest} days.", "date")
    return start, end


def clock_text(wall: int) -> str:
    """HH:MM:SS of a wall-clock second."""
    second = wall % DAY
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def wall_text(wall: int) -> str:
    """Local date and time with milliseconds and without offset."""
    return f"{date_text(wall // DAY)}T{clock_text(wall)}.000"


def read_clock(text: str) -> int:
    """Second of the day of HH:mm.

    Raises:
        ApiError: 400 if it is not that.
    """
    match = CLOCK.match(text)
    if match is None:
        raise invalid(f"Invalid time: {text}", "time")
    return int(match[1]) * 3_600 + int(match[2]) * 60


def is_us(call: Call) -> bool:
    """Whether the units of the United States were asked for; without the header it is metric."""
    return call.request.headers.get("accept-language", "").startswith("en_US")


def distance(call: Call, millimetres: float) -> float:
    """Kilometres, or miles."""
    kilometres = millimetres / 1_000_000
    return round(kilometres / MILE_KM if is_us(call) else kilometres, 5)


def weight(call: Call, grams: float) -> float:
    """Kilograms, or pounds."""
    kilograms = grams / 1_000
    return round(kilograms / POUND_KG if is_us(call) else kilograms, 1)
