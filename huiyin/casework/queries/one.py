"""One matter's page: facts, timeline, clocks, people, answers and the steps that are one click away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BinaryField,
    BooleanField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast

from huiyin.casework.models import (
    Attachment,
    CallBack,
    Clock,
    Conflict,
    Extension,
    Judgement,
    Matter,
    Move,
    Party,
    Promise,
    Reply,
)
from huiyin.casework.models.matters import ABOUT, MatterQuerySet
from huiyin.casework.queries import beside, compartment, joining, retained, shares, supervision
from huiyin.casework.queries.books import WITHDRAW_ASKED, actor_of, days, standing_of
from huiyin.casework.queries.compartment import Laid
from huiyin.casework.queries.hastening import binding
from huiyin.casework.queries.retained import RetentionRow
from huiyin.casework.queries.shares import ShareRow
from huiyin.casework.queries.supervision import NumberRow
from huiyin.casework.rules import codes, flow
from huiyin.casework.rules.clocks import Instructed
from huiyin.channels.queries import messages as wire
from huiyin.channels.queries.messages import Line
from huiyin.core import text
from huiyin.core.questions import NOBODY, ask, whole
from huiyin.core.rulebook import version
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import Due, Reading, due, read
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.matters import Step
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.queries import conflict, handovers, places, staff
from huiyin.register.queries.handovers import Both

WITH_REPLY = frozenset({"answer", "decline", "retain", "pass"})
"""Steps that may carry an answer; without one of them nothing about answers is asked."""


@dataclass(frozen=True)
class MoveRow:
    """One step taken, names filled in."""

    seq: int
    step: str
    source: str
    target: str
    at: datetime
    by: str
    by_id: UUID | None
    on_behalf_of: str
    body: str
    person: str
    note: str
    reason: str
    data: dict[str, Any]


@dataclass(frozen=True)
class ClockRow:
    """A clock with what it says now, its sum, and what was asked for and granted."""

    id: UUID
    name: str
    started_at: datetime
    first_due_at: datetime
    due_at: datetime
    met_at: datetime | None
    ended_at: datetime | None
    paused_at: datetime | None
    pause_until: datetime | None
    provisional: bool
    reading: Reading
    sum: Due
    extensions: Sequence[Extension]
    approver: str
    sooner: Instructed | None
    """The earlier day a leader set, where it binds instead of the limit."""


@dataclass(frozen=True)
class Reporter:
    """Who said it, as this viewer may see it: a name or none, a phone always masked."""

    disclosure: str
    name: str
    phone_masked: str
    has_phone: bool


@dataclass(frozen=True)
class Asked:
    """What the resident said after an answer. `grade` is None for handlers: they learn why, never the grade."""

    at: datetime
    source: str
    solved: str
    true: bool | None
    contacted: bool | None
    grade: int | None
    words: str
    unsure: frozenset[str]
    """The parts of which they said that they do not know."""


@dataclass(frozen=True)
class OnePage:
    """Everything on one matter's page."""

    matter: Matter
    rulebook: Rulebook
    place: str
    reporter: Reporter | None
    moves: Sequence[MoveRow]
    clocks: Sequence[ClockRow]
    replies: Sequence[Reply]
    call_backs: Sequence[CallBack]
    judgements: Sequence[Asked]
    subjects: Sequence[str]
    body: str
    names: dict[UUID, str]
    steps: Sequence[Step]
    mine: frozenset[str]
    passing: Both | None
    """Who had it and who takes it, while a hand-over of the handler is under way (R-094)."""
    guest: bool = False
    """The matter is not the viewer's: they were called on, read it, and do only what they were called on for."""
    shares: Sequence[ShareRow] = ()
    wired: Sequence[Line] = ()
    """What went out and came in about it by SMS and e-mail, addresses masked."""
    kept: Sequence[RetentionRow] = ()
    numbers: Sequence[NumberRow] = ()
    """Its numbers of the numbered list, the last first."""
    laid: Laid = field(default_factory=Laid)
    """The words of a locked matter, where its key was at hand; empty otherwise."""

    @property
    def shut(self) -> bool:
        """Whether this page can say nothing of a locked matter, because its key was not at hand."""
        return self.matter.locked and not self.laid.words

    @property
    def read_out(self) -> Reply | None:
        """The newest answer, where it was read out and waits for the word of whoever was named as present (R-209)."""
        last = self.replies[-1] if self.replies else None
        return last if last and last.read_out_at and not last.delivered_at else None

    @property
    def standing(self) -> flow.Standing:
        """The matter as a rule sees it."""
        return standing_of(self.matter, [move.step for move in self.moves])


