"""The collections this source knows; a new one is added here, with its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from vitals.sources.iot import rules
from vitals.sources.iot.reader import Reader
from vitals.sources.iot.samples import SampleReader
from vitals.sources.iot.sleeps import SleepReader
from vitals.sources.iot.users import UserReader


@dataclass(frozen=True)
class CollectionSpec:
    """A collection of the document store.

    Attributes:
        name: the collection.
        new_reader: makes a reader; takes the present instant in microseconds.
        is_snapshot: its documents are changed in place at any age and are few, so every run reads
            all of them, in one slice; otherwise documents are added, and change only while they
            are new.
    """

    name: str
    new_reader: Callable[[int], Reader]
    is_snapshot: bool = False

    @property
    def table(self) -> str:
        """The table in schema raw."""
        return f"iot__{self.name}"


COLLECTIONS = {
    spec.name: spec
    for spec in (
        CollectionSpec("users", UserReader, is_snapshot=True),
        CollectionSpec("heart_rates", partial(SampleReader, rules.HEART_RATES)),
        CollectionSpec("steps", partial(SampleReader, rules.STEPS)),
        CollectionSpec("sleeps", SleepReader),
    )
}
