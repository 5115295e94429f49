"""Whose an account export is: what is known of the person, and what an import adds to it.

A zone history matters most: without one, local times of an export cannot be placed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
from psycopg.types.json import Jsonb

from vitals.load.account_plan import newest_time_zone
from vitals.load.books import Books
from vitals.load.export_buffer import ExportPiece
from vitals.load.summary import LoadSummary
from vitals.load.tables import load_sql
from vitals.sources import api_providers
from vitals.sources.account_exports.shapes import Shape
from vitals.warehouse import has_relation

SOURCE = "account_exports"
# What the books ask of the rows of a load.
_PROFILES = Shape("profiles", "profiles", (), pa.schema([]))


@dataclass(frozen=True)
class Person:
    """Whose export it is.

    Attributes:
        participant_id: as elsewhere in the warehouse.
        time_zones: IANA name, or a list of {valid_from, time_zone}; None for what is known already.
        date_of_birth: if it is to be stored.
        gender: likewise.
        height_cm: likewise.
    """

    participant_id: str
    time_zones: str | list[dict[str, Any]] | None = None
    date_of_birth: date | None = None
    gender: str | None = None
    height_cm: float | None = None

    @property
    def account_id(self) -> str:
        """Subject of the profile."""
        return f"{SOURCE}:{self.participant_id}"


def known_zones(connection: psycopg.Connection, person: Person) -> tuple[Any, str]:
    """The zone history that the warehouse has of a person already, and where it is from."""
    profile = _newest_profile(connection, person)
    if profile.get("time_zones"):
        return profile["time_zones"], "the zone history of an earlier import"
    who = {"participant_id": person.participant_id}
    row = connection.execute(load_sql("export/iot_time_zone"), who).fetchone()
    if row:
        return row[0], "the zone history of the person's watch"
    for provider in api_providers():
        if not has_relation(connection, f"raw.{provider}__profiles"):
            continue
        zone = newest_time_zone(connection, provider, f"{provider}:{person.participant_id}")
        if zone:
            return zone, f"the zone of the person's {provider} account"
    return None, ""


def _newest_profile(connection: psycopg.Connection, person: Person) -> Mapping[str, Any]:
    values = {"account_id": person.account_id}
    row = connection.execute(load_sql("export/newest_profile"), values).fetchone()
    names = ("devices", "time_zones", "date_of_birth", "gender", "height_cm")
    return dict(zip(names, row, strict=True)) if row else {}


@dataclass
class Profile:
    """The person's profile, kept so that it names the owner of everything that counts as read.

    Attributes:
        books: of the person's imports.
        person: whose profile.
        loads: is told what was written.
    """

    books: Books
    person: Person
    loads: LoadSummary
    _named: set[str] | None = None

    def name(self, account_ids: Collection[str]) -> None:
        """Store the ids under which rows are, unless that was done; at first also without any.

        To be called before a file counts as read: whoever is killed in between does not read it
        again, and nobody would own its rows.
        """
        if self._named is None or not self._named.issuperset(account_ids):
            self._named = {*(self._named or ()), *account_ids}
            _save_profile(self.books, self.person, self._named, self.loads)


def _save_profile(
    books: Books, person: Person, account_ids: Collection[str], loads: LoadSummary
) -> None:
    before = _newest_profile(books.connection, person)
    zones = person.time_zones or before.get("time_zones")
    if zones is None:
        zones, _ = known_zones(books.connection, person)
    devices = sorted({*account_ids, *before.get("devices", [])})
    if not devices:
        return
    load_id = books.start("profiles", "full", (None, None), loads.run_id)
    values = {
        "account_id": person.account_id,
        "participant_id": person.participant_id,
        "devices": Jsonb(devices),
        "time_zones": Jsonb(zones) if zones else None,
        "date_of_birth": person.date_of_birth or before.get("date_of_birth"),
        "gender": person.gender or before.get("gender"),
        "height_cm": person.height_cm or before.get("height_cm"),
        "load_id": load_id,
    }
    books.connection.execute(load_sql("export/add_profile"), values)
    piece = ExportPiece(SOURCE, _PROFILES, rows_read=1)
    loads.add(load_id, piece, books.finish(load_id, piece))
