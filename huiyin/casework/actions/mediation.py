"""Disputes: both sides heard apart, a mediator who is neither's family and has no other part, an agreement."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Model

from huiyin.casework.actions import books
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.intake import Opened, Words, open_matter
from huiyin.casework.actions.steps import advance
from huiyin.casework.events.early import (
    DisputeAgreed,
    DisputeFailed,
    DisputeMet,
    DisputeOpened,
    MediatorNamed,
    SideAsked,
    SideHeard,
    SideRevealed,
)
from huiyin.casework.models import FollowUp, Matter, Mediation, MediationMeeting, Side, SideWord
from huiyin.casework.queries.mediation import family, page_of, reachable
from huiyin.casework.rules import authors
from huiyin.casework.rules import mediation as rules
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.looks import look
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current, version
from huiyin.core.sealed import sealed_columns
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase
from huiyin.register.queries import people, staff
from huiyin.register.queries.days import today

MOST = 5000


@dataclass(frozen=True, kw_only=True)
class Told:
    """A dispute as it is registered: what it is about, said for neither side, and the two sides.

    `a_words` and `b_words` are each side's own version; the second may be heard later.
    """

    sort: str
    place_code: str
    title: str
    about: str
    channel: str = "counter"
    a_name: str = ""
    a_phone: str = ""
    a_words: str = ""
    b_name: str = ""
    b_phone: str = ""
    b_words: str = ""


@dataclass(frozen=True)
class Read:
    """What only the mediator reads: of each side letter, name, words and what it said when asked; notes; agreement."""

    sides: list[tuple[str, str, str, list[str]]]
    notes: list[tuple[date, str]]
    agreement: str


@action
def register(*, by: Viewer, at: datetime, told: Told) -> Opened:
    """Register a dispute: a matter of the mediated kind, reported by the first side, and a mediation on it.

    The words of the sides stand in no matter: `about` is what both would sign. What a side says of an official holds
    the whole of it as any words would, and so does a side that is one (SG-01).
    Raises Refused: not_allowed, and as `faults`.
    """
    by.need("matter.open")
    for wrong in faults(by, at, told):
        raise wrong
    opened = open_matter(by=by, at=at, words=words_of(by, at, told))
    row = Mediation(matter=opened.matter, sort=told.sort, by_id=by.person_id, at=at)
    row.save(force_insert=True)
    for letter, name, phone in (("a", told.a_name, told.a_phone), ("b", told.b_name, told.b_phone)):
        _side(row, letter, name, phone, at)
    record(DisputeOpened(subject=str(opened.matter.id), sort=told.sort), by=by, at=at)
    _hold_if_official(by, at, row)
    for letter, words in (("a", told.a_words), ("b", told.b_words)):
        if words.strip():
            _hear(by, at, row, letter, words)
    return opened


def words_of(by: Viewer, at: datetime, told: Told) -> Words:
    """The matter of a dispute as intake takes it."""
    page, county = page_of(by, at), current(at).rulebook.county
    return Words(
        text=told.about,
        subject=told.title,
        channel=told.channel,
        place_code=told.place_code,
        reporter_name=told.a_name,
        reporter_phone=told.a_phone,
        programme=county.intake.programme,
        kind=page.kind if page else "",
        nature=page.nature if page else "",
        topic=page.topic if page else "",
    )


def faults(by: Viewer, at: datetime, told: Told) -> list[Refused]:
    """All that is wrong with a dispute beside what intake finds, each with its field."""
    page = page_of(by, at)
    if page is None:
        return [Refused("disputes_none")]
    found = [] if told.sort in page.sorts else [Refused("value_unknown", field="sort")]
    book = current(at).rulebook
    if authors.in_public(book.matters(book.county.intake.programme), told.channel):  # it has sides, with names
        found.append(Refused("channel_unknown", field="channel"))
    found += [Refused("place_unknown", field="place_code")] if _empty(told, "place_code") else []
    found += [Refused("side_unnamed", field=name) for name in ("a_name", "b_name") if _empty(told, name)]
    found += [Refused("text_empty", field=name) for name in ("title", "about", "a_words") if _empty(told, name)]
    return found + _numbers(told)


def _empty(told: Told, name: str) -> bool:
    return not getattr(told, name).strip()


def _numbers(told: Told) -> list[Refused]:
    """What is wrong with the sides' numbers: each has to be one, and they are not the same."""
    found, digits = list[Refused](), list[str]()
    for field in ("a_phone", "b_phone"):
        try:
            digits.append(text.phone(getattr(told, field), field=field))
        except Refused as refused:
            found.append(refused)
    if len(digits) != len(set(digits)):
        found.append(Refused("sides_same", field="b_phone"))
    return found


