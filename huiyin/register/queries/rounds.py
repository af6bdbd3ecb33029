"""Rounds of assignment as pages show them: figures, certificate, loads, and every household's line in one sentence."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from huiyin.core import rulebook
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import Load, Pairing
from huiyin.register.models import LinkExclusion, LinkProposal, LinkRound
from huiyin.register.queries import conflict, drawing, places, round_whys
from huiyin.register.queries.drawing import Drawing

PAGE = 40
SHOWS = ("all", "gaps", "moved", "hand")
"""Which lines of a round: all, those with nobody, those whose official changes, those chosen by hand."""


@dataclass(frozen=True)
class Offered:
    """A pairing a round can be asked for under."""

    programme: str
    programme_title: str
    name: str
    pairing: Pairing


@dataclass(frozen=True)
class RoundRow:
    """A round in a list."""

    id: UUID
    title: str
    place: str
    state: str
    asked_at: datetime
    since: date
    figures: dict[str, Any]


@dataclass(frozen=True)
class ShortageRow:
    """A certificate in words: where, how many households, how many the officials there can bear, how many are left."""

    place: str
    places: int
    demand: int
    capacity: int
    bearers: int
    missing: int
    alone: bool


@dataclass(frozen=True)
class TierLoad:
    """The loads of a tier: its band and how many officials have how many households, fewest first."""

    tier: str
    title: str
    load: Load
    table: tuple[tuple[int, int], ...]

    @property
    def officials(self) -> int:
        """How many there are."""
        return sum(count for _, count in self.table)

    @property
    def fewest(self) -> int:
        """The smallest load among them."""
        return self.table[0][0] if self.table else 0

    @property
    def greatest(self) -> int:
        """The greatest."""
        return self.table[-1][0] if self.table else 0

    @property
    def mean(self) -> float:
        """Households an official, to one decimal."""
        total = sum(load * count for load, count in self.table)
        return round(total / self.officials, 1) if self.officials else 0


@dataclass(frozen=True)
class RoundPage:
    """One round."""

    row: LinkRound
    pairing: Pairing
    programme_title: str
    place: str
    shortages: tuple[ShortageRow, ...]
    loads: tuple[TierLoad, ...]

    @property
    def leads(self) -> bool:
        """Whether it is about who leads for each household, not who stands beside."""
        return self.pairing.link == "lead"


@dataclass(frozen=True)
class LineRow:
    """One household of a round. `says` is the reason in one sentence (`round_whys`); it never tells why somebody is
    kept away, nor that it is for that."""

    household_id: UUID
    code: str
    path: str
    before: str
    official: str
    official_id: UUID | None
    post: str
    load: int
    by_hand: bool
    apart: bool
    """Whether the household is listed apart from now on: the next round leaves it out."""
    says: str


@dataclass(frozen=True)
class Lines:
    """A page of lines; `after` opens the next, empty at the end."""

    rows: tuple[LineRow, ...]
    after: str


def in_state(viewer: Viewer, state: str) -> tuple[UUID, ...]:
    """Rounds in a state, oldest first; for the machine."""
    return tuple(LinkRound.objects.filter(state=state).order_by("asked_at").values_list("pk", flat=True))


def to_draw(viewer: Viewer, silent: datetime) -> tuple[UUID, ...]:
    """Rounds that nobody is drawing up, or whoever was has written nothing since a moment; oldest first; for the
    machine."""
    idle = Q(draft=None) | Q(draft__at__lt=silent)
    rows = LinkRound.objects.filter(idle, state="asked").order_by("asked_at")
    return tuple(rows.values_list("pk", flat=True))


def ended(viewer: Viewer, before: datetime) -> tuple[UUID, ...]:
    """Rounds that ended before a moment and still have lines, oldest first; for the machine."""
    rows = LinkRound.objects.filter(ended_at__lt=before, proposals__isnull=False).order_by("ended_at")
    return tuple(rows.values_list("pk", flat=True).distinct())


def drawing_of(viewer: Viewer, round_id: UUID, at: datetime) -> Drawing:
    """What a round starts from. Raises Missing."""
    return drawing.drawing(viewer, _row(viewer, round_id), at)


def offered(viewer: Viewer, at: datetime) -> tuple[Offered, ...]:
    """The pairings of households in force, in the order they are written; sets with a composition are put together by
    people."""
    book = rulebook.current(at).rulebook
    return tuple(
        Offered(name, programme.about.title, key, pairing)
        for name, programme in book.programmes.items()
        if programme.links is not None
        for key, pairing in programme.links.pairings.items()
        if pairing.of_households() and not pairing.must
    )


def rounds(viewer: Viewer, at: datetime) -> tuple[RoundRow, ...]:
    """The newest rounds of the viewer's scope. Refused("not_allowed") without sight of the register."""
    viewer.need("register.see")
    rows = list(LinkRound.objects.filter(_seen(viewer)).order_by("-asked_at")[:50])
    paths = places.paths(viewer, [row.place_code for row in rows])
    return tuple(
        RoundRow(
            row.pk,
            _pairing(viewer, row).title,
            paths[row.place_code],
            row.state,
            row.asked_at,
            row.since,
            row.figures,
        )
        for row in rows
    )


