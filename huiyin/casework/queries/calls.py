"""Whom to ring after an answer: the queue of callers, and everything one call needs at hand (R-178, R-209)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from huiyin.casework.models import CallBack, CallTurn, DaySeed, Matter, Party
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries import one
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.queries.one import OnePage
from huiyin.casework.queries.waiting import left_alone
from huiyin.casework.rules import closing
from huiyin.core import text
from huiyin.core.questions import NOBODY, ask, whole
from huiyin.core.rulebook import current, version
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.drawing import commitment
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import Closing
from huiyin.programme.schema.replies import Calls
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.queries import conflict, staff

PAGE = 25
NAMED = timedelta(days=1)
"""So long after a time that a resident named they stand before the others."""
SEEDS = 45
"""Days shown: the seeds of the last thirty are not told yet."""
SECOND = "second"
"""The part of a party that is only another number of who reported."""


@dataclass(frozen=True)
class Waiting:
    """A matter whose resident is to be rung: attempts since the answer, and from when another is allowed."""

    row: MatterRow
    answered_at: datetime | None
    tries: int
    last: str
    last_title: str
    """What the programme calls how the last attempt ended; empty where it has no word of its own."""
    blind: bool
    """Whether the one who rings is not told which body handled it."""
    next_at: datetime | None
    named: bool = False
    """Whether the resident named this time."""
    numbers: int = 1
    """How many numbers there are to ring."""
    number_missing: bool = False
    """Whether there is none, or each was found wrong: it waits for a right one, or for attempts enough all the same."""
    passed_on: bool = False
    """Whether the viewer asked for another caller: it waits for them; `note` says for whom, to everybody."""
    note: str = ""

    @property
    def now(self) -> bool:
        """Whether it is to be rung at once."""
        return self.next_at is None and not self.number_missing and not self.passed_on


@dataclass(frozen=True)
class Noted:
    """The viewer's own newest attempt, which they may take back: why not is a refusal's code, empty where they may."""

    code: str
    title: str
    outcome: str
    outcome_title: str
    """As in `Waiting`."""
    at: datetime
    why_not: Refused | None
    closed: bool
    """Whether the matter ended; `reopened` whether it was taken up again."""
    reopened: bool


@dataclass(frozen=True)
class DayDraw:
    """A day's draw of answers to call about: what was told of its seed beforehand, and the seed afterwards."""

    day: date
    committed_at: datetime
    commitment: str
    seed: str
    """Empty until it is told; so are the counts, nought until then."""
    of: int
    drawn: int


@dataclass(frozen=True)
class CallPage:
    """One call: the matter, the attempts since its newest answer, from when the next is allowed, and the rule."""

    one: OnePage
    tries: Sequence[CallBack]
    next_at: datetime | None
    rests: datetime | None
    """Until when nobody is rung, where it is night."""
    exhausted: bool
    closing: Closing
    calls: Calls
    second: str
    """The masked second number; empty where there is none."""
    number_missing: bool
    """As in `Waiting`, with `numbers`; so is the note, of the last attempt where another caller was asked for."""
    numbers: int
    note: str


def waiting(viewer: Viewer, at: datetime) -> list[Waiting]:
    """Answered matters for the viewer to ring, at most a page: never their own as handler or supervisor, nor a dispute
    of their family. Those that may be rung now come first, who named this time before the others, then by due moment,
    however many lie before them that may not. Five queries, whatever the length.
    """
    if not viewer.may("matter.call_back"):
        return []
    book, seen = current(at).rulebook, conflict.stood(viewer)
    own = tuple(sorted(staff.bodies_held(viewer))) or (NO_BODY,)
    apart = tuple(name for name in book.programmes if book.replies(name).calls.apart) or ("",)
    found = ask(("calls.ready", PAGE), _ready, seen, at, at - closing.longest_gap(book), own, apart)
    more = ask(("calls.waiting", PAGE), _rung, seen) if len(found) < PAGE else named(viewer, at)
    rows = {row[0]: dict(zip(RUNG, row, strict=True)) for row in (*found, *more)}
    told = _described(viewer, list(rows.values()), at)
    return sorted(told, key=lambda one: (one.number_missing or one.passed_on, one.next_at or at, not one.named))[:PAGE]