@action
def name_mediator(*, by: Viewer, at: datetime, matter_id: UUID, mediator: UUID) -> Mediation:
    """Say who stands between them: neither's family, with no other part in the matter, and not one of them.

    Raises Missing; Refused: not_allowed, dispute_over, official_unknown, mediator_is_side, mediator_is_kin,
    mediator_has_part, conflict_excluded.
    """
    by.need("matter.assign")
    row = find(by, matter_id)
    if row.state != "open":
        raise Refused("dispute_over")
    if mediator not in staff.persons(by, {mediator}):
        raise Refused("official_unknown", field="mediator")
    _check(by, at, row, mediator)
    row.mediator_id = mediator
    row.save()
    record(MediatorNamed(subject=str(row.matter_id)), by=by, at=at)
    return row


@action
def hear(*, by: Viewer, at: datetime, matter_id: UUID, letter: str, words: str) -> Side:
    """Write down what one side says, in its own words; what it said before is replaced. By the mediator only.

    Raises Missing; Refused: not_mediator, dispute_over, value_unknown, text_empty, text_too_long.
    """
    row = find_own(by, at, matter_id)
    return _hear(by, at, row, letter, words)


@action
def read(*, by: Viewer, at: datetime, matter_id: UUID) -> Read:
    """What both sides said, for the mediator; it leaves a trace. Raises Missing; Refused: not_mediator, mediator_…"""
    row = find_own(by, at, matter_id, going=False)
    look(by=by, at=at, kind="dispute.words", subject=str(row.matter_id))
    record(SideRevealed(subject=str(row.matter_id), what="words"), by=by, at=at)
    sides = []
    for one in row.sides.prefetch_related("said", "written"):
        asked = [_opened(word, "words") for word in one.said.all()]
        asked += [phrase("template", f"side_{own.kind}", words=_opened(own, "words")) for own in one.written.all()]
        sides.append((one.letter, _opened(one, "name"), _opened(one, "words"), asked))
    notes = [(one.on, _opened(one, "note")) for one in row.meetings.all() if one.note]
    return Read(sides, notes, _opened(row, "agreement"))


@action
def meet(
    *, by: Viewer, at: datetime, matter_id: UUID, on: date, where: str, came: str, note: str = ""
) -> MediationMeeting:
    """Write down a meeting: when, where, which sides came (letters). Raises Missing; Refused: not_mediator,
    dispute_over, meeting_ahead, text_empty, value_unknown."""
    row = find_own(by, at, matter_id)
    if on > today(by, at):
        raise Refused("meeting_ahead", field="on")
    if set(came) - set(rules.LETTERS):
        raise Refused("value_unknown", field="came")
    meeting = MediationMeeting(
        id=uuid7(),
        mediation=row,
        on=on,
        where=text.line(where, most=200, least=1, field="where"),
        came="".join(sorted(set(came))),
        by_id=by.person_id,
        at=at,
    )
    said = text.normalise(note, most=MOST, field="note")
    if said:
        meeting.note = _sealed(f"matter:{row.matter_id}", "casework.mediationmeeting", "note", meeting.id, said)
    meeting.save(force_insert=True)
    record(DisputeMet(subject=str(row.matter_id), came=meeting.came), by=by, at=at)
    return meeting


