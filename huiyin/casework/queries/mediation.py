"""Disputes in sight: where each stands, who mediates, what is due; the words of the sides are in none of it (R-221)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from huiyin.casework.models import FollowUp, Matter, Mediation, MediationMeeting, Side, SideWord
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.serving import serving
from huiyin.core.questions import NOBODY, ask
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.early import Disputes
from huiyin.register.queries import conflict, places, staff
from huiyin.register.queries.days import today

SHOWN = 50
STATES = ("open", "due", "agreed", "failed")


@dataclass(frozen=True)
class DisputeRow:
    """A dispute in a list: `heard` are the letters of the sides whose words are kept."""

    row: Mediation
    code: str
    title: str
    place: str
    mediator: str
    next_on: date | None
    due: bool


@dataclass(frozen=True)
class Listed:
    """Some disputes and how many there are in each state."""

    rows: Sequence[DisputeRow]
    counts: dict[str, int]


@dataclass(frozen=True)
class Asking:
    """A day both sides are asked, and what each said: letters to words; the words themselves only to the mediator."""

    row: FollowUp
    said: dict[str, str]
    due: bool


@dataclass(frozen=True)
class DisputePage:
    """One dispute. `mine` where the viewer mediates, `asks` where they may ask the sides; `near` where the mediator is
    family of a side by now and another has to be named."""

    row: Mediation
    matter: Matter
    place: str
    mediator: str
    mine: bool
    asks: bool
    near: bool
    heard: frozenset[str]
    meetings: Sequence[MediationMeeting]
    follow_ups: Sequence[Asking]


def page_of(viewer: Viewer, at: datetime) -> Disputes | None:
    """What the programme in force says of disputes; None where they are not mediated here."""
    book = current(at).rulebook
    return book.matters(book.county.intake.programme).disputes


def reachable(viewer: Viewer) -> QuerySet[Mediation]:
    """Mediations of ordinary matters in sight, and those the viewer mediates; never of held and sealed ones, nor one
    in which a side is their family, whatever part they have."""
    seen = Matter.objects.reachable_by(viewer).filter(held=False, sealed=False).values("pk")
    if viewer.person_id is None:
        return Mediation.objects.filter(matter__in=seen)
    return Mediation.objects.filter(Q(matter__in=seen) | Q(matter__in=mediated(viewer).values("pk")))


def mediated(viewer: Viewer) -> MatterQuerySet:
    """Ordinary matters whose sides the viewer stands between, wherever they are."""
    if viewer.person_id is None:
        return Matter.objects.none()
    return Matter.objects.filter(mediation__mediator_id=viewer.person_id, held=False, sealed=False).unbound(viewer)


def disputes(viewer: Viewer, state: str, today: date) -> Listed:
    """Disputes in a state: open, due (both are to be asked), agreed, failed. Four queries at most."""
    rows = reachable(viewer).annotate(next_on=Min("follow_ups__due_on", filter=Q(follow_ups__ended_at__isnull=True)))
    conditions = {
        "open": Q(state="open"),
        "due": Q(state="agreed", next_on__lte=today),
        "agreed": Q(state="agreed"),
        "failed": Q(state="failed"),
    }
    counts = rows.aggregate(**{f"n_{name}": Count("pk", filter=one) for name, one in conditions.items()})
    found = list(rows.filter(conditions[state]).select_related("matter").order_by("-at", "-id")[:SHOWN])
    names = staff.persons(viewer, {row.mediator_id for row in found if row.mediator_id})
    where = places.paths(viewer, {row.matter.place_code for row in found})
    told = [
        DisputeRow(
            row=row,
            code=row.matter.code,
            title=row.matter.title,
            place=where.get(row.matter.place_code, ""),
            mediator=names.get(row.mediator_id, "") if row.mediator_id else "",
            next_on=row.next_on,
            due=row.next_on is not None and row.next_on <= today,
        )
        for row in found
    ]
    return Listed(told, {name: counts[f"n_{name}"] for name in STATES})


def dispute(viewer: Viewer, code: str, today: date) -> DisputePage:
    """One dispute by its matter's code; ten queries at most. Raises Missing."""
    row = reachable(viewer).select_related("matter").filter(matter__code=code).first()
    if row is None:
        raise Missing
    matter = row.matter
    heard = frozenset(row.sides.filter(words__isnull=False).values_list("letter", flat=True))
    said = list(SideWord.objects.filter(follow_up__mediation=row).select_related("side"))
    mine = row.mediator_id is not None and row.mediator_id == viewer.person_id and viewer.on_behalf_of is None
    parts = {row.mediator_id, matter.handler_id, matter.supervisor_id}
    return DisputePage(
        row=row,
        matter=matter,
        place=places.path_names(viewer, matter.place_code),
        mediator=staff.persons(viewer, {row.mediator_id}).get(row.mediator_id, "") if row.mediator_id else "",
        mine=mine,
        asks=viewer.may("matter.call_back") and not viewer.persons & parts,
        near=row.mediator_id in family(viewer, matter.id, today),
        heard=heard,
        meetings=list(row.meetings.all()),
        follow_ups=[
            Asking(
                one,
                {word.side.letter: word.word for word in said if word.follow_up_id == one.pk},
                due=one.ended_at is None and one.due_on <= today,
            )
            for one in row.follow_ups.all()
        ],
    )


def families(viewer: Viewer, matters: Collection[UUID], day: date) -> dict[UUID, frozenset[UUID]]:
    """Of each of these matters that is a dispute: its sides and their families, who have no part in it (R-221).

    One query where there is no dispute among them, else three.
    """
    rows = ask("mediation.sides", _sides, NOBODY, tuple(matters)) if matters else []
    near = conflict.families(viewer, {(person, home) for _, person, home in rows if person or home}, day=day)
    told: dict[UUID, frozenset[UUID]] = {}
    for matter, person, home in rows:
        told[matter] = told.get(matter, frozenset()) | near.get((person, home), frozenset())
    return told


def _sides(_viewer: Viewer, matters: tuple[UUID, ...]) -> QuerySet[Side, Any]:
    found = Side.objects.filter(mediation__matter__in=matters)
    return found.values_list("mediation__matter_id", "person_id", "household_id")


def family(viewer: Viewer, matter_id: UUID, day: date) -> frozenset[UUID]:
    """The sides of one matter's dispute and their families; nobody where it is none."""
    return families(viewer, [matter_id], day).get(matter_id, frozenset())


def by_place(viewer: Viewer, *, from_: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Of disputes registered in a span, from_ <= at < until: how many, and how many of them stand agreed, by place.

    None that is held, sealed or imported. One query. Doors tell it in public only through `publication.queries`.
    """
    rows = Mediation.objects.filter(matter__held=False, matter__sealed=False, matter__history=False)
    counted = rows.filter(at__gte=from_, at__lt=until).order_by().values_list("matter__place_code")
    settled = Count("pk", filter=Q(state="agreed"))
    return {place: (many, agreed) for place, many, agreed in counted.annotate(many=Count("pk"), settled=settled)}


def candidates(viewer: Viewer, at: datetime, matter: Matter) -> Sequence[tuple[UUID, str]]:
    """Who could mediate: whoever takes or handles matters in its place and is neither side's family."""
    rows, near = serving(viewer, at, matter.place_code), family(viewer, matter.id, today(viewer, at))
    return [(one.person_id, f"{one.name} · {one.body_name} {one.title}") for one in rows if one.person_id not in near]