def named(viewer: Viewer, at: datetime) -> list[tuple[Any, ...]]:
    """The first page of those who named a time that came lately: they expect it, however many are due before them."""
    return ask(("calls.named", PAGE), _named, conflict.stood(viewer), at, at - NAMED)


def _described(viewer: Viewer, values: Sequence[dict[str, Any]], at: datetime) -> list[Waiting]:
    """Matters to ring with what was tried since the answer; three queries. Who handled them is nothing to callers."""
    tries = _tries([value["id"] for value in values])
    own, found = staff.bodies_held(viewer), []
    rows = rows_of(viewer, [value | {"handler_id": None} for value in values])
    for row, value in zip(rows, values, strict=True):
        made = _since(value["answered_at"], tries.get(row.id, []))
        book = version(value["rulebook_id"])
        rule, calls = book.flow(value["programme"], value["kind"]).callback, book.replies(value["programme"]).calls
        if calls.apart and value["owner_body_id"] in own:
            continue
        attempts = closing.attempts_of(calls, book.county.tz, made)
        last = made[-1] if made else None
        passed = last is not None and last.outcome == closing.ANOTHER_CALLER
        found.append(
            Waiting(
                row=row,
                answered_at=value["answered_at"],
                tries=len(made),
                last=last.outcome if last else "",
                last_title=_title(calls, last),
                blind=calls.blind,
                next_at=closing.ring_from(rule, calls, attempts, at, book.county.tz),
                named=last is not None and last.again_at is not None and last.again_at <= at,
                numbers=value["to_ring"],
                number_missing=closing.number_missing(attempts, value["to_ring"]),
                passed_on=passed and last is not None and last.caller_id in viewer.persons,
                note=last.note if passed and last else "",
            )
        )
    return found


def _title(calls: Calls, made: CallBack | None) -> str:
    own = calls.outcome(made.code) if made and made.code else None
    return own.title if own else ""


def next_call(viewer: Viewer, at: datetime) -> str:
    """The code of the matter to ring now; empty when nobody is to be rung."""
    return next((one.row.code for one in waiting(viewer, at) if one.now), "")


def call(viewer: Viewer, code: str, at: datetime) -> CallPage:
    """One matter to ring. Raises Missing for one that is not in the viewer's queue."""
    if not viewer.may("matter.call_back"):
        raise Missing
    page = one.by_code(viewer, code, at)
    if not _waits_for(viewer, page.matter, page.rulebook):
        raise Missing
    flow = page.rulebook.flow(page.matter.programme, page.matter.kind)
    tries = _since(page.matter.answered_at, page.call_backs)
    zone = page.rulebook.county.tz
    for made in tries:
        made.local_day = made.at.astimezone(zone).date()  # the page of a matter reads the moment only
    numbers = whole("calls.numbers", _with_numbers, NOBODY, page.matter.id)
    calls = page.rulebook.replies(page.matter.programme).calls
    attempts = closing.attempts_of(calls, zone, tries)
    too_soon = closing.next_attempt(flow.callback, attempts, at)
    return CallPage(
        one=page,
        tries=tries,
        next_at=too_soon,
        rests=None if too_soon else closing.ring_from(flow.callback, calls, attempts, at, zone),
        exhausted=closing.exhausted(flow.closing, attempts),
        closing=flow.closing,
        calls=calls,
        second=_second(numbers),
        number_missing=closing.number_missing(attempts, len(numbers)),
        numbers=len(numbers),
        note=tries[-1].note if tries and tries[-1].outcome == closing.ANOTHER_CALLER else "",
    )


