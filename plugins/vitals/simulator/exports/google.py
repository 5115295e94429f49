"""The tables that Google adds to a Takeout: CSV with instants in UTC, sleeps with their offsets.

A phone counts the same steps as the band, a little fewer; its rows lie among the band's.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from vitals.simulator.exports.sink import Sink
from vitals.simulator.exports.texts import offset_text, wall, write_csv, zulu
from vitals.simulator.truth import View
from vitals.simulator.truth.people import DAY, to_date, to_day
from vitals.simulator.truth.totals import exercise_totals

SAMPLES = "Takeout/Google Health/Physical Activity_GoogleData"
SESSIONS = "Takeout/Google Health/Health Fitness Data_GoogleData"
BAND, PHONE = "Google Fitbit Air", "Google Health App"
Offset = Callable[[View, int], int]


def _legal(view: View, at: int) -> int:
    return int(wall(view.account, np.array([at]))[0]) - at


def write(view: View, sink: Sink, first: int, last: int, offset: Offset = _legal) -> None:
    """Write the civil days `first` to `last`.

    Args:
        view: of the person.
        sink: where to.
        first: first civil day.
        last: last civil day.
        offset: offset in seconds that the watch showed at an instant.
    """
    for start, end in _months(first, last):
        _heart_rates(view, sink, start, end)
        _minutes(view, sink, start, end)
    _daily(view, sink, first, last)
    _weights(view, sink, first, last)
    _sleeps(view, sink, first, last, offset)
    _exercises(view, sink, first, last, offset)
    sink.text(f"{SAMPLES}/GPS Location/gps_location_{to_date(first)}.csv", "timestamp,latitude\n")
    # A cell with what looks like JSON and is not, and dates of 1970.
    zones = 'timestamp,heart_rate_zone,data source\n1970-01-01T00:00:00Z,"[{type=LIGHT}]",x\n'
    sink.text(f"{SAMPLES}/Daily Heart Rate Zones/daily_heart_rate_zones.csv", zones)


def _months(first: int, last: int) -> list[tuple[int, int]]:
    found = []
    at = first
    while at <= last:
        day = to_date(at)
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        end = min(to_day(following) - 1, last)
        found.append((at, end))
        at = end + 1
    return found


def _heart_rates(view: View, sink: Sink, first: int, last: int) -> None:
    name = f"{SAMPLES}/Heart Rate/heart_rate_{to_date(first)}.csv"
    with sink.file(name) as content:
        content.write(b"timestamp,beats per minute,data source\n")
        for day in range(first, last + 1):
            at, bpm = view.heart_of_civil_day(day)
            rows = zip(zulu(at), bpm.tolist(), strict=True)
            content.writelines(f"{text},{float(value)},{BAND}\n".encode() for text, value in rows)


def _minutes(view: View, sink: Sink, first: int, last: int) -> None:
    table = view.minutes_between(first, last)
    texts = zulu(table.start)
    streams: dict[str, tuple[str, str, Sequence[object]]] = {
        "Steps": ("steps", "steps", table.steps.tolist()),
        "Distance": ("distance", "distance", (table.distance_mm / 1_000).tolist()),
        "Calories": (
            "calories", "calories",
            np.round(table.active_kcal + view.account.basal_kcal_per_minute, 4).tolist(),
        ),
        "Active Energy Burned": (
            "active_energy_burned", "Kilocalories", table.active_kcal.tolist(),
        ),
        "Floors": ("floors", "floors", table.floors.tolist()),
    }  # fmt: skip
    for family, (stem, column, values) in streams.items():
        with sink.file(f"{SAMPLES}/{family}/{stem}_{to_date(first)}.csv") as content:
            band = [BAND] * len(texts)
            write_csv(content, f"timestamp,{column},data source", [texts, values, band])
            if stem == "steps":
                phone = (table.steps * 9 // 10).tolist()
                rows = zip(texts, phone, strict=True)
                content.writelines(f"{text},{count},{PHONE}\n".encode() for text, count in rows)


_DAILY = (
    ("Daily Resting Heart Rate", "daily_resting_heart_rate", "beats per minute", "resting_bpm"),
    (
        "Daily Heart Rate Variability", "daily_heart_rate_variability",
        "average heart rate variability milliseconds", "hrv_rmssd_ms",
    ),
    ("Daily Oxygen Saturation", "daily_oxygen_saturation", "average percentage", "spo2_mean_pct"),
    ("Daily Respiratory Rate", "daily_respiratory_rate", "breaths per minute",
     "breaths_per_minute"),
    ("Daily VO2 Max", "daily_vo2_max", "daily vo2 max value", "vo2_max"),
)  # fmt: skip


def _daily(view: View, sink: Sink, first: int, last: int) -> None:
    """The local date as a midnight with a Z."""
    days = [(day, view.measures(day)) for day in range(first, last + 1)]
    for family, stem, column, name in _DAILY:
        found = [(day, getattr(one, name)) for day, one in days if one]
        found = [(day, value) for day, value in found if value is not None]
        with sink.file(f"{SAMPLES}/{family}/{stem}.csv") as content:
            texts = zulu(np.array([day * DAY for day, _ in found], dtype=np.int64))
            values = [value for _, value in found]
            columns = [texts, values, [PHONE] * len(texts)]
            write_csv(content, f"timestamp,{column},data source", columns)


def _weights(view: View, sink: Sink, first: int, last: int) -> None:
    weighings = view.weighings(first, last)
    with sink.file(f"{SAMPLES}/Weight/weight.csv") as content:
        texts = zulu(np.array([one.at for one in weighings], dtype=np.int64))
        texts = [text.replace("Z", ".123456Z") for text in texts]
        grams = [one.weight_g for one in weighings]
        write_csv(content, "timestamp,weight grams,data source", [texts, grams, [PHONE] * len(texts)])  # fmt: skip  # noqa: E501


def _sleeps(view: View, sink: Sink, first: int, last: int, offset: Offset) -> None:
    sleeps = view.sleeps(first, last)

    def span(name: str, start: int, end: int) -> list[str]:
        texts = zulu(np.array([start, end]))
        return [offset_text(offset(view, start)), texts[0], offset_text(offset(view, end)), texts[1]]  # fmt: skip  # noqa: E501

    rows, stages = [], []
    for one in sleeps:
        sleep_id = str(4_000_000_000_000_000_000 + one.start * 10 + one.index)
        rows.append([sleep_id, one.kind.upper(), *span("sleep", one.start, one.end), BAND])
        for number, stage in enumerate(one.stages):
            times = span("sleep_stage", stage.start, stage.end)
            stages.append([sleep_id, str(number), stage.level.upper(), *times, BAND])
    header = "sleep_id,sleep_type,start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source"
    with sink.file(f"{SESSIONS}/UserSleeps_{to_date(first)}.csv") as content:
        write_csv(content, header, list(zip(*rows, strict=True)))
    header = (
        "sleep_id,sleep_stage_id,sleep_stage_type,start_utc_offset,sleep_stage_start,"
        "end_utc_offset,sleep_stage_end,data_source"
    )
    with sink.file(f"{SESSIONS}/UserSleepStages_{to_date(first)}.csv") as content:
        write_csv(content, header, list(zip(*stages, strict=True)))


def _exercises(view: View, sink: Sink, first: int, last: int, offset: Offset) -> None:
    rows = []
    for one in view.exercises(first, last):
        totals = exercise_totals(view, one)
        start, end = zulu(np.array([one.start, one.end]))
        figures = [
            round(totals.active_kcal), totals.steps, round(one.distance_m * 1_000),
            totals.bpm_mean or "", totals.bpm_max or "",
        ]  # fmt: skip
        rows.append(
            [one.number, start, end, offset_text(offset(view, one.start)), one.kind.name,
             "TRACKER", *figures]
        )  # fmt: skip
    header = (
        "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,log_type,"
        "tracker_total_calories,tracker_total_steps,tracker_total_distance_mm,"
        "tracker_avg_heart_rate,tracker_peak_heart_rate"
    )
    with sink.file(f"{SESSIONS}/UserExercises_{to_date(first)}.csv") as content:
        write_csv(content, header, list(zip(*rows, strict=True)))
