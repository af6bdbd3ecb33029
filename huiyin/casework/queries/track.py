"""What a resident may see of their own matter: by its proof all of it, by code and phone's end the state and reply."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.events import MatterOpened
from huiyin.casework.models import Clock, Matter, Move, Party, Reply
from huiyin.casework.queries import compartment, dismissing
from huiyin.casework.queries.books import WITHDRAW_ASKED, WITHDRAW_UNDONE, days
from huiyin.casework.queries.compartment import Laid
from huiyin.casework.queries.files import FileRow, of_matter
from huiyin.casework.queries.hastening import binding
from huiyin.casework.rules import codes
from huiyin.casework.rules.clocks import Instructed
from huiyin.casework.rules.closing import may_reopen
from huiyin.core.models import Leaf
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import Due, Reading, due, read
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.matters import Grade
from huiyin.programme.schema.matters import Stage as Mark
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.queries import handovers, places, staff

TAKEN_UP = Mark(title="reopen", steps=("reopen",))
"""On the line of a matter that was taken up again: no stage of the county's, so whoever shows it has the words."""
HEARD = "heard"
"""In a move's data: its note are the words of a caller, taken down by a clerk."""


@dataclass(frozen=True)
class Stage:
    """One mark on the resident's line: its county title, when it was reached, whether it is the present one."""

    title: str
    at: datetime | None
    now: bool
    steps: Sequence[str] = ()


@dataclass(frozen=True)
class Said:
    """What the resident said after the first words, and when."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Kept:
    """Why a matter is kept, and the day on which somebody looks at it again."""

    reason: str
    review_on: date


@dataclass(frozen=True)
class Deadline:
    """Why a matter is owed by its day, and what happens if it is missed: the clock, its sum, who is told, whether it
    climbs. `reason` is why more time was given; empty where none was."""

    title: str
    sum: Due
    told: str
    climbs: bool
    reason: str
    sooner: Instructed | None
    """The earlier day a leader set instead."""
    step: str
    """What is owed by that day, as the step of PROMISED that meets it; empty for a clock residents have no word for."""


@dataclass(frozen=True)
class Tracked:
    """A matter as its reporter sees it. `full` is False for code and last four digits: no words, no persons."""

    id: UUID
    code: str
    full: bool
    title: str
    text: str
    place: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    first_due_at: datetime | None
    provisional: bool
    reading: Reading | None
    extended: bool
    body: str
    body_phone: str
    handler: str
    successor: str
    """Who is taking it over from the handler at this moment (R-094)."""
    taken_over_at: datetime | None
    """Since when the handler has it from somebody who handed over."""
    kind: str
    programme: str
    rulebook_id: UUID
    reply: str
    reply_at: datetime | None
    waits: bool
    """Whether the answer is still to be delivered: opening it with the proof does."""
    asked_more: str
    may_judge: bool
    judged: str
    stages: Sequence[Stage]
    reopened: int
    phone_end: bool
    said: Sequence[Said]
    files: Sequence[FileRow]
    may_withdraw: bool
    may_take_up: bool
    may_ask_afresh: bool
    """Whether it ended too long ago to be taken up again: then a new one is asked for after it."""
    asked_afresh: bool
    """Whether one was, and is open: then not another."""
    withdraw_at: datetime | None
    """When it ends, because the one who asked takes it back; until then they may change their mind."""
    stays: bool = False
    """Whether their last words had it go on though they had wanted to take it back."""
    dismissed: str = ""
    """Why two people ended it without looking into it, for the one who asked; they may object (SG-01)."""
    kept: Kept | None = None
    """Why it is kept without action and until when, for the one who asked; they may object (SG-35)."""
    locked: bool = False
    """Whether it stands in the sealed compartment: then the proof alone finds it."""
    laid: Laid = field(default_factory=Laid)
    """What the proof has opened of a locked matter."""
    deadline: Deadline | None = None
    plan: str = ""
    """How it is to be solved, as its responsible person wrote it (R-200, R-226)."""

    @property
    def promised(self) -> bool:
        """Whether a day is still promised."""
        return self.due_at is not None and self.state not in ("answered", "closed") and self.closed_at is None

    @property
    def late(self) -> bool:
        """Whether the promised day has passed without an answer."""
        return self.reading is not None and self.reading.state in ("overdue", "far_overdue")


def proof_of(viewer: Viewer, slip: str) -> str:
    """The proof of the matter that was opened with this slip; of a slip never used, the proof of nothing."""
    return codes.proof_from(vault().blind("casework.slip", slip))


@looking_as(OPEN)
def by_proof(viewer: Viewer, typed: str, at: datetime) -> Tracked:
    """The matter a proof opens. Raises Missing."""
    proof = codes.read_proof(typed)
    if proof is None:
        raise Missing
    matter = Matter.objects.filter(proof_key=vault().blind("casework.proof", proof)).first()
    if matter is None:
        raise Missing
    return _tracked(viewer, matter, at, full=True, laid=compartment.read_as_reporter(matter, proof))


def earlier_by_proof(viewer: Viewer, typed: str, at: datetime) -> Tracked | None:
    """The earlier matter that somebody with new words names by its proof; None where nothing is typed.

    Raises Refused("earlier_unknown"): one answer for what is no proof and for one that opens nothing.
    """
    if not typed.strip():
        return None
    try:
        return by_proof(viewer, typed[:40], at)
    except Missing as missing:
        raise Refused("earlier_unknown", field="earlier") from missing


@looking_as(OPEN)
def by_phone_end(viewer: Viewer, typed: str, last_four: str, at: datetime) -> Tracked:
    """State and public reply, for code and the phone's last four digits. The door throttles. Raises Missing."""
    code = codes.read_code(typed)
    digits = "".join(str(int(c)) for c in last_four[:20] if c.isdecimal())
    if code is None or len(digits) != 4:
        raise Missing
    matter = Matter.objects.filter(code=code).first()
    wanted = vault().blind(f"last_four:{code}", digits)
    known = Party.objects.filter(matter=matter).values_list("last_four", flat=True) if matter else []
    matches = [hmac.compare_digest(bytes(one), wanted) for one in known if one]
    if matter is None or not any(matches):
        raise Missing
    return _tracked(viewer, matter, at, full=False)


