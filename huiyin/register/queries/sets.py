"""Sets with a composition (R-083): who has which households under such a pairing, and what a set lacks."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core import rulebook
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import Must, Pairing
from huiyin.register.models import Household, Link, Membership
from huiyin.register.models.periods import standing
from huiyin.register.queries import staff
from huiyin.register.queries.days import today

MOST_CODES = 60


@dataclass(frozen=True)
class SetKind:
    """A pairing with a composition of a programme in force."""

    programme: str
    programme_title: str
    name: str
    pairing: Pairing


@dataclass(frozen=True)
class SetRow:
    """An official's set: the codes of its households, and what it lacks, in words."""

    official_id: UUID
    name: str
    post: str
    codes: tuple[str, ...]
    lacking: tuple[str, ...]


def kinds(viewer: Viewer, at: datetime) -> tuple[SetKind, ...]:
    """The pairings with a composition, as written."""
    viewer.need("register.see")
    return tuple(
        SetKind(name, programme.about.title, key, pairing)
        for name, programme in rulebook.current(at).rulebook.programmes.items()
        if programme.links is not None
        for key, pairing in programme.links.pairings.items()
        if pairing.must
    )


def one(viewer: Viewer, at: datetime, *, programme: str, pairing: str) -> tuple[SetKind, tuple[SetRow, ...]]:
    """The sets of a pairing in the viewer's scope, those that lack something first. Raises Missing for what is none."""
    kind = next((row for row in kinds(viewer, at) if (row.programme, row.name) == (programme, pairing)), None)
    if kind is None:
        raise Missing
    day = today(viewer, at)
    rows = Link.objects.filter(standing(day), programme=programme, pairing=pairing, household__isnull=False)
    seen = rows.filter(viewer.scope("household__place_code")).order_by("household__place_code", "household__code")
    homes: dict[UUID, list[tuple[UUID, str]]] = {}
    for official, home, code in seen.values_list("official_id", "household__pk", "household__code"):
        homes.setdefault(official, []).append((home, code))
    marked = _marked(programme, day, [home for some in homes.values() for home, _ in some])
    names = dict(Official.objects.filter(pk__in=homes).values_list("pk", "person__name"))
    posts, titles = staff.post_words(viewer, homes, day), _titles(at, programme)
    made = []
    for official, some in homes.items():
        counts = Counter(category for home, _ in some for category in marked.get(home, ()))
        lacking = tuple(titles.get(must.category, must.category) for must in _short(kind.pairing, counts))
        codes = tuple(code for _, code in some)
        made.append(SetRow(official, names[official], posts.get(official, ""), codes, lacking))
    return kind, tuple(sorted(made, key=lambda row: (not row.lacking, row.name, str(row.official_id))))


def lacking(viewer: Viewer, at: datetime, *, programme: str, asked: Pairing, household_ids: list[UUID]) -> list[str]:
    """What a set of households lacks of its composition, in words. A household counts in every category it is in."""
    marked = _marked(programme, today(viewer, at), household_ids)
    counts = Counter(category for categories in marked.values() for category in categories)
    titles = _titles(at, programme)
    return [titles.get(one.category, one.category) for one in _short(asked, counts)]


def by_codes(viewer: Viewer, text: str) -> list[UUID]:
    """Households by their codes as typed, one a line or with commas. Raises Refused("household_unknown")."""
    codes = list(dict.fromkeys(re.findall(r"[\w-]+", text)))[:MOST_CODES]
    rows = Household.objects.filter(viewer.scope("place_code"), code__in=codes, until=None)
    known = dict(rows.values_list("code", "pk"))
    if len(known) < len(codes):
        raise Refused("household_unknown", field="codes")
    return [known[code] for code in codes]


def _short(asked: Pairing, counts: Counter[str]) -> list[Must]:
    return [one for one in asked.must if counts[one.category] < one.least]


def _marked(programme: str, day: date, household_ids: list[UUID]) -> dict[UUID, set[str]]:
    rows = Membership.objects.filter(standing(day), programme=programme, household_id__in=household_ids)
    found: dict[UUID, set[str]] = {}
    for household, category in rows.values_list("household_id", "category"):
        if household is not None:
            found.setdefault(household, set()).add(category)
    return found


def _titles(at: datetime, programme: str) -> dict[str, str]:
    people = rulebook.current(at).rulebook.programmes[programme].people
    return {name: one.title for name, one in people.categories.items()} if people else {}
