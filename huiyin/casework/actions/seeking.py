"""Going to people: offered, wanted or not, somebody named for a day, and what came of it."""

from datetime import date, datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.aside import opened
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.steps import find
from huiyin.casework.events.early import SeekingAnswered, SeekingRevealed, SeekingVisited
from huiyin.casework.models import Matter, Seeking
from huiyin.casework.queries import callers
from huiyin.casework.queries.seeking import mine, offered_lately
from huiyin.casework.rules import seeking as rules
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff
from huiyin.register.queries.days import today


@action
def answer(
    *, by: Viewer, at: datetime, matter_id: UUID, answer: str, person: UUID | None = None, on: date | None = None
) -> Seeking:
    """Write down what the resident said when a visit was offered: a yes names who goes and when, a no names nobody.

    Raises Missing; Refused: not_allowed, seeking_not_offered, already_done, needs_visit_answer, official_unknown,
    not_a_date, promise_past, promise_far, conflict_excluded, visit_confidential.
    """
    matter = find(by, matter_id)
    if matter.held or matter.sealed:
        raise Missing
    if not by.may("matter.call_back"):
        by.need("matter.open")
    if offered_lately(by, matter_id, at):
        raise Refused("already_done")
    late = matter.due_at is not None and matter.due_at < at
    closed = matter.closed_at is not None
    why = rules.standing(state=matter.state, closed=closed, reopened=matter.reopened, late=late)
    if not why:
        raise Refused("seeking_not_offered")
    named = person is not None and person in staff.persons(by, {person})
    for wrong in rules.faults(answer=answer, named=named, on=on, today=today(by, at)):
        raise wrong
    yes = answer == "accepted"
    if yes and person in books.excluded(by, matter, at):
        raise Refused("conflict_excluded", field="person")
    if yes and person is not None and _confidential(matter) and _handles(by, matter, person, at):
        raise Refused("visit_confidential", field="person")
    row = Seeking(
        matter=matter,
        why=why,
        answer=answer,
        person_id=person if yes else None,
        on=on if yes else None,
        by_id=by.person_id,
        at=at,
        ended_at=None if yes else at,
    )
    row.save(force_insert=True)
    record(SeekingAnswered(subject=str(matter.id), answer=answer), by=by, at=at)
    return row


@action
def visited(*, by: Viewer, at: datetime, seeking_id: UUID, outcome: str, result: str) -> Seeking:
    """Say what came of a visit: who went. What was said there is read like any word about the matter (SG-01).

    Raises Missing; Refused: already_done, outcome_unknown, text_empty, text_too_long.
    """
    row = _mine(by, seeking_id)
    if row.ended_at is not None:
        raise Refused("already_done")
    if outcome not in rules.OUTCOMES:
        raise Refused("outcome_unknown", field="outcome")
    row.result = text.normalise(result, most=2000, least=1, field="result")
    row.outcome, row.ended_at = outcome, at
    row.save()
    record(SeekingVisited(subject=str(row.matter_id), outcome=outcome), by=by, at=at)
    hold_if_about_officials(by=by, at=at, matter=row.matter, said=row.result)
    return row


@action
def reveal(*, by: Viewer, at: datetime, seeking_id: UUID) -> tuple[str, str]:
    """Name and number of whom one goes to, for who is named to go; it leaves a trace. Raises Missing, also for who has
    to do with handling a matter by now whose resident asked for confidence.
    """
    row = _mine(by, seeking_id)
    if row.ended_at is not None or (_confidential(row.matter) and not callers.stands_apart(by, row.matter)):
        raise Missing
    party = row.matter.parties.filter(role="reporter").first()
    look(by=by, at=at, kind="seeking.reporter", subject=str(row.matter_id))
    record(SeekingRevealed(subject=str(row.matter_id)), by=by, at=at)
    if party is None:
        return "", ""
    name = opened(party, "name") if party.disclosure == "named" else ""
    return name, opened(party, "phone")


def _confidential(matter: Matter) -> bool:
    return matter.parties.filter(role="reporter", disclosure="confidential").exists()


def _handles(by: Viewer, matter: Matter, person: UUID, at: datetime) -> bool:
    """Whether somebody handles or supervises a matter, or is of the unit that has it: a visit would tell them who asked
    for confidence, by nothing but a clerk's word that it was wanted (SG-23)."""
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    return person in parts or matter.owner_body_id in staff.bodies_of(by, {person}, at)[person]


def _mine(by: Viewer, seeking_id: UUID) -> Seeking:
    """A visit the viewer is named for, locked; none of a matter that is held, sealed or about them by now."""
    row = mine(by).select_for_update(of=("self",)).filter(id=seeking_id).first()
    if row is None:
        raise Missing
    return row
