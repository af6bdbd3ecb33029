"""Rows that an import or a change of places writes, gathered and put in by one statement a table.

What a row was before it is changed is kept beside, so that it can be undone; keys of new people and households
are made together, before anything is sealed with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.core import text
from huiyin.core.bulk import State, lay
from huiyin.core.canonical import plain, row_state
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.models import Official, Person
from huiyin.core.vault import vault
from huiyin.register.actions import powers
from huiyin.register.actions.edition import new_edition
from huiyin.register.models import (
    Abode,
    Body,
    BodyAbove,
    BodyName,
    Delegation,
    Household,
    Identity,
    Kin,
    Link,
    Membership,
    OfficialState,
    Overlay,
    OverlayChange,
    OverlayHousehold,
    OverlayPlace,
    Phone,
    PhoneConsent,
    Place,
    PlaceFact,
    PlaceShape,
    PlaceSuccession,
    Post,
    Remit,
    Resident,
    Tie,
)
from huiyin.register.models.periods import Dated

SEALED: tuple[tuple[type[Kept], str], ...] = (
    *((Household, "door"), (Abode, "door")),
    *((Identity, "number"), (Phone, "number")),
)
ORDER: tuple[type[Kept], ...] = (
    *(Person, Official, Household, Body, BodyAbove, Overlay),
    *(Abode, Resident, Identity, Phone, PhoneConsent, OfficialState, Post, Link, Kin, Membership),
    *(
        Place,
        PlaceSuccession,
        PlaceShape,
        PlaceFact,
        OverlayPlace,
        OverlayHousehold,
        OverlayChange,
        Tie,
        BodyName,
        Delegation,
        Remit,
    ),
)

NAMING = {Person, Official, Body, Post, Kin, OverlayPlace}
"""Rows that say what officials are called, who stands near them and what they answer for."""


@dataclass(frozen=True, slots=True)
class _Seal:
    """A text that is sealed when everything is known: subject, table, column and row of the ciphertext."""

    subject: str
    table: str
    column: str
    row: str
    text: str


class Written:
    """New rows as their states, and changed rows. `bool` says whether there are any."""

    def __init__(self, day: date, at: datetime) -> None:
        self.day, self.at = day, at
        self.moment = plain(at)
        self.news: dict[type[Kept], list[State]] = {}
        self.changes: dict[tuple[type[Kept], Any], tuple[Kept, dict[str, Any]]] = {}
        self.followed: list[powers.Pair] = []
        """Posts and lent powers whose place another record takes: what was consented to goes along."""

    def __bool__(self) -> bool:
        return bool(self.news or self.changes)

    def add(self, model: type[Kept], state: State) -> str:
        """A new row; returns its id."""
        self.news.setdefault(model, []).append(state)
        return str(state["id"])

    def change(self, row: Kept, **columns: Any) -> None:
        """New values of some columns of a row; nothing for none."""
        if columns:
            _, known = self.changes.setdefault((type(row), row.pk), (row, {}))
            known.update(columns)

    def replace(self, row: Dated, **columns: Any) -> None:
        """A dated fact recorded wrongly: its record is closed and another takes its place."""
        self.change(row, replaced_at=self.at)
        fresh = {"id": fresh_id(), "recorded_at": self.moment, "replaced_at": None}
        self.add(type(row), row_state(row) | fresh | columns)
        self.follow(row, fresh["id"])

    def follow(self, row: Dated, fresh: str) -> None:
        """A record of this id takes the place of a row."""
        if isinstance(row, Post | Delegation):
            self.followed.append((type(row), row.pk, UUID(fresh)))

    def take(self, plan: "Written") -> None:
        """What another has gathered as well."""
        for model, states in plan.news.items():
            self.news.setdefault(model, []).extend(states)
        for row, columns in plan.changes.values():
            self.change(row, **columns)
        self.followed += plan.followed

    def sealed(self, subject: str, table: str, column: str, row: str, words: str) -> _Seal:
        """A text to be sealed when the rows are put in."""
        return _Seal(subject, table, column, row, words)

    def person(self, name: str) -> str:
        """A new person; the id. Keys the name is found by are made when the rows are put in."""
        return self.add(Person, {"id": fresh_id(), "name": name})

    def household(self, values: Mapping[str, Any], since: str) -> str:
        """A new household of a line; the id."""
        key = fresh_id()
        door = values["door"]
        state = {
            "id": key,
            "code": values["code"],
            "place_code": values["place"],
            "status": values["status"] or "present",
            "people_stated": values["size"],
            "since": since,
            "door": _Seal(f"household:{key}", "household", "door", key, door) if door else None,
        }
        return self.add(Household, state)

    def abode(self, row: Household, since: date, until: date) -> None:
        """Where and how a household was up to a day."""
        self.abode_at(row, row.place_code, row.status, row.opened_door(), since, until)

    def abode_at(self, row: Household, place: str, status: str, door: str, since: date, until: date) -> None:
        """Where and how a household was for a period."""
        key = fresh_id()
        state = {
            "id": key,
            "household_id": str(row.pk),
            "place_code": place,
            "status": status,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "recorded_at": self.moment,
            "door": _Seal(row.subject, "abode", "door", key, door) if door else None,
        }
        self.add(Abode, state)

    def home(self, person: str, household: str, relation: str, since: str) -> None:
        """Somebody lives somewhere."""
        state = {"id": fresh_id(), "person_id": person, "household_id": household, "relation": relation}
        self.add(Resident, state | {"since": since, "recorded_at": self.moment})

    def identity(self, person: str, blind: bytes | None, values: Mapping[str, Any]) -> None:
        """What tells a person from others."""
        key, number = fresh_id(), values["id"]
        state = {
            "id": key,
            "person_id": person,
            "blind": blind.hex() if blind is not None else None,
            "birth_year": values["born"],
            "sex": values["sex"],
            "number": _Seal(f"person:{person}", "identity", "number", key, number) if number else None,
        }
        self.add(Identity, state)

    def phone(self, person: str, blind: bytes, number: str, since: str, source: str = "roster") -> None:
        """A number of somebody, and from where the list says it is."""
        key = fresh_id()
        state = {
            "id": key,
            "person_id": person,
            "blind": blind.hex(),
            "source": source,
            "since": since,
            "recorded_at": self.moment,
            "number": _Seal(f"person:{person}", "phone", "number", key, number),
        }
        self.add(Phone, state)

    def consent(self, person: str, blind: bytes, said: str) -> None:
        """What a list says of writing service messages to a number; since its day, told by the list."""
        state = {"id": fresh_id(), "person_id": person, "blind": blind.hex(), "purpose": "service", "said": said}
        self.add(
            PhoneConsent,
            state | {"source": "roster", "since": self.day.isoformat(), "recorded_at": self.moment},
        )

    def put_in(self) -> list[list[Any]]:
        """Write everything, inside an action. Returns what changed rows were before: label, key, columns."""
        self._finish()
        before = [
            [row._meta.label_lower, str(row.pk), {name: plain(getattr(row, name)) for name in columns}]
            for row, columns in self.changes.values()
        ]
        # What ends makes room first: a person has one household at a time.
        for model in ORDER:
            self._change(model)
        for model in ORDER:
            lay(model, self.news.get(model, ()))
        powers.carry(self.followed)
        changed = {of for of, _ in self.changes}
        if self.news.keys() & {Body, Post, Kin, Overlay, OverlayPlace} or changed & NAMING:
            # What officials are called and who stands near them is kept under it: complaints are told by it (SG-01).
            new_edition()
        return before

    def _change(self, model: type[Kept]) -> None:
        by_columns: dict[tuple[str, ...], list[Kept]] = {}
        for (of, _), (row, columns) in self.changes.items():
            if of is model:
                for name, value in columns.items():
                    setattr(row, name, value)
                by_columns.setdefault(tuple(sorted(columns)), []).append(row)
        for names, rows in by_columns.items():
            model._default_manager.bulk_update(rows, list(names))

    def _finish(self) -> None:
        """Sealed texts and name keys, all rows at once."""
        seals: list[tuple[_Seal, dict[str, Any], str, bool]] = []
        for _, columns in self.changes.values():
            seals += [(value, columns, name, False) for name, value in columns.items() if isinstance(value, _Seal)]
        for model, name in SEALED:
            states = [state for state in self.news.get(model, ()) if isinstance(state.get(name), _Seal)]
            seals += [(state[name], state, name, True) for state in states]
        for state in self.news.get(Person, ()):
            state["pinyin"], state["initials"] = text.pinyin_keys(state["name"])
        keeper = vault()
        keeper.prepare({one.subject for one, *_ in seals})
        sealed = keeper.seal_many((one.subject, one.table, one.column, one.row, one.text) for one, *_ in seals)
        for (_, columns, name, fresh), ciphertext in zip(seals, sealed, strict=True):
            columns[name] = ciphertext.hex() if fresh else ciphertext


def fresh_id() -> str:
    """An id for a row to come, as the log writes it."""
    return str(uuid7())
