"""A complaint is declined or only passed on by two persons of two bodies, neither of whom it is about or near.

Who it is about, and who stands near them, is asked at every call (`find`): to them there is no such matter. The
resident reads the reason with their proof and may object, which takes it up again; of ten one is drawn, by a seed made
when it is decided, and looked at by a third person.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books, holding, retaining
from huiyin.casework.actions.steps import advance, find, standing, tidy
from huiyin.casework.events.dismissing import DismissalDecided, DismissalLapsed, DismissalProposed, DismissalReviewed
from huiyin.casework.models import Dismissal, Matter
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.queries import dismissing as ask
from huiyin.casework.queries.books import actor_of
from huiyin.casework.rules import dismissing as rules
from huiyin.casework.rules import flow
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.drawing import drawn
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import serving

MACHINE = Viewer.system("dismissing")
PROPOSED, TURNED_DOWN, LAPSED = "dismiss_proposed", "dismiss_refused", "dismiss_lapsed"
SLICE = 200
LABEL = "casework.dismissal"


@action
def propose(
    *, by: Viewer, at: datetime, matter_id: UUID, step: str, given: Mapping[str, Any], seen: int | None = None
) -> Dismissal:
    """Propose to end a complaint by a step of its flow; nothing happens to it before another person consents.

    Raises Missing; Refused: step_unknown, step_not_allowed, sealed_not_open, dismissal_proposed_already and what
    `rules.flow.take_step` refuses.
    """
    matter = find(by, matter_id, seen)
    if step not in rules.DISMISSES:
        raise Refused("step_unknown", step=step)
    if not ask.is_complaint(by, matter):
        raise Refused("step_not_allowed", step=step, state=matter.state)
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.classify")
    _has_read(by, matter)
    clean, page = tidy(given), version(matter.rulebook_id).matters(matter.programme)
    flow.take_step(matters=page, standing=standing(by, matter, clean, at), name=step, actor=actor_of(by), given=clean)
    if Dismissal.objects.filter(matter=matter, decided_at__isnull=True, ended_at__isnull=True).exists():
        raise Refused("dismissal_proposed_already")
    row = Dismissal(
        matter=matter, step=step, said={key: _plain(value) for key, value in clean.items()}, proposed_by_id=by.person_id
    )
    row.proposed_at = at
    row.save(force_insert=True)
    books.note_move(by=by, at=at, matter=matter, step=PROPOSED, reason=str(clean.get("reason", "")))
    record(DismissalProposed(subject=str(matter.id), dismissal=str(row.id)), by=by, at=at)
    return row


@action
def decide(
    *, by: Viewer, at: datetime, dismissal_id: UUID, consent: bool, refusal: str = "", own: bytes | None = None
) -> Dismissal:
    """The second person's word; with consent it is ended, the resident is told why, and one in ten is drawn.

    `own` opens a locked matter. Raises Missing; Refused: not_allowed, already_done, dismissal_needs_other,
    dismissal_same_body, needs_refusal, sealed_not_open and what `rules.flow.take_step` refuses.
    """
    row, matter = _found(by, dismissal_id)
    _may(by)
    if row.decided_at is not None or row.ended_at is not None:
        raise Refused("already_done")
    had = _proposers(row)
    bodies = serving.bodies_since(by, [*had, *by.persons], row.proposed_at, at)
    before = Dismissal.objects.filter(matter=matter, consented=True).values_list("decided_by_id", flat=True)
    rules.may_decide(
        persons=by.persons,
        bodies=frozenset[UUID]().union(*(bodies[one] for one in by.persons)),
        had=had,
        theirs=frozenset[UUID]().union(*(bodies[one] for one in had)),
        before=[*before, *four_eyes.acted(DismissalDecided, matter.id, consented=True)],
        parts=four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id, matter.caller_id]),
    )
    _has_read(by, matter)
    why = text.normalise(refusal, most=2000, field="refusal")
    if not consent and not why:
        raise Refused("needs_refusal", field="refusal")
    given = _given(by, matter, row, own) if consent else {}
    row.decided_by_id, row.decided_at, row.consented, row.refusal = by.person_id, at, consent, why
    if consent:
        row.seed = secrets.token_hex(16)
        row.drawn = drawn(row.seed, str(row.id), rules.SHARE)
        line = version(matter.rulebook_id).flow(matter.programme, matter.kind)
        verbs = frozenset(one.by for one in line.steps if one.name == row.step and one.by)
        advance(by=by, at=at, matter=matter, step=row.step, given=given, verbs=verbs, agreed=True)
    else:
        row.ended_at, row.ended_why = at, "refused"
        books.note_move(by=by, at=at, matter=matter, step=TURNED_DOWN, note=why)
    row.save()
    told = DismissalDecided(
        subject=str(matter.id), dismissal=str(row.id), consented=consent, seed=row.seed, drawn=row.drawn
    )
    record(told, by=by, at=at)
    return row


@action
def review(*, by: Viewer, at: datetime, dismissal_id: UUID, upheld: bool, note: str) -> Dismissal:
    """A third person has looked at a drawn one again; what they do not uphold is taken up again.

    Raises Missing; Refused: not_allowed, already_done, dismissal_needs_other, sealed_not_open, needs_note.
    """
    row, matter = _found(by, dismissal_id)
    _may(by)
    if not row.drawn or row.reviewed_at is not None or row.ended_at is not None:
        raise Refused("already_done")
    decided = {row.decided_by_id} | four_eyes.acted(DismissalDecided, matter.id, dismissal=str(row.id))
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    rules.may_review(persons=by.persons, had=[*_proposers(row), *decided, *parts])
    _has_read(by, matter)
    why = text.normalise(note, most=2000, field="note")
    if not why:
        raise Refused("needs_note", field="note")
    row.reviewed_by_id, row.reviewed_at, row.upheld, row.note = by.person_id, at, upheld, why
    if not upheld:
        row.ended_at, row.ended_why = at, "overturned"
    row.save()
    told = DismissalReviewed(subject=str(matter.id), dismissal=str(row.id), upheld=upheld, by_resident=False)
    record(told, by=by, at=at)
    if not upheld and matter.state in ask.ENDED:
        advance(by=MACHINE, at=at, matter=matter, step="reopen", given={"note": why})
    return row


def lapse(*, by: Viewer, at: datetime) -> int:
    """End proposals that nobody decided on in time, and take up again what was drawn and nobody looked at; each an
    action of its own. Returns how many.
    """
    rows = ask.unattended(by, at - timedelta(days=rules.WITHIN.amount))[:SLICE]
    late = [row.id for row in rows if ask.until(by, row).is_over(at)]
    return sum(_lapse(by=by, at=at, dismissal_id=one) for one in late)


@action
def _lapse(*, by: Viewer, at: datetime, dismissal_id: UUID) -> int:
    """The matter first, then its row: as the others lock them. Whoever waited finds it done."""
    matter_id = Dismissal.objects.values_list("matter_id", flat=True).get(id=dismissal_id)
    matter = Matter.objects.select_for_update(of=("self",)).get(id=matter_id)
    row = Dismissal.objects.select_for_update(of=("self",)).get(id=dismissal_id)
    if row.ended_at is not None or row.reviewed_at is not None or (row.decided_at is not None and not row.drawn):
        return 0
    row.ended_at, row.ended_why = at, "lapsed"
    row.save()
    record(DismissalLapsed(subject=str(matter.id), dismissal=str(row.id), drawn=row.drawn), by=by, at=at)
    if row.decided_at is None:
        books.note_move(by=by, at=at, matter=matter, step=LAPSED)
    elif matter.state in ask.ENDED:
        advance(by=by, at=at, matter=matter, step="reopen", given={"note": phrase("template", "taken_up_review")})
    return 1


@looking_as(OPEN)
@action
def objected(*, by: Viewer, at: datetime, matter_id: UUID, words: str) -> Matter:
    """The resident does not accept that it was kept, or ended without being looked into; the door has checked the
    proof. It comes back into the queue. Raises as `retaining.objected`.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    row = ask.standing_one(by, matter) if matter is not None else None
    if matter is None or row is None:
        return retaining.objected(by=by, at=at, matter_id=matter_id, words=words)
    said = text.normalise(words, most=2000, field="words")
    if not said:
        raise Refused("needs_note", field="words")
    row.objection, row.ended_at, row.ended_why = said, at, "objected"
    row.save()
    told = DismissalReviewed(subject=str(matter.id), dismissal=str(row.id), upheld=False, by_resident=True)
    record(told, by=by, at=at)
    matter = advance(by=by, at=at, matter=matter, step="reopen", given={"note": said}, resident=True)
    holding.hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


