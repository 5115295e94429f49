"""dashboard.words: numbers, instants and units -> text, the same on all pages."""

import re
from datetime import UTC, datetime

import pandas as pd

# UCUM -> what people write.
UNITS = {
    "/min": "per minute", "{steps}": "steps", "{steps}/d": "steps a day", "m": "m",
    "{flight}": "floors", "kcal": "kcal", "min": "minutes", "%": "%", "ms": "ms", "kg": "kg",
    "mL/kg/min": "mL/kg/min",
}  # fmt: skip


def metric_name(metric: str) -> str:
    """`heart_rate_variability_rmssd` as "Heart rate variability (RMSSD)"."""
    words = metric.replace("_", " ").replace(" rmssd", " (RMSSD)").replace("vo2", "VO₂")
    return words[:1].upper() + words[1:]


def unit_name(metric: str, unit: str) -> str:
    """The unit in words; beats and breaths are both `/min` in UCUM."""
    if unit == "/min":
        return "breaths per minute" if "respiratory" in metric else "beats per minute"
    return UNITS.get(unit, unit)


def plain(text: str) -> str:
    """Text of somebody else's, such as of an address, without a meaning in Markdown."""
    return re.sub(r"([^\w\s]|_)", r"\\\1", text)


def ago(instant: object, now: datetime | None = None) -> str:
    """How long ago: "12 min ago", "5 hours ago", "3 days ago"; "never" without an instant."""
    if instant is None or pd.isna(instant):
        return "never"
    minutes = int(((now or datetime.now(UTC)) - pd.Timestamp(instant)).total_seconds() // 60)
    if minutes < 120:
        return f"{max(minutes, 0)} min ago"
    hours = minutes // 60
    return f"{hours} hours ago" if hours < 72 else f"{hours // 24} days ago"


def zone_name(rows: pd.DataFrame) -> str:
    """The zone of the wall clock in rows with `time_zone`, with its offset from UTC."""
    if rows.empty or "time_zone" not in rows:
        return "the participant's own days"
    zones = list(dict.fromkeys(rows["time_zone"].dropna()))
    offsets = sorted(set(rows["utc_offset_minutes"].dropna().astype(int)))
    told = " and ".join(offset_name(minutes) for minutes in offsets[:2])
    more = " and others" if len(zones) > 2 else ""
    return f"local time, {', then '.join(zones[:2])}{more} ({told})"


def offset_name(minutes: int) -> str:
    """An offset from UTC in minutes as `UTC+5:30`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")
