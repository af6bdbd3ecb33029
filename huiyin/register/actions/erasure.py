"""Erasing a person: asked for by one, decided by another, carried out by the worker, certified when the keys are gone.

Rows that are about the person alone are deleted; rows of duty (who lived where, who was there for the household) stay
without a name. What was sealed becomes unreadable with the key, in every backup too. The log keeps commitments only.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.channels.actions import outbox
from huiyin.core import files, four_eyes, search
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import Kept
from huiyin.core.models import Official, Person, SearchText, StoredFile
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import rosters
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import (
    ErasureAsked,
    ErasureCertified,
    ErasureDecided,
    ErasureDeclined,
    LinkEnded,
    PersonErased,
)
from huiyin.register.models import (
    Abode,
    Announcement,
    Card,
    Correction,
    Departure,
    Enquiry,
    Erased,
    Erasure,
    FileKey,
    FileNote,
    Household,
    Identity,
    ImportRun,
    Kin,
    Link,
    LinkExclusion,
    LinkWish,
    Membership,
    NeedLook,
    Objection,
    Phone,
    PhoneConsent,
    Relief,
    Removal,
    Resident,
)
from huiyin.register.models.erasure import REASONS
from huiyin.register.queries.days import today
from huiyin.register.queries.erasure import Traces
from huiyin.register.queries.people import opened_many
from huiyin.register.rules.erased import COLUMN, told

VERB = "register.erase"
GONE = "erased"
"""The state of a household of which nobody is left."""


@action
def ask_erasure(*, by: Viewer, at: datetime, person_id: UUID, reason: str) -> UUID:
    """Ask that a person be erased; somebody else with the verb decides. Officials' records are kept (R-050)."""
    by.need(VERB)
    if reason not in REASONS:
        raise Refused("value_unknown", field="reason")
    person = Person.objects.filter(pk=person_id).exclude(name="").first()
    place = _place(person_id)
    if person is None or not (by.everything or (place and by.sees(place))):
        raise Missing
    if Official.objects.filter(person=person).exists():
        raise Refused("erase_official")
    if Erasure.objects.filter(person=person, state__in=("asked", "decided")).exists():
        raise Refused("erase_asked")
    row = Erasure(person=person, place_code=place, reason=reason, asked_at=at, asked_by_id=by.person_id)
    row.save(force_insert=True)
    record(ErasureAsked(subject=str(row.pk), person=str(person.pk), reason=reason), by=by, at=at)
    return row.pk


@action
def decline_erasure(*, by: Viewer, at: datetime, erasure_id: UUID) -> None:
    """Decide against it; whoever asked may also take it back so."""
    row = _asked(by, erasure_id)
    row.state, row.decided_at, row.decided_by_id = "declined", at, by.person_id
    row.save()
    record(ErasureDeclined(subject=str(row.pk), person=str(row.person_id)), by=by, at=at)


@action
def decide_erasure(*, by: Viewer, at: datetime, erasure_id: UUID) -> None:
    """Decide for it, as the second person. The worker carries it out: lists of a county take seconds to look through.

    Raises Missing, Refused(erase_same_person).
    """
    row = _asked(by, erasure_id)
    asked = {row.asked_by_id} | four_eyes.acted(ErasureAsked, row.pk)
    if by.person_id is not None:
        four_eyes.need_another(by, asked, "erase_same_person")
    row.state, row.decided_at, row.decided_by_id = "decided", at, by.person_id
    row.save()
    record(ErasureDecided(subject=str(row.pk), person=str(row.person_id)), by=by, at=at)


