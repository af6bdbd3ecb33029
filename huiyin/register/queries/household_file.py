"""The household file as its readers see it, today or as of a day; and as the household itself does, by its key."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huiyin.core import rulebook, text
from huiyin.core.canonical import row_digest
from huiyin.core.models import Look, Person
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.models import (
    Abode,
    Announcement,
    Correction,
    FileKey,
    FileNote,
    Household,
    HouseholdSuccession,
    Identity,
    Link,
    Membership,
    Objection,
    Phone,
    Removal,
    Resident,
)
from huiyin.register.models.files import SECTIONS
from huiyin.register.models.periods import standing
from huiyin.register.queries import people, places, staff, whereabouts
from huiyin.register.queries.days import back, today
from huiyin.register.queries.drawing import in_scope
from huiyin.register.queries.people import HouseholdPage, HouseholdRow
from huiyin.register.rules.few import FEWEST

KEY_COLUMN = "register.file_key"
KEY_LENGTH = 16
PAGE = 50
LOOKS = 20
ABODES = 12
UNTOLD = ("phone", "door", "id_number")


@dataclass(frozen=True)
class MembershipRow:
    """A category: whose, from where, when it is to be reviewed and when it ends. `name` is empty for the household."""

    id: UUID
    programme: str
    category: str
    name: str
    high: bool
    source: str
    since: date
    until: date | None
    review_on: date | None
    due: bool
    body: str = ""
    """Who serves them in it."""
    where: bool = False
    """Whether it is kept where they are; revealed with the rest."""
    paper_until: date | None = None
    """Until when the certificate holds that goes with it."""
    paper_over: bool = False


@dataclass(frozen=True)
class RemovalRow:
    """An office took somebody out of a category: which, when it was told and heard, why, by whom."""

    programme: str
    category: str
    name: str
    noticed_on: date
    heard_on: date
    reason: str
    by: str


@dataclass(frozen=True)
class NoteRow:
    """A section of the file: its words, who wrote them and when; `seen` marks what was looked at."""

    section: str
    words: str
    by: str
    at: datetime | None
    seen: str
    paper_on: date | None = None


@dataclass(frozen=True)
class CorrectionRow:
    """What was put right; telephones, doors and ID numbers are not told."""

    fact: str
    name: str
    before: str
    after: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ObjectionRow:
    """An objection with its words, owner, last day and answer."""

    id: UUID
    household_id: UUID
    about: str
    words: str
    door: str
    made_at: datetime
    due_on: date
    owner: str
    outcome: str
    answer: str
    answered_at: datetime | None
    late: bool
    may_answer: bool
    paper_on: date | None = None


@dataclass(frozen=True)
class LookRow:
    """Somebody looked at what is sealed, or found the household from outside."""

    at: datetime
    name: str
    kind: str
    reason: str


@dataclass(frozen=True)
class HouseholdFile:
    """The whole file of a household on a day. `at_home` is false for another day: then nothing is changed."""

    page: HouseholdPage
    day: date
    at_home: bool
    people_stated: int | None
    ended: bool
    has_door: bool
    categories: tuple[MembershipRow, ...]
    notes: tuple[NoteRow, ...]
    objections: tuple[ObjectionRow, ...]
    head: str
    told: tuple[tuple[date, str], ...] = ()
    """The newest change it was to be told of: the day, and what became of it."""


@dataclass(frozen=True)
class AbodeRow:
    """Where a household was and how, before today."""

    path: str
    status: str
    since: date
    until: date | None


@dataclass(frozen=True)
class KinRow:
    """Another household this one came from or became; `how` split or merged, `came` whether it came from it."""

    id: UUID
    code: str
    how: str
    came: bool
    on: date


@dataclass(frozen=True)
class History:
    """What was put right, who looked, where the household was before, and from which others it came."""

    corrections: tuple[CorrectionRow, ...]
    looks: tuple[LookRow, ...]
    abodes: tuple[AbodeRow, ...] = ()
    kin: tuple[KinRow, ...] = ()
    removals: tuple[RemovalRow, ...] = ()
    own_only: bool = False
    """Whether only the viewer's own looks are told."""
    called: str = ""
    """The household by its head's name, or its code."""


@dataclass(frozen=True)
class ListPage:
    """Some households of a place, by place and number; `after` leads on, empty at the end."""

    rows: tuple[HouseholdRow, ...]
    after: str


