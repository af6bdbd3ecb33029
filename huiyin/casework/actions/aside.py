"""Held and sealed matters: who it is about is named by people, and whoever it is about never sees it (SG-01)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.steps import advance, find
from huiyin.casework.events import HeldCleared, IdentityRevealed, PersonRecused, SubjectsNamed
from huiyin.casework.models import Conflict, Matter, Party, Promise, Recheck
from huiyin.casework.queries import callers
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.queries.books import PAUSE_OVER
from huiyin.casework.queries.track import HEARD
from huiyin.core import four_eyes, search, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import conflict, staff

MACHINE = Viewer.system("naming")
CLASSED = ("nature", "heading", "topic")
"""Why a matter is held that somebody classed so; else words said why."""
PHONES = ("phone", "second")
"""Numbers of a reporter: the one they gave, and the newest other one."""


@action
def name_subjects(
    *, by: Viewer, at: datetime, matter_id: UUID, persons: Collection[UUID], seen: int | None = None
) -> Matter:
    """Say whom a matter is about. It is sealed from then on: in no ordinary list, count or search.

    Whoever had an ordinary matter held by a class of their own, or by words they wrote down for a caller, does not say
    it: alone nobody takes a matter out of figures and out of its owner's hands. Until another does, it stays held.
    Raises Missing; Refused: not_allowed, needs_subject, official_unknown, subject_is_reader, subject_own_class,
    sealed_not_open.
    """
    matter = find(by, matter_id, seen)
    by.need("matter.held")
    _has_read(by, matter)
    if not matter.sealed and by.persons & _had_it_held(matter):
        raise Refused("subject_own_class", field="persons")
    if not persons:
        raise Refused("needs_subject", field="persons")
    if by.persons & set(persons):
        raise Refused("subject_is_reader", field="persons")
    known = staff.persons(by, persons)
    if set(known) != set(persons):
        raise Refused("official_unknown", field="persons")
    for row in matter.conflicts.filter(kind="suspected").exclude(person_id__in=persons):
        row.delete()
    for person in persons:
        row, _ = _conflict(matter, person)
        row.kind, row.named_by_id, row.at = "subject", by.person_id, at
        row.save()
    matter.held, matter.sealed = False, True
    page = version(matter.rulebook_id).matters(matter.programme)
    named = page.natures.get(matter.nature)
    if named is None or not named.held:
        matter.nature = page.held_nature(matter.kind)
    matter.version += 1
    _drop_parts(by, matter, persons, at)
    matter.save()
    search.forget("matter", matter.id)
    _back_from_the_leader(matter, at)
    record(SubjectsNamed(subject=str(matter.id), count=len(persons)), by=by, at=at)
    return matter


def _had_it_held(matter: Matter) -> frozenset[UUID | None]:
    """Those by whose doing after intake a matter is held: who classed it so, or wrote down what a caller said; and in
    whose stead. Where words came by its proof, also who took it down and had that proof in hand."""
    why = matter.held_why
    name, value = (why, getattr(matter, why)) if why in CLASSED else (HEARD, "1")
    rows = list(matter.moves.values_list("step", "by_id", "on_behalf_of_id", "data"))
    said = why not in CLASSED and any(
        step == "more_given" and one is None and PAUSE_OVER not in data for step, one, _, data in rows
    )
    did = [(one, other) for step, one, other, data in rows if (said if step == "open" else data.get(name) == value)]
    return frozenset(who for pair in did for who in pair)


@action
def clear(*, by: Viewer, at: datetime, matter_id: UUID, note: str, seen: int | None = None) -> Matter:
    """Find that a held matter is about nobody in office, and goes the ordinary way; or that what was added to a sealed
    one is about nobody else, and it goes on as before.

    Raises Missing; Refused: not_allowed, already_done, needs_note, sealed_not_open.
    """
    matter = find(by, matter_id, seen)
    by.need("matter.held")
    if not matter.held:
        raise Refused("already_done")
    _has_read(by, matter)
    if not text.normalise(note, most=2000, field="note"):
        raise Refused("needs_note", field="note")
    for row in matter.conflicts.filter(kind="suspected"):
        row.delete()
    matter.held, matter.version = False, matter.version + 1
    # What was said in the compartment goes on there, and whom it is about stays named: nobody takes it out again.
    matter.sealed = matter.locked or matter.conflicts.filter(kind="subject").exists()
    matter.save()
    if not matter.sealed:
        search.index("matter", matter.id, matter.title, matter.text, current=matter.closed_at is None)
    record(HeldCleared(subject=str(matter.id)), by=by, at=at)
    return matter


@action
def recuse(*, by: Viewer, at: datetime, matter_id: UUID, person: UUID, seen: int | None = None) -> Matter:
    """Keep somebody who stands too near out of a matter, and take their part from them."""
    matter = find(by, matter_id, seen, back=person in by.persons)
    if person not in by.persons:
        by.need("matter.assign")
    row, _ = _conflict(matter, person)
    row.kind, row.named_by_id, row.at = "recused", by.person_id, at
    row.save()
    with looking_as(OPEN):  # of a sealed one whoever steps back may read nothing from now on
        _drop_parts(by, matter, [person], at, only=True)
        matter.version += 1
        matter.save()
    record(PersonRecused(subject=str(matter.id)), by=by, at=at)
    return matter


@action
def hand_back(*, by: Viewer, at: datetime, matter_id: UUID) -> Matter:
    """Hand back what one handles because of one's family (R-221): as the flow has it, or by stepping back where it has
    no such step now. Raises Missing.
    """
    matter = Matter.objects.select_for_update(of=("self",)).filter(id=matter_id).to_hand_back(by).first()
    if matter is None or matter.handler_id is None:
        raise Missing
    given = {"note": phrase("template", "family_hands_back")}
    try:
        with looking_as(OPEN):  # of a sealed one they may read nothing from now on
            return advance(by=by, at=at, matter=matter, step="transfer", given=given)
    except Refused:
        return recuse(by=by, at=at, matter_id=matter_id, person=matter.handler_id)


@action
def reveal(*, by: Viewer, at: datetime, matter_id: UUID, what: str, reason: str) -> str:
    """Open a reporter's name or phone, with a reason. Looking is an action and leaves a trace.

    Confidential reporters are opened to those only who ring people or hold complaints, and stand apart. A caller opens
    the number of a matter that waits for a call, which is what ringing needs. Raises Missing; Refused: not_allowed,
    value_unknown, needs_reason.
    """
    matter = find(by, matter_id)
    rung = what in PHONES and rings(by, matter)
    if not rung:
        by.need("matter.reveal")
    if what not in ("name", *PHONES):
        raise Refused("value_unknown", field="what")
    why = text.normalise(reason, most=200, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    party = matter.parties.filter(role="second" if what == "second" else "reporter").order_by("-id").first()
    if party is None or not (callers.may_open(by, matter, party.disclosure) or rung):
        raise Missing
    found = opened(party, "phone" if what in PHONES else what)
    look(by=by, at=at, kind="matter.phone" if what in PHONES else f"matter.{what}", subject=str(matter.id), reason=why)
    record(IdentityRevealed(subject=str(matter.id), what=what), by=by, at=at)
    return found


@action
def reveal_to_ask(*, by: Viewer, at: datetime, promise_id: UUID, reason: str) -> str:
    """Open the number of whom a promise was made to, for the caller who asks about it; it leaves a trace.

    Raises Missing; Refused: handler_may_not_call.
    """
    row = Promise.objects.filter(id=promise_id, state="due").first()
    if row is None:
        raise Missing
    return _to_ring(by, at, row.matter_id, {row.person_id, row.by_id}, reason)


@action
def reveal_to_check(*, by: Viewer, at: datetime, recheck_id: UUID, reason: str) -> str:
    """Open the number of a call that is to be made once more, for who makes it; it leaves a trace.

    Raises Missing; Refused: handler_may_not_call.
    """
    row = Recheck.objects.filter(id=recheck_id, state="waiting").select_related("matter").first()
    if row is None:
        raise Missing
    return _to_ring(by, at, row.matter_id, {row.caller_id, row.matter.first_asked_id}, reason)


def _to_ring(by: Viewer, at: datetime, matter_id: UUID, besides: set[UUID | None], reason: str) -> str:
    """The reporter's number, for a caller who had no hand in the matter and is none of `besides`."""
    matter = find(by, matter_id)
    by.need("matter.call_back")
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    four_eyes.need_another(by, {*parts, *besides}, "handler_may_not_call")
    party = matter.parties.filter(role="reporter").first()
    found = opened(party, "phone") if party is not None else ""
    look(by=by, at=at, kind="matter.phone", subject=str(matter.id), reason=reason)
    record(IdentityRevealed(subject=str(matter.id), what="phone"), by=by, at=at)
    return found