@action
def erase(*, by: Viewer, at: datetime, erasure_id: UUID, traces: Traces, left: int = 0) -> UUID:
    """Empty the register of a person whose erasure is decided. Call `finish` once this is committed.

    `traces` are lists that hold lines of the person (`queries.erasure.traces`): open ones refuse, applied ones are
    forgotten with it. `left` is how many open matters keep their reporter. Returns the person's id.
    """
    by.need(VERB)
    row = Erasure.objects.select_for_update().filter(pk=erasure_id, state="decided").first()
    if row is None:
        raise Missing
    if traces.open:
        raise Refused("erase_import_open", count=len(traces.open))
    for run_id in traces.applied:
        rosters.forget(by=by, at=at, run_id=run_id)
    _empty(row, by, at, left)
    row.keys = [*row.keys, *(ImportRun(id=run_id).subject for run_id in traces.applied)]
    row.save()
    return row.person_id


@action
def erase_again(*, by: Viewer, at: datetime, person_id: UUID) -> UUID:
    """Erase somebody whose key was destroyed and who came back with an older backup. Returns the erasure's id."""
    by.need(VERB)
    row = Erasure.objects.filter(person_id=person_id).exclude(state="declined").first()
    if row is None:
        row = Erasure(person_id=person_id, place_code=_place(person_id), reason="wish", asked_at=at)
    row.decided_at, row.certified_at = at, None
    _empty(row, by, at, 0)
    return row.pk


def finish(*, by: Viewer, at: datetime, erasure_id: UUID) -> None:
    """Destroy the keys, take files off the disk, then certify. May be repeated; the tick does after a crash."""
    row = Erasure.objects.filter(pk=erasure_id, state="done", certified_at=None).first()
    if row is None:
        return
    for subject in row.keys:
        vault().destroy(subject, at=at)
    for identity in row.files:
        files.discard(UUID(identity))
    certify(by=by, at=at, erasure_id=erasure_id)


@action
def certify(*, by: Viewer, at: datetime, erasure_id: UUID) -> None:
    """Say that it is done. Raises RuntimeError while a key still opens something."""
    row = Erasure.objects.select_for_update().get(pk=erasure_id)
    if alive := [subject for subject in row.keys if vault().exists(subject)]:
        raise RuntimeError(f"{len(alive)} keys of erasure {row.pk} still exist")
    row.certified_at = at
    row.save()
    fact = ErasureCertified(
        subject=str(row.pk),
        person=str(row.person_id),
        keys=len(row.keys),
        rows=int(row.counts.get("rows", 0)),
        files=len(row.files),
    )
    record(fact, by=by, at=at)


def _asked(by: Viewer, erasure_id: UUID) -> Erasure:
    by.need(VERB)
    row = Erasure.objects.select_for_update().filter(pk=erasure_id, state="asked").first()
    if row is None or not (by.everything or by.sees(row.place_code)):
        raise Missing
    return row


def _place(person_id: UUID) -> str:
    """Where the person lives, or lived last."""
    homes = Resident.objects.filter(person_id=person_id, replaced_at=None).order_by("-since", "-pk")
    return homes.values_list("household__place_code", flat=True).first() or ""


def _empty(row: Erasure, by: Viewer, at: datetime, left: int) -> None:
    person, day = row.person, today(by, at)
    marks = _marks(row, person)
    homes = list(Resident.objects.filter(person=person).select_related("household"))
    _unsend(by, at, person, homes)
    gone = _delete(
        Phone.objects.filter(person=person),
        PhoneConsent.objects.filter(person=person),
        Identity.objects.filter(person=person),
        Kin.objects.filter(Q(person=person) | Q(relative=person)),
        Removal.objects.filter(membership__person=person),
        Membership.objects.filter(person=person),
        Correction.objects.filter(person=person),
        Departure.objects.filter(person=person),
        Enquiry.objects.filter(person=person),
    )
    keys = [f"person:{person.pk}"]
    ended = ""
    for home in homes:
        if home.until is None and home.replaced_at is None:
            home.until = max(home.since, day)
            if not _others(home.household, person):
                ended, count = f"household:{home.household_id}", _empty_household(home.household, by, at, day)
                gone, keys = gone + count, [*keys, ended]
        home.relation = "other"
        home.save()
    person.name, person.pinyin, person.initials = "", "", ""
    person.save()
    _unfind(person)
    lost = _files(keys)
    new_edition()  # who is near whom is kept under it
    row.state, row.keys, row.files = "done", keys, [str(one) for one in lost]
    row.counts = {"rows": gone, "marks": len(marks), "left": left}
    row.save()
    Erased.objects.bulk_create(marks)
    fact = PersonErased(
        subject=str(person.pk),
        erasure=str(row.pk),
        reason=row.reason,
        rows=gone,
        household=ended.removeprefix("household:"),
    )
    record(fact, by=by, at=at)


