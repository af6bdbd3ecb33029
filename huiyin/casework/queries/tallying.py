"""What matters count as, made from their rows; and whether the figures still say so."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from huiyin.casework.models import (
    CallBack,
    CallTurn,
    CaseTally,
    Clock,
    IssueMember,
    Judgement,
    Matter,
    Move,
    OwnNumber,
    Party,
    Reply,
)
from huiyin.casework.rules import figures
from huiyin.casework.rules.figures import NOT_ENDED_HERE, Facts, Outside
from huiyin.core.models import Event, Look
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.matters import Matters

SLICE = 2_000
DRIFT = "figures.drift"
"""The look by which such a matter is written down for the auditor."""
AGAIN = timedelta(hours=22)
"""So long one that was written down is not written down again."""
SETTLED = timedelta(minutes=10)
"""So long the worker has to count what happened."""
COPIED = (
    *("programme", "kind", "channel", "topic", "nature", "way", "intent", "heading", "handling"),
    *("level", "state", "place_code"),
)
"""Columns taken over as they are, each a dimension; a further one needs a column of the same name and stands here."""
PERSONS = ("handler_id", "supervisor_id", "caller_id")
COLUMNS = tuple(one.attname for one in CaseTally._meta.concrete_fields)


@dataclass
class _Found:
    """What hangs on a matter."""

    reply: UUID | None = None
    reply_at: datetime | None = None
    delivered: bool = False
    answers: list[datetime] = field(default_factory=list)
    word: str = ""
    grade: int | None = None
    reached: bool = False
    asked: bool = True
    tries: int = 0
    late: bool = False
    common: bool = False
    staff: bool = False
    outside: Outside = field(default_factory=Outside)
    limit: str = ""
    reporter: str = "anonymous"


def made(viewer: Viewer, matters: Sequence[Matter]) -> list[CaseTally]:
    """The rows of those of these matters that count. Nine queries, whatever their number."""
    counting = [one for one in matters if not (one.held or one.sealed or one.history)]
    found = _found([one.id for one in counting])
    return [_row(one, found[one.id]) for one in counting]


def slices(viewer: Viewer, size: int) -> Iterator[list[Matter]]:
    """All matters that may count, some at a time."""
    rows = Matter.objects.visible_to(viewer).filter(history=False).defer("text").order_by("id")
    after = UUID(int=0)
    while some := list(rows.filter(id__gt=after)[:size]):
        after = some[-1].id
        yield some


def uncounted(viewer: Viewer, most: int, before: datetime) -> list[UUID]:
    """Some of the matters that should count and never did, of those opened before a moment."""
    rows = Matter.objects.visible_to(viewer).filter(history=False, tally__isnull=True, opened_at__lt=before)
    return list(rows.values_list("id", flat=True)[:most])


@dataclass(frozen=True)
class Drift:
    """A matter whose figures are not what they should be. `columns` are those that differ; `missing` or `extra`."""

    code: str
    columns: tuple[str, ...]


def verify(viewer: Viewer) -> Iterator[Drift]:
    """Every matter that counts otherwise than its rows say; none if all is well."""
    seen: set[UUID] = set()
    for some in slices(viewer, SLICE):
        known = CaseTally.objects.in_bulk([one.id for one in some])
        codes = {one.id: one.code for one in some}
        seen |= known.keys()
        for row in made(viewer, some):
            kept = known.get(row.matter_id)
            columns = ("missing",) if kept is None else differ(row, kept)
            if columns:
                yield Drift(codes[row.matter_id], columns)
    for code in CaseTally.objects.exclude(pk__in=seen).values_list("matter__code", flat=True):
        yield Drift(code, ("extra",))


def following(viewer: Viewer, after: UUID, most: int) -> list[UUID]:
    """The next matters that may count, in the order of their ids: one step along the index, wherever it begins."""
    rows = Matter.objects.visible_to(viewer).filter(history=False, id__gt=after).order_by("id")
    return list(rows.values_list("id", flat=True)[:most])


def told(viewer: Viewer, ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Those of some matters that have been written down as wrong lately."""
    if not ids:
        return set()
    lately = Look.objects.filter(kind=DRIFT, at__gt=at - AGAIN, subject__in=[str(one) for one in ids])
    return {UUID(one) for one in lately.values_list("subject", flat=True)}


def told_wrong(viewer: Viewer, at: datetime) -> int:
    """How many of those that were found so within a day still are."""
    found = Look.objects.filter(kind=DRIFT, at__gte=at - timedelta(days=1)).values_list("subject", flat=True)
    return len(among(viewer, sorted({UUID(one) for one in found[:SLICE]}), at))