Key = Callable[[Matter], bytes | None]
"""Gives a locked matter's private key for the page that is being made; the door knows whose keys are open."""


def one(viewer: Viewer, matter_id: UUID, at: datetime) -> OnePage:
    """One matter by its id. At most 9 queries. Raises Missing: absent, foreign and sealed alike."""
    return _page(viewer, _found(viewer, "id", matter_id), at)


def by_code(viewer: Viewer, typed: str, at: datetime, key: Key | None = None) -> OnePage:
    """One matter by what a person typed as its code. At most 9 queries, one more of a locked one. Raises Missing."""
    code = codes.read_code(typed)
    return _page(viewer, _found(viewer, "code", code) if code else None, at, key)


def _found(viewer: Viewer, key: str, value: UUID | str) -> Matter | None:
    """The matter in reach whose key has this value, with its reporter's columns: one query instead of two."""

    def reachable(viewer: Viewer, value: UUID | str) -> MatterQuerySet:
        return _reachable(viewer).filter(**{key: value})

    return next(iter(whole(("one.matter", key), reachable, conflict.stood(viewer), value)), None)


def _reachable(viewer: Viewer) -> MatterQuerySet:
    reporter = Party.objects.filter(matter=OuterRef("pk"), role="reporter").order_by("id")
    columns = {
        f"reporter_{name}": Subquery(reporter.values(name)[:1]) for name in ("id", "disclosure", "name", "phone")
    }
    return Matter.objects.readable_by(viewer).annotate(**_marks(viewer), **columns, **joining.marks(viewer))


def _marks(viewer: Viewer) -> dict[str, Exists | Subquery]:
    """Whether anything was promised, and whether there are files: most matters need no query to say so; and the code of
    what it was asked for after, where that is an ordinary matter that is not kept from the viewer."""
    here = OuterRef("pk")
    before = Matter.objects.filter(pk=OuterRef("earlier_id"), held=False, sealed=False).unbound(viewer)
    return {
        "earlier_code": Subquery(before.values("code")[:1]),
        "promised": Exists(Promise.objects.filter(matter=here)),
        "filed": Exists(Attachment.objects.filter(matter=here)),
    }


def _page(viewer: Viewer, matter: Matter | None, at: datetime, key: Key | None = None) -> OnePage:
    if matter is None:
        raise Missing
    laid = _laid(matter, key)
    book = version(matter.rulebook_id)
    moves = [laid.on(move) for move in whole("one.moves", _moves, NOBODY, matter.id)]
    clocks, extensions = _clocks(matter)
    answered = any(move.step in WITH_REPLY for move in moves)
    replies = [laid.on(reply) for reply in whole("one.replies", _replies, NOBODY, matter.id)] if answered else []
    calls, said, wired = _words(viewer, matter)
    for row in (*calls, *said, *extensions):
        laid.on(row)
    apart = matter.held or matter.sealed
    conflicts = list(matter.conflicts.all()) if apart and viewer.may("matter.held") else []
    guest = _guest(viewer, matter)
    ways = beside.of(viewer, matter, {move.step for move in moves}, guest=guest)
    for row in (*ways.shares, *ways.kept, *ways.numbers):
        laid.on(row)
    names = staff.persons(viewer, _persons(matter, moves, extensions, replies, calls, conflicts) | ways.persons)
    concerned = {m.body_id for m in moves if m.body_id} | _set(matter.owner_body_id) | ways.bodies
    bodies = staff.body_names(viewer, concerned)
    return OnePage(
        matter=matter,
        rulebook=book,
        place=places.path_names(viewer, matter.place_code),
        reporter=_reporter(viewer, matter, guest=guest)
        if not matter.locked
        else _closed_reporter(viewer, matter, laid),
        moves=[_move(row, names, bodies) for row in moves],
        clocks=[
            _clock(
                row,
                [e for e in extensions if e.clock_id == row.id],
                book,
                names,
                at,
                binding(row, moves, book, matter.programme),
            )
            for row in clocks
        ],
        replies=replies,
        call_backs=calls,
        judgements=[_asked(row, viewer, matter) for row in said],
        subjects=[names.get(row.person_id, "") for row in conflicts if row.kind in ABOUT],
        body=bodies.get(matter.owner_body_id, "") if matter.owner_body_id else "",
        names=names,
        steps=_steps(viewer, matter, book, moves, guest=guest),
        mine=frozenset(part for part in flow.PARTS if _is(viewer, getattr(matter, f"{part}_id"))),
        passing=_passing(viewer, matter),
        wired=() if guest else wired,
        guest=guest,
        shares=shares.filled(viewer, ways.shares, names=names, bodies=bodies, back=shares.back_from(moves)),
        kept=retained.filled(viewer, ways.kept, at, names=names, bodies=bodies),
        numbers=supervision.filled(ways.numbers, names),
        laid=laid,
    )


