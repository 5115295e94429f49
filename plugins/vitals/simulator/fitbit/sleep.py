"""Sleep logs: v1.2 with levels by date, range and list; v1 by date without them."""

from collections import Counter
from typing import Any

from vitals.simulator.fitbit.dates import read_day, read_range, wall_text
from vitals.simulator.fitbit.logs import read_list_request, serve_list
from vitals.simulator.formats import date_text
from vitals.simulator.provider import Call
from vitals.simulator.truth.nights import Sleep, Stage
from vitals.simulator.truth.zones import offset_at

LONGEST = 100
LEVELS = {"awake": "wake", "light": "light", "deep": "deep", "rem": "rem"}


def by_range(call: Call) -> Any:
    """Sleeps that end in a range, newest first."""
    start, end = read_range(call, LONGEST, periods=False)
    return {"sleep": [sleep_log(call, one) for one in reversed(call.view.sleeps(start, end))]}


def by_date(call: Call) -> Any:
    """Sleeps that end on a day, with a summary."""
    day = read_day(call, call.path["start"])
    sleeps = list(reversed(call.view.sleeps(day, day)))
    return {"sleep": [sleep_log(call, one) for one in sleeps], "summary": summary(sleeps)}


def by_date_without_levels(call: Call) -> Any:
    """The v1 form, which knows only the classic figures."""
    answer = by_date(call)
    for log in answer["sleep"]:
        del log["levels"], log["type"]
    return answer


def summary(sleeps: list[Sleep]) -> dict[str, int]:
    """Totals of a day."""
    return {
        "totalMinutesAsleep": sum(minutes_asleep(one) for one in sleeps),
        "totalSleepRecords": len(sleeps),
        "totalTimeInBed": sum((one.end - one.start) // 60 for one in sleeps),
    }


def list_sleeps(call: Call) -> Any:
    """Sleep logs after or before a date, in pages that are followed by `pagination.next`."""
    asked = read_list_request(call)
    sleeps = call.view.sleeps(*asked.days)
    return serve_list(call, asked, "sleep", sleeps, lambda one: sleep_log(call, one))


def sleep_log(call: Call, one: Sleep) -> dict[str, Any]:
    """One sleep; times are local and without offset."""

    def local(at: int) -> str:
        return wall_text(at + offset_at(call.account, at))

    asleep, in_bed = minutes_asleep(one), (one.end - one.start) // 60
    return {
        "dateOfSleep": date_text(one.day),
        "duration": (one.end - one.start) * 1_000,
        "efficiency": round(100 * asleep / in_bed),
        "endTime": local(one.end),
        "infoCode": 0 if one.kind == "stages" else 2,
        "isMainSleep": one.is_main,
        "levels": levels(call, one),
        "logId": call.account.number * 10_000_000 + one.day * 100 + 80 + one.index,
        "logType": "auto_detected",
        "minutesAfterWakeup": 0,
        "minutesAsleep": asleep,
        "minutesAwake": in_bed - asleep,
        "minutesToFallAsleep": 0,
        "startTime": local(one.start),
        "timeInBed": in_bed,
        "type": one.kind,
    }


def minutes_asleep(one: Sleep) -> int:
    """Minutes asleep as Fitbit counts them: short awakenings are subtracted."""
    return (one.asleep_seconds - one.short_awake_seconds) // 60


def levels(call: Call, one: Sleep) -> dict[str, Any]:
    """Levels in order of time; short awakenings lie on top of them in `shortData`."""

    def entry(stage: Stage) -> dict[str, Any]:
        return {
            "dateTime": wall_text(stage.start + offset_at(call.account, stage.start)),
            "level": LEVELS[stage.level] if one.kind == "stages" else stage.level,
            "seconds": stage.seconds,
        }

    found: dict[str, Any] = {"summary": level_summary(one), "data": [entry(s) for s in one.stages]}
    if one.kind == "stages":
        found["shortData"] = [entry(stage) for stage in one.short_awakenings]
    return found


def level_summary(one: Sleep) -> dict[str, Any]:
    """Minutes and number of spells per level, short awakenings moved to `wake`."""
    seconds: Counter[str] = Counter()
    spells: Counter[str] = Counter()
    for stage in one.stages:
        seconds[stage.level] += stage.seconds
        spells[stage.level] += 1
    for short in one.short_awakenings:
        under = next(stage for stage in one.stages if stage.start <= short.start < stage.end)
        seconds[under.level] -= short.seconds
        seconds["awake"] += short.seconds
        spells["awake"] += 1
    if one.kind == "classic":
        names = ("asleep", "awake", "restless")
        return {name: {"count": spells[name], "minutes": seconds[name] // 60} for name in names}
    return {
        LEVELS[name]: {
            "count": spells[name],
            "minutes": seconds[name] // 60,
            "thirtyDayAvgMinutes": 60,
        }
        for name in LEVELS
    }
