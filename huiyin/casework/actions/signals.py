"""Early signals: marked by problem and place, looked after, and what became of them."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events.early import SignalEnded, SignalMarked
from huiyin.casework.models import Issue, Signal
from huiyin.casework.queries.matters import ordinary
from huiyin.casework.rules import impersonal
from huiyin.casework.rules.promises import on_time
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today
from huiyin.register.queries.finding import living_there

OUTCOMES = ("eased", "matter", "issue", "nothing")
MOST = 2000
"""Characters of each text."""


@action
def mark(
    *, by: Viewer, at: datetime, place_code: str, topic: str, said: str, plan: str, owner: UUID, due_on: date
) -> Signal:
    """Mark a problem that begins at a place, with who looks after it and what they do by when.

    Raises Refused: not_allowed, place_unknown, topic_unknown, text_empty, text_too_long, official_unknown,
    promise_past, promise_far, speaks_of_person, speaks_of_number, speaks_of_official, speaks_of_resident.
    """
    _may(by)
    for wrong in faults(by, at, place_code=place_code, topic=topic, said=said, plan=plan, owner=owner, due_on=due_on):
        raise wrong
    row = Signal(
        place_code=place_code,
        topic=topic,
        text=text.normalise(said, most=MOST, field="said"),
        plan=text.normalise(plan, most=MOST, field="plan"),
        owner_id=owner,
        due_on=due_on,
        by_id=by.person_id,
        at=at,
    )
    row.save(force_insert=True)
    record(SignalMarked(subject=str(row.id), place=place_code[:12], topic=topic), by=by, at=at)
    return row


@action
def end(
    *, by: Viewer, at: datetime, signal_id: UUID, outcome: str, result: str, code: str = "", issue: UUID | None = None
) -> Signal:
    """Say what became of a signal: who looks after it, who marked it or who assigns there.

    `code` is that of the ordinary matter it became, `issue` the common issue. Raises Missing; Refused: not_allowed,
    already_done, outcome_unknown, signal_matter, signal_issue, and as `mark` for the text.
    """
    row = Signal.objects.visible_to(by).select_for_update(of=("self",)).filter(id=signal_id).first()
    if row is None:
        raise Missing
    if not by.persons & {row.owner_id, row.by_id}:
        by.need("matter.assign")
    if row.ended_at is not None:
        raise Refused("already_done")
    for wrong in end_faults(by, at, row, outcome=outcome, result=result, code=code, issue=issue):
        raise wrong
    row.result = text.normalise(result, most=MOST, field="result")
    row.matter_id = ordinary(by, code) if outcome == "matter" else None
    row.issue_id = issue if outcome == "issue" else None
    row.outcome, row.ended_at, row.ended_by_id = outcome, at, by.person_id
    row.save()
    record(SignalEnded(subject=str(row.id), outcome=outcome), by=by, at=at)
    return row


def faults(
    by: Viewer,
    at: datetime,
    *,
    place_code: str,
    topic: str,
    said: str,
    plan: str,
    owner: UUID | None,
    due_on: date | None,
) -> Iterator[Refused]:
    """All that is wrong with a signal, each with its field; a day that could not be read is told of by who read it."""
    here = bool(place_code) and places.exists(by, place_code) and by.sees(place_code)
    if not here:
        yield Refused("place_unknown", field="place_code")
    book = current(at).rulebook
    if topic not in book.matters(book.county.intake.programme).topics:
        yield Refused("topic_unknown", field="topic")
    for words, field in ((said, "said"), (plan, "plan")):
        yield from _wrong(by, at, place_code if here else book.county.code, words, field)
    if owner is None or owner not in staff.persons(by, {owner}):
        yield Refused("official_unknown", field="owner")
    if due_on is not None:
        yield from on_time(due_on, today(by, at), field="due_on")


def end_faults(
    by: Viewer, at: datetime, row: Signal, *, outcome: str, result: str, code: str, issue: UUID | None
) -> Iterator[Refused]:
    """All that is wrong with what became of a signal."""
    if outcome not in OUTCOMES:
        yield Refused("outcome_unknown", field="outcome")
    yield from _wrong(by, at, row.place_code, result, "result")
    if outcome == "matter" and ordinary(by, code) is None:
        yield Refused("signal_matter", field="code")
    if outcome == "issue" and (issue is None or not Issue.objects.visible_to(by).filter(id=issue).exists()):
        yield Refused("signal_issue", field="issue")


def _may(by: Viewer) -> None:
    if not (by.may("matter.open") or by.may("matter.accept")):
        by.need("matter.assign")


def _wrong(by: Viewer, at: datetime, place_code: str, said: str, field: str) -> Iterator[Refused]:
    """What is wrong with a text of a problem and a place: empty, too long, or it speaks of a person."""
    try:
        kept = text.normalise(said, most=MOST, least=1, field=field)
    except Refused as refused:
        yield refused
        return
    if found := impersonal.fault(kept, books.roll(by, place_code, at), field=field):
        yield found
    elif named := _resident(by, at, place_code, kept):
        yield Refused("speaks_of_resident", field=field, name=named)


def _resident(by: Viewer, at: datetime, place_code: str, said: str) -> str:
    """The full name of somebody registered in the village a text is about, which stands in it; empty for none, and for
    a text about a whole town or county: so many live there that any two characters are somebody's name.
    """
    village = place_code[:12]
    if village.endswith("000"):
        return ""
    names = impersonal.may_name(said, places.path_names(by, village))
    return max(living_there(by, at, village, names), key=lambda one: (len(one), one), default="")
