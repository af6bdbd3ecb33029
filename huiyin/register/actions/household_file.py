"""The household file: facts put right, sections written, the household's own key, objections and their answers."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.models import Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import links
from huiyin.register.actions.categories import household_to_correct, screened
from huiyin.register.actions.edition import new_edition
from huiyin.register.actions.roster_people import ID_COLUMN
from huiyin.register.events import FactCorrected, FileKeyMade, NoteWritten, ObjectionAnswered, ObjectionMade
from huiyin.register.models import Correction, FileKey, FileNote, Household, Identity, Link, Objection, Phone, Resident
from huiyin.register.models.files import ABOUT, ANSWERS, FACTS, OF_A_PERSON, RELATIONS, SECTIONS
from huiyin.register.models.people import PHONE_SOURCES
from huiyin.register.models.periods import standing
from huiyin.register.queries import household_file as ask
from huiyin.register.queries.days import today
from huiyin.register.queries.people import PHONE_COLUMN
from huiyin.register.rules import cells
from huiyin.register.rules.papers import plausible

SEXES = ("male", "female")
NOTE_MOST, WORDS_MOST, REASON_MOST = 2000, 2000, 200
KEY_LIFE = timedelta(days=30)
ANSWER_DAYS = 15
"""Days in which an objection is answered; shorter than the thirty of GB/T 35273-2020, 8.7."""


@dataclass(frozen=True)
class Right:
    """What is right: which fact, of whom, its value, why; `seen` is the mark of what stood there at the time.

    `source` is who a telephone number is from: desk, or self where the person gave it.
    """

    fact: str
    value: str
    reason: str
    seen: str
    person_id: UUID | None = None
    source: str = "desk"


@action
def wish_another(*, by: Viewer, at: datetime, key: str, official_id: UUID) -> None:
    """The household itself, by its key, wishes another official than this one; nobody asks why (SG-54).

    Asking twice changes nothing. Raises Missing for a wrong key and for who is not there for it today.
    """
    household = ask.household_of_key(by, key, at)
    there = Link.objects.filter(standing(today(by, at)), household=household, official_id=official_id)
    if not there.exists():
        raise Missing
    links.wish(by=Viewer.system("household"), at=at, household_id=household.pk, official_id=official_id)


@action
def correct(*, by: Viewer, at: datetime, household_id: UUID, right: Right) -> UUID:
    """Put a fact right: the record of before is closed, another stands from the same day on. Returns the correction.

    Raises Refused("file_changed") where somebody else was faster: nothing is overwritten.
    """
    day = today(by, at)
    household = household_to_correct(by, household_id, day)
    if right.fact not in FACTS:
        raise Refused("value_unknown", field="fact")
    why = screened(right.reason, most=REASON_MOST, field="reason")
    if not why:
        raise Refused("needs_note", field="reason")
    if ask.mark(by, household, right.fact, right.person_id, day) != right.seen:
        raise Refused("file_changed", field="value")
    row = Correction(household=household, fact=right.fact, by_id=by.person_id, at=at)
    if right.fact in OF_A_PERSON:
        row.person_id = _lives_there(household, right.person_id, day)
    if right.fact == "phone":
        before, after = _put_phone(row.person_id, right.value, right.source, at)
    else:
        before, after = _PUT[right.fact](household, row.person_id, right.value, at)
    if before == after:
        raise Refused("nothing_changed", field="value")
    for column, words in (("before", before), ("after", after), ("reason", why)):
        setattr(row, column, _sealed(row.subject, "correction", column, row.pk, words))
    row.save(force_insert=True)
    fact = FactCorrected(subject=str(household.pk), fact=right.fact, person=str(row.person_id or ""))
    record(fact, by=by, at=at)
    return row.pk


@action
def write(
    *,
    by: Viewer,
    at: datetime,
    household_id: UUID,
    section: str,
    words: str,
    seen: str,
    paper_on: date | None = None,
) -> UUID | None:
    """Write a section of the file anew; what it said before stays, closed. Returns the note, None for an empty one.

    `paper_on` is the day on the paper it is typed in from. Raises Refused, among others day_ahead, paper_too_old.
    """
    day = today(by, at)
    paper_on = plausible(paper_on, day, field="paper_on")
    household = household_to_correct(by, household_id, day)
    if section not in SECTIONS:
        raise Refused("section_unknown", field="section")
    clean = screened(words, most=NOTE_MOST, field="value")
    if ask.mark(by, household, section, None, day) != seen:
        raise Refused("file_changed", field="value")
    former = FileNote.objects.filter(household=household, section=section, replaced_at=None).first()
    if former is None and not clean:
        raise Refused("nothing_changed", field="value")
    if former is not None:
        former.replaced_at = at
        former.save()
    row = None
    if clean:
        row = FileNote(household=household, section=section, by_id=by.person_id, at=at, paper_on=paper_on)
        row.body = _sealed(row.subject, "file_note", "body", row.pk, clean)
        row.save(force_insert=True)
    record(NoteWritten(subject=str(household.pk), section=section), by=by, at=at)
    return row.pk if row is not None else None


@action
def make_key(*, by: Viewer, at: datetime, household_id: UUID) -> str:
    """A key with which the household opens its own file for thirty days, shown once; the one before ends.

    Whoever makes it has it in hand, and it opens more than the desk shows them: highly sensitive categories, and who
    looked at the household and why (SG-01). So an official of the household makes none, and everybody else who does
    has looked. Raises Missing; Refused: not_allowed, key_by_another.
    """
    day = today(by, at)
    household = household_to_correct(by, household_id, day)
    if Link.objects.filter(standing(day), household=household, official__person__in=by.persons).exists():
        raise Refused("key_by_another")
    look(by, kind="household.key", subject=f"household:{household.pk}", at=at)
    for former in FileKey.objects.filter(household=household, ended_at=None):
        former.ended_at = at
        former.save()
    key = "".join(secrets.choice(text.ALPHABET) for _ in range(ask.KEY_LENGTH))
    row = FileKey(
        household=household,
        blind=vault().blind(ask.KEY_COLUMN, key),
        made_at=at,
        made_by_id=by.person_id,
        expires_at=at + KEY_LIFE,
    )
    row.save(force_insert=True)
    until = row.expires_at.strftime("%Y-%m-%dT%H:%MZ")
    record(FileKeyMade(subject=str(household.pk), until=until), by=by, at=at)
    return key


@action
def object_to(
    *,
    by: Viewer,
    at: datetime,
    household_id: UUID,
    about: str,
    words: str,
    key: str = "",
    paper_on: date | None = None,
) -> UUID:
    """The household objects, or wants something put right: at the desk by a clerk, or with its own key.

    An owner who is not linked to it, and a last day, stand from the first moment; the days count from `paper_on`, the
    day on the paper it came on. Raises Refused, among others day_ahead, paper_too_old.
    """
    day = today(by, at)
    paper_on = plausible(paper_on, day, field="paper_on")
    if key:
        household = ask.household_of_key(by, key, at)
        if household.pk != household_id:
            raise Missing
    else:
        household = household_to_correct(by, household_id, day)
    if about not in ABOUT:
        raise Refused("value_unknown", field="about")
    clean = text.normalise(words, most=WORDS_MOST, field="words")
    if not clean:
        raise Refused("needs_objection_words", field="words")
    row = Objection(
        household=household,
        place_code=household.place_code,
        about=about,
        door="proof" if key else "desk",
        made_at=at,
        made_by_id=by.person_id,
        paper_on=paper_on,
        due_on=(paper_on or day) + timedelta(days=ANSWER_DAYS),
        owner_id=ask.owner_for(by, household, at),
    )
    row.words = _sealed(row.subject, "objection", "words", row.pk, clean)
    row.save(force_insert=True)
    fact = ObjectionMade(subject=str(household.pk), objection=str(row.pk), about=about, due=row.due_on.isoformat())
    record(fact, by=by, at=at)
    return row.pk


@action
def answer(*, by: Viewer, at: datetime, objection_id: UUID, outcome: str, words: str) -> None:
    """Answer an objection: its owner, or whoever edits the register there; never an official of the household."""
    row = Objection.objects.select_for_update().filter(pk=objection_id).first()
    if row is None or not ask.may_answer(by, row, at):
        raise Missing
    if row.answered_at is not None:
        raise Refused("objection_answered")
    if outcome not in ANSWERS:
        raise Refused("value_missing", field="outcome")
    clean = text.normalise(words, most=WORDS_MOST, field="answer")
    if not clean:
        raise Refused("needs_answer_words", field="answer")
    row.outcome, row.answered_at, row.answered_by_id = outcome, at, by.person_id
    row.answer = _sealed(row.subject, "objection", "answer", row.pk, clean)
    row.save()
    fact = ObjectionAnswered(subject=str(row.household_id), objection=str(row.pk), outcome=outcome)
    record(fact, by=by, at=at)


def _lives_there(household: Household, person_id: UUID | None, day: date) -> UUID:
    living = Resident.objects.filter(standing(day), household=household)
    if person_id is None or not living.filter(person_id=person_id).exists():
        raise Refused("person_unknown", field="person")
    return person_id


def _put_relation(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    if value not in RELATIONS:
        raise Refused("value_unknown", field="value")
    row = Resident.objects.get(household=household, person_id=_whom(person_id), until=None, replaced_at=None)
    before = row.relation
    if before != value:
        row.replaced_at = at
        row.save()
        fresh = Resident(person_id=row.person_id, household=household, relation=value, since=row.since, recorded_at=at)
        fresh.save(force_insert=True)
    return before, value


def _put_phone(person_id: UUID | None, value: str, source: str, at: datetime) -> tuple[str, str]:
    if source not in PHONE_SOURCES:
        raise Refused("value_unknown", field="source")
    number = text.phone(value, field="value")
    rows = list(Phone.objects.filter(person_id=_whom(person_id), until=None, replaced_at=None).order_by("pk"))
    before = rows[0].opened() if rows else ""
    if before == number:
        return before, number
    since = rows[0].since if rows else today(Viewer.system("register"), at)
    for row in rows[:1]:
        row.replaced_at = at
        row.save()
    blind = vault().blind(PHONE_COLUMN, number)
    fresh = Phone(person_id=_whom(person_id), blind=blind, source=source, since=since, recorded_at=at)
    fresh.number = _sealed(fresh.subject, "phone", "number", fresh.pk, number)
    fresh.save(force_insert=True)
    return before, number


def _put_door(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    before, after = household.opened_door(), text.line(value, most=200, field="value")
    household.door = _sealed(household.subject, "household", "door", household.pk, after) if after else None
    if before != after:
        household.save()
    return before, after


def _put_stated(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    stated = cells.count(value, most=99)
    if not stated:
        raise Refused("value_wrong", field="value")
    before = household.people_stated
    if before != stated:
        household.people_stated = stated
        household.save()
    return "" if before is None else str(before), str(stated)


def _put_name(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    clean = text.person(value, field="value")
    if not clean:
        raise Refused("value_missing", field="value")
    row = Person.objects.get(pk=_whom(person_id))
    before = row.name
    if before != clean:
        row.name = clean
        row.pinyin, row.initials = text.pinyin_keys(clean)
        row.save()
        new_edition()  # what officials are called is kept under it
    return before, clean


def _put_born(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    born = cells.day(value.strip(), today=today(Viewer.system("register"), at), field="value").year
    row, fresh = _identity(person_id)
    before = row.birth_year
    number = _number(row)
    if number and number[6:10] != str(born):
        raise Refused("not_as_id", field="value")
    if before != born:
        row.birth_year = born
        row.save(force_insert=fresh)
    return "" if before is None else str(before), str(born)


def _put_sex(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    if value not in SEXES:
        raise Refused("value_unknown", field="value")
    row, fresh = _identity(person_id)
    before, number = row.sex, _number(row)
    if number and value != _sex_of(number):
        raise Refused("not_as_id", field="value")
    if before != value:
        row.sex = value
        row.save(force_insert=fresh)
    return before, value


def _put_id(household: Household, person_id: UUID | None, value: str, at: datetime) -> tuple[str, str]:
    """The ID number; birth and sex are what it says of them. Empty takes a wrong one away."""
    number = text.id_number(value, field="value") if value.strip() else ""
    row, fresh = _identity(person_id)
    before = _number(row)
    if before == number:
        return before, number
    if not number:
        row.blind = row.number = None
        row.save()
        return before, number
    born = cells.day(number[6:14], today=today(Viewer.system("register"), at), field="value")
    row.blind = vault().blind(ID_COLUMN, number)
    if Identity.objects.filter(blind=row.blind).exclude(pk=row.pk).exists():
        raise Refused("id_taken", field="value")
    row.number = _sealed(row.subject, "identity", "number", row.pk, number)
    row.birth_year, row.sex = born.year, _sex_of(number)
    row.save(force_insert=fresh)
    return before, number


def _identity(person_id: UUID | None) -> tuple[Identity, bool]:
    """What tells a person from others, and whether it is new."""
    row = Identity.objects.filter(person_id=_whom(person_id)).first()
    return (Identity(person_id=_whom(person_id)), True) if row is None else (row, False)


def _number(row: Identity) -> str:
    if row.number is None:
        return ""
    return vault().open(row.subject, table="identity", column="number", row=str(row.pk), sealed=bytes(row.number))


def _sex_of(number: str) -> str:
    return "male" if int(number[16]) % 2 else "female"


def _sealed(subject: str, table: str, column: str, row: UUID, words: str) -> bytes:
    return vault().seal(subject, table=table, column=column, row=str(row), text=words)


def _whom(person_id: UUID | None) -> UUID:
    if person_id is None:
        raise Refused("person_unknown", field="person")
    return person_id


_PUT: dict[str, Callable[[Household, UUID | None, str, datetime], tuple[str, str]]] = {
    "relation": _put_relation,
    "door": _put_door,
    "people_stated": _put_stated,
    "name": _put_name,
    "born": _put_born,
    "sex": _put_sex,
    "id_number": _put_id,
}
