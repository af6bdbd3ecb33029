"""Figures in words: the values of dimensions, shares with their bases, the way down to the matters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from huiyin.casework.queries.figures import IDS
from huiyin.casework.rules.figures import GOALS, SHARES, Share, share
from huiyin.casework.rules.spans import Behind, Line, Sums, Wanted
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms import figures as forms
from huiyin.programme.schema.matters import Matters
from huiyin.programme.words import has_label, label, phrase
from huiyin.register.queries import places, staff

LEAST = 10
"""Of a single person no share is shown under so many: a few matters say nothing of somebody (SG-07)."""
GOOD_IF_FEW = "reopened"
"""The share of which nothing is lacking."""
PERSONS = frozenset({"handler", "supervisor"})
LABELS = {"level": "level", "result": "result", "call": "call_how", "reporter": "reporter"}
PAGES = {
    **{"channel": "channels", "topic": "topics", "nature": "natures", "kind": "kinds", "way": "ways"},
    **{"intent": "intents", "heading": "headings", "handling": "handlings"},
}


@dataclass(frozen=True)
class Told:
    """A share as a line says it. `part_href` and `gap_href` lead to the matters; empty for who may not open them."""

    name: str
    title: str
    says: str
    part: int
    base: int
    percent: str
    interval: str
    gap: str
    gaps: int
    part_href: str
    gap_href: str
    goal: str = ""
    goal_state: str = ""


@dataclass(frozen=True)
class Row:
    """One value of a dimension with its counts and shares. `href` opens its matters, `common_href` those under a common
    issue, `deeper` narrows the page."""

    value: str
    title: str
    collected: int
    answered: int
    reopened: int
    common: int
    shares: Sequence[str]
    href: str
    common_href: str
    deeper: str
    width: float


def names(viewer: Viewer, page: Matters, found: dict[str, list[Line]]) -> dict[tuple[str, str], str]:
    """The words of every value, by dimension and value. At most three questions."""
    told: dict[tuple[str, str], str] = {}
    for name, lines in found.items():
        if name not in IDS and name != "place":
            told |= {(name, line.value): word(page, name, line.value) for line in lines}
    ids = {name: _ids(found.get(name, ())) for name in IDS}
    bodies = staff.body_names(viewer, ids["body"]) if ids["body"] else {}
    people = ids["handler"] | ids["supervisor"]
    persons = staff.persons(viewer, people) if people else {}
    codes = {line.value for line in found.get("place", ())}
    paths = places.paths(viewer, codes) if codes else {}
    empty = phrase("figures", "none", language())
    for name, table in (("body", bodies), ("handler", persons), ("supervisor", persons)):
        told |= {(name, str(one)): table.get(one, "") or empty for one in ids[name]} | {(name, ""): empty}
    return told | {("place", code): paths.get(code, "") or code for code in codes}


def share_lines(wanted: Wanted, sums: Sums, *, opens: str) -> list[Told]:
    """Every share with its definition, base, interval, and the matters behind it."""
    return [_told(wanted, share(name, sums), opens=opens) for name in SHARES]


def opens_at(viewer: Viewer) -> str:
    """The page figures open to: the list for who reads matters, the entries without words for who sees figures and
    traces; empty for who may open neither.
    """
    if viewer.may("matter.see"):
        return f"{reverse('desk:matters')}?open=all&sort=new&"
    return f"{reverse('desk:behind')}?" if viewer.may("stats.see") and viewer.may("matter.trace") else ""


def link(behind: Behind, opens: str) -> str:
    """The matters behind a figure, on the page figures open to; empty where there is none."""
    return opens and f"{opens}{urlencode({'figure': forms.spelt(behind)})}"


def common(wanted: Wanted, sums: Sums, *, opens: str) -> str:
    """The list of the matters under common issues; empty where there is none, or nothing to open (R-197)."""
    return link(Behind(wanted, "common"), opens) if sums["common"] else ""


def percent(found: Share) -> str:
    """A share to a tenth of a per cent, never rounded up to a whole; a dash where there is no base."""
    if found.point is None:
        return "—"
    shown = found.point * 100
    if found.part < found.base:
        shown = min(shown, 99.9)
    return f"{shown:.1f}%"


def rows(
    name: str,
    lines: Iterable[Line],
    words: dict[tuple[str, str], str],
    wanted: Wanted,
    *,
    opens: str,
    deeper: Any,
) -> list[Row]:
    """The lines of one dimension in words. `deeper(value)` is the address narrowed to a value, or empty."""
    listed = list(lines)
    most = max((line.sums["collected"] for line in listed), default=0)
    return [
        Row(
            value=line.value,
            title=words.get((name, line.value), line.value) or phrase("figures", "none", language()),
            collected=line.sums["collected"],
            answered=line.sums["answered"],
            reopened=line.sums["reopened"],
            common=line.sums["common"],
            shares=[_cell(name, line.share(one)) for one in SHOWN],
            href=link(Behind(narrowed(wanted, name, line.value), "collected"), opens),
            common_href=common(narrowed(wanted, name, line.value), line.sums, opens=opens),
            deeper=deeper(line.value),
            width=line.sums["collected"] / most if most else 0,
        )
        for line in listed
    ]


@dataclass(frozen=True)
class Method:
    """What one method of the county counts: matters received, solved and being settled, and the share solved."""

    title: str
    counts: Sequence[tuple[int, str]]
    """Each with its address; empty for none, and for who may not open them."""
    solved: str


COUNTED = ("collected", "solved", "coordinating")


def methods(wanted: Wanted, lines: Iterable[Line], words: dict[tuple[str, str], str], *, opens: str) -> list[Method]:
    """The counters of each method (R-229); one matter is one, whatever was said in it."""
    found = []
    for line in lines:
        here = narrowed(wanted, "programme", line.value)
        counts = [(line.sums[one], link(Behind(here, one), opens) if line.sums[one] else "") for one in COUNTED]
        found.append(Method(words.get(("programme", line.value), line.value), counts, percent(line.share("solved"))))
    return found


SHOWN = ("replied", "in_time", "called", "solved", "satisfied")
"""Shares a line of a dimension shows."""


def narrowed(wanted: Wanted, name: str, value: str) -> Wanted:
    """The question about one value of a dimension."""
    if name == "day":
        return wanted
    return replace(wanted, only=(*wanted.only, (name, value)))


def _cell(name: str, found: Share) -> str:
    if name in PERSONS and found.base < LEAST:
        return phrase("figures", "small", language(), least=LEAST)
    return percent(found)


def _told(wanted: Wanted, found: Share, *, opens: str) -> Told:
    spoken = language()
    part, _ = SHARES[found.name]
    interval = ""
    if found.low is not None and found.high is not None:
        ends = {"low": f"{found.low * 100:.1f}%", "high": f"{found.high * 100:.1f}%"}
        interval = phrase("figures", "interval", spoken, **ends)
    return Told(
        name=found.name,
        title=label("figure_share", found.name, spoken),
        says=label("figure_says", found.name, spoken),
        part=found.part,
        base=found.base,
        percent=percent(found),
        interval=interval,
        gap=label("figure_gap", found.name, spoken),
        gaps=found.base - found.part if found.name != GOOD_IF_FEW else 0,
        part_href=link(Behind(wanted, part), opens) if found.part else "",
        gap_href=link(Behind(wanted, found.name, lacking=True), opens)
        if found.base > found.part and found.name != GOOD_IF_FEW
        else "",
        goal=label("figure_goal", found.goal, spoken) if found.name in GOALS else "",
        goal_state=found.goal if found.name in GOALS else "",
    )


def _ids(lines: Iterable[Line]) -> set[UUID]:
    return {UUID(line.value) for line in lines if line.value}


def word(page: Matters, name: str, value: str) -> str:
    """A value of a dimension in words; what has none as it is."""
    spoken = language()
    if not value:
        return phrase("figures", "none", spoken)
    if name in PAGES:
        table = getattr(page, PAGES[name])
        return str(table[value].title) if value in table else value
    if name == "limit":
        amount, _, unit = value.partition(" ")
        return phrase("figures", "limit", spoken, amount=amount, unit=_unit(unit))
    group = LABELS.get(name, "")
    return label(group, value, spoken) if group and has_label(group, value) else value


def _unit(unit: str) -> str:
    return label("unit", unit, language()) if has_label("unit", unit) else unit