@looking_as(OPEN)
def by_number(viewer: Viewer, code: str, number: str, at: datetime) -> Tracked:
    """The same for the telephone itself that the matter was reported from. The caller throttles. Raises Missing."""
    blind = vault().blind("phone", number)
    theirs = Party.objects.filter(matter__code=code, phone_blind=blind, last_four__isnull=False)
    party = theirs.select_related("matter").first() if code else None
    if party is None:
        raise Missing
    return _tracked(viewer, party.matter, at, full=False)


def too_late(matter: Matter, at: datetime) -> bool:
    """Whether an ordinary matter ended too long ago to be taken up again by its resident's word."""
    if _apart(matter) or matter.closed_at is None or matter.state in ("retained", "joined"):
        return False
    book = version(matter.rulebook_id)
    try:
        may_reopen(book.flow(matter.programme, matter.kind).reopen, matter.closed_at, at, book.county.tz)
    except Refused:
        return True
    return False


def _tracked(viewer: Viewer, matter: Matter, at: datetime, *, full: bool, laid: Laid | None = None) -> Tracked:
    laid = laid or Laid()
    laid.on(matter)
    book = version(matter.rulebook_id)
    reply = matter.replies.order_by("-at", "-id").first()
    if reply is not None:
        laid.on(reply)
    clock = _promise(matter)
    owner = staff.body(viewer, matter.owner_body_id) if matter.owner_body_id and not _apart(matter) else None
    judged = matter.judgements.order_by("-at", "-id").values_list("solved", flat=True).first() or ""
    moves = [laid.on(move) for move in matter.moves.order_by("seq")]
    withdrawable = full and not _apart(matter) and _open_to_residents(matter, "withdraw")
    return Tracked(
        id=matter.id,
        code=matter.code,
        full=full,
        title=matter.title if full else "",
        text=matter.text if full else "",
        place=places.path_names(viewer, matter.place_code) if full else "",
        state="accepted" if _apart(matter) and matter.state == "received" else matter.state,
        opened_at=matter.opened_at,
        closed_at=matter.closed_at,
        due_at=clock.due_at if clock else None,
        first_due_at=clock.first_due_at if clock else None,
        provisional=clock.provisional if clock else False,
        reading=_reading(clock, book.county.tz, at) if clock else None,
        extended=bool(clock and clock.due_at > clock.first_due_at),
        body=owner.name if owner else "",
        body_phone=owner.phone if owner else "",
        handler=_handler(viewer, matter) if full else "",
        successor=_successor(viewer, matter) if full else "",
        taken_over_at=_taken_over(matter) if full else None,
        kind=matter.kind,
        programme=matter.programme,
        rulebook_id=matter.rulebook_id,
        reply=_shown(reply, full=full),
        reply_at=reply.at if reply else None,
        waits=reply is not None and reply.delivered_at is None,
        asked_more=_asked_more(moves) if full and matter.state == "more_asked" else "",
        may_judge=full and matter.state == "answered" and reply is not None,
        judged=judged if full else "",
        stages=_stages(matter, moves),
        reopened=matter.reopened,
        phone_end=not full or matter.parties.filter(last_four__isnull=False).exists(),
        said=_said(moves) if full else (),
        files=of_matter(viewer, matter, laid) if full else (),
        may_ask_afresh=(late := full and too_late(matter, at)),
        asked_afresh=late and matter.later.filter(closed_at__isnull=True).exists(),
        may_withdraw=withdrawable and matter.withdraw_at is None,
        withdraw_at=matter.withdraw_at if withdrawable else None,
        stays=full and [move.step for move in moves[-2:]] == [WITHDRAW_UNDONE, "more_given"],
        may_take_up=full and matter.state == "withdrawn" and _open_to_residents(matter, "reopen"),
        kept=_kept(matter, laid) if full and matter.state == "retained" else None,
        dismissed=_dismissed(viewer, matter, laid) if full else "",
        locked=matter.locked,
        laid=laid,
        deadline=_deadline(viewer, matter, clock, book, moves),
        plan=_plan(moves) if full else "",
    )