def among(viewer: Viewer, ids: Sequence[UUID], at: datetime) -> list[tuple[UUID, tuple[str, ...]]]:
    """Those of some matters that count otherwise than their rows say, with the columns.

    What happened to a matter lately may not have been counted yet: such ones are left to their next turn.
    """
    if not ids:
        return []
    some = list(Matter.objects.visible_to(viewer).filter(id__in=ids).defer("text"))
    known = CaseTally.objects.in_bulk(ids)
    rows = {row.matter_id: row for row in made(viewer, some)}
    found = {one: differ(row, known[one]) if one in known else ("missing",) for one, row in rows.items()}
    found |= dict.fromkeys(known.keys() - rows.keys(), ("extra",))
    wrong = {one: columns for one, columns in found.items() if columns}
    if not wrong:
        return []
    lately = Event.objects.filter(subject__in=[str(one) for one in wrong], recorded_at__gte=at - SETTLED)
    waits = set(lately.values_list("subject", flat=True))
    return sorted((one, columns) for one, columns in wrong.items() if str(one) not in waits)


def differ(one: CaseTally, other: CaseTally) -> tuple[str, ...]:
    """Columns in which two rows of one matter say something else."""
    return tuple(name for name in COLUMNS if getattr(one, name) != getattr(other, name))


def _found(ids: Sequence[UUID]) -> dict[UUID, _Found]:
    found: dict[UUID, _Found] = defaultdict(_Found)
    for matter, reporter in Party.objects.filter(matter_id__in=ids, role="reporter").values_list(
        "matter_id", "disclosure"
    ):
        found[matter].reporter = reporter
    replies = Reply.objects.filter(matter_id__in=ids).order_by("at", "id")
    for matter, reply, at, delivered in replies.values_list("matter_id", "id", "at", "delivered_at"):
        one = found[matter]
        one.reply, one.reply_at, one.delivered = reply, at, delivered is not None
    for matter, at in Move.objects.filter(matter_id__in=ids, step="answer").values_list("matter_id", "at"):
        found[matter].answers.append(at)
    for matter in IssueMember.objects.filter(matter_id__in=ids, out_at__isnull=True).values_list(
        "matter_id", flat=True
    ):
        found[matter].common = True
    for matter, reply, chosen in CallTurn.objects.filter(matter_id__in=ids).values_list(
        "matter_id", "reply_id", "drawn"
    ):
        found[matter].asked = chosen if reply == found[matter].reply else found[matter].asked
    for matter in OwnNumber.objects.filter(matter_id__in=ids).values_list("matter_id", flat=True):
        found[matter].staff = True
    _said(ids, found)
    _timed(ids, found)
    return found


def gathered(viewer: Viewer, issues: Collection[UUID]) -> set[UUID]:
    """The matters that are or were under some common issues."""
    return set(IssueMember.objects.filter(issue_id__in=issues).values_list("matter_id", flat=True))


def _said(ids: Sequence[UUID], found: dict[UUID, _Found]) -> None:
    """The last word about the newest answer, the last grade of it, and how often somebody rang."""
    for said in Judgement.objects.filter(matter_id__in=ids).defer("words").order_by("at", "id"):
        one = found[said.matter_id]
        if said.reply_id == one.reply:
            one.word, one.grade = said.solved, one.grade if said.grade is None else said.grade
            one.outside = _heard_outside(one.outside, said) if said.outside else one.outside
    tried = CallBack.objects.made().filter(matter_id__in=ids, promise=None)
    for matter, reply, outcome in tried.values_list("matter_id", "reply_id", "outcome"):
        one = found[matter]
        if reply == one.reply:
            one.tries += 1
            one.reached = one.reached or outcome == "reached"


def _heard_outside(before: Outside, said: Judgement) -> Outside:
    """What stands after one more word; a part of which nothing was said keeps what stood."""
    return Outside(
        contacted=before.contacted if said.contacted is None else said.contacted,
        true=before.true if said.true is None else said.true,
        word=said.solved,
        grade=before.grade if said.grade is None else said.grade,
    )


def _timed(ids: Sequence[UUID], found: dict[UUID, _Found]) -> None:
    """Whether an answer met its deadline late, and how long the newest deadline met by an answer was."""
    clocks = Clock.objects.filter(matter_id__in=ids, met_at__isnull=False).order_by("met_at", "id")
    for matter, met, due, amount, unit in clocks.values_list("matter_id", "met_at", "due_at", "amount", "unit"):
        one = found[matter]
        if met in one.answers:
            one.late = one.late or met >= due
            one.limit = f"{amount} {unit}"


