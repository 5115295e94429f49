"""Weight, heart-rate zones, fitness age, profile settings; and what nobody here records."""

from typing import Any

from vitals.simulator.formats import date_text
from vitals.simulator.garmin.dates import local_milliseconds, milliseconds, read_day, read_range
from vitals.simulator.provider import Call
from vitals.simulator.truth.heart import zone_bounds
from vitals.simulator.truth.people import age_on, to_date
from vitals.simulator.truth.zones import civil_day, zone_at

LONGEST = 366


def weight_range(call: Call) -> Any:
    """Weighings of a range in grams, by day."""
    days = read_range(call, LONGEST)
    found = []
    for one in call.view.weighings(days.start, days.stop - 1):
        metric = {
            "samplePk": one.number,
            "date": local_milliseconds(call, one.at),
            "calendarDate": date_text(civil_day(call.account, one.at)),
            "timestampGMT": milliseconds(one.at),
            "weight": float(one.weight_g),
            "bodyFat": one.body_fat_pct,
            "sourceType": "INDEX_SCALE",
        }
        found.append(
            {
                "summaryDate": metric["calendarDate"],
                "numOfWeightEntries": 1,
                "latestWeight": metric,
                "allWeightMetrics": [metric],
            }
        )
    return {"dailyWeightSummaries": found}


def heart_rate_zones(call: Call) -> Any:
    """Lower bounds of five zones, of which ours are the upper four."""
    day = call.view.today()
    lows = [low for _, low, _ in zone_bounds(call.account, day)]
    floors = {f"zone{index}Floor": low for index, low in enumerate([lows[0], *lows], start=1)}
    return [
        {
            "trainingMethod": "HR_MAX",
            "sport": "DEFAULT",
            "restingHeartRateUsed": call.account.resting_bpm,
            "maxHeartRateUsed": call.account.max_bpm(day),
            **floors,
        }
    ]


def fitness_age(call: Call) -> Any:
    """Fitness age with the VO2max behind it."""
    day = read_day(call, call.path["day"])
    measures = call.view.measures(day)
    age = age_on(call.account.born, to_date(day))
    return {
        "calendarDate": date_text(day),
        "chronologicalAge": age,
        "fitnessAge": float(age - 2),
        "components": {"vo2Max": {"value": measures.vo2_max if measures else None}},
    }


def profile_settings(call: Call) -> Any:
    """Settings with the zone that the account is in now. The shape is a guess."""
    account = call.account
    return {
        "id": account.garmin_id,
        "displayName": account.participant_id,
        "timeZone": zone_at(account, call.view.now),
        "measurementSystem": "metric",
        "userData": {
            "gender": "FEMALE" if account.sex == "F" else "MALE",
            "weight": float(account.weight_g),
            "height": account.height_mm / 10,
            "birthDate": str(account.born),
        },
    }


def nothing(call: Call) -> Any:
    """What a person sees who never recorded any."""
    return {}