def noted(viewer: Viewer, code: str, at: datetime) -> Noted:
    """What the viewer wrote down last of a matter, if nobody tried after them. Raises Missing."""
    if not viewer.may("matter.call_back"):
        raise Missing
    matter = Matter.objects.reachable_by(conflict.stood(viewer)).filter(code=code).first()
    row = newest_attempt(viewer, matter) if matter is not None else None
    if matter is None or row is None or row.caller_id != viewer.person_id:
        raise Missing
    why_not = None
    try:
        closing.may_take_back(outcome=row.outcome, made_at=row.at, at=at, followed=followed(viewer, matter, row))
    except Refused as refused:
        why_not = refused
    reopened = matter.moves.filter(step="reopen", at__gte=row.at).exists()
    said = _title(version(matter.rulebook_id).replies(matter.programme).calls, row)
    closed = matter.closed_at is not None
    return Noted(matter.code, matter.title, row.outcome, said, row.at, why_not, closed, reopened)


def newest_attempt(viewer: Viewer, matter: Matter) -> CallBack | None:
    """The newest attempt to ask about an answer that was not taken back."""
    return matter.call_backs.made().filter(promise=None).order_by("-at", "-id").first()


def followed(viewer: Viewer, matter: Matter, row: CallBack) -> bool:
    """Whether something came of an attempt: a step, a word of the resident's, a deadline met by it, an end."""
    moved = matter.moves.filter(at__gt=row.at).exists()
    said = matter.judgements.filter(at__gte=row.at).exists()
    met = matter.clocks.filter(met_at__gte=row.at).exists()
    return moved or said or met or matter.state != "answered" or matter.closed_at is not None


def seeds(viewer: Viewer, at: datetime) -> Sequence[DayDraw]:
    """The newest days a share of whose answers is called: each seed's hash, the seed once told; one query."""
    if not viewer.may("stats.see"):
        raise Missing
    last = at.astimezone(current(at).rulebook.county.tz).date()
    rows = DaySeed.objects.filter(day__lte=last).order_by("-day", "programme")[:SEEDS]
    return [
        DayDraw(row.day, row.committed_at, commitment(row.seed), row.seed if row.told_at else "", row.of, row.drawn)
        for row in rows
    ]


def rings_again(viewer: Viewer, rows: Sequence[Waiting], at: datetime) -> datetime | None:
    """Where nobody is rung at this hour but who named it: from when residents are; None where somebody is."""
    rung = any(one.now and not one.named for one in rows)  # under a method of before, by its hours
    return None if rung else closing.rings_again(current(at).rulebook, at)


def rests(viewer: Viewer, page: OnePage, at: datetime) -> datetime | None:
    """Until when nobody is rung about this matter, where it is night; None within its programme's hours."""
    book = page.rulebook
    return closing.rests_until(book.replies(page.matter.programme).calls, at, book.county.tz)


def part_of_day(viewer: Viewer, at: datetime) -> str:
    """The part of the county's day it is: morning, afternoon or evening."""
    return closing.day_part(at.astimezone(current(at).rulebook.county.tz).hour)


RUNG = (*COLUMNS, "answered_at", "rulebook_id", "programme", "kind", "to_ring")
WITH_NUMBER = Q(role__in=("reporter", SECOND), phone__isnull=False)
"""Who reported a matter, or a second number of theirs, where there is one to ring."""


NO_BODY = UUID(int=0)
"""Stands for the bodies of somebody who is of none."""


def _ready(viewer: Viewer, at: datetime, lately: datetime, own: Any, apart: Any) -> QuerySet[Matter, Any]:
    """The first page of those that may be rung now: a number is left to ring, nobody tried `lately` or was asked to
    ring later, and whoever asks neither passed it on nor is of the body that handled it, where the method keeps the two
    apart. What a matter's own rulebook says is weighed when they are described.
    """
    since = CallBack.objects.made().filter(matter=OuterRef("pk"), promise=None, at__gte=OuterRef("answered_at"))
    wrong = since.filter(outcome=closing.WRONG_NUMBER).order_by().values("matter")
    # Who named a time waits for that time, sooner or later than others would be tried again.
    waits = (Q(at__gt=lately, again_at=None) & ~Q(outcome=closing.ANOTHER_CALLER)) | Q(again_at__gt=at)
    passed = Q(outcome=closing.ANOTHER_CALLER, caller_id__in=viewer.persons)
    numbered = Party.objects.filter(WITH_NUMBER, matter=OuterRef("pk"))
    many_wrong = Coalesce(Subquery(wrong.annotate(many=Count("pk")).values("many")), 0)
    # Most have a number and no attempt: counts are only taken where one was found wrong.
    right = ~Exists(since.filter(outcome=closing.WRONG_NUMBER)) | GreaterThan(_numbers(), many_wrong)
    ready = ~Exists(since.filter(waits | passed)) & Exists(numbered) & right
    return _columns(_waiting(viewer).filter(ready).exclude(programme__in=apart, owner_body_id__in=own))


