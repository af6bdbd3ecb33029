"""What the wall asks of matters: what is owed, what was answered; never a held or sealed one, never who said it.

Everybody gets the same answers, so `viewer` narrows nothing here but the draft of a notice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from huiyin.casework.models import Clock, Judgement, Matter, Party
from huiyin.casework.models.matters import ASIDE, MatterQuerySet
from huiyin.casework.queries.books import days
from huiyin.casework.rules.pages import as_key, key_of
from huiyin.core.questions import NOBODY, ask, in_all, whole
from huiyin.core.rulebook import version
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.clock import Reading, read
from huiyin.programme.refusal import Missing
from huiyin.register.queries import staff

TOWN, VILLAGE = 9, 12
"""Digits of a code that say a town, a village."""


@dataclass(frozen=True)
class Bars:
    """What a programme keeps off its walls: pairs of programme and key. `town_only` is told at town level only."""

    natures: frozenset[tuple[str, str]] = frozenset()
    topics: frozenset[tuple[str, str]] = frozenset()
    town_only: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Pending:
    """A matter that is owed: its class, where, who answers for it, by when, how far it is (R-347). No word of it."""

    id: UUID
    programme: str
    topic: str
    place_code: str
    body_id: UUID | None
    handler_id: UUID | None
    """None also where it is told at town level only: an official of a village would tell which."""
    state: str
    opened_at: datetime
    due_at: datetime | None
    provisional: bool
    late: bool


@dataclass(frozen=True)
class PendingPage:
    """Pending matters, longest overdue first, and the key of the next page."""

    rows: Sequence[Pending]
    after: str = ""


@dataclass(frozen=True)
class Owed:
    """How many matters are owed an answer, and how many of them are late."""

    open: int
    late: int


@dataclass(frozen=True)
class Standing:
    """Where a matter is now. One that is held or sealed by now has none."""

    state: str
    owed: bool
    due_at: datetime | None
    answered_at: datetime | None
    body_id: UUID | None
    handler_id: UUID | None
    reading: Reading | None


@dataclass(frozen=True)
class Facts:
    """What a notice is drafted from. Names and phones are there to be taken out of the text."""

    id: UUID
    code: str
    programme: str
    rulebook_id: UUID
    title: str
    text: str
    reply: str
    public_text: str
    topic: str
    nature: str
    state: str
    place_code: str
    disclosure: str
    history: bool
    opened_on: date
    answered_at: datetime | None
    handler_id: UUID | None
    body_id: UUID | None
    names: frozenset[str]
    asked_by: frozenset[str]
    phones: frozenset[str]


def pending(
    viewer: Viewer, place_code: str, at: datetime, bars: Bars, *, limit: int = 20, after: str = ""
) -> PendingPage:
    """What is owed at a place and below, nearest due date first."""
    ended = key_of(after) or (None, None)
    village = _of_village(place_code)

    def listed(viewer: Viewer, low: str, high: str, moment: Any, last: Any) -> QuerySet[Matter]:
        rows = _owed(low, high, bars, village=village).order_by("order_at", "id")
        if moment is not None:
            rows = rows.filter(Q(order_at__gt=moment) | Q(order_at=moment, id__gt=last))
        return rows.chosen(limit + 1).annotate(confidential=Exists(_confidential()))

    found = whole(("board.pending", bars, village, limit), listed, NOBODY, *subtree(place_code), *ended)
    near = min(len(found), limit)
    more = as_key(found[near - 1].order_at, found[near - 1].id) if len(found) > limit else ""
    return PendingPage([_pending(row, at, town=_wide(bars, row)) for row in found[:limit]], more)


def owed(viewer: Viewer, place_code: str, at: datetime, bars: Bars) -> Owed:
    """How many `pending` would give in all."""
    village = _of_village(place_code)

    def counted(viewer: Viewer, low: str, high: str, at: datetime) -> QuerySet[Matter, Any]:
        return in_all(_owed(low, high, bars, village=village), [Count("id"), Count("id", filter=Q(due_at__lte=at))])

    found = ask(("board.owed", bars, village), counted, NOBODY, *subtree(place_code), at)
    return Owed(*found[0])


def owed_below(viewer: Viewer, place_code: str, at: datetime, bars: Bars) -> dict[str, Owed]:
    """`owed` of each place directly below a county or a town, by its 12-digit code; none is left out."""
    width = TOWN if set(place_code[6:]) <= {"0"} else VILLAGE

    def counted(viewer: Viewer, low: str, high: str, at: datetime) -> QuerySet[Matter, Any]:
        rows = _owed(low, high, bars, village=width == VILLAGE)
        by_part = rows.annotate(part=Substr("place_code", 1, width)).values_list("part")
        return by_part.annotate(open=Count("id"), late=Count("id", filter=Q(due_at__lte=at))).order_by()

    found = ask(("board.below", bars, width), counted, NOBODY, *subtree(place_code), at)
    return {part.ljust(12, "0"): Owed(open_, late) for part, open_, late in found}


def total(viewer: Viewer, parts: Mapping[str, Owed]) -> Owed:
    """The sum of `owed_below`."""
    return Owed(sum(one.open for one in parts.values()), sum(one.late for one in parts.values()))


def standings(viewer: Viewer, ids: Iterable[UUID], at: datetime) -> dict[UUID, Standing]:
    """How matters stand that have a notice; those held or sealed by now are missing. Two queries."""
    rows = whole("board.standing", _ordinary, NOBODY, tuple(ids))
    clocks = _claims(tuple(row.id for row in rows))
    return {row.id: _standing(row, clocks.get(row.id), at) for row in rows}


def stands(viewer: Viewer, column: str) -> Exists:
    """As a condition on rows that name a matter in a column: it is neither held nor sealed by now."""
    return Exists(Matter.objects.filter(pk=OuterRef(column), held=False, sealed=False))


def lies_aside(viewer: Viewer, column: str) -> Exists:
    """The opposite, where a page is taken from many rows: what lies aside has an index of its own, and is little. The
    database tells of it under `looking_as(OPEN)` only.
    """
    return Exists(Matter.objects.filter(ASIDE, pk=OuterRef(column)))


def visible(viewer: Viewer, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these matters the viewer may see; those held or sealed by now are not among them."""
    return frozenset(Matter.objects.visible_to(viewer).filter(id__in=list(ids)).values_list("id", flat=True))


