"""What was looked at and why, in words: numbers people know instead of ids, filters instead of addresses (SG-49)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from huiyin.casework.queries import held, reading_out
from huiyin.casework.queries.ledgers import Wanted
from huiyin.casework.rules import codes
from huiyin.core import journal
from huiyin.core.journal import LookRow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms import filters as forms
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import has_label, label, phrase
from huiyin.register.queries import people, places

LISTS = ("matters.print", "matters.export")
"""Kinds of looks whose reason is a list's address, before it how many rows where they were printed."""


POWER = "power.given"
DENIED = "read_out.denied"


def powers(reason: str) -> str:
    """The powers somebody was given, in words."""
    return "、".join(label("verb", verb, language()) for verb in reason.split())


def alarms(viewer: Viewer, at: datetime) -> list[LookRow]:
    """What somebody has to go after, powers in words; of matters that are held, sealed or about the viewer neither
    number nor words. Raises not_allowed.
    """
    rows = journal.alarms(viewer, at)
    denied = {one for row in rows if row.kind == DENIED and (one := typed.identity(row.subject))}
    numbers = {str(one): codes.spoken(code) for one, code in held.codes_of(viewer, denied).items()} if denied else {}
    said = reading_out.denials(viewer, denied)
    return [_alarm(row, numbers, said) for row in rows]


def _alarm(row: LookRow, numbers: Mapping[str, str], said: Mapping[tuple[UUID, datetime], str]) -> LookRow:
    if row.kind == POWER:
        return replace(row, reason=powers(row.reason))
    if row.kind == DENIED:
        return replace(row, subject=numbers.get(row.subject, ""), reason=_denial(row, numbers, said))
    return row


def _denial(row: LookRow, numbers: Mapping[str, str], said: Mapping[tuple[UUID, datetime], str]) -> str:
    """What was said with a denial: it stands with the step, never with the look."""
    return said.get((UUID(row.subject), row.at), "") if row.subject in numbers else ""


@dataclass(frozen=True)
class Words:
    """A look in words. `query` finds the thing in the log; empty where it has no number people know."""

    subject: str
    reason: str
    query: str = ""


def told(viewer: Viewer, rows: Sequence[LookRow], page: Matters) -> list[Words]:
    """Each look in words, classes as `page` calls them; matters that are held, sealed or about the viewer stay without
    their number. Few queries.
    """
    ids = {one for row in rows if (one := typed.identity(row.subject))}
    homes = {one for row in rows if (one := _of("household", row.subject))}
    asked = {row.id: _asked(row) for row in rows}
    towns = {row.subject.removeprefix("place:") for row in rows if row.subject.startswith("place:")}
    towns |= {query.get("place", "") for _, query in asked.values()} - {""}
    towns |= {of.place_code for row in rows if (of := Wanted.read(row.reason)) is not None}
    numbers = {str(one): code for one, code in held.codes_of(viewer, ids).items()}
    known = {str(one): code for one, code in people.codes_of(viewer, homes).items()}
    named = places.paths(viewer, towns) if towns else {}
    denied = {one for row in rows if row.kind == DENIED and (one := typed.identity(row.subject))}
    said = reading_out.denials(viewer, denied)
    found: list[Words] = []
    for row in rows:
        subject, query = _subject(row.subject, numbers, known, named)
        why = _denial(row, numbers, said) if row.kind == DENIED else _reason(row, *asked[row.id], page, named)
        found.append(Words(subject, why, query))
    return found


def _of(kind: str, subject: str) -> UUID | None:
    head, _, rest = subject.partition(":")
    return typed.identity(rest) if head == kind else None


def _subject(
    subject: str, numbers: Mapping[str, str], known: Mapping[str, str], named: Mapping[str, str]
) -> tuple[str, str]:
    spoken = language()
    head, mark, rest = subject.partition(":")
    if not mark:
        number = numbers.get(subject, "")
        words = label("look_of", head, spoken) if has_label("look_of", head) else "—"
        return (codes.spoken(number), number) if number else (words, "")
    if head == "place":
        return named.get(rest, "") or rest, ""
    if head == "household" and rest in known:
        return known[rest], known[rest]
    if head == "search" and has_label("look_search", rest):
        return label("look_search", rest, spoken), ""
    words = label("look_of", head, spoken) if has_label("look_of", head) else head
    return (f"{words} {rest}" if head == "export" else words), ""


def _asked(row: LookRow) -> tuple[str, QueryDict]:
    """How many rows were printed, and what a list was narrowed by; nothing where the reason is somebody's own words."""
    many, query = "", row.reason
    if row.kind == "matters.print":
        many, _, query = row.reason.partition(" ")
    if row.kind not in (*LISTS, "figures.export"):
        query = ""
    return many, QueryDict(query)


def _reason(row: LookRow, many: str, query: QueryDict, page: Matters, named: Mapping[str, str]) -> str:
    spoken = language()
    if row.kind == "figures.export":
        days = " – ".join(one for one in (query.get("from", ""), query.get("until", "")) if one)
        by = query.get("by", "")
        parts = [
            named.get(query.get("place", ""), ""),
            days,
            label("element", by, spoken) if has_label("element", by) else "",
        ]
        return " · ".join(one for one in parts if one) or row.reason
    if row.kind == POWER:
        return powers(row.reason)
    if (ledger := Wanted.read(row.reason)) is not None:
        return _ledger(ledger, page, named)
    if row.kind not in LISTS:
        return label("event", row.reason, spoken) if has_label("event", row.reason) else row.reason
    wanted = forms.read(query)
    if not set(query) <= set(QueryDict(forms.write(wanted))):
        return row.reason
    names = {"place": named.get(wanted.place, wanted.place)}
    said = [one.label for one in forms.shown(page, wanted, names) if one.label]
    many = phrase("looks", "rows", spoken, n=many) if many.isdigit() else ""
    return " · ".join(one for one in (many, *said) if one)


def _ledger(wanted: Wanted, page: Matters, named: Mapping[str, str]) -> str:
    """Which lines of which ledger: its place and month, and the level, class and sum it was narrowed by."""
    spoken = language()
    titles = {name: one.title for table in (page.kinds, page.topics, page.natures) for name, one in table.items()}
    month = phrase("ledger_says", "month", spoken, year=wanted.month.year, month=wanted.month.number)
    parts = [label("nav", "ledgers", spoken), named.get(wanted.place_code, wanted.place_code), month]
    if has_label("level", wanted.level):
        parts.append(label("level", wanted.level, spoken))
    if wanted.klass is not None:
        parts.append(titles.get(wanted.klass, wanted.klass) or label("ledger", "unclassified", spoken))
    return " · ".join([*parts, label("ledger_part", wanted.part, spoken)])