def one(viewer: Viewer, round_id: UUID) -> RoundPage:
    """A round's page. Raises Missing outside the viewer's scope."""
    viewer.need("register.see")
    row = _row(viewer, round_id)
    book = rulebook.version(row.rulebook_id)
    pairing = _pairing(viewer, row)
    loads = tuple(
        TierLoad(
            tier,
            book.county.tiers.get(tier, ""),
            pairing.loads[tier],
            tuple(sorted((int(load), count) for load, count in table.items() if count)),
        )
        for tier, table in row.figures.get("loads", {}).items()
    )
    place = places.path_names(viewer, row.place_code)
    return RoundPage(row, pairing, book.programmes[row.programme].about.title, place, _shortages(viewer, row), loads)


def lines(
    viewer: Viewer,
    round_id: UUID,
    *,
    show: str = "all",
    place_code: str = "",
    after: str = "",
    language: str = "zh-Hans",
) -> Lines:
    """Some households of a round, by place. `after` is the key a page before gave. Raises Missing, Refused."""
    viewer.need("register.see")
    row = _row(viewer, round_id)
    rows = _shown(LinkProposal.objects.filter(round=row).filter(viewer.scope("place_code")).exclude(own(viewer)), show)
    if place_code:
        rows = rows.filter(drawing.in_scope(place_code))
    if after:
        code, _, key = after.partition("-")
        if not key.isascii() or not key.isdigit() or len(key) > 18:
            raise Refused("value_wrong", field="after")
        rows = rows.filter(Q(place_code__gt=code) | Q(place_code=code, pk__gt=int(key)))
    related = rows.select_related("household", "official__person", "before__official__person")
    found = list(related.order_by("place_code", "pk")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    shown = _line_rows(viewer, row, found, language)
    return Lines(shown, f"{found[-1].place_code}-{found[-1].pk}" if more else "")


def line(viewer: Viewer, round_id: UUID, household_id: UUID, language: str = "zh-Hans") -> LineRow:
    """One household of a round. Raises Missing."""
    viewer.need("register.see")
    row = _row(viewer, round_id)
    rows = LinkProposal.objects.filter(round=row, household_id=household_id).filter(viewer.scope("place_code"))
    rows = rows.exclude(own(viewer))
    found = list(rows.select_related("household", "official__person", "before__official__person"))
    if not found:
        raise Missing
    return _line_rows(viewer, row, found, language)[0]


def own(viewer: Viewer) -> Q:
    """Lines about the viewer and whoever stands near them: others look at these (`conflict.own_side`)."""
    side = Official.objects.filter(person_id__in=conflict.own_side(viewer)).values("pk")
    return Q(official__in=side) | Q(before__isnull=False, before__official__in=side)


def _shown(rows: QuerySet[LinkProposal], show: str) -> QuerySet[LinkProposal]:
    if show == "gaps":
        return rows.filter(official=None)
    if show == "moved":
        return rows.filter(before__isnull=False, official__isnull=False).exclude(official=F("before__official"))
    return rows.filter(by_hand=True) if show == "hand" else rows


def _line_rows(viewer: Viewer, row: LinkRound, found: list[LinkProposal], language: str) -> tuple[LineRow, ...]:
    paths = places.paths(viewer, [one.place_code for one in found])
    # Lines the viewer does not see are in no count either: one more than shown would tell who leaves a colleague.
    seen = LinkProposal.objects.filter(round=row).exclude(own(viewer))
    said = round_whys.said(viewer, row, _pairing(viewer, row), found, seen, language)
    left_out = LinkExclusion.objects.filter(household_id__in=[one.household_id for one in found], until=None)
    out = set(left_out.filter(replaced_at=None).values_list("household_id", flat=True))
    return tuple(
        LineRow(
            one.household_id,
            one.household.code,
            paths[one.place_code],
            one.before.official.person.name if one.before else "",
            one.official.person.name if one.official else "",
            one.official_id,
            told.post,
            told.load,
            one.by_hand,
            one.household_id in out,
            told.words,
        )
        for one, told in zip(found, said, strict=True)
    )


def _shortages(viewer: Viewer, row: LinkRound) -> tuple[ShortageRow, ...]:
    """The certificate with its places in words; one question for all of them."""
    commons = [_common(found["places"]) for found in row.shortages]
    paths = places.paths(viewer, commons)
    return tuple(
        ShortageRow(
            paths.get(common, ""),
            len(found["places"]),
            found["demand"],
            found["capacity"],
            found["bearers"],
            found["missing"],
            found["alone"],
        )
        for common, found in zip(commons, row.shortages, strict=True)
    )


def _common(codes: list[str]) -> str:
    """The narrowest place that holds all of them."""
    for width, zeros in ((15, 0), (12, 0), (9, 3), (6, 6)):
        beginnings = {code[:width] for code in codes}
        if len(beginnings) == 1:
            return f"{beginnings.pop()}{'0' * zeros}"
    return codes[0]


def _pairing(viewer: Viewer, row: LinkRound) -> Pairing:
    return drawing.asked_under(viewer, row)[1]


def _seen(viewer: Viewer) -> Q:
    return viewer.scope("place_code")


def _row(viewer: Viewer, round_id: UUID) -> LinkRound:
    row = LinkRound.objects.filter(pk=round_id).first()
    if row is None or not viewer.sees(row.place_code):
        raise Missing
    return row