def _kept(matter: Matter, laid: Laid) -> Kept | None:
    row = matter.retentions.filter(consented=True, ended_at__isnull=True).order_by("-proposed_at").first()
    return Kept(laid.on(row).reason, row.review_on) if row else None


def _dismissed(viewer: Viewer, matter: Matter, laid: Laid) -> str:
    row = dismissing.standing_one(viewer, matter)
    return str(laid.on(row).said.get("reason", "")) if row else ""


def _deadline(
    viewer: Viewer, matter: Matter, clock: Clock | None, book: Rulebook, moves: Sequence[Move]
) -> Deadline | None:
    """The clock a resident is told about as they may reckon it themselves; one query where more time was given, or a
    leader wants it sooner."""
    rule = book.matters(matter.programme).clocks.get(clock.name) if clock else None
    if clock is None or rule is None:
        return None
    longer = clock.due_at > clock.first_due_at
    granted = clock.extensions.filter(approved=True).order_by("-decided_at") if longer else None
    role = book.county.roles.get(rule.escalate_to)
    return Deadline(
        title=rule.title,
        sum=due(clock.started_at, Limit(amount=clock.amount, unit=clock.unit), book.county.tz, days()),
        told="" if _apart(matter) or role is None else role.title,
        climbs=rule.climbs and not _apart(matter),
        reason=granted.values_list("reason", flat=True).first() or "" if granted is not None else "",
        sooner=_sooner(viewer, matter, clock, book, moves),
        step=next((step for step in (*PROMISED, "assign") if step in rule.met_by), ""),
    )


def _sooner(viewer: Viewer, matter: Matter, clock: Clock, book: Rulebook, moves: Sequence[Move]) -> Instructed | None:
    """The earlier day that a leader set, with their name."""
    found = None if _apart(matter) else binding(clock, moves, book, matter.programme)
    if found is None or found.by_id is None:
        return found
    return replace(found, by=staff.persons(viewer, [found.by_id]).get(found.by_id, found.by))


def _plan(moves: Sequence[Move]) -> str:
    """The newest plan."""
    return next((str(move.data["plan"]) for move in reversed(moves) if move.data.get("plan")), "")


def _asked_more(moves: Sequence[Move]) -> str:
    """What the resident was last asked for."""
    return next((move.note for move in reversed(moves) if move.step == "ask_more"), "")


def _said(moves: Sequence[Move]) -> Sequence[Said]:
    """The resident's own words, with the proof or to a clerk who heard them; nobody else's notes."""
    own = Viewer.resident().name
    later = {move.note for move in moves if move.step == "withdraw"}
    return [
        Said(move.at, move.note)
        for move in moves
        if move.note
        and (move.by_name == own or move.data.get(HEARD))
        and not (move.step == WITHDRAW_ASKED and move.note in later)
    ]


def _handler(viewer: Viewer, matter: Matter) -> str:
    """Who has it in hand, by name, for the one who asked; of a sealed matter nobody's name leaves the house."""
    if matter.handler_id is None or _apart(matter):
        return ""
    return staff.persons(viewer, [matter.handler_id]).get(matter.handler_id, "")


def _successor(viewer: Viewer, matter: Matter) -> str:
    if matter.handler_id is None or matter.closed_at is not None or _apart(matter):
        return ""
    both = handovers.under_way(viewer, [matter.handler_id]).get(matter.handler_id)
    return both.new if both else ""


