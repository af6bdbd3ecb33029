"""What figures are asked about, as an address: in and out. What is not understood is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from huiyin.casework.queries.figures import BASES, DIMENSIONS, ELEMENTS, IDS, LOOSE
from huiyin.casework.rules.figures import MEASURES, SHARES
from huiyin.casework.rules.spans import STAFF, STEPS, Behind, Wanted, begins, follows
from huiyin.interfaces.common import typed
from huiyin.programme.words import label, phrase

LONGEST = timedelta(days=3_700)
USUAL = timedelta(days=30)
ALL = "all"
VALUE = re.compile(r"[A-Za-z0-9_ -]{0,60}\Z")
APART, LACK = "~", "lack"


@dataclass(frozen=True)
class Asked:
    """What a page of figures shows: the question, the step of its series, the dimension it is taken apart by."""

    wanted: Wanted
    step: str
    by: str


def read(given: Mapping[str, str], today: date, county: str) -> Asked:
    """An address as a question; by default the last thirty days of the county by the day received."""
    from_, until = _days(given, today)
    basis = given.get("basis", "")
    step = given.get("step", "")
    by = given.get("by", "")
    return Asked(
        Wanted(
            from_=from_,
            until=until,
            basis=basis if basis in BASES else "received",
            place=_place(given.get("place", ""), county),
            body=typed.identity(given.get("body", "")),
        ),
        step if step in STEPS else "day" if until - from_ <= timedelta(days=62) else "month",
        by if by in ELEMENTS or by == ALL else "channel",
    )


def write(asked: Asked, county: str, **changed: Any) -> str:
    """The address of a question, optionally with some of it changed: step, by, or parts of what is wanted."""
    view = {key: changed.pop(key, getattr(asked, key)) for key in ("step", "by")}
    wanted = replace(asked.wanted, **changed)
    pairs = {
        "from": wanted.from_.isoformat(),
        "until": (wanted.until - timedelta(days=1)).isoformat(),
        "basis": "" if wanted.basis == "received" else wanted.basis,
        "place": "" if wanted.place == county else wanted.place,
        "body": str(wanted.body or ""),
        **view,
    }
    return urlencode([(key, value) for key, value in pairs.items() if value])


def span(name: str, today: date) -> tuple[date, date]:
    """The days of a named span: from_ and until, end open."""
    step = name.removeprefix("last_")
    first = begins(today, step)
    if name.startswith("last_"):
        first = begins(first - timedelta(days=1), step)
    return first, follows(first, step)


def spelt(behind: Behind) -> str:
    """A figure as one word of an address."""
    wanted = behind.wanted
    parts = [behind.name, LACK if behind.lacking else "", wanted.basis, wanted.from_.isoformat()]
    parts += [wanted.until.isoformat(), wanted.place, str(wanted.body or "")]
    return APART.join([*parts, *(f"{name}={value}" for name, value in wanted.only)])


def behind(text: str) -> Behind | None:
    """The same read again; None for what is none."""
    parts = text[:400].split(APART)
    if len(parts) < 7:
        return None
    name, lack, basis, first, last, place, body = parts[:7]
    from_, until, only = typed.day(first), typed.day(last), _only(parts[7:])
    known = SHARES if lack else MEASURES
    if name not in known or basis not in BASES or from_ is None or until is None or only is None:
        return None
    if not _is_place(place) or lack not in ("", LACK):
        return None
    wanted = Wanted(from_=from_, until=until, basis=basis, place=place, body=typed.identity(body), only=only)
    return Behind(wanted, name, bool(lack))


def told(figure: Behind, spoken: str) -> str:
    """A figure in words, for the chip of a list."""
    wanted = figure.wanted
    key, name = ("counted_gap", label("figure_gap", figure.name, spoken)) if figure.lacking else ("counted_measure", "")
    if LOOSE in wanted.only:
        key = "counted_loose"
    if STAFF in wanted.only:
        key = "counted_staff"
    return phrase(
        "figures",
        key,
        spoken,
        name=name or label("figure_measure", figure.name, spoken),
        from_=wanted.from_.isoformat(),
        until=(wanted.until - timedelta(days=1)).isoformat(),
        basis=label("figure_basis", wanted.basis, spoken),
    )


def _only(parts: list[str]) -> tuple[tuple[str, str], ...] | None:
    found = []
    for part in parts[:5]:
        name, _, value = part.partition("=")
        if name not in (*DIMENSIONS, "place", LOOSE[0], STAFF[0]) or not VALUE.match(value):
            return None
        if (name in IDS and value and typed.identity(value) is None) or (name == "place" and not _is_place(value)):
            return None
        found.append((name, value))
    return tuple(found)


LAST = date(9000, 1, 1)
"""No day after it is counted from or to: a calendar ends, and a day is added to it."""


def _days(given: Mapping[str, str], today: date) -> tuple[date, date]:
    from_, last = typed.day(given.get("from", "")), typed.day(given.get("until", ""))
    until = min(last, LAST) + timedelta(days=1) if last else today + timedelta(days=1)
    from_ = min(max(from_, date(1990, 1, 1)), LAST) if from_ else max(until, date(1991, 1, 1)) - USUAL
    until = max(until, from_ + timedelta(days=1))
    return from_, min(until, from_ + LONGEST)


def _place(text: str, county: str) -> str:
    return text if _is_place(text) else county


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) in (12, 15)