def hands(viewer: Viewer, ids: Collection[UUID]) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Handler and owning body of these matters, as far as the viewer may see them; held and sealed ones are missing."""
    rows = Matter.objects.visible_to(viewer).filter(id__in=list(ids)) if ids else Matter.objects.none()
    return {id_: (handler, body) for id_, handler, body in rows.values_list("id", "handler_id", "owner_body_id")}


def facts(viewer: Viewer, matter_id: UUID, at: datetime) -> Facts:
    """One matter for drafting its notice. Raises Missing for what the viewer may not see, and for held and sealed."""
    matter = Matter.objects.visible_to(viewer).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    reply = matter.replies.order_by("-at", "-id").first()
    party = matter.parties.filter(role="reporter").first()
    moved = matter.moves.values_list("by_id", "person_id")
    persons = {one for pair in moved for one in pair if one}
    persons |= {one for one in (matter.handler_id, matter.supervisor_id, matter.caller_id) if one}
    near = {official.name for official in staff.officials_named_near(viewer, matter.place_code, at)}
    return Facts(
        id=matter.id,
        code=matter.code,
        programme=matter.programme,
        rulebook_id=matter.rulebook_id,
        title=matter.title,
        text=matter.text,
        reply=reply.text if reply else "",
        public_text=reply.public_text if reply else "",
        topic=matter.topic,
        nature=matter.nature,
        state=matter.state,
        place_code=matter.place_code,
        disclosure=party.disclosure if party else "anonymous",
        history=matter.history,
        opened_on=matter.local_day,
        answered_at=matter.answered_at,
        handler_id=matter.handler_id,
        body_id=matter.owner_body_id,
        names=frozenset(staff.persons(viewer, persons).values()) | near,
        asked_by=_clear(party, "name"),
        phones=_clear(party, "phone"),
    )


def said(viewer: Viewer, ids: Iterable[UUID]) -> dict[UUID, tuple[str, list[tuple[datetime, str]]]]:
    """For the tally of judgements: village and, by moment, whether it was solved; held and sealed ones are missing, and
    those that came from numbers of people in service."""
    rows = Matter.objects.filter(id__in=list(ids), held=False, sealed=False, history=False, own_number__isnull=True)
    found: dict[UUID, tuple[str, list[tuple[datetime, str]]]] = {
        id_: (code[:12], []) for id_, code in rows.values_list("id", "place_code")
    }
    for matter, moment, solved in Judgement.objects.filter(matter_id__in=found).values_list(
        "matter_id", "at", "solved"
    ):
        found[matter][1].append((moment, solved))
    return found


def _ordinary(viewer: Viewer, ids: tuple[UUID, ...]) -> QuerySet[Matter]:
    """Of some matters those that are neither held nor sealed by now."""
    return Matter.objects.filter(id__in=ids, held=False, sealed=False)


def _of_village(place_code: str) -> bool:
    """Whether a wall is a village's: a topic and a date may there already point at one household."""
    return len(place_code.rstrip("0")) > TOWN or place_code[TOWN:12] != "000"


