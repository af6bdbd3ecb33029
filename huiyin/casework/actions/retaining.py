"""Keeping a matter without action: one proposes, another consents, somebody looks again on a day (R-183, SG-35)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books, holding
from huiyin.casework.actions.steps import advance, find, standing, tidy, write_reply
from huiyin.casework.events import RetentionDecided, RetentionDue, RetentionEnded, RetentionProposed
from huiyin.casework.models import Matter, Retention
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.queries.books import actor_of
from huiyin.casework.queries.dismissing import is_complaint
from huiyin.casework.rules import flow, retaining
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import Flow
from huiyin.programme.words import phrase
from huiyin.register.queries import serving

STEP = "retain"
PROPOSED, TURNED_DOWN, LONGER = "retain_proposed", "retain_refused", "retain_longer"
SLICE = 200


@action
def propose(
    *, by: Viewer, at: datetime, matter_id: UUID, given: Mapping[str, Any], seen: int | None = None
) -> Retention:
    """Propose to keep a matter, or one that is kept longer. Nothing happens to it before another person consents.

    `given`: reason and reply (both for the resident), public_text, review_date, topic, nature, note.
    Raises Missing; Refused: needs_reason, needs_reply, review_past, review_too_late, retain_proposed_already and what
    `rules.flow.take_step` refuses.
    """
    matter = find(by, matter_id, seen)
    book = version(matter.rulebook_id)
    rule = book.flow(matter.programme, matter.kind)
    clean = {"way": _way(matter), **tidy(given)}
    _may_propose(by, at, matter, rule, clean)
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.assign")
    if matter.retentions.filter(decided_at__isnull=True, ended_at__isnull=True).exists():
        raise Refused("retain_proposed_already")
    on = retaining.review_day(rule.retaining, clean.get("review_date"), at=at, zone=book.county.tz, days=books.days())
    row = Retention(
        matter=matter,
        reason=clean["reason"],
        reply=clean["reply"],
        public_text=clean.get("public_text", ""),
        way=clean["way"],
        review_on=on,
        lapses_at=retaining.lapses(rule.retaining, on, zone=book.county.tz, days=books.days()),
        proposed_by_id=by.person_id,
        body_id=min(by.body_ids, default=None),
        proposed_at=at,
    )
    row.save(force_insert=True)
    for dimension in ("topic", "nature"):
        if clean.get(dimension):
            setattr(matter, dimension, clean[dimension])
    books.note_move(by=by, at=at, matter=matter, step=PROPOSED, reason=row.reason, data={"review_date": on.isoformat()})
    record(RetentionProposed(subject=str(matter.id), retention=str(row.id), review_on=on.isoformat()), by=by, at=at)
    return row


@action
def decide(
    *, by: Viewer, at: datetime, retention_id: UUID, consent: bool, refusal: str = "", own: bytes | None = None
) -> Retention:
    """The second person's word. With consent the matter is kept and the resident is told why and until when.

    `own` opens a locked matter. Raises Missing; Refused: not_allowed, already_done, retain_needs_other,
    retain_same_body (a complaint), sealed_not_open, needs_refusal and what `rules.flow.take_step` refuses.
    """
    matter_id = Retention.objects.filter(id=retention_id).values_list("matter_id", flat=True).first()
    if matter_id is None:
        raise Missing
    matter = find(by, matter_id)
    row = Retention.objects.select_for_update(of=("self",)).get(id=retention_id)
    step = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    verb = next((one.by for one in step.steps if one.name == STEP and one.by), "matter.approve")
    if not by.may("matter.approve"):
        by.need(verb)
    if row.decided_at is not None or row.ended_at is not None:
        raise Refused("already_done")
    _may_consent(by, at, matter, row)
    said = _said(by, matter, row, own) if consent else {}
    why = text.normalise(refusal, most=2000, field="refusal")
    if not consent and not why:
        raise Refused("needs_refusal", field="refusal")
    row.decided_by_id, row.decided_at, row.consented, row.refusal = by.person_id, at, consent, why
    if not consent:
        row.ended_at, row.ended_why = at, "refused"
        books.note_move(by=by, at=at, matter=matter, step=TURNED_DOWN, note=why)
    row.save()
    record(RetentionDecided(subject=str(matter.id), retention=str(row.id), consented=consent), by=by, at=at)
    if consent:
        _keep(by, at, matter, row, said)
    return row


@looking_as(OPEN)
@action
def objected(*, by: Viewer, at: datetime, matter_id: UUID, words: str) -> Matter:
    """The resident does not accept that it is kept; the door has checked the proof. It comes back into the queue.

    Raises Missing; Refused: step_not_allowed, needs_note, text_too_long.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    row = _current(matter)
    if matter.state != "retained" or row is None:
        raise Refused("step_not_allowed", step="reopen", state=matter.state)
    said = text.normalise(words, most=2000, field="words")
    if not said:
        raise Refused("needs_note", field="words")
    row.objection, row.objected_at, row.ended_at, row.ended_why = said, at, at, "objected"
    row.save()
    record(RetentionEnded(subject=str(matter.id), retention=str(row.id), why="objected"), by=by, at=at)
    matter = advance(by=by, at=at, matter=matter, step="reopen", given={"note": said}, resident=True)
    holding.hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return matter


