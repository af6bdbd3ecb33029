"""One line of a roster: what it says of a household or a person, or why it cannot be taken. Pure.

Normal forms of names, phones and ID numbers are functions of the foundation and come in as `Tools`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from huiyin.programme.refusal import Refused
from huiyin.programme.refused import refused_in
from huiyin.programme.sheets import Fault
from huiyin.register.rules import cells
from huiyin.register.rules.cells import Cell
from huiyin.register.rules.whereabouts import Whereabouts

CODE_LENGTH = 40
OLDEST = 120
MOST_PEOPLE = 60
MOST_PHONES = 4
WHERE = ("place_code", "town", "village", "group")
PHONES = ("phone", "phone_2")
"""Columns of which what is no number is left out, and told: the line is taken."""
_PARTED = re.compile(r"[\u3001,\uff0c;\uff1b|/\\]| {2,}|(?<=[0-9]{11}) ")
_PEOPLE = re.compile(r" ?(?:\u53e3|\u4eba|\u53e3\u4eba)$")
_BESIDE = re.compile(r"\s+|\(.*?\)")
_OF_HEAD = re.compile(r"^(?:\u6237\u4e3b)?[\u4e4b\u7684]")
"""What lists write before what somebody is to the head: of the head, his or hers."""


class Number(Protocol):
    """Turns a telephone number into its normal form; what it refuses is about the column `field`."""

    def __call__(self, written: str, /, *, field: str) -> str: ...


@dataclass(frozen=True)
class Tools:
    """What turns a text into its normal form, the places of the county, and the county's day."""

    phone: Number
    id_number: Callable[[str], str]
    name: Callable[[str], str]
    places: Whereabouts
    today: date
    office_phone: Number


@dataclass(frozen=True)
class Line:
    """A line that can be taken: its values by name, and what was mended as (column, code of a sentence)."""

    number: int
    values: dict[str, Any]
    notes: tuple[tuple[str, str], ...] = ()

    def packed(self) -> list[Any]:
        """As JSON holds it."""
        return [self.number, self.values, [list(note) for note in self.notes]]

    @classmethod
    def unpacked(cls, stored: Sequence[Any]) -> "Line":
        """From `packed`."""
        number, values, notes = stored
        return cls(number, values, tuple((column, code) for column, code in notes))