def listed(
    viewer: Viewer,
    at: datetime,
    *,
    place_code: str = "",
    code: str = "",
    after: str = "",
    lead: UUID | None = None,
    day: date | None = None,
) -> ListPage:
    """Households the viewer may see, fifty a page: at or under a place, of one number, or that an official leads; as
    they are, or were on a day.

    Eight queries. Raises Refused: day_ahead, day_before_county.
    """
    now = today(viewer, at)
    then = back(viewer, at, day)
    rows = Household.objects.visible_to(viewer, now)
    if then.back is not None:
        there = Viewer.system("households").but(back=then.back)
        rows = rows.filter(pk__in=whereabouts.homes(there, place_code).values("pk"))
    else:
        rows = rows.filter(in_scope(place_code) if place_code else Q(), until=None)
    day = today(then, at)
    if code:
        rows = rows.filter(code=code)
    if lead is not None:
        led = Link.objects.filter(standing(day), kind="lead", official_id=lead, household__isnull=False)
        rows = rows.filter(pk__in=led.values("household_id"))
    place, _, number = after.partition("-")
    if number:
        rows = rows.filter(place_code__gte=place).exclude(place_code=place, code__lte=number)
    found = list(rows.order_by("place_code", "code").values_list("pk", "place_code", "code")[: PAGE + 1])
    shown = found[:PAGE]
    more = f"{shown[-1][1]}-{shown[-1][2]}" if len(found) > PAGE else ""
    return ListPage(people.rows_of(then, [pk for pk, _, _ in shown], at), more)


def household_file(viewer: Viewer, household_id: UUID, at: datetime, *, day: date | None = None) -> HouseholdFile:
    """The file. Highly sensitive categories are not in it (see the reveal). Raises Missing also for a foreign one;
    Refused: day_ahead, day_before_household."""
    now = today(viewer, at)
    shown = day or now
    if shown > now:
        raise Refused("day_ahead", field="day")
    newest = Announcement.objects.filter(household_id=OuterRef("pk")).order_by("-on", "-id")
    on, state = Subquery(newest.values("on")[:1]), Subquery(newest.values("state")[:1])
    rows = Household.objects.visible_to(viewer, now).annotate(told_on=on, told_state=state)
    row = rows.filter(pk=household_id).first()
    if row is None:
        raise Missing
    if day is not None and day < row.since:
        raise Refused("day_before_household", field="day", day=row.since.isoformat())
    file = _file(viewer, row, at, shown, here=shown == now and row.until is None, all_of_it=False)
    told_on, told_state = (getattr(row, name) for name in ("told_on", "told_state"))
    return replace(file, told=((told_on, told_state),) if told_on else ())


def numbered(viewer: Viewer, code: str, at: datetime) -> UUID | None:
    """The household of a number, of those in sight that have not ended."""
    found = Household.objects.visible_to(viewer, today(viewer, at)).filter(code=code.strip()[:40], until=None)
    return found.values_list("pk", flat=True).first()


def by_key(viewer: Viewer, key: str, at: datetime) -> HouseholdFile:
    """The file as the household sees it with its key: everything there is about it, masked. Raises Missing."""
    row = household_of_key(viewer, key, at)
    return _file(Viewer.system("household"), row, at, today(viewer, at), here=True, all_of_it=True)


def high_of(viewer: Viewer, household_id: UUID, at: datetime) -> tuple[MembershipRow, ...]:
    """Highly sensitive categories; called by the action that leaves a look. Raises Refused without the verb."""
    viewer.need("register.sensitive")
    rows = Membership.objects.filter(standing(today(viewer, at)), household_id=household_id, high=True)
    return _memberships(rows.select_related("person", "body").order_by("since", "pk"), today(viewer, at))


def doors_of(viewer: Viewer, household_id: UUID) -> tuple[tuple[datetime, str], ...]:
    """What the door was before it was put right, newest first; called by the action that leaves a look."""
    rows = Correction.objects.filter(household_id=household_id, fact="door").order_by("-at", "-pk")[:ABODES]
    return tuple((row.at, _opened(row, "correction", "before")) for row in rows)