def _found(by: Viewer, dismissal_id: UUID) -> tuple[Dismissal, Matter]:
    """Both locked, the matter first, as the clock and the resident's door lock them. Raises Missing."""
    matter_id = Dismissal.objects.filter(id=dismissal_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise Missing
    matter = find(by, matter_id)
    return Dismissal.objects.select_for_update(of=("self",)).get(id=dismissal_id), matter


def _proposers(row: Dismissal) -> frozenset[UUID]:
    """Who proposed it, and in whose stead."""
    return frozenset({row.proposed_by_id}) | four_eyes.acted(DismissalProposed, row.matter_id, dismissal=str(row.id))


def _may(by: Viewer) -> None:
    """Who holds complaints, or approves."""
    if not by.may("matter.held"):
        by.need("matter.approve")


def _has_read(by: Viewer, matter: Matter) -> None:
    """Whoever speaks of a locked matter can open it. Raises Refused("sealed_not_open")."""
    own = sealed.holder_of(by, by.person_id) if matter.locked else None
    if matter.locked and not matter.sealed_keys.filter(holder=own).exists():
        raise Refused("sealed_not_open")


def _given(by: Viewer, matter: Matter, row: Dismissal, own: bytes | None) -> dict[str, Any]:
    """What the step was proposed with; of a locked matter out of its box."""
    said = dict(row.said)
    if matter.locked:
        secret = sealed.secret_for(by, matter, own)
        if secret is None:
            raise Refused("sealed_not_open")
        said = dict(sealed.read(matter, secret).words[LABEL, str(row.id)].get("said", {}))
    if said.get("bodies"):
        said["bodies"] = [UUID(one) for one in said["bodies"]]
    return said


def _plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