def _row(matter: Matter, found: _Found) -> CaseTally:
    book = version(matter.rulebook_id)
    page, zone = book.matters(matter.programme), book.county.tz
    answered_at = _answered_at(matter, found)
    facts = _facts(matter, found, page, answered_at)
    return CaseTally(
        matter_id=matter.id,
        opened_on=matter.local_day,
        answered_on=_day(answered_at, zone),
        closed_on=_day(matter.closed_at, zone),
        reporter=found.reporter,
        limit=found.limit,
        result=figures.result(facts),
        call=figures.call(facts, found.tries),
        staff=found.staff,
        body_id=matter.owner_body_id,
        **{name: getattr(matter, name) for name in (*COPIED, *PERSONS)},
        **figures.measures(facts, page.grades),
    )


def _answered_at(matter: Matter, found: _Found) -> datetime | None:
    """When it was answered as it stands now: what is taken up again waits for a new answer; a reason given with a
    matter that is kept, passed on or declined is an answer too."""
    if found.reply is None:
        return None
    return matter.answered_at or (found.reply_at if matter.state in NOT_ENDED_HERE else None)


def _facts(matter: Matter, found: _Found, page: Matters, answered_at: datetime | None) -> Facts:
    return Facts(
        state=matter.state,
        way_counts=page.can_solve(matter.way, matter.handling),
        answered=answered_at is not None,
        late=found.late,
        delivered=found.delivered,
        reached=found.reached,
        asked=found.asked,
        word=found.word,
        grade=found.grade,
        reasonable=matter.reasonable,
        reopened=matter.reopened,
        common=found.common,
        outside=found.outside,
    )


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def entries(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """What every figure is made from, matter by matter, as plain values: first how the programmes count, then one entry
    for each matter with its steps, deadlines, answers, call-backs and words. No text and nobody's name (decisions.md,
    invariant 6).
    """
    yield {"programmes": [_counting(one) for one in _books()]}
    for some in slices(viewer, SLICE):
        ids = [one.id for one in some]
        parts = {name: _by_matter(model, ids, columns) for name, (model, columns) in PARTS.items()}
        for one in some:
            told = {name: _plain(getattr(one, name)) for name in ENTRY}
            yield told | {name: found.get(one.id, []) for name, found in parts.items()}


ENTRY = (
    *("code", "rulebook_id", "programme", "kind", "channel", "topic", "nature", "way", "level", "state", "place_code"),
    *("intent", "heading", "handling"),
    *("opened_at", "answered_at", "closed_at", "reopened", "reasonable", *PERSONS, "owner_body_id"),
)
PARTS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "reporters": (Party, ("role", "disclosure")),
    "moves": (Move, ("seq", "step", "target", "at")),
    "clocks": (Clock, ("name", "amount", "unit", "due_at", "met_at")),
    "replies": (Reply, ("id", "at", "delivered_at")),
    "calls": (CallBack, ("id", "reply_id", "at", "outcome")),
    "issues": (IssueMember, ("id", "out_at")),
    "staff": (OwnNumber, ("matter_id",)),
    "turns": (CallTurn, ("id", "reply_id", "drawn")),
    "words": (Judgement, ("id", "reply_id", "at", "solved", "grade", "contacted", "true", "outside")),
}
"""What hangs on a matter, and which columns of it an entry has."""


def _by_matter(model: type[Any], ids: Sequence[UUID], columns: tuple[str, ...]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for matter, *values in model.objects.filter(matter_id__in=ids).order_by("id").values_list("matter_id", *columns):
        found[matter].append(dict(zip(columns, map(_plain, values), strict=True)))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _books() -> Iterator[UUID]:
    used = Matter.objects.order_by("rulebook_id").values_list("rulebook_id", flat=True).distinct()
    yield from used


def _counting(rulebook_id: UUID) -> dict[str, Any]:
    """What a version of the method says about counting: its zone, what can solve, its grades."""
    book = version(rulebook_id)
    return {
        "rulebook_id": str(rulebook_id),
        "zone": book.county.zone,
        "ways": {
            name: {key: way.counts_as_solved for key, way in book.matters(name).ways.items()}
            for name in book.programmes
        },
        "handlings": {
            name: {key: one.counts_as_solved for key, one in book.matters(name).handlings.items()}
            for name in book.programmes
        },
        "grades": {name: [one.model_dump() for one in book.matters(name).grades] for name in book.programmes},
    }
