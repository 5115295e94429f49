"""The data types of the Google Health API: kind, methods, scope, and how filters name them."""

from dataclasses import dataclass

from vitals.simulator.google_health.dialect import (
    ACTIVITY,
    MEASUREMENTS,
    PREFIX,
    SLEEP,
    bad_request,
)

SESSION_PAGE = 25
DEFAULT_PAGE = 1_440
LARGEST_PAGE = 10_000
# Range caps in days of rollUp and dailyRollUp.
SHORT_ROLLUP = ("calories-in-heart-rate-zone", "heart-rate", "active-minutes", "total-calories")
SHORT_CAP, LONG_CAP = 14, 90


@dataclass(frozen=True)
class DataType:
    """One data type; `methods` are letters: List, Get, Reconcile, rollUp, Dailyrollup."""

    name: str
    kind: str
    methods: str
    scope: str

    @property
    def snake(self) -> str:
        """Name in filters."""
        return self.name.replace("-", "_")

    @property
    def camel(self) -> str:
        """Key in JSON."""
        first, *rest = self.name.split("-")
        return first + "".join(word.capitalize() for word in rest)

    @property
    def is_paged_small(self) -> bool:
        """Sleep and exercise come in pages of at most 25."""
        return self.name in ("sleep", "exercise")

    @property
    def rollup_cap(self) -> int:
        """Longest range of a roll-up in days."""
        return SHORT_CAP if self.name in SHORT_ROLLUP else LONG_CAP

    @property
    def filter_fields(self) -> dict[str, str]:
        """Fields that a filter may use, and the form of their literal: physical, civil or date."""
        if self.kind == "sample":
            at = f"{self.snake}.sample_time"
            return {f"{at}.physical_time": "physical", f"{at}.civil_time": "civil"}
        if self.kind == "daily":
            return {f"{self.snake}.date": "date"}
        interval = f"{self.snake}.interval"
        if self.name == "sleep":
            return {f"{interval}.end_time": "physical", f"{interval}.civil_end_time": "civil"}
        if self.kind == "session":
            return {f"{interval}.civil_start_time": "civil"}
        return {f"{interval}.start_time": "physical", f"{interval}.civil_start_time": "civil"}


def _types(kind: str, scope: str, methods: str, *names: str) -> list[DataType]:
    return [DataType(name, kind, methods, scope) for name in names]


# Types without simulated data answer like a person who never recorded any.
_ALL = [
    *_types("interval", ACTIVITY, "LRUD", "steps", "distance", "active-energy-burned"),
    *_types("interval", ACTIVITY, "LRUD", "active-minutes", "active-zone-minutes"),
    *_types(
        "interval", ACTIVITY, "LRUD", "time-in-heart-rate-zone", "sedentary-period", "altitude"
    ),
    *_types("interval", ACTIVITY, "LRUD", "swim-lengths-data"),
    *_types("interval", ACTIVITY, "LR", "activity-level"),
    *_types("interval", ACTIVITY, "RUD", "floors"),
    *_types("rollup", ACTIVITY, "UD", "total-calories", "calories-in-heart-rate-zone"),
    *_types("sample", MEASUREMENTS, "LRUD", "heart-rate"),
    *_types("sample", MEASUREMENTS, "LR", "heart-rate-variability", "oxygen-saturation"),
    *_types("sample", MEASUREMENTS, "LR", "respiratory-rate-sleep-summary"),
    *_types("sample", MEASUREMENTS, "LGRUD", "weight", "body-fat"),
    *_types("sample", MEASUREMENTS, "LGR", "height"),
    *_types("sample", MEASUREMENTS, "LGRUD", "blood-glucose", "core-body-temperature"),
    *_types(
        "daily", MEASUREMENTS, "LRD", "daily-resting-heart-rate", "daily-heart-rate-variability"
    ),
    *_types("daily", MEASUREMENTS, "LR", "daily-heart-rate-zones", "daily-oxygen-saturation"),
    *_types("daily", MEASUREMENTS, "LR", "daily-respiratory-rate"),
    *_types("daily", MEASUREMENTS, "LR", "daily-sleep-temperature-derivations"),
    *_types("sample", ACTIVITY, "LR", "vo2-max"),
    *_types("daily", ACTIVITY, "LR", "daily-vo2-max"),
    *_types("sample", ACTIVITY, "LRUD", "run-vo2-max"),
    *_types("session", SLEEP, "LGR", "sleep"),
    *_types("session", ACTIVITY, "LGR", "exercise"),
    *_types("session", f"{PREFIX}ecg.readonly", "L", "electrocardiogram"),
    *_types("session", f"{PREFIX}irn.readonly", "L", "irregular-rhythm-notification"),
]
DATA_TYPES = {one.name: one for one in _ALL}
METHOD_NAMES = {"L": "List", "G": "Get", "R": "Reconcile", "U": "RollUp", "D": "DailyRollUp"}


def data_type_for(name: str, method: str) -> DataType:
    """Look up a data type and check that it supports a method.

    Raises:
        ApiError: 400 with the documented reason.
    """
    if not name.replace("-", "").isalnum() or name != name.lower():
        raise bad_request(
            f"Invalid data type format: {name}. Data types are kebab-case.",
            "INVALID_PARENT_DATA_TYPE_COLLECTION_FORMAT",
        )
    found = DATA_TYPES.get(name)
    if found is None:
        reason = "INVALID_PARENT_DATA_TYPE_COLLECTION"
        raise bad_request(f"Unknown data type: {name}.", reason)
    if method not in found.methods:
        raise bad_request(
            f"{METHOD_NAMES[method]} is not supported for data type {name}",
            "INVALID_PARENT_DATA_TYPE_COLLECTION",
        )
    return found