def _unsend(by: Viewer, at: datetime, person: Person, homes: Iterable[Resident]) -> None:
    """What their households were written to their numbers goes; of a number nobody can open any more, all of it."""
    numbers = opened_many(list(Phone.objects.filter(person=person)))
    for home in {home.household_id for home in homes}:
        for number in dict.fromkeys(numbers):
            to = vault().blind("phone", number) if number else None
            outbox.erase(by=by, at=at, about=f"household:{home}", to=to)


def _marks(row: Erasure, person: Person) -> list[Erased]:
    """What a list would know the person by. Needs no key but that of blind indexes."""
    identity = Identity.objects.filter(person=person).first()
    number = bytes(identity.blind) if identity is not None and identity.blind is not None else None
    codes = sorted(set(Resident.objects.filter(person=person).values_list("household__code", flat=True)))
    phones = sorted({bytes(one) for one in Phone.objects.filter(person=person).values_list("blind", flat=True)})
    known = {bytes(one) for one in Erased.objects.filter(erasure=row).values_list("mark", flat=True)}
    found = {vault().blind(COLUMN, words): kind for kind, words in told(number, codes, phones, person.name)}
    return [Erased(erasure=row, kind=kind, mark=mark) for mark, kind in found.items() if mark not in known]


def _delete(*some: Iterable[Kept]) -> int:
    rows = [row for rows in some for row in rows]
    for row in rows:
        row.delete()
    return len(rows)


def _others(household: Household, person: Person) -> bool:
    living = Resident.objects.filter(household=household, until=None, replaced_at=None)
    return living.exclude(person=person).exists()


def _empty_household(household: Household, by: Viewer, at: datetime, day: date) -> int:
    """Door, file, cards and wishes of a household nobody is left of go; links end. Its number in lists stays."""
    gone = _delete(
        FileNote.objects.filter(household=household),
        Correction.objects.filter(household=household),
        FileKey.objects.filter(household=household),
        Objection.objects.filter(household=household),
        Removal.objects.filter(membership__household=household),
        Membership.objects.filter(household=household),
        Abode.objects.filter(household=household),
        Card.objects.filter(household=household),
        Enquiry.objects.filter(household=household),
        LinkWish.objects.filter(household=household),
        LinkExclusion.objects.filter(household=household),
        Relief.objects.filter(household=household),
        NeedLook.objects.filter(household=household),
    )
    Announcement.objects.filter(household=household).delete()
    for link in Link.objects.filter(household=household, until=None, replaced_at=None).select_related("official"):
        link.until = max(link.since, day)
        link.save()
        fact = LinkEnded(
            subject=str(household.pk),
            link=str(link.pk),
            person=str(link.official.person_id),
            until=link.until.isoformat(),
        )
        record(fact, by=by, at=at)
    household.door, household.status = None, GONE
    household.until = max(household.since, day)
    household.save()
    return gone


def _unfind(person: Person) -> None:
    """No search finds the person: names and pinyin are empty, and what was indexed under their id goes."""
    for kind in SearchText.objects.filter(subject=person.pk).values_list("kind", flat=True).distinct():
        search.forget(kind, person.pk)


def _files(keys: list[str]) -> list[UUID]:
    found = list(StoredFile.objects.filter(subject__in=keys))
    lost = [one.pk for one in found]
    for one in found:
        one.delete()
    return lost