@action
def remind(*, by: Viewer, at: datetime) -> int:
    """Put matters whose day has come on the list of those who look again; each once. Returns how many."""
    rows = list(
        Retention.objects.filter(
            consented=True, ended_at__isnull=True, told_at__isnull=True, review_on__lte=_tomorrow(at)
        )
        .select_related("matter")
        .select_for_update(of=("self",))
        .order_by("review_on", "id")[:SLICE]
    )
    told = 0
    for row in rows:
        if retaining.due_for_review(row.review_on, at, version(row.matter.rulebook_id).county.tz):
            row.told_at = at
            row.save()
            record(RetentionDue(subject=str(row.matter_id), retention=str(row.id)), by=by, at=at)
            told += 1
    return told


def lapse(*, by: Viewer, at: datetime) -> int:
    """Take up again what nobody looked at in time; each an action of its own. Returns how many."""
    waiting = Retention.objects.filter(consented=True, ended_at__isnull=True, lapses_at__lte=at).order_by("lapses_at")
    return sum(_lapse(by=by, at=at, retention_id=one) for one in list(waiting.values_list("id", flat=True)[:SLICE]))


@action
def _lapse(*, by: Viewer, at: datetime, retention_id: UUID) -> int:
    """The matter first, then its row: as the others lock them. Whoever waited finds it done."""
    matter_id = Retention.objects.values_list("matter_id", flat=True).get(id=retention_id)
    matter = Matter.objects.select_for_update(of=("self",)).get(id=matter_id)
    row = Retention.objects.select_for_update(of=("self",)).get(id=retention_id)
    if row.ended_at is not None:
        return 0
    row.ended_at, row.ended_why = at, "lapsed"
    row.save()
    record(RetentionEnded(subject=str(matter.id), retention=str(row.id), why="lapsed"), by=by, at=at)
    if matter.state == "retained":
        advance(by=by, at=at, matter=matter, step="reopen", given={"note": phrase("template", "taken_up_review")})
    return 1


def _may_propose(by: Viewer, at: datetime, matter: Matter, rule: Flow, clean: Mapping[str, Any]) -> None:
    """What the step would be refused for, before anybody is troubled with it."""
    page = version(matter.rulebook_id).matters(matter.programme)
    if matter.state != "retained":
        flow.take_step(
            matters=page, standing=standing(by, matter, clean, at), name=STEP, actor=actor_of(by), given=clean
        )
        return
    verb = next((one.by for one in rule.steps if one.name == STEP and one.by), "matter.assign")
    by.need(verb)
    for need in ("reason", "reply"):
        if not clean.get(need):
            raise Refused(f"needs_{need}", field=need)


def _way(matter: Matter) -> str:
    ways = version(matter.rulebook_id).matters(matter.programme).ways
    return next((name for name, way in ways.items() if way.step == STEP), matter.way)


def _may_consent(by: Viewer, at: datetime, matter: Matter, row: Retention) -> None:
    """Another person; of what was ever held as a complaint one of another body, and of a locked one with its key."""
    had = {row.proposed_by_id} | four_eyes.acted(RetentionProposed, matter.id, retention=str(row.id))
    handled = four_eyes.hands(matter.id, [matter.handler_id])
    four_eyes.need_another(by, had | handled, "retain_needs_other")
    if is_complaint(by, matter):
        bodies = serving.bodies_since(by, [*had, *by.persons], row.proposed_at, at)
        mine, theirs = (frozenset[UUID]().union(*(bodies[one] for one in some)) for some in (by.persons, had))
        retaining.of_another_body(bodies=mine, theirs=theirs)


def _said(by: Viewer, matter: Matter, row: Retention, own: bytes | None) -> dict[str, str]:
    """The words it was proposed with; of a locked matter out of its box. Raises Refused("sealed_not_open")."""
    words = {name: getattr(row, name) for name in ("reason", "reply", "public_text")}
    if matter.locked:
        secret = sealed.secret_for(by, matter, own)
        if secret is None:
            raise Refused("sealed_not_open")
        laid = sealed.read(matter, secret)
        words |= laid.words["casework.retention", str(row.id)]
        told = laid.words["casework.matter", str(matter.id)]
        words |= {name: told[name] for name in ("topic", "nature") if told.get(name)}
    return words


def _keep(by: Viewer, at: datetime, matter: Matter, row: Retention, said: Mapping[str, str]) -> None:
    given: dict[str, Any] = {**said, "review_date": row.review_on}
    if matter.state != "retained":
        verbs = frozenset({"matter.assign", *_verbs(matter)})
        advance(by=by, at=at, matter=matter, step=STEP, given={**given, "way": row.way}, verbs=verbs)
        return
    for old in matter.retentions.filter(consented=True, ended_at__isnull=True).exclude(id=row.id):
        old.ended_at, old.ended_why = at, "longer"
        old.save()
        record(RetentionEnded(subject=str(matter.id), retention=str(old.id), why="longer"), by=by, at=at)
    books.note_move(
        by=by, at=at, matter=matter, step=LONGER, reason=said["reason"], data={"review_date": row.review_on.isoformat()}
    )
    write_reply(matter, given, by, at)


def _verbs(matter: Matter) -> list[str]:
    rule = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    return [one.by for one in rule.steps if one.name == STEP and one.by]


def _current(matter: Matter) -> Retention | None:
    return matter.retentions.filter(consented=True, ended_at__isnull=True).order_by("-proposed_at").first()


def _tomorrow(at: datetime) -> date:
    """No county is further on than this; which day it is there is asked for each row."""
    return (at + timedelta(days=1)).date()
