"""The filters of the list of matters: an address in, an address out. What is not understood is left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from huiyin.casework.queries.matters import DUES, SORTS, Filters
from huiyin.interfaces.common import typed as read_as
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms import figures
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.topics import MANY as SHORT
from huiyin.programme.schema.topics import branches
from huiyin.programme.words import label, labels, phrase

MORE = {"intent": "intents", "heading": "headings", "handling": "handlings", "level": "levels"}
"""Dimensions that not every programme has."""
MANY = {"state": "states", "topic": "topics", "nature": "natures", "channel": "channels", **MORE}
PARTS = ("todo", "handler", "supervisor", "caller", "mine")
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")


@dataclass(frozen=True)
class Choice:
    """One value of a filter with its words."""

    value: str
    label: str
    on: bool


@dataclass(frozen=True)
class Shown:
    """One filter that is on: its words, an icon, and the address without it."""

    label: str
    icon: str
    query: str


def read(given: QueryDict) -> Filters:
    """Filters from an address."""
    many: dict[str, Any] = {
        name: tuple(v for v in given.getlist(key)[:40] if NAME.match(v)) for key, name in MANY.items()
    }
    return Filters(
        text=typed(given, "q"),
        place=_digits(given.get("place", "")),
        body=read_as.identity(given.get("body", "")),
        part=_one_of(given.get("part", ""), PARTS),
        due=_one_of(given.get("due", ""), DUES),
        open_only=given.get("open") != "all",
        opened_from=read_as.day(given.get("from", "")),
        opened_until=read_as.day(given.get("until", "")),
        behind=figures.behind(given.get("figure", "")),
        sort=_one_of(given.get("sort", ""), SORTS) or "due",
        **many,
    )


SEARCH = 100
"""Characters a search of the list may have."""


def sought(given: QueryDict, name: str) -> read_as.Sought:
    """What somebody typed, and the sentence if it is too long to be looked for."""
    return read_as.sought(given.get(name, ""), most=SEARCH)


def typed(given: QueryDict, name: str) -> str:
    """The same as far as a search goes."""
    return sought(given, name).usable


def write(filters: Filters, **changed: Any) -> str:
    """The address of filters, optionally with some of them changed; only what differs from nothing stands in it."""
    wanted = replace(filters, **changed)
    return urlencode(list(_pairs(wanted)))


def _pairs(filters: Filters) -> Iterator[tuple[str, str]]:
    for key, name in MANY.items():
        yield from ((key, value) for value in getattr(filters, name))
    single = {
        "q": filters.text,
        "place": filters.place,
        "part": filters.part,
        "due": filters.due,
        "body": str(filters.body or ""),
        "open": "" if filters.open_only else "all",
        "from": filters.opened_from.isoformat() if filters.opened_from else "",
        "until": filters.opened_until.isoformat() if filters.opened_until else "",
        "figure": figures.spelt(filters.behind) if filters.behind else "",
        "sort": "" if filters.sort == "due" else filters.sort,
    }
    yield from ((key, value) for key, value in single.items() if value)


def hidden(filters: Filters, *without: str) -> list[tuple[str, str]]:
    """What a form must carry along so that it changes only its own filters."""
    return [(key, value) for key, value in _pairs(filters) if key not in without]


def choices(page: Matters, filters: Filters) -> dict[str, list[Choice]]:
    """The values of every filter of several, in the programme's own words."""
    tables: Mapping[str, Mapping[str, str]] = {
        "state": labels("state", language()),
        "topic": _topics(page, filters),
        "nature": {key: nature.title for key, nature in page.natures.items()},
        "channel": {key: channel.title for key, channel in page.channels.items()},
        "intent": {key: one.title for key, one in page.intents.items()},
        "heading": {key: one.title for key, one in page.headings.items()},
        "handling": {key: one.title for key, one in page.handlings.items()},
        "level": {key: words for key, words in labels("level", language()).items() if key != "group"},
    }
    return {
        key: [Choice(value, words, value in getattr(filters, MANY[key])) for value, words in table.items()]
        for key, table in tables.items()
    }


def _topics(page: Matters, filters: Filters) -> dict[str, str]:
    """The topics to choose from; of a long tree its roots, which stand for all under them, and what is chosen."""
    found = branches(page.topics)
    if len(found) > SHORT:
        found = tuple(one for one in found if one.depth == 0 or one.name in filters.topics)
    return {one.name: one.title if one.depth == 0 else one.path for one in found}


def shown(page: Matters, filters: Filters, names: Mapping[str, str]) -> list[Shown]:
    """The filters that are on, in the order in which they read as a sentence; `names` has those of place and body."""
    spoken = language()
    found = []
    if filters.place:
        found.append(Shown(names.get("place", filters.place), "map-pin", write(filters, place="")))
    for key, words in choices(page, filters).items():
        chosen = [choice.label for choice in words if choice.on]
        if chosen:
            found.append(
                Shown(phrase("sums", "and", spoken).join(chosen), ICONS[key], write(filters, **{MANY[key]: ()}))
            )
    if filters.body:
        found.append(Shown(names.get("body", ""), "building", write(filters, body=None)))
    found += [
        Shown(label("list", getattr(filters, key), spoken), icon, write(filters, **{key: ""}))
        for key, icon in (("part", "user"), ("due", "clock"))
        if getattr(filters, key)
    ]
    return found + list(_shown_last(filters, spoken))


def _shown_last(filters: Filters, spoken: str) -> Iterator[Shown]:
    """Filters that are no choice of some: days, a figure, words, closed ones too."""
    if filters.opened_from or filters.opened_until:
        days = f"{filters.opened_from or ''} – {filters.opened_until or ''}".strip()
        yield Shown(days, "calendar", write(filters, opened_from=None, opened_until=None))
    if filters.behind:
        yield Shown(figures.told(filters.behind, spoken), "sum", write(filters, behind=None))
    if filters.text:
        yield Shown(filters.text, "search", write(filters, text=""))
    if not filters.open_only:
        yield Shown(label("list", "all", spoken), "archive", write(filters, open_only=True))


ICONS = {
    **{"state": "progress", "topic": "category", "nature": "tag", "channel": "phone-incoming"},
    **{"intent": "message-question", "heading": "category", "handling": "tag", "level": "stairs-up"},
}


def same(one: Filters, other: Filters) -> bool:
    """Whether two sets of filters show the same matters, in whatever order."""
    return all(
        getattr(one, field.name) == getattr(other, field.name) for field in fields(Filters) if field.name != "sort"
    )


def _one_of(value: str, allowed: tuple[str, ...]) -> str:
    return value if value in allowed else ""


def _digits(value: str) -> str:
    return value if value.isascii() and value.isdigit() and len(value) in (12, 15) else ""