def _laid(matter: Matter, key: Key | None) -> Laid:
    """The words of a locked matter for whoever has its key now, laid on the matter; nothing of any other."""
    secret = key(matter) if matter.locked and key is not None else None
    if secret is None:
        return Laid()
    laid = compartment.read(matter, secret)
    laid.on(matter)
    return laid


def _closed_reporter(viewer: Viewer, matter: Matter, laid: Laid) -> Reporter | None:
    """Who reported a locked matter, for custodians who opened it; whoever handles it learns no confidential name."""
    said = next((words for _, words in laid.of("casework.party")), None)
    if said is None:
        return None
    hidden = said["disclosure"] == "confidential" and matter.handler_id in viewer.persons
    phone = "" if hidden else said.get("phone", "")
    return Reporter(said["disclosure"], "" if hidden else said.get("name", ""), phone, False)


def _guest(viewer: Viewer, matter: Matter) -> bool:
    """Whether the matter is reached only because the viewer was called on; what holds for the doors to matters."""
    if viewer.everything or matter.held or matter.sealed or viewer.sees(matter.place_code):
        return False
    mine = any(_is(viewer, getattr(matter, f"{part}_id")) for part in flow.PARTS)
    return not mine and matter.owner_body_id not in viewer.body_ids


def _passing(viewer: Viewer, matter: Matter) -> Both | None:
    """Sealed matters follow nobody, and closed ones need not."""
    if matter.handler_id is None or matter.closed_at is not None or matter.held or matter.sealed:
        return None
    return handovers.under_way(viewer, [matter.handler_id]).get(matter.handler_id)


def _moves(viewer: Viewer, matter: UUID) -> QuerySet[Move]:
    return Move.objects.filter(matter_id=matter).order_by("seq")


def _replies(viewer: Viewer, matter: UUID) -> QuerySet[Reply]:
    return Reply.objects.filter(matter_id=matter).order_by("at", "id")


ASKED = tuple(field.attname for field in Extension._meta.concrete_fields)


def _limits(viewer: Viewer, matter: UUID) -> QuerySet[Clock]:
    rows = Clock.objects.filter(matter_id=matter).order_by("started_at", "id", "extensions__asked_at")
    return rows.annotate(**{f"asked_{name}": F(f"extensions__{name}") for name in ASKED})


def _clocks(matter: Matter) -> tuple[list[Clock], list[Extension]]:
    """The clocks of a matter and what was asked for them; one query, a clock stands once for each request."""
    clocks: dict[UUID, Clock] = {}
    extensions = []
    for row in whole("one.clocks", _limits, NOBODY, matter.id):
        clocks.setdefault(row.id, row)
        values = {name: getattr(row, f"asked_{name}") for name in ASKED}
        if values["id"] is not None:
            extensions.append(Extension(**values))
    return list(clocks.values()), extensions


