"""Seed and size -> the documents of a study, as they end up in the store and as they get there.

population -> schedule -> samples, sleeps -> buckets -> documents. Everything streams by participant
and day, so memory does not grow with the number of either.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Literal

from bson import ObjectId

from vitals.synthetic.buckets import Bucket, SampleCollection, day_buckets
from vitals.synthetic.delivery import LATEST_DELIVERY_DAYS, Version
from vitals.synthetic.instants import DAY, HOUR, day_start, to_datetime, to_ms
from vitals.synthetic.people import Person
from vitals.synthetic.population import STRANGER, person
from vitals.synthetic.randomness import object_id
from vitals.synthetic.samples import heart_curve, heart_samples, step_curve, step_samples
from vitals.synthetic.schedule import days_around, local_day
from vitals.synthetic.sleeps import SleepDocument, day_sleeps

Collection = Literal["users", "heart_rates", "steps", "sleeps"]
COLLECTIONS: tuple[Collection, ...] = ("users", "heart_rates", "steps", "sleeps")
Document = dict[str, object]


@dataclass(frozen=True)
class Delivery:
    """A document reaches the store: inserted, or put in place of the one with its `_id`."""

    delivered_at: datetime
    collection: Collection
    document: Document


@dataclass(frozen=True)
class Cohort:
    """A study population whose truth is known.

    Attributes:
        seed: The same seed and sizes give byte-identical documents and truth.
        participants: Number of participants; the first ten are listed in `population`.
        days: Number of UTC days of data.
        start_date: First UTC day. The default period has the clock changes of North America,
            Europe and the south of Australia, and the end of a month.
        resolution_seconds: Usual distance of heart-rate samples, 1 to 15; in exercise at most 2.
        default_time_zone: Zone of participants whose document states none.
        delivered_until: What the store does not have completely by this instant is left out, as a
            store of today lacks what a watch has not delivered yet. None: nothing is left out.
        local_time_collections: Collections that write local wall-clock time as if it were UTC.
    """

    seed: int = 1
    participants: int = 8
    days: int = 36
    start_date: date = date(2025, 3, 5)
    resolution_seconds: int = 15
    default_time_zone: str = "UTC"
    delivered_until: datetime | None = None
    local_time_collections: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse sizes that cannot be generated.

        Raises:
            ValueError: If a size is out of its range.
        """
        if self.participants < 1 or self.days < 1:
            raise ValueError("a cohort needs at least 1 participant and 1 day")
        if not 1 <= self.resolution_seconds <= 15:
            raise ValueError("resolution_seconds must be 1 to 15")

    @classmethod
    def recent(cls, days: int = 36, today: date | None = None, **sizes: object) -> "Cohort":
        """Return a cohort whose last day was yesterday in UTC, as delivered by midnight.

        The same cohort a day later has the same documents for the days both have, so that filling
        a store again adds the new day.
        """
        today = today or datetime.now(UTC).date()
        midnight = to_datetime(day_start(today.toordinal()))
        start = today - timedelta(days=days)
        return cls(days=days, start_date=start, delivered_until=midnight, **sizes)  # type: ignore[arg-type]

    @property
    def last_date(self) -> date:
        """Last UTC day of data."""
        return self.start_date + timedelta(days=self.days - 1)

    @property
    def ordinals(self) -> range:
        """The UTC days as `date.toordinal()` numbers."""
        first = self.start_date.toordinal()
        return range(first, first + self.days)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """The participants."""
        return tuple(self.each_person())

    def each_person(self) -> Iterator[Person]:
        """Yield the participants one at a time, for cohorts of any size."""
        for index in range(self.participants):
            yield person(self.seed, index, self.default_time_zone)

    def wearers(self) -> Iterator[Person]:
        """Yield the participants and a stranger to the study, whose watch delivers as well."""
        yield from self.each_person()
        yield STRANGER

    def users(self) -> Iterator[Document]:
        """Yield the user documents as they stand at the end of the study."""
        for someone in self.each_person():
            yield self._user(someone, self.last_date)

    def documents(self, collection: Collection) -> Iterator[Document]:
        """Yield the documents of a collection as they stand at the end of the study."""
        if collection == "users":
            yield from self.users()
            return
        for someone in self.wearers():
            for ordinal in self.ordinals:
                for made in self._recorded(someone, ordinal, collection):
                    yield made.document(self.seed)

    def document_ids(self, collection: Collection) -> Iterator[ObjectId]:
        """Yield the `_id`s of `documents(collection)`, several times as fast."""
        if collection == "users":
            yield from (self._user_id(someone) for someone in self.each_person())
            return
        for someone in self.wearers():
            for ordinal in self.ordinals:
                for made in self._recorded(someone, ordinal, collection):
                    yield made.document_id(self.seed)

    def _recorded(
        self, someone: Person, ordinal: int, collection: Collection
    ) -> Iterator[Bucket | SleepDocument]:
        """Yield what the devices of a person recorded on a day and delivered in time."""
        if collection == "sleeps":
            yield from self.sleeps(someone, ordinal)
        elif collection != "users":
            yield from self.buckets(someone, ordinal, collection)

    def buckets(
        self, someone: Person, ordinal: int, collection: SampleCollection
    ) -> Iterator[Bucket]:
        """Yield the documents of samples of a UTC day, given as `date.toordinal()`."""
        local = collection in self.local_time_collections
        days = days_around(self.seed, someone, ordinal)
        draw = heart_curve if collection == "heart_rates" else step_curve
        curve = draw(self.seed, someone, days, ordinal)
        for number, device in enumerate(someone.devices):
            if not device.is_worn_on(ordinal):
                continue
            arguments = (self.seed, someone, number, days, ordinal, curve)
            if collection == "heart_rates":
                samples = heart_samples(*arguments, self.resolution_seconds)
            else:
                samples = step_samples(*arguments)
            made = day_buckets(self.seed, someone, number, collection, ordinal, samples, local)
            yield from filter(self._is_delivered, made)

    def sleeps(self, someone: Person, ordinal: int) -> Iterator[SleepDocument]:
        """Yield the documents of the sleeps of a local day, given as `date.toordinal()`."""
        day = local_day(self.seed, someone, ordinal)
        local = "sleeps" in self.local_time_collections
        yield from filter(self._is_delivered, day_sleeps(self.seed, someone, day, local))

    def deliveries(self) -> Iterator[Delivery]:
        """Yield every version of every document in the order in which they reach the store.

        Memory holds the documents of the days by which a delivery can be late, not more.
        """
        waiting: list[tuple[int, str, bytes, Document]] = []
        wearers = tuple(self.wearers())
        for someone in self.people:
            for delivered, document in self._user_versions(someone):
                _push(waiting, delivered, "users", document)
        for ordinal in self.ordinals:
            for collection in ("heart_rates", "steps", "sleeps"):
                for someone in wearers:
                    for made in self._recorded(someone, ordinal, collection):
                        for version, document in self._versions(made):
                            _push(waiting, version.delivered_ms, collection, document)
            # Nothing that is still to come can be delivered earlier than the evening before:
            # sleeps, of local days, start before the UTC day of the same date.
            yield from _pop_until(waiting, day_start(ordinal) - DAY)
        yield from _pop_until(waiting, day_start(ordinal) + 2 * LATEST_DELIVERY_DAYS * DAY)

    def _is_delivered(self, made: Bucket | SleepDocument) -> bool:
        until = self.delivered_until
        return until is None or to_datetime(made.complete_ms) <= until

    def _versions(self, made: Bucket | SleepDocument) -> Iterator[tuple[Version, Document]]:
        for version in made.versions[:-1]:
            yield version, made.document(self.seed, version.rows)
        yield made.versions[-1], made.document(self.seed)

    def _user(self, someone: Person, known_until: date) -> Document:
        return {
            "_id": self._user_id(someone),
            **someone.document(self.start_date, known_until),
        }

    def _user_id(self, someone: Person) -> ObjectId:
        inserted = to_ms(someone.created_at)
        # Not in a cohort that goes on from day to day: its users must keep their ids.
        if someone.registered_late_days and self.delivered_until is None:
            inserted = self._registered_ms(someone)
        return object_id(inserted, self.seed, "users", someone.user_id)

    def _registered_ms(self, someone: Person) -> int:
        late = min(someone.registered_late_days, self.days)
        return day_start(self.start_date.toordinal() + late) + 8 * HOUR

    def _user_versions(self, someone: Person) -> Iterator[tuple[int, Document]]:
        """Yield (instant, document): a journey is entered the day after it began or ended."""
        known = self.start_date
        yield self._registered_ms(someone), self._user(someone, known)
        if someone.trips is not None:
            for instant, _ in someone.trips.changes(self.ordinals[0], self.ordinals[-1]):
                known = to_datetime(instant).date()
                yield instant + DAY, self._user(someone, known)
        if known < self.last_date:
            yield day_start(self.ordinals[-1] + 1), self._user(someone, self.last_date)


def _push(
    waiting: list[tuple[int, str, bytes, Document]],
    delivered: int,
    collection: Collection,
    document: Document,
) -> None:
    identity = document["_id"].binary  # type: ignore[attr-defined]
    heapq.heappush(waiting, (delivered, collection, identity, document))


def _pop_until(waiting: list[tuple[int, str, bytes, Document]], limit: int) -> Iterator[Delivery]:
    while waiting and waiting[0][0] < limit:
        delivered, collection, _, document = heapq.heappop(waiting)
        yield Delivery(to_datetime(delivered), collection, document)  # type: ignore[arg-type]
