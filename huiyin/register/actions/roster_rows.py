"""Rows that an import writes, gathered for a thousand lines and put in by one statement a table.

What a row was before it is changed is kept beside, so that the import can be undone; keys of new people and households
are made together, before anything is sealed with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.core import text
from huiyin.core.canonical import plain
from huiyin.core.kept import Kept
from huiyin.core.models import Person
from huiyin.core.vault import vault
from huiyin.register.models import Household, Identity, Link, Phone, Resident
from huiyin.register.models.periods import Dated

SEALED: tuple[tuple[type[Kept], str], ...] = ((Household, "door"), (Identity, "number"), (Phone, "number"))
ORDER: tuple[type[Kept], ...] = (Person, Household, Resident, Identity, Phone, Link)


@dataclass(frozen=True)
class _Seal:
    """A text that is sealed when everything is known: subject, table, column and row of the ciphertext."""

    subject: str
    table: str
    column: str
    row: str
    text: str


class Written:
    """New rows and changed ones. `bool` says whether there are any."""

    def __init__(self, day: date, at: datetime) -> None:
        self.day, self.at = day, at
        self.news: dict[type[Kept], list[Kept]] = {}
        self.changes: dict[tuple[type[Kept], Any], tuple[Kept, dict[str, Any]]] = {}

    def __bool__(self) -> bool:
        return bool(self.news or self.changes)

    def add(self, row: Kept) -> None:
        """A new row."""
        self.news.setdefault(type(row), []).append(row)

    def change(self, row: Kept, **columns: Any) -> None:
        """New values of some columns of a row; nothing for none."""
        if columns:
            _, known = self.changes.setdefault((type(row), row.pk), (row, {}))
            known.update(columns)

    def replace(self, row: Dated, **columns: Any) -> None:
        """A dated fact recorded wrongly: its record is closed and another takes its place."""
        self.change(row, replaced_at=self.at)
        names = [one.attname for one in row._meta.concrete_fields if one.attname not in ("id", "salt")]
        self.add(type(row)(**{name: getattr(row, name) for name in names} | {"recorded_at": self.at} | columns))

    def take(self, plan: "Written") -> None:
        """What another has gathered as well."""
        for model, rows in plan.news.items():
            self.news.setdefault(model, []).extend(rows)
        for row, columns in plan.changes.values():
            self.change(row, **columns)

    def sealed(self, subject: str, table: str, column: str, row: str, words: str) -> _Seal:
        """A text to be sealed when the rows are put in."""
        return _Seal(subject, table, column, row, words)

    def person(self, name: str) -> Person:
        """A new person."""
        row = Person(name=name)
        self.add(row)
        return row

    def household(self, values: Mapping[str, Any], since: date) -> Household:
        """A new household of a line."""
        row = Household(
            code=values["code"],
            place_code=values["place"],
            status=values["status"] or "present",
            people_stated=values["size"],
            since=since,
        )
        if values["door"]:
            row.door = self.sealed(f"household:{row.pk}", "household", "door", str(row.pk), values["door"])
        self.add(row)
        return row

    def home(self, person: Person, household: Household, relation: str, since: date) -> None:
        """Somebody lives somewhere."""
        self.add(Resident(person=person, household=household, relation=relation, since=since, recorded_at=self.at))

    def identity(self, person: Person, blind: bytes | None, values: Mapping[str, Any]) -> None:
        """What tells a person from others."""
        row = Identity(person=person, blind=blind, birth_year=values["born"], sex=values["sex"])
        if values["id"]:
            row.number = self.sealed(f"person:{person.pk}", "identity", "number", str(row.pk), values["id"])
        self.add(row)

    def phone(self, person: Person, blind: bytes, number: str, since: date) -> None:
        """A number of somebody."""
        row = Phone(person=person, blind=blind, since=since, recorded_at=self.at)
        row.number = self.sealed(f"person:{person.pk}", "phone", "number", str(row.pk), number)
        self.add(row)

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
            rows = self.news.get(model)
            if rows:
                model._default_manager.bulk_create(rows)
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
        seals: list[tuple[_Seal, Any, str]] = []
        for _, columns in self.changes.values():
            seals += [(value, columns, name) for name, value in columns.items() if isinstance(value, _Seal)]
        for model, name in SEALED:
            values = [(row.__dict__[name], row.__dict__) for row in self.news.get(model, ())]
            seals += [(value, columns, name) for value, columns in values if isinstance(value, _Seal)]
        for person in self.news.get(Person, ()):
            person.pinyin, person.initials = text.pinyin_keys(person.name)  # type: ignore[attr-defined]  # rows of Person
        keeper = vault()
        keeper.prepare({one.subject for one, _, _ in seals})
        texts = keeper.seal_many((one.subject, one.table, one.column, one.row, one.text) for one, _, _ in seals)
        for (_, columns, name), sealed in zip(seals, texts, strict=True):
            columns[name] = sealed
