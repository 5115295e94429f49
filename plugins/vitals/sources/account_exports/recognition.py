"""File -> what it holds: by its name and how its content begins, never by its folder or extension.

A rule wants both to fit, except where the content alone is conclusive. Files that are known and not
loaded on purpose have rules, too, so that the manifest can tell them from unknown ones.
"""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import PurePosixPath

from vitals.sources.account_exports.files import ExportFile
from vitals.sources.account_exports.kinds import ANY, Kind, Read, Rule

_ACTIVITIES = "activities"
_RECORDINGS = ("fit", "gpx", "tcx")


def recognise(name: str, head: bytes) -> tuple[Kind | None, str | None]:
    """The kind of a file; if there is none, why not."""
    named = [one for one in _rules() if one.fits_name(name)]
    for one in named:
        if one.fits_head(head):
            return one.kind, None
    by_name = [one.kind for one in named if one.name.pattern != ANY]
    if by_name:
        kind = by_name[0]
        return None, f"named like {kind.export_format} {kind.name}, but its content is not that"
    return None, "no reader knows this name and content"


def settle_recordings(found: list[tuple[ExportFile, Kind]]) -> list[tuple[ExportFile, Kind]]:
    """Recordings go with the list of activities that lies in the same archive.

    Then the list tells the activity, and the recording only its heart rates.
    """
    from vitals.sources.account_exports import fit

    lists = {file.archive: kind for file, kind in found if kind.name == _ACTIVITIES}
    # The parts of one export: only one of them has the list.
    only = next(iter(lists.values())) if len(lists) == 1 else None
    settled = []
    for file, kind in found:
        owner = lists.get(file.archive, only)
        if owner and kind.name in _RECORDINGS:
            read = partial(fit.read, with_activity=False) if kind.name == "fit" else kind.read
            kind = Kind(owner.export_format, kind.name, owner.family, read)
        settled.append((file, kind))
    return settled


def refuse_several_people(found: list[tuple[ExportFile, Kind]]) -> None:
    """PMData has a folder for each person, and files that say nothing about whose they are.

    Raises:
        ValueError: there are several.
    """
    folders = {
        PurePosixPath(file.path).parent.parent.name
        for file, kind in found
        if kind.export_format == "pmdata"
    }
    if len(folders) > 1:
        names = ", ".join(sorted(folders))
        raise ValueError(f"the files of several people ({names}): import one folder at a time")


@cache
def _rules() -> tuple[Rule, ...]:
    return (*_strava(), *_garmin(), *_recordings(), *_fitbit(), *_google(), *_apple())


_DATED = r"-\d{4}-\d{2}-\d{2}"
_MONTHLY = r"(_\d{4}-\d{2}-\d{2})?"
_SAMPLES = r'\s*\[\s*(\]|\{\s*"dateTime")'
_LOGS = r'\s*\[\s*(\]|\{\s*"(logId|sleepId)")'
_TEXT = r"\s*(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)?"


def _recordings() -> Iterator[Rule]:
    """Files of one activity or day, told by their content; names say nothing."""
    from vitals.sources.account_exports import fit, tracks

    read = partial(fit.read, with_activity=True)
    yield Rule.of(Kind("garmin", "fit", "garmin_export", read), ANY, r"(?s).{8}\.FIT")
    for name, root in (("gpx", "gpx"), ("tcx", "TrainingCenterDatabase")):
        kind = Kind("garmin", name, "garmin_export", tracks.read)
        yield Rule.of(kind, ANY, rf"(?s){_TEXT}<{root}\b")


def _strava() -> Iterator[Rule]:
    from vitals.sources.account_exports.strava import activities

    kind = Kind("strava", _ACTIVITIES, "strava_export", activities.read)
    yield Rule.of(kind, "activities", "Activity ID,Activity Date")
    for pattern in (
        "profile|bikes|shoes|components|clubs|challenges|global_challenges|goals|segments"
        "|starred_segments|routes|media|memberships|messaging|connected_apps|contacts|followers"
        "|following|reactions|comments|posts|logins|email_preferences|mobile_device_identifiers"
        "|privacy_zones|applications|blocks|flags|events|favorites|orders|partner_opt_outs"
        "|visibility_settings|general_preferences|social_settings|support_tickets|local_legend.*",
    ):
        reason = "the account, not its measurements"
        yield Rule.of(Kind("strava", "account", "strava_export", None, reason), pattern, r"[A-Z]")


