"""What the room does when something was told: tallies (R-179, R-211), new owners (R-094), due dates fixed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import F

from huiyin.casework.actions import digests, extensions, messages, nudges, onair, own_numbers, passing, telling
from huiyin.casework.actions import tallies as counting
from huiyin.casework.events import (
    CallBackTakenBack,
    CallBackTried,
    ClockWarned,
    ExtensionDecided,
    FilesAdded,
    HeldCleared,
    IssueGathered,
    MatterAnswered,
    MatterEscalated,
    MatterMoved,
    MatterOpened,
    MatterOverdue,
    ReasonableJudged,
    ReplyDelivered,
    ReporterErased,
    ResidentJudged,
    ReviewAsked,
    SubjectsNamed,
)
from huiyin.casework.events.asking import StaffNumberFound
from huiyin.casework.events.early import SideHeard, SideObjected
from huiyin.casework.models import Clock, Judgement, Matter
from huiyin.casework.queries import tallying
from huiyin.casework.queries.books import forget_days
from huiyin.casework.rules import closing
from huiyin.channels.events import MessageDelivered, MessageReceived
from huiyin.core import tallies
from huiyin.core.events import Told, on
from huiyin.core.rulebook import DaysLoaded, current, version
from huiyin.core.tallies import Cell
from huiyin.core.viewer import Viewer
from huiyin.register.events import FirstKeyMade, LinksHandedOver, ResetAsked, ResetConfirmed, ResetDeclined

COUNTED = {
    "answer": "answered",
    "call_back": "called_back",
    "close": "closed",
    "reopen": "reopened",
    "decline": "declined",
}
"""Steps that are counted, and under which key. `retain` and `pass` have keys of their own and never count as solved."""

MACHINE = Viewer.system("handover")
POSTMAN = Viewer.system("channels")


@on(MatterAnswered.NAME, soon=True)
def send_answer(told: Told, *, at: datetime) -> None:
    """An answer goes out by the wire the resident asked for or wrote by (R-210)."""
    messages.answer(by=POSTMAN, at=at, matter_id=UUID(told.subject), reply_id=UUID(told.data["reply"]))


@on(MessageReceived.NAME, soon=True)
def take_in(told: Told, *, at: datetime) -> None:
    """What came in becomes a matter, or whatever else it plainly is (R-159, R-160)."""
    messages.take_in(by=POSTMAN, at=at, incoming_id=UUID(told.subject))


@on(MessageDelivered.NAME, soon=True)
def mark_delivered(told: Told, *, at: datetime) -> None:
    """The gateway's report on an answer is its delivery."""
    kind, _, matter_id = str(told.data["about"]).partition(":")
    if told.data["purpose"] == "answer" and kind == "matter":
        messages.arrived(by=POSTMAN, at=told.at, matter_id=UUID(matter_id), reply_id=UUID(told.data["ref"]))


@on(MatterMoved.NAME, ExtensionDecided.NAME, batch=True, soon=True)
def tell_resident(told: Sequence[Told], *, at: datetime) -> None:
    """What happens to their matter goes to the resident by their wire, each thing once (R-209, SG-35)."""
    for one in told:
        matter = UUID(one.subject)
        if one.name == ExtensionDecided.NAME and one.data["approved"]:
            telling.extended(by=POSTMAN, at=at, matter_id=matter, clock_id=UUID(one.data["clock"]), decided_at=one.at)
        elif one.name == MatterMoved.NAME and one.data["step"] in telling.TOLD:
            telling.step_taken(by=POSTMAN, at=at, matter_id=matter, seq=one.data["seq"])


ACCOUNT_TOLD = {
    FirstKeyMade.NAME: "first_key_made",
    ResetAsked.NAME: "reset_asked",
    ResetConfirmed.NAME: "reset_confirmed",
    ResetDeclined.NAME: "reset_declined",
}
STAFF_HEARS = (MatterMoved, ExtensionDecided, ClockWarned, MatterOverdue, MatterEscalated, SideHeard, SideObjected)


@on(*(fact.NAME for fact in STAFF_HEARS), batch=True)
def tell_staff(told: Sequence[Told], *, at: datetime) -> None:
    """Who has a part in a matter finds at their desk what happened to it (R-176, R-188)."""
    nudges.tell(by=Viewer.system("worker"), at=at, told=told)


@on(*ACCOUNT_TOLD, soon=True)
def tell_owner(told: Told, *, at: datetime) -> None:
    """What others did with an account goes to where its owner wants the morning's digest, too."""
    digests.warn(by=POSTMAN, at=told.at, account_id=told.data["account"], kind=ACCOUNT_TOLD[told.name], who=told.by_id)


@on(LinksHandedOver.NAME, soon=True)
def pass_on(told: Told, *, at: datetime) -> None:
    """Open matters go with the households of who handed over."""
    passing.pass_matters(by=MACHINE, at=at, handover_id=UUID(told.data["handover"]))