def _owed(low: str, high: str, bars: Bars, *, village: bool) -> MatterQuerySet:
    """Open matters a wall may speak of. Unclassified ones wait: they may yet turn out to be a complaint."""
    rows = Matter.objects.filter(
        place_code__gte=low, place_code__lt=high, held=False, sealed=False, history=False, closed_at__isnull=True
    ).exclude(Q(topic="") | Q(nature="") | Q(state="answered"))
    for programme, nature in bars.natures:
        rows = rows.exclude(programme=programme, nature=nature)
    for programme, topic in bars.topics:
        rows = rows.exclude(programme=programme, topic=topic)
    if village:
        for programme, topic in bars.town_only:
            rows = rows.exclude(programme=programme, topic=topic)
        rows = rows.exclude(Exists(_confidential()))
    return rows


def _confidential() -> QuerySet[Party]:
    return Party.objects.filter(matter=OuterRef("pk"), disclosure="confidential")


def _wide(bars: Bars, row: Matter) -> bool:
    """Whether it is told at town level only."""
    confidential: bool = row.confidential  # type: ignore[attr-defined]  # annotated by `pending`
    return confidential or (row.programme, row.topic) in bars.town_only


def _pending(row: Matter, at: datetime, *, town: bool) -> Pending:
    return Pending(
        id=row.id,
        programme=row.programme,
        topic=row.topic,
        place_code=row.place_code[:TOWN].ljust(12, "0") if town else row.place_code[:VILLAGE],
        body_id=row.owner_body_id,
        handler_id=None if town else row.handler_id,
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        provisional=row.due_provisional,
        late=row.due_at is not None and row.due_at <= at,
    )


def _claims(ids: tuple[UUID, ...]) -> dict[UUID, Clock]:
    """The clock of the answer of each matter: the last one that stops for it."""
    return {clock.matter_id: clock for clock in whole("board.clocks", _limits, NOBODY, ids)}


def _limits(viewer: Viewer, ids: tuple[UUID, ...]) -> QuerySet[Clock]:
    rows = Clock.objects.filter(matter_id__in=ids).exclude(name__in=("deliver", "call_back"))
    return rows.order_by("started_at")


def _standing(row: Matter, clock: Clock | None, at: datetime) -> Standing:
    return Standing(
        state=row.state,
        owed=row.closed_at is None and row.state != "answered",
        due_at=row.due_at,
        answered_at=row.answered_at,
        body_id=row.owner_body_id,
        handler_id=row.handler_id,
        reading=_reading(row, clock, at) if clock else None,
    )


def _reading(row: Matter, clock: Clock, at: datetime) -> Reading:
    # Who is answered at once is given to no body: the clock that ended with the answer was met by it.
    met = clock.met_at or (clock.ended_at if row.answered_at is not None else None)
    return read(
        due_at=clock.due_at,
        started_at=clock.started_at,
        warn_at=clock.warn_at,
        moment=met or clock.ended_at or at,
        zone=version(row.rulebook_id).county.tz,
        days=days(),
        met_at=met,
        paused=clock.paused_at is not None,
    )


def _clear(party: Party | None, column: str) -> frozenset[str]:
    """A sealed column in clear, for taking it out of a text; nothing where its key is gone."""
    sealed = getattr(party, column) if party else None
    if party is None or not sealed:
        return frozenset()
    try:
        subject = f"matter:{party.matter_id}"
        text = vault().open(subject, table="casework.party", column=column, row=str(party.id), sealed=sealed)
    except Shredded:
        return frozenset()
    return frozenset({text})
