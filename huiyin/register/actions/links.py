"""Who is there for whom: links of officials with households, projects and enterprises."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import announcements
from huiyin.register.actions.announcements import Changed
from huiyin.register.events import LeftOut, LeftOutEnded, Linked, LinkEnded, WishKept
from huiyin.register.models import Body, Household, Link, LinkExclusion, LinkWish
from huiyin.register.models.links import LINK_ENDS, LINK_KINDS
from huiyin.register.models.rounds import HOME_WHY, STAFF_WHY
from huiyin.register.queries import apart, left_out, ties
from huiyin.register.queries.conflict import own_households
from huiyin.register.queries.days import today
from huiyin.register.rules.consents import NOBODY, need_tell


@action
def link(
    *,
    by: Viewer,
    at: datetime,
    official_id: UUID,
    household_id: UUID | None = None,
    body_id: UUID | None = None,
    kind: str = "lead",
    programme: str = "",
    pairing: str = "",
    origin: str = "",
    since: date | None = None,
) -> UUID:
    """Make an official answerable for a household, or for a project or enterprise (R-049); `lead` or `supporting`.

    Raises Refused("own_household") for their own household or a relative's (SG-45), "kept_apart" where another rule
    keeps them away, "tie_category" where the pairing is for other households, "already_linked" where another leads in
    the same programme or the same official is linked already.
    """
    by.need("register.edit")
    day = since or today(by, at)
    official = Official.objects.filter(pk=official_id).first()
    if official is None:
        raise Refused("official_unknown", field="official_id")
    if kind not in LINK_KINDS:
        raise Refused("value_unknown", field="kind")
    row = Link(official=official, kind=kind, programme=programme, pairing=pairing, origin=origin, since=day)
    row.recorded_at = at
    row.household, row.body = _household(by, household_id), _body(by, body_id)
    if (row.household is None) == (row.body is None):
        raise Refused("household_unknown", field="household_id")
    if household_id is not None and pairing:
        _, page = ties.page_of(by, at, programme, pairing)
        ties.in_category(by, page, programme=programme, household_id=household_id, day=day)
    if household_id is not None:
        apart.not_near(by, [official.pk])
    if household_id in own_households(by, official.person_id, day=day):
        raise Refused("own_household", field="official_id")
    if household_id and apart.is_apart(by, at, day=day, household_id=household_id, official_id=official.pk):
        raise Refused("kept_apart", field="official_id")
    _free(row)
    row.save(force_insert=True)
    fact = Linked(
        subject=_target(row), link=str(row.pk), person=str(official.person_id), kind=kind, since=day.isoformat()
    )
    record(fact, by=by, at=at)
    return row.pk


@action
def end_link(
    *, by: Viewer, at: datetime, link_id: UUID, why: str = "other", until: date | None = None, tell: str = NOBODY
) -> None:
    """End a link on a day (default: today), for a reason; who was led by it is without an official from then on, and
    hears of it by SMS where `tell` says so.

    Raises Missing; Refused: value_unknown, official_near, period_wrong.
    """
    by.need("register.edit")
    row = (
        Link.objects.select_related("official", "household", "body")
        .select_for_update(of=("self",))
        .filter(pk=link_id, until=None, replaced_at=None)
        .first()
    )
    if row is None or not by.sees(_place(row)):
        raise Missing
    if why not in LINK_ENDS:
        raise Refused("value_unknown", field="why")
    need_tell(tell)
    apart.not_near(by, [row.official.pk])
    day = until or today(by, at)
    if day < row.since:
        raise Refused("period_wrong", field="until")
    row.until = day
    row.save()
    person = str(row.official.person_id)
    if row.kind == "lead" and row.household is not None:
        home = row.household
        changed = [Changed(home.pk, home.place_code, [row.programme], row.official.pk, day)]
        announcements.owe(by=by, at=at, cause_id=row.pk, changed=changed, tell=tell)
    fact = LinkEnded(subject=_target(row), link=str(row.pk), person=person, until=day.isoformat(), why=why)
    record(fact, by=by, at=at)


@action
def end_own(*, by: Viewer, at: datetime, person_ids: Collection[UUID]) -> None:
    """End links that became an official's own household or a relative's, inside the action that made them so (SG-45).

    Nobody is asked first: a household is rather without an official, and shown so, than with one of its own.
    """
    day = today(by, at)
    for row in apart.own_links(by, person_ids, day=day):
        row.until = max(day, row.since)
        row.save()
        person = str(row.official.person_id)
        fact = LinkEnded(subject=_target(row), link=str(row.pk), person=person, until=row.until.isoformat())
        record(fact, by=by, at=at)


@action
def wish(*, by: Viewer, at: datetime, household_id: UUID, official_id: UUID) -> UUID:
    """Keep that a household wishes another official than this one; nobody is asked why. The next round minds it.

    Said again, it is as if it were said once: whether it stands already is told to nobody.
    Raises Refused: household_unknown, official_unknown.
    """
    by.need("register.edit")
    row = _household(by, household_id)
    if row is None:
        raise Refused("household_unknown", field="household_id")
    official = Official.objects.filter(pk=official_id).first()
    if official is None:
        raise Refused("official_unknown", field="official_id")
    kept = LinkWish.objects.filter(household=row, official=official, until=None, replaced_at=None).first()
    if kept is not None:
        return kept.pk
    made = LinkWish(household=row, official=official, since=today(by, at), recorded_at=at)
    made.save(force_insert=True)
    record(WishKept(subject=str(row.pk)), by=by, at=at)
    return made.pk


@action
def leave_out(
    *,
    by: Viewer,
    at: datetime,
    household_id: UUID | None = None,
    official_id: UUID | None = None,
    why: str,
    note: str = "",
    until: date | None = None,
) -> UUID:
    """Leave a household or an official out of rounds, with a reason that everybody who sees the register sees (R-064).

    Raises Refused: value_unknown, household_unknown, official_unknown, official_near, nothing_changed, period_wrong.
    """
    by.need("register.edit")
    if why not in (HOME_WHY if official_id is None else STAFF_WHY):
        raise Refused("value_unknown", field="why")
    day = today(by, at)
    if until is not None and until <= day:
        raise Refused("period_wrong", field="until")
    row = LinkExclusion(why=why, note=text.line(note, most=200, field="note"), since=day, until=until, recorded_at=at)
    row.by_id = by.person_id
    row.household = _household(by, household_id)
    row.official = _serving(by, official_id, day)
    if (row.household is None) == (row.official is None):
        raise Refused("household_unknown" if official_id is None else "official_unknown", field="household_id")
    same = LinkExclusion.objects.filter(household=row.household, official=row.official, replaced_at=None)
    if same.filter(Q(until=None) | Q(until__gt=day)).exists():
        raise Refused("nothing_changed", field="why")
    row.save(force_insert=True)
    record(LeftOut(subject=_whom(row), why=why), by=by, at=at)
    return row.pk


@action
def end_leave_out(*, by: Viewer, at: datetime, exclusion_id: UUID) -> None:
    """Let a household or an official take part in rounds again from today."""
    by.need("register.edit")
    day = today(by, at)
    row = left_out.one(by, exclusion_id, day)
    if row.official is not None:
        apart.not_near(by, [row.official.pk])
    row.until = max(day, row.since)
    row.save()
    record(LeftOutEnded(subject=_whom(row)), by=by, at=at)


def _whom(row: LinkExclusion) -> str:
    return str(row.household_id) if row.official is None else str(row.official.person_id)


def _household(by: Viewer, household_id: UUID | None) -> Household | None:
    if household_id is None:
        return None
    row = Household.objects.filter(pk=household_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Refused("household_unknown", field="household_id")
    return row


def _serving(by: Viewer, official_id: UUID | None, day: date) -> Official | None:
    """An official who serves where the viewer looks after the register; nobody leaves out themselves or their own."""
    if official_id is None:
        return None
    row = Official.objects.filter(pk=official_id).first()
    if row is None or not left_out.serves_here(by, row.pk, day):
        raise Refused("official_unknown", field="official_id")
    apart.not_near(by, [row.pk])
    return row


def _body(by: Viewer, body_id: UUID | None) -> Body | None:
    if body_id is None:
        return None
    row = Body.objects.filter(pk=body_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Refused("body_unknown", field="body_id")
    return row


def _free(row: Link) -> None:
    same = Link.objects.filter(
        household=row.household, body=row.body, programme=row.programme, until=None, replaced_at=None
    )
    leads = row.kind == "lead" and row.household is not None and same.filter(kind="lead").exists()
    if leads or same.filter(official=row.official).exists():
        raise Refused("already_linked", field="household_id")


def _target(row: Link) -> str:
    return str(row.household_id or row.body_id)


def _place(row: Link) -> str:
    return (
        row.household.place_code if row.household is not None else row.body.place_code if row.body is not None else ""
    )