@action
def agree(*, by: Viewer, at: datetime, matter_id: UUID, agreement: str) -> Mediation:
    """Write down what both sides agreed on; from then on they are asked on the programme's days whether it holds.

    Raises Missing; Refused: not_mediator, dispute_over, both_not_heard, both_not_met, text_empty.
    """
    row = find_own(by, at, matter_id)
    heard = [one.letter for one in row.sides.all() if one.words]
    came = list(row.meetings.values_list("came", flat=True))
    for wrong in rules.agreement_faults(heard=heard, came=came, text=agreement):
        raise wrong
    said = text.normalise(agreement, most=MOST, least=1, field="agreement")
    row.agreement = _sealed(f"matter:{row.matter_id}", "casework.mediation", "agreement", row.id, said)
    row.state, row.ended_at = "agreed", at
    row.save()
    page, day = page_of(by, row.at), today(by, at)
    for days in page.follow_up if page else ():
        FollowUp(mediation=row, due_on=day + timedelta(days=days)).save(force_insert=True)
    record(DisputeAgreed(subject=str(row.matter_id)), by=by, at=at)
    return row


@action
def fail(*, by: Viewer, at: datetime, matter_id: UUID) -> Mediation:
    """Say that the sides did not agree: the matter goes on, and other ways stay open to both.

    Raises Missing; Refused: not_mediator, dispute_over.
    """
    row = find_own(by, at, matter_id)
    row.state, row.ended_at = "failed", at
    row.save()
    record(DisputeFailed(subject=str(row.matter_id)), by=by, at=at)
    return row


@action
def ask(*, by: Viewer, at: datetime, follow_up_id: UUID, letter: str, word: str, words: str = "") -> SideWord:
    """Write down what one side says on a day it is asked, by who neither mediates nor has a part in the matter.

    "Broken" opens the mediation again, and the matter where it had ended. Raises Missing; Refused: not_allowed,
    handler_may_not_call, conflict_excluded, already_done, not_due, value_unknown.
    """
    follow_up, row = _asked(by, at, follow_up_id)
    if follow_up.due_on > today(by, at):
        raise Refused("not_due")
    side = row.sides.filter(letter=letter).first()
    if side is None or word not in rules.WORDS:
        raise Refused("value_unknown", field="word")
    if follow_up.ended_at is not None or follow_up.said.filter(side=side).exists():
        raise Refused("already_done")
    told = SideWord(id=uuid7(), follow_up=follow_up, side=side, word=word, by_id=by.person_id, at=at)
    said = text.normalise(words, most=2000, field="words")
    if said:
        told.words = _sealed(f"side:{side.id}", "casework.sideword", "words", told.id, said)
    told.save(force_insert=True)
    record(SideAsked(subject=str(row.matter_id), word=word), by=by, at=at)
    if follow_up.said.count() == len(rules.LETTERS):
        follow_up.ended_at = at
        follow_up.save()
    matter = Matter.objects.select_for_update(of=("self",)).get(id=row.matter_id)
    if word == "broken" and row.state == "agreed":
        row.broken += 1
        open_again(by, at, row, matter, note=phrase("template", "agreement_broken"))
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return told


@action
def reveal(*, by: Viewer, at: datetime, follow_up_id: UUID, letter: str) -> str:
    """A side's number, for who asks it; it leaves a trace. Raises as `ask`."""
    _follow_up, row = _asked(by, at, follow_up_id)
    side = row.sides.filter(letter=letter).first()
    if side is None:
        raise Missing
    look(by=by, at=at, kind="dispute.phone", subject=str(row.matter_id))
    record(SideRevealed(subject=str(row.matter_id), what="phone"), by=by, at=at)
    return _opened(side, "phone")


def find(by: Viewer, matter_id: UUID) -> Mediation:
    """The mediation of a matter in sight or in the viewer's hands, locked. Raises Missing."""
    row = reachable(by).select_for_update(of=("self",)).filter(matter_id=matter_id).first()
    if row is None:
        raise Missing
    return row


def find_own(by: Viewer, at: datetime, matter_id: UUID, *, going: bool = True) -> Mediation:
    """The mediation, for its mediator, who may still be one. Raises Missing; Refused: not_mediator, dispute_over."""
    row = find(by, matter_id)
    # Nobody acts for a mediator: the sides have agreed to this one person.
    if row.mediator_id is None or row.mediator_id != by.person_id or by.on_behalf_of is not None:
        raise Refused("not_mediator")
    _check(by, at, row, row.mediator_id)
    if going and row.state != "open":
        raise Refused("dispute_over")
    return row


