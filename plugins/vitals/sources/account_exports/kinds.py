"""File -> what it holds: by its name and how its content begins, never by its folder or extension.

A rule wants both to fit, except where the content alone is conclusive. Files that are known and not
loaded on purpose have rules, too, so that the manifest can tell them from unknown ones.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from vitals.sources.account_exports.context import Context
from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.shapes import Rows

Read = Callable[[ExportFile, Context], Iterator[Rows]]


@dataclass(frozen=True)
class Kind:
    """What a file holds.

    Attributes:
        export_format: takeout, pmdata, strava, garmin or apple_health.
        name: what it holds, in the words of its format.
        family: first half of the names of its tables.
        read: reads it; None if it is left out.
        reason: why it is left out.
        stream: its times without an offset are those of this stream; None if it has none.
    """

    export_format: str
    name: str
    family: str
    read: Read | None
    reason: str | None = None
    stream: str | None = None


@dataclass(frozen=True)
class Rule:
    """How a kind is recognised.

    Attributes:
        kind: what a file is if both patterns fit.
        name: pattern of the whole name without its extension, in lower case.
        head: pattern of the beginning of the content.
    """

    kind: Kind
    name: re.Pattern[str]
    head: re.Pattern[bytes]

    def fits_name(self, name: str) -> bool:
        """Whether a file name fits."""
        return self.name.fullmatch(_stem(name)) is not None

    def fits_head(self, head: bytes) -> bool:
        """Whether the content begins as it should."""
        return self.head.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def recognise(name: str, head: bytes) -> tuple[Kind | None, str | None]:
    """The kind of a file; if there is none, why not."""
    named = [rule for rule in _rules() if rule.fits_name(name)]
    for rule in named:
        if rule.fits_head(head):
            return rule.kind, None
    if named:
        kind = named[0].kind
        return None, f"named like {kind.export_format} {kind.name}, but its content is not that"
    return None, "no reader knows this name and content"


def _stem(name: str) -> str:
    """The name in lower case without extension; some names have a dot before a space."""
    stem, dot, extension = name.lower().rpartition(".")
    return stem if dot and extension.isalnum() and len(extension) <= 5 else name.lower()


@cache
def _rules() -> tuple[Rule, ...]:
    return (*_fitbit(), *_google(), *_apple())


_DATED = r"-\d{4}-\d{2}-\d{2}"
_MONTHLY = r"(_\d{4}-\d{2}-\d{2})?"
_SAMPLES = r'\s*\[\s*(\]|\{\s*"dateTime")'
_LOGS = r'\s*\[\s*(\]|\{\s*"(logId|sleepId)")'


def rule(kind: Kind, name: str, head: str) -> Rule:
    """A rule; `head` is a pattern of text."""
    return Rule(kind, re.compile(name), re.compile(head.encode(), re.IGNORECASE))


def _apple() -> Iterator[Rule]:
    """By content alone: the name is translated, and the file may have been renamed."""
    from vitals.sources.account_exports.apple import reader

    kind = Kind("apple_health", "export", "apple_health", reader.read)
    yield rule(kind, ".*", r"\s*(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)?<(!DOCTYPE )?HealthData\b")
    documents = Kind(
        "apple_health", "clinical_documents", "apple_health", None,
        "a copy of the measurements in another form",
    )  # fmt: skip
    yield rule(documents, "export_cda", "")


def _fitbit() -> Iterator[Rule]:
    from vitals.sources.account_exports.fitbit import daily, intraday, logs

    def both(stem: str, name: str, read: Read, head: str, stream: str | None = None):
        """A stream of Takeout, in files with dates, and of PMData, in one file."""
        for export_format, pattern in (("takeout", stem + r"-\d[\d-]*"), ("pmdata", stem)):
            own = stream and (stream if export_format == "takeout" else f"pmdata_{stream}")
            kind = Kind(export_format, name, "fitbit_export", read, stream=own)
            yield rule(kind, pattern, head)

    for series in intraday.SERIES.values():
        yield from both(
            series.stream, series.stream, partial(intraday.read, series=series), _SAMPLES,
            series.stream,
        )  # fmt: skip
    yield from both("sleep", "sleep", logs.read_sleeps, _LOGS, "sleep")
    yield from both("exercise", "exercise", logs.read_exercises, _LOGS, "exercise")
    yield from both("weight", "weight", logs.read_weights, _LOGS, "weight")
    for stem, value in (
        ("resting_heart_rate", daily.RESTING_HEART_RATE),
        ("demographic_vo2_max", daily.VO2_MAX),
    ):
        yield from both(stem, stem, partial(daily.read, kind=value), _SAMPLES)
    for stem in _FITBIT_LEFT_OUT:
        reason = _FITBIT_LEFT_OUT[stem]
        kind = Kind("takeout", stem, "fitbit_export", None, reason)
        yield rule(kind, rf"{stem}(-\d[\d-]*)?", "")


_FITBIT_LEFT_OUT = {
    name: reason
    for reason, names in {
        "minutes by Fitbit's own levels; zones here are computed from heart rate": (
            "time_in_heart_rate_zones", "sedentary_minutes", "lightly_active_minutes",
            "moderately_active_minutes", "very_active_minutes",
        ),
        "its unit is not documented": ("altitude", "estimated_oxygen_variation"),
        "no measurement of health": ("badge", "height", "swim_lengths_data", "food_logs"),
        "a score, not a measurement": ("sleep_score", "stress score", "wellness", "srpe", "injury"),
    }.items()
    for name in names
}  # fmt: skip


def _google() -> Iterator[Rule]:
    from vitals.sources.account_exports.google import samples, sessions

    def kind(name: str, read: Read, stream: str | None = None) -> Kind:
        return Kind("takeout", name, "google_health_export", read, stream=stream)

    def values(name: str, pattern: str, head: str, what: samples.Values, stream=None) -> Rule:
        read = partial(samples.read, kind=what, stream=stream)
        return rule(kind(name, read, stream), pattern, head)

    for stem, what in {
        "heart_rate": samples.HEART_RATE,
        "steps": samples.STEPS,
        "distance": samples.DISTANCE,
        "calories": samples.CALORIES,
        "active_energy_burned": samples.ACTIVE_ENERGY,
        "floors": samples.FLOORS,
        "weight": samples.WEIGHT,
        "heart_rate_variability": samples.HRV_SAMPLE,
        "daily_resting_heart_rate": samples.DAILY_RESTING,
        "daily_heart_rate_variability": samples.DAILY_HRV,
        "daily_oxygen_saturation": samples.DAILY_SPO2,
        "daily_respiratory_rate": samples.DAILY_BREATHS,
        "daily_vo2_max": samples.DAILY_VO2,
    }.items():
        yield values(stem, stem + _MONTHLY, rf'"?timestamp"?,[^\n]*{what.column}', what)
    yield values(
        "minute_spo2", rf"minute spo2 -\s?{_DATED[1:]}", "timestamp,value", samples.SPO2_MINUTE
    )
    yield values(
        "daily_spo2", r"daily spo2 - [\d -]+", "timestamp,average_value",
        samples.DAILY_SPO2_SUMMARY,
    )  # fmt: skip
    yield values(
        "hrv_details", rf"heart rate variability details -\s?{_DATED[1:]}", "timestamp,rmssd",
        samples.HRV_DETAIL, "hrv_details",
    )  # fmt: skip
    # The day stands in brackets: "... - 2024-07-(21).csv".
    yield values(
        "daily_hrv_summary", r"daily heart rate variability summary - [\d()-]+",
        "timestamp,rmssd", samples.DAILY_HRV_SUMMARY,
    )  # fmt: skip
    yield values(
        "daily_respiratory_rate_summary", r"daily respiratory rate summary - [\d()-]+",
        "timestamp,daily_respiratory_rate", samples.DAILY_BREATHS_SUMMARY,
    )  # fmt: skip
    dated = r"(_\d{4}-\d{2}-\d{2})?"
    yield rule(kind("user_sleeps", sessions.read_sleeps), "usersleeps" + dated, "sleep_id,")
    yield rule(kind("user_sleep_stages", sessions.read_stages), "usersleepstages" + dated, "sleep_id,")  # fmt: skip  # noqa: E501
    yield rule(kind("user_exercises", sessions.read_exercises), "userexercises" + dated, "exercise_id,")  # fmt: skip  # noqa: E501
    for reason, pattern in _GOOGLE_LEFT_OUT:
        left_out = Kind("takeout", "left_out", "google_health_export", None, reason)
        yield rule(left_out, pattern, "")


_GOOGLE_LEFT_OUT = (
    ("places: location data is not loaded", r"(gps_location|coarse_physical_location).*"),
    (
        "derived from heart rate, which is loaded",
        r"(daily_heart_rate_zones|.*in_heart_rate_zone.*)",
    ),
    ("repeats steps and distance that are loaded", r"live_pace.*"),
    (
        "a score, or a step on the way to one",
        r"(cardio_load|active_zone_minutes|active zone minutes|daily readiness|usersleepscores"
        r"|calibrationstatus|stress score).*",
    ),
    (
        "levels of activity by Google's own rules",
        r"(active_minutes|activity_level|sedentary_period).*",
    ),
    (
        "nothing in the warehouse has a place for it",
        r"(respiratory_rate_sleep_summary|respiratory rate summary|body_temperature|body_fat"
        r"|device temperature|computed temperature|wrist temperature|oxygen_saturation"
        r"|heart rate variability histogram|run_vo2_max|hydration_log|nutrition_log|height"
        r"|micro_motion|micro_stillness).*",
    ),
    (
        "the account, not its measurements",
        r"(trackers|devices|profile|userprofile|userdemographic|usersensor|useractivity|coach"
        r"|goalsettings|userconversations|appcontent|weeklyfitness|.*readme).*",
    ),
)