def _taken_over(matter: Matter) -> datetime | None:
    if matter.closed_at is not None or _apart(matter):
        return None
    last = matter.moves.filter(step="hand_over", person_id=matter.handler_id).order_by("-seq")
    return last.values_list("at", flat=True).first()


def _apart(matter: Matter) -> bool:
    return matter.held or matter.sealed


def _open_to_residents(matter: Matter, name: str) -> bool:
    """Whether the flow lets the resident take a step from here."""
    step = version(matter.rulebook_id).flow(matter.programme, matter.kind).taking(name, matter.state)
    return step is not None and step.resident


def _shown(reply: Reply | None, *, full: bool) -> str:
    """The whole answer for the proof; only its public text for a phone's end."""
    if reply is None:
        return ""
    return reply.text if full else reply.public_text


def _promise(matter: Matter) -> Clock | None:
    """The clock a resident is told about: the running one that is due last; else the last that was met."""
    rows = list(matter.clocks.order_by("started_at", "id"))
    running = [row for row in rows if row.met_at is None and row.ended_at is None]
    if running:
        return max(running, key=lambda row: row.due_at)
    return rows[-1] if rows else None


def _reading(clock: Clock, zone: object, at: datetime) -> Reading:
    return read(
        due_at=clock.due_at,
        started_at=clock.started_at,
        warn_at=clock.warn_at,
        moment=clock.met_at or clock.ended_at or at,
        zone=zone,  # type: ignore[arg-type]  # the county's ZoneInfo
        days=days(),
        met_at=clock.met_at,
        paused=clock.paused_at is not None,
    )


def _stages(matter: Matter, moves: Sequence[Move]) -> Sequence[Stage]:
    """The county's line of the flow with what is reached; a stage that is only for some matters shows when taken.

    Of a matter that was taken up again the line goes on from there: what has to be done anew is to come again.
    """
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    line = _reached(flow.stages, moves)
    again = next((index for index in reversed(range(len(moves))) if moves[index].step == "reopen"), None)
    if again is not None:
        targets = [step.target for step in flow.steps if step.name == "reopen"]
        todo = {step.name for target in targets for step in flow.possible(target)}
        begin = next((index for index, (stage, _) in enumerate(line) if todo & set(stage.steps)), len(line))
        rest = [stage for stage in flow.stages if stage not in [stage for stage, _ in line[:begin]]]
        line = [*line[:begin], (TAKEN_UP, moves[again].at), *_reached(rest, moves[again + 1 :])]
    last = max((index for index, (_, reached) in enumerate(line) if reached), default=-1)
    return [
        Stage(stage.title, reached, index == last and matter.closed_at is None, stage.steps)
        for index, (stage, reached) in enumerate(line)
    ]


def _reached(stages: Sequence[Mark], moves: Sequence[Move]) -> list[tuple[Mark, datetime | None]]:
    """Each stage that shows with when it was reached."""
    taken = {move.step: move.at for move in moves}
    marks = [(stage, next((taken[step] for step in stage.steps if step in taken), None)) for stage in stages]
    return [(stage, reached) for stage, reached in marks if reached or not stage.when_needed]


@dataclass(frozen=True)
class Promise:
    """What a resident may count on: accepting, answering or asking back, within which limit, and by when if it runs."""

    step: str
    limit: Limit
    due: Due | None


PROMISED = ("accept", "answer", "close")


def promises(viewer: Viewer, tracked: Tracked) -> Sequence[Promise]:
    """The clocks of a matter's flow that a resident is told of, in the order of the steps that meet them."""
    book = version(tracked.rulebook_id)
    page = book.matters(tracked.programme)
    rows = {row.name: row for row in Clock.objects.filter(matter_id=tracked.id).order_by("started_at")}
    found: list[Promise] = []
    for step in PROMISED:
        name = next((n for n in page.flow_of(tracked.kind).clocks if step in page.clocks[n].met_by), "")
        if name and not any(one.step == name for one in found):
            row = rows.get(name)
            limit = page.clocks[name].limit
            found.append(Promise(step, limit, due(row.started_at, limit, book.county.tz, days()) if row else None))
    return found


def receipt(viewer: Viewer, matter_id: UUID) -> str:
    """The leaf hash of the event that opened the matter, in hex; empty until the log is sealed over it."""
    told = Leaf.objects.filter(event__subject=str(matter_id), event__name=MatterOpened.NAME)
    leaf = told.values_list("hash", flat=True).first()
    return bytes(leaf).hex() if leaf else ""


def grades(viewer: Viewer, tracked: Tracked) -> Sequence[Grade]:
    """The scale on which the reporter may say how satisfied they are."""
    return version(tracked.rulebook_id).matters(tracked.programme).grades