@dataclass
class _Reading:
    """The texts of one line by field, and the notes on them so far."""

    number: int
    texts: dict[str, str]
    tools: Tools
    notes: list[tuple[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.texts.get(name, "")

    def need(self, name: str, most: int = CODE_LENGTH) -> str:
        found = self.texts.get(name, "")
        if not found:
            raise Refused("value_missing", field=name)
        if len(found) > most or not found.isprintable():
            raise Refused("value_wrong", field=name)
        return found

    def person(self, name: str) -> str:
        """A person's name, or what stands for one; what had to be tidied in it is noted once."""
        written = self.need(name, 200)
        kept = self.tools.name(written)
        if kept != written and (name, "cell_tidied") not in self.notes:
            self.notes.append((name, "cell_tidied"))
        return kept

    def relation(self) -> str:
        """What somebody is to the head; what no word is known for is `other`, which is told. Empty for nothing."""
        written = self.get("relation")
        for word in (written, _OF_HEAD.sub("", _BESIDE.sub("", written)) or "?"):
            with suppress(Refused):
                return cells.value("relation", word, field="relation")
        self.notes.append(("relation", "relation_other"))
        return "other"

    def told(self, name: str) -> str:
        """A value by its own words; one nobody has a word for is left out, which is told."""
        try:
            return cells.value(name, self.get(name), field=name)
        except Refused:
            self.notes.append((name, "value_left_out"))
            return ""

    def day(self, name: str) -> str:
        """An ISO date; empty for none."""
        found = self.texts.get(name, "")
        return cells.day(found, today=self.tools.today, field=name).isoformat() if found else ""

    def coming(self, name: str) -> str:
        """An ISO date that may lie ahead; empty for none."""
        found = self.texts.get(name, "")
        return cells.day(found, today=date.max, field=name).isoformat() if found else ""


def read(kind: str, number: int, row: Sequence[Cell], columns: Mapping[str, int], tools: Tools) -> Line | Fault | None:
    """A line by its kind's reader; a fault with the column it is about; None for an empty row or a total."""
    try:
        reading = _texts(number, row, columns, tools)
        if reading is None:
            return None
        values = READERS[kind](reading)
    except Refused as refused:
        return Fault(number, refused.code, refused.field, refused.values)
    return Line(number, values, tuple(reading.notes))


def _texts(number: int, row: Sequence[Cell], columns: Mapping[str, int], tools: Tools) -> _Reading | None:
    texts: dict[str, str] = {}
    notes: list[tuple[str, str]] = []
    width = len(row)
    for name, at in columns.items():
        if at < width and row[at] not in (None, ""):
            try:
                texts[name], mended = cells.text(row[at], field=name)
            except Refused as refused:
                if name not in PHONES or refused.code != "number_rounded":
                    raise
                notes.append((name, "left_out:number_rounded"))
                continue
            if mended:
                notes.append((name, "cell_tidied"))
    if not any(texts.values()) or _aside(row, texts):
        return None
    return _Reading(number, texts, tools, notes)


def _aside(row: Sequence[Cell], texts: Mapping[str, str]) -> bool:
    """Totals and signatures under a list: few cells, the first of them a word for such rows."""
    filled = [cell for cell in row if cell not in (None, "")]
    if len(filled) > max(3, len(row) // 3) and len(texts) > 2:
        return False
    first = str(filled[0]).strip().lower() if filled else ""
    return any(first.startswith(word) for word in cells.words("aside"))


def _household(reading: _Reading) -> dict[str, Any]:
    if reading.get("relation") and reading.relation() != "head":
        raise Refused("line_of_member", field="relation")
    values: dict[str, Any] = {
        "code": reading.need("household_code"),
        "place": _place(reading),
        "status": reading.told("status"),
        "door": reading.get("door"),
        "since": reading.day("since"),
        "size": _size(reading),
        "relation": "head",
    }
    return values | _person(reading)


def _resident(reading: _Reading) -> dict[str, Any]:
    values: dict[str, Any] = {
        "code": reading.need("household_code"),
        "relation": reading.relation() or "other",
        "since": reading.day("since"),
    }
    return values | _person(reading)


def _staff(reading: _Reading) -> dict[str, Any]:
    get = reading.get
    return {
        "number": reading.need("number", 30),
        "name": reading.person("name"),
        "body": reading.need("body", 80),
        "body_kind": _body_kind(reading),
        "parent": get("parent")[:80],
        "system": get("system")[:60],
        "industry": get("industry")[:20],
        "place": _place(reading),
        "role": reading.need("role", 60),
        "title": get("title")[:60],
        "responsibility": cells.value("responsibility", get("responsibility"), field="responsibility") or "handler",
        "tier": get("tier")[:30],
        "personnel": cells.value("personnel", get("personnel"), field="personnel"),
        "phone": reading.tools.phone(get("duty_phone"), field="duty_phone") if get("duty_phone") else "",
        "since": reading.day("since"),
    }


def _body(reading: _Reading) -> dict[str, Any]:
    get = reading.get
    values = {
        "body": reading.need("body", 80),
        "body_kind": _body_kind(reading),
        "parent": get("parent")[:80],
        "system": get("system")[:60],
        "industry": get("industry")[:20],
        "place": _place(reading) if any(get(name) for name in WHERE) else "",
        "phone": reading.tools.office_phone(get("duty_phone"), field="duty_phone"),
        "address": get("address"),
        "since": reading.day("since"),
    }
    for name in ("body", "system", "industry", "address"):
        if (found := refused_in(values[name])) is not None:
            raise Refused("words_refused", field=name, word=found[1])
    return values


def _body_kind(reading: _Reading) -> str:
    """The kind of a body by its name; one that nobody has a word for is a county's own and stays as it is written."""
    written = reading.get("body_kind")[:30]
    try:
        return cells.value("body_kind", written, field="body_kind")
    except Refused:
        return written


def _link(reading: _Reading) -> dict[str, Any]:
    """Who is named by number or code needs no name; else the head with the village, the official with the unit. A head
    who is written beside a code is compared with who is registered (`head`)."""
    get = reading.get
    numbered, coded = bool(get("number")), bool(get("household_code"))
    return {
        "number": reading.need("number", 30) if numbered else "",
        "official": "" if numbered else reading.person("official"),
        "body": "" if numbered else get("body")[:80],
        "code": reading.need("household_code") if coded else "",
        "name": "" if coded else reading.person("head"),
        "head": reading.person("head") if coded and get("head") else "",
        "place": "" if coded else _place(reading),
        "kind": cells.value("kind", reading.get("kind"), field="kind") or "lead",
        "programme": reading.get("programme")[:60],
        "since": reading.day("since"),
    }


def _relative(reading: _Reading) -> dict[str, Any]:
    get = reading.get
    if not (get("other_number") or get("id_number") or get("household_code")):
        raise Refused("kin_who_missing", field="household_code")
    return {
        "number": reading.need("number", 30),
        "name": reading.person("name"),
        "other": get("other_number")[:30],
        "id": reading.tools.id_number(get("id_number")) if get("id_number") else "",
        "code": get("household_code")[:CODE_LENGTH],
        "relation": cells.value("tie", get("tie"), field="tie"),
        "since": reading.day("since"),
    }


def _client(reading: _Reading) -> dict[str, Any]:
    get = reading.get
    if not (get("id_number") or get("household_code")):
        raise Refused("client_who_missing", field="household_code")
    source = get("source")[:200]
    if (found := refused_in(source)) is not None:
        raise Refused("words_refused", field="source", word=found[1])
    return {
        "name": reading.person("name"),
        "id": reading.tools.id_number(get("id_number")) if get("id_number") else "",
        "code": get("household_code")[:CODE_LENGTH],
        "body": reading.need("body", 80),
        "category": get("category")[:60],
        "source": source,
    }


def _grid(reading: _Reading) -> dict[str, Any]:
    get = reading.get
    name, basis = reading.need("grid_name", 60), get("basis")[:120]
    for column, words in (("grid_name", name), ("basis", basis)):
        if (found := refused_in(words)) is not None:
            raise Refused("words_refused", field=column, word=found[1])
    return {
        "kind": get("grid_kind")[:30],
        "name": name,
        "code": get("grid_code")[:30],
        "home": get("household_code")[:CODE_LENGTH],
        "place": "" if get("household_code") else _place(reading),
        "head": get("head_number")[:30],
        "basis": basis,
        "since": reading.day("since"),
    }


def _remit(reading: _Reading) -> dict[str, Any]:
    name = reading.need("remit", 60)
    if (found := refused_in(name)) is not None:
        raise Refused("words_refused", field="remit", word=found[1])
    answer = {level: reading.person(level) for level in ("main", "charge", "section", "handler")}
    return {"body": reading.need("body", 80), "name": name, **answer}


def _entry(reading: _Reading) -> dict[str, Any]:
    """Of somebody in a category: a household or a person, told by number, by code, or by name and village."""
    get = reading.get
    told = bool(get("id_number") or get("household_code"))
    source, category = get("source")[:200], reading.need("category", 60)
    for column, words in (("source", source), ("category", category)):
        if (found := refused_in(words)) is not None:
            raise Refused("words_refused", field=column, word=found[1])
    return {
        "name": reading.person("name") if get("name") or not told else "",
        "id": reading.tools.id_number(get("id_number")) if get("id_number") else "",
        "code": get("household_code")[:CODE_LENGTH],
        "place": "" if told else _place(reading),
        "category": category,
        "programme": get("programme")[:60],
        "body": get("body")[:80],
        "source": source,
        "since": reading.day("since"),
        "review": reading.coming("review_on"),
        "paper": reading.coming("paper_until"),
    }


READERS: dict[str, Callable[[_Reading], dict[str, Any]]] = {
    "households": _household,
    "residents": _resident,
    "bodies": _body,
    "staff": _staff,
    "links": _link,
    "relatives": _relative,
    "clients": _client,
    "grids": _grid,
    "remits": _remit,
    "categories": _entry,
}
KINDS = tuple(READERS)
"""The kinds of lists there are."""


def _place(reading: _Reading) -> str:
    get = reading.get
    return reading.tools.places.find(
        code=get("place_code"), town=get("town"), village=get("village"), group=get("group")
    )


def _size(reading: _Reading) -> int | None:
    written = reading.get("size")
    if not written:
        return None
    size = cells.count(_PEOPLE.sub("", written), most=MOST_PEOPLE)
    if size is None:
        raise Refused("size_implausible", field="size")
    return size


def _person(reading: _Reading) -> dict[str, Any]:
    """Name, ID number, sex, birth and phones. What the number itself says of birth and sex stands above the columns."""
    name = reading.person("name")
    number = reading.get("id_number")
    sex = reading.told("sex")
    birth = cells.day(reading.get("birth"), today=reading.tools.today, field="birth") if reading.get("birth") else None
    if number:
        number = reading.tools.id_number(number)
        born = cells.day(number[6:14], today=reading.tools.today, field="id_number")
        if birth is not None and (birth.year, birth.month) != (born.year, born.month):
            reading.notes.append(("birth", "birth_from_id"))
        true = "male" if int(number[16]) % 2 else "female"
        if sex and sex != true:
            reading.notes.append(("sex", "sex_from_id"))
        birth, sex = born, true
    if birth is not None and reading.tools.today.year - birth.year > OLDEST:
        raise Refused(
            "age_implausible", field="id_number" if number else "birth", age=reading.tools.today.year - birth.year
        )
    return {
        "name": name,
        "id": number,
        "sex": sex,
        "born": birth.year if birth is not None else None,
        "phones": _phones(reading),
        "phone_source": _phone_source(reading),
        "phone_consent": cells.value("phone_consent", reading.get("phone_consent"), field="phone_consent"),
    }


def _phone_source(reading: _Reading) -> str:
    """From where the line's numbers are; a list that names a source of its own is a list, and the line says so."""
    try:
        return cells.value("phone_source", reading.get("phone_source"), field="phone_source") or "roster"
    except Refused:
        reading.notes.append(("phone_source", "source_of_list"))
        return "roster"


def _phones(reading: _Reading) -> list[str]:
    """The numbers of both columns, each once; one that is no number is left out and told."""
    found: dict[str, None] = {}
    for name in PHONES:
        written = reading.texts.get(name, "")
        for part in _PARTED.split(written) if written else ():
            if not part.strip():
                continue
            try:
                found[reading.tools.phone(part, field=name)] = None
            except Refused as refused:
                count = refused.values.get("over", refused.values.get("missing", ""))
                reading.notes.append((name, f"left_out:{refused.code}:{count}".rstrip(":")))
    return list(found)[:MOST_PHONES]