def _spoken(viewer: Viewer, matter: UUID, about: str) -> QuerySet[CallBack, Any]:
    """Rows of call-backs, of judgements and of messages under one another."""
    nothing = Value(None, output_field=BooleanField())
    number = Value(None, output_field=IntegerField())
    never, unsealed = Cast(Value(None), DateTimeField()), Cast(Value(None), BinaryField())
    calls = (
        CallBack.objects.filter(matter_id=matter)
        .order_by()
        .values_list(
            *(Value("call"), "id", "at", "caller_id", "outcome", "day_part", "note", nothing, nothing, number, "code"),
            *("again_at", unsealed),
        )
    )
    said = (
        Judgement.objects.filter(matter_id=matter)
        .order_by()
        .values_list(
            *(Value("said"), "id", "at", "reply_id", "solved", "source", "words", "contacted", "true", "grade"),
            *("unsure", never, unsealed),
        )
    )
    return calls.union(said, wire.told_about(viewer, about), wire.heard_about(viewer, about), all=True)


def _words(viewer: Viewer, matter: Matter) -> tuple[list[CallBack], list[Judgement], list[Line]]:
    """Call-backs, what residents said, and messages to and fro, oldest first; one query over their tables."""
    found_calls, found_said, wired = [], [], []
    for one_row in ask("one.words", _spoken, NOBODY, matter.id, f"matter:{matter.id}"):
        if one_row[0] == "call":
            found_calls.append(_call(matter, one_row))
        elif one_row[0] == "said":
            found_said.append(_judgement(matter, one_row))
        else:
            wired.append(wire.line(viewer, one_row))
    return sorted(found_calls, key=_when), sorted(found_said, key=_when), sorted(wired, key=lambda line: line.at)


def _call(matter: Matter, row: tuple[Any, ...]) -> CallBack:
    _, one_id, moment, who, outcome, part, note, _, _, _, code, again_at, _ = row
    made = CallBack(id=one_id, matter=matter, at=moment, caller_id=who, outcome=outcome, code=code)
    made.day_part, made.note, made.again_at = part, note, again_at
    return made


def _judgement(matter: Matter, row: tuple[Any, ...]) -> Judgement:
    _, one_id, moment, who, solved, source, words, contacted, true, grade, unsure, *_ = row
    made = Judgement(id=one_id, matter=matter, at=moment, reply_id=who, solved=solved, source=source, words=words)
    made.contacted, made.true, made.grade, made.unsure = contacted, true, grade, unsure
    return made


def _when(row: CallBack | Judgement) -> tuple[datetime, UUID]:
    return row.at, row.id


def answerable(viewer: Viewer, matter: Matter) -> UUID | None:
    """Who answers for a matter now: whoever was asked first, until a handler has taken it (R-189), or to its end where
    the programme says the first visitor stays (R-190)."""
    rule = version(matter.rulebook_id).flow(matter.programme, matter.kind).owner_rule
    if rule == "first_visitor_to_close":
        return matter.first_asked_id or matter.handler_id
    taken = matter.state not in ("received", "accepted", "discussing", "assigned")
    return matter.handler_id if taken and matter.handler_id else matter.first_asked_id or matter.handler_id


def explain_due(limit: Limit, start: datetime, book: Rulebook) -> Due:
    """The sum of a deadline that starts at a moment, for the intake page before anything is saved."""
    return due(start, limit, book.county.tz, days())


LEADERS = frozenset({"instruct", "send_back"})
"""What is done with a submitted matter, by the leader it lies before and nobody else."""


def _steps(viewer: Viewer, matter: Matter, book: Rulebook, moves: Sequence[Move], *, guest: bool) -> Sequence[Step]:
    actor, standing = actor_of(viewer), standing_of(matter, [move.step for move in moves])
    found = flow.possible(matters=book.matters(matter.programme), standing=standing, actor=actor)
    if matter.state == "submitted" and not shares.lies_before(viewer, matter):
        found = tuple(step for step in found if step.name not in LEADERS)
    return tuple(step for step in found if step.name in LEADERS) if guest else found


def _persons(
    matter: Matter,
    moves: list[Move],
    extensions: list[Extension],
    replies: list[Reply],
    calls: list[CallBack],
    conflicts: list[Conflict],
) -> set[UUID]:
    found = {matter.handler_id, matter.supervisor_id, matter.caller_id, matter.first_asked_id, matter.reasonable_by_id}
    for move in moves:
        found |= {move.by_id, move.person_id, move.on_behalf_of_id}
        found |= {UUID(move.data["second"])} if move.data.get("second") else set()
    for extension in extensions:
        found |= {extension.asked_by_id, extension.decided_by_id}
    for reply in replies:
        found |= {reply.by_id, reply.second_id, reply.delivered_by_id}
    found |= {call.caller_id for call in calls} | {row.person_id for row in conflicts}
    return {one for one in found if one is not None}