@on(DaysLoaded.NAME)
def fix_dates(told: Told, *, at: datetime) -> None:
    """A year's working days are known now: what was due provisionally is due for good."""
    forget_days()
    extensions.fix_provisional(by=Viewer.system("calendar"), at=at, year=told.data["year"])


@on(MatterOpened.NAME, MatterMoved.NAME, batch=True)
def tally(told: Sequence[Told], *, at: datetime) -> None:
    """Count by day and village. Held, sealed and imported matters are in no tally (SG-01), nor what staff asked for.

    What was opened is compared with the numbers of those in service first, so that all of it is counted or nothing.
    """
    zone = current(at).rulebook.county.tz
    opened = {UUID(one.subject) for one in told if one.name == MatterOpened.NAME}
    own_numbers.compare(by=Viewer.system("worker"), at=at, ids=opened)
    counting_ones = Matter.objects.filter(id__in={one.subject for one in told}, own_number__isnull=True)
    matters = {m.id: m for m in counting_ones}
    shown = [(one, matters.get(UUID(one.subject))) for one in told]
    open_ones = [(one, m) for one, m in shown if m is not None and not (m.held or m.sealed or m.history)]
    late = _late([m.id for one, m in open_ones if one.data.get("step") == "answer"])
    words = _words([m.id for one, m in open_ones if one.data.get("step") == "close"])
    counts: Counter[Cell] = Counter()
    for one, matter in open_ones:
        day = one.at.astimezone(zone).date()
        for key in _keys(one, matter, late, words):
            counts[_cell(day, matter.place_code, key)] += 1
    tallies.add(counts)


@on(HeldCleared.NAME, batch=True)
def compare_numbers(told: Sequence[Told], *, at: datetime) -> None:
    """What turned out not to be about somebody in office is compared then (others: `tally`)."""
    own_numbers.compare(by=Viewer.system("worker"), at=at, ids={UUID(one.subject) for one in told})


@on(MatterOpened.NAME, batch=True)
def take_on_air(told: Sequence[Told], *, at: datetime) -> None:
    """What came in by a hotline on the radio on the day of an episode is one of its calls (R-161)."""
    onair.take_of_the_day(by=Viewer.system("worker"), at=at, ids={UUID(one.subject) for one in told})


CHANGES = (
    *(MatterOpened, MatterMoved, ReplyDelivered, CallBackTried, ResidentJudged, ReasonableJudged),
    *(CallBackTakenBack, StaffNumberFound),
)
ASIDE = (SubjectsNamed, HeldCleared, ReporterErased, FilesAdded, ReviewAsked)
"""What may hold a matter, or end that, without a step of it."""


@on(*(fact.NAME for fact in (*CHANGES, *ASIDE)), batch=True)
def count(told: Sequence[Told], *, at: datetime) -> None:
    """Whatever changed a matter, what it counts as is made from its rows again."""
    counting.count(by=Viewer.system("worker"), at=at, ids={UUID(one.subject) for one in told})


@on(IssueGathered.NAME, batch=True)
def count_common(told: Sequence[Told], *, at: datetime) -> None:
    """What was put under a common issue, or taken out of it, counts so."""
    machine = Viewer.system("worker")
    counting.count(by=machine, at=at, ids=tallying.gathered(machine, {UUID(one.subject) for one in told}))


def _cell(day: date, place_code: str, key: str) -> Cell:
    return day, place_code[:12], key


def _keys(one: Told, matter: Matter, late: set[tuple[UUID, datetime]], words: dict[UUID, str]) -> Iterable[str]:
    if one.name == MatterOpened.NAME:
        yield "opened"
        yield f"opened.channel.{matter.channel}"
        return
    step = str(one.data.get("step", ""))
    if step in COUNTED:
        yield COUNTED[step]
    if step in ("retain", "pass"):
        yield f"way.{step}"
    if step == "answer" and (matter.id, one.at) not in late:
        yield "answered.in_time"
    if step == "close":
        yield from _closing_keys(matter, words.get(matter.id, ""))


def _closing_keys(matter: Matter, word: str) -> Iterable[str]:
    """Solved only on a way that can solve, and if the resident said so; both bases are kept (SG-33, R-211)."""
    page = version(matter.rulebook_id).matters(matter.programme)
    solved = closing.counts_as_solved(way_counts=page.can_solve(matter.way, matter.handling), word=word)
    yield "word.yes" if solved else f"word.{'none' if word in ('', 'yes') else word}"
    if matter.reasonable:
        yield "reasonable"
        if solved:
            yield "reasonable.yes"


def _late(ids: Sequence[UUID]) -> set[tuple[UUID, datetime]]:
    """Clocks met after their due moment: the matter, and when. An answer is late if it is what met one of them."""
    rows = Clock.objects.filter(matter_id__in=ids, met_at__gte=F("due_at"))
    return {(one, met) for one, met in rows.values_list("matter_id", "met_at") if met is not None}


def _words(ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = Judgement.objects.filter(matter_id__in=ids).order_by("at", "id").values_list("matter_id", "solved")
    return dict(rows)