def household_of_key(viewer: Viewer, key: str, at: datetime) -> Household:
    """Whose file a key opens. Raises Missing for a wrong, ended or expired one."""
    if len(key) != KEY_LENGTH or not set(key) <= set(text.ALPHABET):
        raise Missing
    found = (
        FileKey.objects.filter(blind=vault().blind(KEY_COLUMN, key), ended_at=None, expires_at__gt=at)
        .select_related("household")
        .first()
    )
    if found is None:
        raise Missing
    return found.household


def whose(viewer: Viewer, household_id: UUID, at: datetime, *, key: str = "") -> tuple[str, str]:
    """Place and head of a household in sight, or that a key opens. Raises Missing."""
    day = today(viewer, at)
    if key:
        row: Household | None = household_of_key(viewer, key, at)
    else:
        row = Household.objects.visible_to(viewer, day).filter(pk=household_id).first()
    if row is None or row.pk != household_id:
        raise Missing
    return row.place_code, _head(row, day)


def _head(row: Household, day: date) -> str:
    """What the head of a household is called; empty where it has none."""
    heads = Resident.objects.filter(standing(day), household=row, relation="head").order_by("pk")
    return heads.values_list("person__name", flat=True).first() or ""


def mark(viewer: Viewer, household: Household, what: str, person_id: UUID | None, day: date) -> str:
    """What stands there now, as a mark: whoever corrects sends it along, and another mark means somebody was faster."""
    if what in SECTIONS:
        note = FileNote.objects.filter(household=household, section=what, replaced_at=None).first()
        return str(note.pk) if note is not None else "-"
    if what == "relation" and person_id is not None:
        homes = Resident.objects.filter(standing(day), household=household, person_id=person_id).order_by("pk")
        return ",".join(str(pk) for pk in homes.values_list("pk", flat=True)) or "-"
    if what == "phone" and person_id is not None:
        numbers = Phone.objects.filter(standing(day), person_id=person_id).order_by("pk")
        return ",".join(str(pk) for pk in numbers.values_list("pk", flat=True)) or "-"
    if what in ("name", "born", "sex", "id_number") and person_id is not None:
        if what == "name":
            return row_digest(Person.objects.get(pk=person_id))[:32]
        known = Identity.objects.filter(person_id=person_id).first()
        return row_digest(known)[:32] if known is not None else "-"
    return row_digest(household)[:32]


def mark_of(viewer: Viewer, household_id: UUID, what: str, person_id: UUID | None, at: datetime) -> str:
    """The same for a page. Raises Missing."""
    day = today(viewer, at)
    row = Household.objects.visible_to(viewer, day).filter(pk=household_id).first()
    if row is None:
        raise Missing
    return mark(viewer, row, what, person_id, day)


def owner_for(viewer: Viewer, household: Household, at: datetime) -> UUID | None:
    """Who answers an objection: the nearest who may correct files there and is no official of the household's own."""
    machine = Viewer.system("objections")
    linked = Link.objects.filter(standing(today(machine, at)), household=household)
    without = set(linked.values_list("official__person_id", flat=True))
    without |= set(Resident.objects.filter(household=household, until=None).values_list("person_id", flat=True))
    found = staff.candidates(machine, at, verb="register.erase", place_code=household.place_code, without=without)
    return found[0].person_id if found else None


def may_answer(viewer: Viewer, row: Objection, at: datetime) -> bool:
    """Its owner, or who edits the register there; never an official of the household."""
    return _answers(viewer, row, people.linked_households(viewer, at))


def unanswered(viewer: Viewer) -> QuerySet[Objection]:
    """Objections that wait for an answer: in the scope of who edits the register, else the viewer's own."""
    mine = viewer.scope("place_code") if viewer.may("register.edit") else Q(owner_id=viewer.person_id)
    return Objection.objects.filter(mine, answered_at=None)


def open_objections(viewer: Viewer, at: datetime) -> tuple[ObjectionRow, ...]:
    """Unanswered ones the viewer owns or may answer in scope, the most urgent first; at most fifty."""
    found = list(unanswered(viewer).order_by("due_on", "pk")[:PAGE])
    return _objections(viewer, found, _names(one.owner_id for one in found), at)


def due_reviews(viewer: Viewer, at: datetime) -> tuple[tuple[MembershipRow, UUID], ...]:
    """Categories to be reviewed by today in the viewer's scope, oldest first; at most fifty, with their households."""
    day = today(viewer, at)
    rows = Membership.objects.filter(standing(day), viewer.scope("household__place_code"), review_on__lte=day)
    if not viewer.may("register.correct"):
        return ()
    if not viewer.may("register.sensitive"):
        rows = rows.filter(high=False)
    found = list(rows.select_related("person").order_by("review_on", "pk")[:PAGE])
    return tuple(zip(_memberships(found, day), [one.household_id for one in found], strict=True))