def _set(one: UUID | None) -> set[UUID]:
    return {one} if one else set()


def _is(viewer: Viewer, person: UUID | None) -> bool:
    return person is not None and person == viewer.person_id


def _move(row: Move, names: dict[UUID, str], bodies: dict[UUID, str]) -> MoveRow:
    return MoveRow(
        seq=row.seq,
        step=row.step,
        source=row.source,
        target=row.target,
        at=row.at,
        by=names.get(row.by_id, row.by_name) if row.by_id else row.by_name,
        by_id=row.by_id,
        on_behalf_of=names.get(row.on_behalf_of_id, "") if row.on_behalf_of_id else "",
        body=bodies.get(row.body_id, "") if row.body_id else "",
        person=names.get(row.person_id, "") if row.person_id else "",
        note="" if row.step == WITHDRAW_ASKED else row.note,
        reason=row.reason,
        data=row.data,
    )


def _clock(
    row: Clock,
    extensions: Sequence[Extension],
    book: Rulebook,
    names: dict[UUID, str],
    at: datetime,
    sooner: Instructed | None,
) -> ClockRow:
    zone = book.county.tz
    granted = [e for e in extensions if e.approved]
    until = row.met_at or row.ended_at
    reading = read(
        due_at=row.due_at,
        started_at=row.started_at,
        warn_at=row.warn_at,
        moment=until or at,
        zone=zone,
        days=days(),
        met_at=row.met_at,
        paused=row.paused_at is not None,
    )
    return ClockRow(
        id=row.id,
        name=row.name,
        started_at=row.started_at,
        first_due_at=row.first_due_at,
        due_at=row.due_at,
        met_at=row.met_at,
        ended_at=row.ended_at,
        paused_at=row.paused_at,
        pause_until=row.pause_until,
        provisional=row.provisional,
        reading=reading,
        sum=due(row.started_at, Limit(amount=row.amount, unit=row.unit), zone, days()),
        extensions=extensions,
        approver=names.get(granted[-1].decided_by_id, "") if granted and granted[-1].decided_by_id else "",
        sooner=replace(sooner, by=names.get(sooner.by_id, sooner.by)) if sooner and sooner.by_id else sooner,
    )


def _reporter(viewer: Viewer, matter: Matter, *, guest: bool) -> Reporter | None:
    """Who is only called on learns nothing of who said it. Confidential reporters have no name for anybody who handles
    or supervises; only the caller may ring them."""
    party = getattr(matter, "reporter_id", None)
    if party is None:
        return None
    disclosure = matter.reporter_disclosure  # type: ignore[attr-defined]  # annotated by _reachable
    if guest:
        return Reporter("confidential", "", "", has_phone=False)
    hidden = disclosure == "confidential" and viewer.person_id != matter.caller_id
    name, phone = ("", "") if hidden else (_open(matter, "name"), _open(matter, "phone"))
    has_phone = bool(matter.reporter_phone)  # type: ignore[attr-defined]  # annotated by _reachable
    return Reporter(disclosure, name, text.mask_phone(phone) if phone else "", has_phone)


def _open(matter: Matter, column: str) -> str:
    sealed, row = getattr(matter, f"reporter_{column}"), str(matter.reporter_id)  # type: ignore[attr-defined]  # annotated by _reachable
    if not sealed:
        return ""
    try:
        return vault().open(f"matter:{matter.id}", table="casework.party", column=column, row=row, sealed=sealed)
    except Shredded:
        return ""


def _asked(row: Judgement, viewer: Viewer, matter: Matter) -> Asked:
    """The grade is for the caller who asked; whoever handles or supervises sees why, never how many stars."""
    grade = row.grade if viewer.may("matter.call_back") and viewer.person_id == matter.caller_id else None
    return Asked(
        row.at, row.source, row.solved, row.true, row.contacted, grade, row.words, frozenset(row.unsure.split())
    )