def _garmin() -> Iterator[Rule]:
    from vitals.sources.account_exports.garmin import reader

    array = r"\s*\[\s*(\]|\{)"
    for name, pattern, read in (
        (_ACTIVITIES, r".*_summarizedactivities", reader.read_activities),
        ("days", r"udsfile_.*", reader.read_days),
        ("sleep", r".*_sleepdata", reader.read_sleeps),
        ("health_status", r".*_healthstatusdata", reader.read_status),
        ("vo2_max", r"metricsmaxmetdata.*", reader.read_vo2_max),
    ):
        yield Rule.of(Kind("garmin", name, "garmin_export", read), pattern, array)
    for reason, pattern in _GARMIN_LEFT_OUT:
        left_out = Kind("garmin", "left_out", "garmin_export", None, reason)
        yield Rule.of(left_out, pattern, r"\s*[\[{]")


_GARMIN_LEFT_OUT = (
    (
        "scores and plans of Garmin's own",
        r"(training|metrics|racepredict|endurance|hill|heatalt|abnormalhr).*"
        r"|.*(fitnessage|bodybattery|personalrecord|goals?|workouts?|gear).*",
    ),
    (
        "the account, not its measurements",
        r"customer.*"
        r"|.*(user_?profile|user_?settings|social-?profile|devices|courses|badges?|preferences).*",
    ),
)


def _apple() -> Iterator[Rule]:
    """By content alone: the name is translated, and the file may have been renamed."""
    from vitals.sources.account_exports.apple import reader

    kind = Kind("apple_health", "export", "apple_health", reader.read)
    yield Rule.of(kind, ANY, rf"{_TEXT}<(!DOCTYPE )?HealthData\b")
    documents = Kind(
        "apple_health", "clinical_documents", "apple_health", None,
        "a copy of the measurements in another form",
    )  # fmt: skip
    yield Rule.of(documents, "export_cda", "")


def _fitbit() -> Iterator[Rule]:
    from vitals.sources.account_exports.fitbit import daily, intraday, logs

    def both(stem: str, read: Read, head: str) -> Iterator[Rule]:
        """A file of Takeout, in parts with dates, and of PMData, in one."""
        for export_format, pattern, stream in (
            ("takeout", stem + r"-\d[\d-]*", stem),
            ("pmdata", stem, f"pmdata_{stem}"),
        ):
            own = read
            if isinstance(read, partial) and "stream" in read.keywords:
                own = partial(read, stream=stream)
            kind = Kind(export_format, stem, "fitbit_export", own, stream=stream)
            yield Rule.of(kind, pattern, head)

    for series in intraday.SERIES.values():
        read = partial(intraday.read, series=series, stream=series.stream)
        yield from both(series.stream, read, _SAMPLES)
    yield from both("sleep", logs.read_sleeps, _LOGS)
    yield from both("exercise", partial(logs.read_exercises, stream="exercise"), _LOGS)
    yield from both("weight", logs.read_weights, _LOGS)
    for stem, value in (
        ("resting_heart_rate", daily.RESTING_HEART_RATE),
        ("demographic_vo2_max", daily.VO2_MAX),
    ):
        for export_format, pattern in (("takeout", stem + r"-\d[\d-]*"), ("pmdata", stem)):
            read = partial(daily.read, kind=value)
            yield Rule.of(Kind(export_format, stem, "fitbit_export", read), pattern, _SAMPLES)
    for stem in _FITBIT_LEFT_OUT:
        reason = _FITBIT_LEFT_OUT[stem]
        kind = Kind("takeout", stem, "fitbit_export", None, reason)
        yield Rule.of(kind, rf"{stem}(-\d[\d-]*)?", "")


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

    def values(
        name: str, pattern: str, head: str, what: samples.Values, stream: str | None = None
    ) -> Rule:
        read = partial(samples.read, kind=what, stream=stream)
        return Rule.of(kind(name, read, stream), pattern, head)

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
    for name, pattern, read, head in (
        ("user_sleeps", "usersleeps", sessions.read_sleeps, "sleep_id,"),
        ("user_sleep_stages", "usersleepstages", sessions.read_stages, "sleep_id,"),
        ("user_exercises", "userexercises", sessions.read_exercises, "exercise_id,"),
    ):
        yield Rule.of(kind(name, read), pattern + _MONTHLY, head)
    for reason, pattern in _GOOGLE_LEFT_OUT:
        left_out = Kind("takeout", "left_out", "google_health_export", None, reason)
        yield Rule.of(left_out, pattern, "")


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