def matters_of(viewer: Viewer, at: datetime) -> tuple[UUID, ...]:
    """Matters that some category stands with; at most a thousand."""
    rows = Membership.objects.filter(standing(today(viewer, at)), matter_id__isnull=False)
    found = rows.values_list("matter_id", flat=True).distinct()[:1000]
    return tuple(one for one in found if one is not None)


def counted(viewer: Viewer, at: datetime) -> tuple[tuple[str, str, int | None], ...]:
    """How many households and people of the viewer's scope are in each category; None for fewer than ten (SG-46)."""
    if not viewer.may("register.see"):
        return ()
    rows = Membership.objects.filter(standing(today(viewer, at)), viewer.scope("household__place_code"))
    whose = Coalesce("person_id", "household_id")  # once, under however many bodies
    sums = rows.values_list("programme", "category").annotate(n=Count(whose, distinct=True))
    sums = sums.order_by("programme", "category")
    return tuple((programme, category, n if n >= FEWEST else None) for programme, category, n in sums)


def _file(viewer: Viewer, row: Household, at: datetime, day: date, *, here: bool, all_of_it: bool) -> HouseholdFile:
    was = None if here else Abode.objects.filter(standing(day), household=row).first()
    page = people.page_of(viewer, row, day, was=was)
    memberships = Membership.objects.filter(standing(day), household=row).select_related("person", "body")
    if not all_of_it:
        memberships = memberships.filter(high=False)
    heads = [one.name for one in page.residents if one.relation == "head"]
    notes = _notes_of(row, at, day)
    objections = list(Objection.objects.filter(household=row).order_by("-made_at")[:LOOKS])
    names = _names([*(one.by_id for one in notes.values()), *(one.owner_id for one in objections)])
    return HouseholdFile(
        page=page,
        day=day,
        at_home=here,
        people_stated=row.people_stated,
        ended=row.until is not None,
        has_door=(was or row).door is not None,
        categories=_memberships(memberships.order_by("since", "pk"), day),
        notes=_notes(notes, names),
        objections=_objections(viewer, objections, names, at),
        head=heads[0] if heads else "",
    )


def history(viewer: Viewer, household_id: UUID, at: datetime) -> History:
    """What was put right and who looked, newest first. Raises Missing."""
    row = Household.objects.visible_to(viewer, today(viewer, at)).filter(pk=household_id).first()
    if row is None:
        raise Missing
    # Somebody else may have looked because they look into the official who reads this (SG-01): who keeps the audit and
    # the household itself see it.
    found = _history(row, of=None if viewer.everything or viewer.may("audit.see") else viewer.persons)
    return replace(found, called=_head(row, today(viewer, at)) or row.code)


def history_by_key(viewer: Viewer, key: str, at: datetime) -> History:
    """The same for the household itself."""
    row = household_of_key(viewer, key, at)
    return replace(_history(row), removals=_removals(row, high=True))


def _history(row: Household, *, of: Collection[UUID] | None = None) -> History:
    """With `of` only the looks of these persons. Of highly sensitive categories nothing is told (SG-14)."""
    corrections = list(Correction.objects.filter(household=row).select_related("person").order_by("-at", "-pk")[:LOOKS])
    looked = Look.objects.filter(subject=f"household:{row.pk}")
    looks = list((looked if of is None else looked.filter(person_id__in=of)).order_by("-id")[:LOOKS])
    names = _names([*(one.by_id for one in corrections), *(one.person_id for one in looks)])
    return History(
        tuple(
            CorrectionRow(
                one.fact,
                one.person.name if one.person else "",
                "" if one.fact in UNTOLD else _opened(one, "correction", "before"),
                "" if one.fact in UNTOLD else _opened(one, "correction", "after"),
                _opened(one, "correction", "reason"),
                names.get(one.by_id, ""),
                one.at,
            )
            for one in corrections
        ),
        tuple(LookRow(one.at, names.get(one.person_id, ""), one.kind, one.reason) for one in looks),
        _abodes(row),
        _kin(row),
        _removals(row, high=False),
        own_only=of is not None,
    )


