"""identity, profile, settings and paired devices."""

from typing import Any

from vitals.simulator.google_health.dialect import PROFILE, SETTINGS
from vitals.simulator.google_health.paging import parameters_digest, read_token, write_token
from vitals.simulator.google_health.requests import check_call, parameter
from vitals.simulator.google_health.times import date_object, duration, rfc3339
from vitals.simulator.provider import Call
from vitals.simulator.truth.devices import Device
from vitals.simulator.truth.people import age_on, to_date, to_day
from vitals.simulator.truth.zones import offset_at, zone_at

DEFAULT_DEVICES, MOST_DEVICES = 5, 100


def identity(call: Call) -> Any:
    """Who the token belongs to."""
    check_call(call)
    account = call.account
    return {
        "name": f"users/{account.google_id}/identity",
        "legacyUserId": account.fitbit_id,
        "healthUserId": account.google_id,
    }


def profile(call: Call) -> Any:
    """Profile; neither sex nor height nor weight."""
    check_call(call)
    call.require(PROFILE)
    account = call.account
    return {
        "name": f"users/{account.google_id}/profile",
        "age": age_on(account.born, to_date(call.view.today())),
        "membershipStartDate": date_object(to_day(account.member_since)),
        "autoWalkingStrideLengthMm": account.stride_mm,
    }


def settings(call: Call) -> Any:
    """Settings with the zone that the phone is in now; earlier zones are not told."""
    check_call(call)
    call.require(SETTINGS)
    now = call.view.now
    return {
        "name": f"users/{call.account.google_id}/settings",
        "autoStrideEnabled": True,
        "distanceUnit": "DISTANCE_UNIT_KILOMETERS",
        "weightUnit": "WEIGHT_UNIT_KILOGRAMS",
        "languageLocale": "en-GB",
        "timeZone": zone_at(call.account, now),
        "utcOffset": duration(offset_at(call.account, now)),
    }


def paired_devices(call: Call) -> Any:
    """Devices, five per page by default."""
    check_call(call, "pageSize", "pageToken")
    call.require(SETTINGS)
    wanted = parameter(call, "pageSize") or "0"
    size = min(int(wanted) if wanted.isdigit() else 0, MOST_DEVICES) or DEFAULT_DEVICES
    short = call.page_fault("short_page")
    size = short.keep if short else size
    digest = parameters_digest(call.request.url.path, parameter(call, "pageSize"))
    token = parameter(call, "pageToken")
    first = read_token(token, digest)[0] if token else 0
    devices = call.view.devices()
    page = [device_object(call, one) for one in devices[first : first + size]]
    answer: dict[str, Any] = {"pairedDevices": page} if page else {}
    if first + size < len(devices):
        answer["nextPageToken"] = write_token((first + size, 0), digest)
    return answer


def paired_device(call: Call) -> Any:
    """One device by its number."""
    check_call(call)
    call.require(SETTINGS)
    for one in call.view.devices():
        if str(one.number) == call.path["device"]:
            return device_object(call, one)
    raise call.dialect.error("not_found", "The device was not found.")


def device_object(call: Call, one: Device) -> dict[str, Any]:
    """A device; `lastSyncTime` says how far data can be complete."""
    return {
        "name": f"users/{call.account.google_id}/pairedDevices/{one.number}",
        "deviceType": one.kind,
        "deviceVersion": one.model,
        "batteryLevel": one.battery_percent,
        "batteryStatus": "High" if one.battery_percent > 60 else "Medium",
        "lastSyncTime": rfc3339(one.last_sync),
        "macAddress": f"0000000{one.number:05d}",
    }