def rings(by: Viewer, matter: Matter) -> bool:
    """Whether it is for this person to call the resident back: by verb, and not in their own hands."""
    mine = bool(by.persons & {matter.handler_id, matter.supervisor_id})
    answered = by.may("matter.call_back") and matter.state == "answered" and not mine
    return answered and not matter.turns.filter(waits=True).exists()


def opened(party: Party, what: str) -> str:
    """A sealed column of a party in clear; empty where nothing was given."""
    sealed = getattr(party, what)
    if not sealed:
        return ""
    return vault().open(
        f"matter:{party.matter_id}", table="casework.party", column=what, row=str(party.id), sealed=sealed
    )


def _has_read(by: Viewer, matter: Matter) -> None:
    """Whoever decides on a locked matter can open it. Raises Refused("sealed_not_open")."""
    own = sealed.holder_of(by, by.person_id) if matter.locked else None
    if matter.locked and not matter.sealed_keys.filter(holder=own).exists():
        raise Refused("sealed_not_open")


def _conflict(matter: Matter, person: UUID) -> tuple[Conflict, bool]:
    row = matter.conflicts.filter(person_id=person).first()
    return (row, False) if row else (Conflict(matter=matter, person_id=person), True)


def _back_from_the_leader(matter: Matter, at: datetime) -> None:
    """A sealed matter is instructed by no leader (`shares`): it comes back at once, to be handed over."""
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if flow.taking("come_back", matter.state) is not None:
        advance(by=MACHINE, at=at, matter=matter, step="come_back", given={})


def _drop_parts(by: Viewer, matter: Matter, persons: Collection[UUID], at: datetime, *, only: bool = False) -> None:
    """Take the matter from everybody who may not have it: the named and, for subjects, theirs."""
    gone = frozenset(persons) if only else conflict.exclusion(by, persons, at=at, day=matter.local_day)
    for key in matter.sealed_keys.filter(holder__person_id__in=gone):  # also whoever was custodian until now
        key.delete()
    for part in ("handler_id", "supervisor_id", "caller_id", "first_asked_id"):
        if getattr(matter, part) in gone:
            setattr(matter, part, None)
    if matter.handler_id is None:
        matter.owner_body_id = None