def _removals(row: Household, *, high: bool) -> tuple[RemovalRow, ...]:
    rows = Removal.objects.filter(membership__household=row).select_related("membership__person").order_by("-at")
    found = list((rows if high else rows.filter(membership__high=False))[:LOOKS])
    names = _names(one.by_id for one in found)
    return tuple(
        RemovalRow(
            one.membership.programme,
            one.membership.category,
            one.membership.person.name if one.membership.person else "",
            one.noticed_on,
            one.heard_on,
            _opened(one, "removal", "reason"),
            names.get(one.by_id, ""),
        )
        for one in found
    )


def _abodes(row: Household) -> tuple[AbodeRow, ...]:
    """The newest twelve, each under the names of its own day: a question each, and a household seldom has two."""
    found = Abode.objects.filter(household=row, replaced_at=None).order_by("-since")[:ABODES]
    machine = Viewer.system("register")
    return tuple(
        AbodeRow(places.path_names(machine, one.place_code, day=one.since), one.status, one.since, one.until)
        for one in found
    )


def _kin(row: Household) -> tuple[KinRow, ...]:
    found = HouseholdSuccession.objects.filter(Q(old=row) | Q(new=row)).select_related("old", "new").order_by("-on")
    others = ((one, one.old if one.new_id == row.pk else one.new) for one in found[:LOOKS])
    return tuple(KinRow(other.pk, other.code, one.how, other.pk == one.old_id, one.on) for one, other in others)


def _memberships(rows: Iterable[Membership], day: date) -> tuple[MembershipRow, ...]:
    return tuple(
        MembershipRow(
            one.pk,
            one.programme,
            one.category,
            one.person.name if one.person else "",
            one.high,
            one.source,
            one.since,
            one.until,
            one.review_on,
            one.review_on is not None and one.review_on <= day,
            one.body.name if one.body else "",
            one.where is not None,
            one.paper_until,
            one.paper_until is not None and one.paper_until < day,
        )
        for one in rows
    )


def _notes_of(row: Household, at: datetime, day: date) -> dict[str, FileNote]:
    """The notes as they stood at the end of a day."""
    zone = rulebook.current(at).rulebook.county.tz
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    rows = FileNote.objects.filter(household=row, at__lt=end)
    return {one.section: one for one in rows if one.replaced_at is None or one.replaced_at >= end}


def _notes(found: dict[str, FileNote], names: dict[UUID | None, str]) -> tuple[NoteRow, ...]:
    rows = []
    for section in SECTIONS:
        one = found.get(section)
        if one is None:
            rows.append(NoteRow(section, "", "", None, "-"))
        else:
            words = _opened(one, "file_note", "body")
            rows.append(NoteRow(section, words, names.get(one.by_id, ""), one.at, str(one.pk), one.paper_on))
    return tuple(rows)


def _objections(
    viewer: Viewer, found: Iterable[Objection], names: dict[UUID | None, str], at: datetime
) -> tuple[ObjectionRow, ...]:
    rows, day = list(found), today(viewer, at)
    linked = people.linked_households(viewer, at) if any(one.answered_at is None for one in rows) else frozenset()
    return tuple(
        ObjectionRow(
            one.pk,
            one.household_id,
            one.about,
            _opened(one, "objection", "words"),
            one.door,
            one.made_at,
            one.due_on,
            names.get(one.owner_id, ""),
            one.outcome,
            _opened(one, "objection", "answer") if one.answer is not None else "",
            one.answered_at,
            one.answered_at is None and one.due_on < day,
            one.answered_at is None and _answers(viewer, one, linked),
            one.paper_on,
        )
        for one in rows
    )


def _answers(viewer: Viewer, row: Objection, linked: Collection[UUID]) -> bool:
    if row.household_id in linked or viewer.everything:
        return False
    mine = viewer.person_id is not None and viewer.person_id == row.owner_id
    return mine or (viewer.may("register.edit") and viewer.sees(row.place_code))


def _names(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    wanted = {one for one in ids if one is not None}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _opened(row: Any, table: str, column: str) -> str:
    """A sealed column in clear; empty where it was erased, which is meant."""
    try:
        return vault().open(row.subject, table=table, column=column, row=str(row.pk), sealed=getattr(row, column))
    except Shredded:
        return ""
