"""Why each of some lines of a round is as it is, in one sentence: who got it and why, and why not who else might have.

Reckoned for the lines of a page as they are looked at, from the register as it is now: a round of 340,000 lines keeps
no sentences. Lines the viewer does not see count for nothing here, and nobody who stands near the viewer is named.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from huiyin.core.viewer import Viewer
from huiyin.programme.schema.links import Pairing
from huiyin.programme.words import phrase
from huiyin.register.models import Link, LinkProposal, LinkRound
from huiyin.register.queries import drawing
from huiyin.register.rules import codes, why_not
from huiyin.register.rules.why_not import Other, WhyNot

VILLAGE = codes.WIDTHS[4]
"""Digits of a village's code: who got households of it in the round is who might have got another."""


@dataclass(frozen=True)
class Said:
    """What is said of a line: the post in words and the households of who gets it in this round, and the sentence."""

    post: str
    load: int
    words: str


@dataclass(frozen=True)
class _Known:
    """What the sentences of some lines are made of. By official: the main post, the households in this round, those
    that are not in it; by village: who got households there, with their names."""

    held: Mapping[UUID, drawing.Held]
    loads: Mapping[UUID, int]
    outside: Mapping[UUID, int]
    around: Mapping[str, Mapping[UUID, str]]

    def other(self, official: UUID, name: str) -> Other:
        """Somebody with all they have."""
        held = self.held.get(official)
        load = self.loads.get(official, 0) + self.outside.get(official, 0)
        return Other(name, held is not None, held.bearer if held else None, load)


def said(
    viewer: Viewer,
    row: LinkRound,
    pairing: Pairing,
    found: Sequence[LinkProposal],
    seen: QuerySet[LinkProposal],
    language: str,
) -> tuple[Said, ...]:
    """What is said of each of some lines, in their order; `seen` are all lines of the round that the viewer may see in
    counts. Three questions, however many lines."""
    known = _known(viewer, row, pairing, found, seen)
    return tuple(_said(pairing, one, known, language) for one in found)


def _said(pairing: Pairing, one: LinkProposal, known: _Known, language: str) -> Said:
    before = one.before.official.person.name if one.before else ""
    stays = one.before is not None and one.before.official_id == one.official_id
    official = one.official
    values: dict[str, str | int] = {"before": before, "name": official.person.name if official else ""}
    post, load = "", 0
    if official is not None:
        band = pairing.loads[pairing.bearing(official.tier) or next(iter(pairing.loads))]
        held, load = known.held.get(official.pk), known.loads.get(official.pk, 0)
        post = held.post if held else ""
        values |= {"post": post, "load": load, "least": band.least, "most": band.most}
    why = "nobody" if official is None else "kept" if stays else "moved" if before else "new"
    if why != "kept" and not one.by_hand:
        values["why_not"] = _words(_why_not(one, known), language)
    return Said(post, load, phrase("links_why", "hand" if one.by_hand else why, language, **values))


def _why_not(one: LinkProposal, known: _Known) -> WhyNot | None:
    """Of the one who led before; else of the nearest of those who got households of the same village."""
    if one.before is not None:
        official = one.before.official
        return why_not.leaving(known.other(official.pk, official.person.name), one.place_code)
    if one.official is None:
        return None
    near = known.around.get(one.place_code[:VILLAGE], {})
    others = [known.other(key, name) for key, name in near.items() if key != one.official_id]
    return why_not.passed_over(known.other(one.official.pk, one.official.person.name), others, one.place_code)


def _words(found: WhyNot | None, language: str) -> str:
    if found is None:
        return ""
    return phrase("links_why_not", found.code, language, name=found.other.name, count=found.other.load)


def _known(
    viewer: Viewer, row: LinkRound, pairing: Pairing, found: Sequence[LinkProposal], seen: QuerySet[LinkProposal]
) -> _Known:
    named = {one.official_id for one in found if one.official_id}
    named |= {one.before.official_id for one in found if one.before is not None}
    villages = {one.place_code[:VILLAGE] for one in found if one.official_id and one.before is None}
    here = reduce(or_, (drawing.in_scope(one) for one in sorted(villages)), Q(pk__in=[]))
    whose = Q(official__in=named) | Q(official__in=seen.filter(here, official__isnull=False).values("official"))
    rows = seen.filter(whose).order_by().annotate(village=Substr("place_code", 1, VILLAGE))
    loads: Counter[UUID] = Counter()
    around: dict[str, dict[UUID, str]] = defaultdict(dict)
    for village, official, name, count in rows.values_list("village", "official_id", "official__person__name").annotate(
        n=Count("pk")
    ):
        loads[official] += count
        around[village][official] = name
    everybody = named | set(loads)
    return _Known(drawing.held(viewer, row, everybody), loads, _outside(row, pairing, everybody), around)


def _outside(row: LinkRound, pairing: Pairing, official_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many households each has already that are not in the round."""
    inside = LinkProposal.objects.filter(round=row, household_id=OuterRef("household_id"))
    links = Link.objects.filter(drawing.kind_of(row, pairing), until=None, replaced_at=None, household__isnull=False)
    rows = links.filter(~Exists(inside), official_id__in=official_ids).order_by().values_list("official_id")
    return dict(rows.annotate(Count("pk")))