def _named(viewer: Viewer, at: datetime, since: datetime) -> QuerySet[Matter, Any]:
    named = CallBack.objects.made().filter(again_at__gt=since, again_at__lte=at, promise=None)
    return _columns(_waiting(viewer).filter(pk__in=named.values("matter_id")))


def _rung(viewer: Viewer) -> QuerySet[Matter, Any]:
    return _columns(_waiting(viewer))


def _columns(rows: MatterQuerySet) -> QuerySet[Matter, Any]:
    return rows.order_by("order_at", "id").chosen(PAGE).annotate(to_ring=_numbers()).values_list(*RUNG)


def _numbers() -> Coalesce:
    """How many numbers there are to ring for a matter."""
    numbers = Party.objects.filter(WITH_NUMBER, matter=OuterRef("pk")).order_by().values("matter")
    return Coalesce(Subquery(numbers.annotate(many=Count("pk")).values("many")), 0)


def _waiting(viewer: Viewer) -> MatterQuerySet:
    me = viewer.persons
    mine = Q(handler_id__in=me) | Q(supervisor_id__in=me)
    free = Q(caller_id__isnull=True) | Q(caller_id__in=me)
    return (
        Matter.objects.visible_to(viewer)
        .filter(free, state="answered", closed_at__isnull=True)
        .exclude(mine | left_alone())
    )


def _waits_for(viewer: Viewer, matter: Matter, book: Rulebook) -> bool:
    """The same as `_waiting`, for a matter already found among those that may be seen."""
    free = matter.caller_id is None or matter.caller_id in viewer.persons
    mine = bool(viewer.persons & {matter.handler_id, matter.supervisor_id})
    apart = book.replies(matter.programme).calls.apart and matter.owner_body_id in staff.bodies_held(viewer)
    here = matter.state == "answered" and matter.closed_at is None
    return free and not mine and not apart and here and not ask("calls.turns", _turns, NOBODY, matter.id)


def _turns(_viewer: Viewer, matter: UUID) -> QuerySet[CallTurn, Any]:
    """Whether a matter is left to the resident's own word for now."""
    return CallTurn.objects.filter(matter_id=matter, waits=True).order_by().values_list("pk")


def _with_numbers(_viewer: Viewer, matter: UUID) -> QuerySet[Party]:
    """Who there is to ring of a matter, the newest first."""
    return Party.objects.filter(WITH_NUMBER, matter_id=matter).order_by("-id")


def _tries(ids: Sequence[UUID]) -> dict[UUID, list[CallBack]]:
    found: dict[UUID, list[CallBack]] = {}
    for made in CallBack.objects.made().filter(matter_id__in=ids, promise=None).order_by("at", "id"):
        found.setdefault(made.matter_id, []).append(made)
    return found


def _since(answered_at: datetime | None, tries: Sequence[CallBack]) -> list[CallBack]:
    """The attempts that asked about the newest answer, without those taken back."""
    kept = [made for made in tries if made.outcome != closing.TAKEN_BACK]
    return [made for made in kept if answered_at is not None and made.at >= answered_at]


def _second(numbers: Sequence[Party]) -> str:
    party = next((one for one in numbers if one.role == SECOND), None)
    if party is None or party.phone is None:
        return ""
    try:
        sealed, row = party.phone, str(party.id)
        subject = f"matter:{party.matter_id}"
        number = vault().open(subject, table="casework.party", column="phone", row=row, sealed=sealed)
        return text.mask_phone(number)
    except Shredded:
        return ""