def _check(by: Viewer, at: datetime, row: Mediation, person: UUID) -> None:
    """Whether somebody may stand between these sides today."""
    matter = row.matter
    known = {one for one in row.sides.values_list("person_id", flat=True) if one}
    rules.may_mediate(
        rules.Between(
            person=person,
            sides=known,
            parts={one for one in (matter.handler_id, matter.supervisor_id, matter.caller_id) if one},
            excluded=books.kept_away(by, matter, at),
            kin=person in family(by, row.matter_id, today(by, at)),
        )
    )


def _asked(by: Viewer, at: datetime, follow_up_id: UUID) -> tuple[FollowUp, Mediation]:
    """A follow-up that waits and its mediation, for who may ask. Raises Missing; Refused."""
    follow_up = FollowUp.objects.select_for_update(of=("self",)).filter(id=follow_up_id).first()
    if follow_up is None:
        raise Missing
    row = reachable(by).select_for_update(of=("self",)).filter(id=follow_up.mediation_id).first()
    if row is None:
        raise Missing
    by.need("matter.call_back")
    parts = four_eyes.hands(row.matter_id, [row.matter.handler_id, row.matter.supervisor_id])
    four_eyes.need_another(by, {row.mediator_id, *parts}, "handler_may_not_call")
    return follow_up, row


def _side(row: Mediation, letter: str, name: str, phone: str, at: datetime) -> None:
    side = Side(id=vault().fresh("side"), mediation=row, letter=letter)
    number, given = text.phone(phone, field=f"{letter}_phone"), text.person(name, field=f"{letter}_name")
    side.name = _sealed(f"side:{side.id}", "casework.side", "name", side.id, given)
    side.phone = _sealed(f"side:{side.id}", "casework.side", "phone", side.id, number)
    side.phone_blind = vault().blind("phone", number)
    side.last_four = vault().blind(f"last_four:{row.matter.code}", number[-4:])
    some = people.by_phone(Viewer.system("mediation"), number, at)
    known = next((one for one in some if one.name == given), some[0] if some else None)
    if known is not None:
        side.person_id, side.household_id = known.person_id, known.household_id
    side.save(force_insert=True)


def _hold_if_official(by: Viewer, at: datetime, row: Mediation) -> None:
    """A dispute with an official of the place is about one, told by the name given or by whose the number is."""
    names = []
    for side in row.sides.all():
        # Of one number in a family each may be the official.
        number = _opened(side, "phone")
        some = people.by_phone(Viewer.system("mediation"), number, at)
        names += [_opened(side, "name"), *(one.name for one in some), *staff.on_duty_with(by, number)]
    for name in dict.fromkeys(names):
        hold_if_about_officials(by=by, at=at, matter=row.matter, said=name)


def _hear(by: Viewer, at: datetime, row: Mediation, letter: str, words: str) -> Side:
    side = row.sides.filter(letter=letter).first()
    if side is None:
        raise Refused("value_unknown", field="letter")
    said = text.normalise(words, most=MOST, least=1, field=f"{letter}_words")
    side.words = _sealed(f"side:{side.id}", "casework.side", "words", side.id, said)
    side.heard_at, side.heard_by_id = at, by.person_id
    side.save()
    record(SideHeard(subject=str(row.matter_id)), by=by, at=at)
    hold_if_about_officials(by=by, at=at, matter=row.matter, said=said)
    return side


def open_again(by: Viewer, at: datetime, row: Mediation, matter: Matter, *, note: str) -> None:
    """The agreement does not hold: the mediation goes on, and the matter with it where it had come to an end."""
    row.state, row.ended_at = "open", None
    row.save()
    for one in row.follow_ups.filter(ended_at__isnull=True):
        one.ended_at = at
        one.save()
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if flow.taking("reopen", matter.state) is not None:
        advance(by=by, at=at, matter=matter, step="reopen", given={"note": note}, resident=True)
    else:
        with looking_as(OPEN):
            books.note_move(by=by, at=at, matter=matter, step="mediate", note=note)


def _sealed(subject: str, table: str, column: str, row: UUID, said: str) -> bytes:
    return vault().seal(subject, table=table, column=column, row=str(row), text=said)


def _opened(row: Model, column: str) -> str:
    """A sealed column of these tables in clear; empty where nothing was given."""
    if not getattr(row, column):
        return ""
    return next(one for one in sealed_columns() if one.model is type(row) and one.column == column).open(row)
