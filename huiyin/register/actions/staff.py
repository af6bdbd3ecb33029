"""Bodies, posts and powers: who is put where, from when until when."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core import accounts, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Account, Official, Person
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import dated, powers
from huiyin.register.actions.categories import screened
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import (
    BodyAdded,
    BodyClassified,
    BodyRenamed,
    DelegationEnded,
    OfficialAppointed,
    OfficialClassified,
    OfficialTransferred,
    PostCorrected,
    PostDelegated,
    PostEnded,
)
from huiyin.register.models import Body, BodyAbove, BodyName, Delegation, OfficialState, Overlay, Place, Post
from huiyin.register.models.official_states import EVER
from huiyin.register.models.periods import holds, standing
from huiyin.register.models.staff import PERSONNEL, STATUSES
from huiyin.register.queries import official_states
from huiyin.register.queries.days import today
from huiyin.register.rules import naming

SYSTEM_MOST, INDUSTRY_MOST, TITLE_MOST = 60, 20, 60


@dataclass(frozen=True)
class Appointed:
    """Who an appointment is about: ids of person, official and post; the account where one was asked for."""

    person_id: UUID
    official_id: UUID
    post_id: UUID
    account_id: int | None


@action
def add_body(
    *,
    by: Viewer,
    at: datetime,
    name: str,
    kind: str,
    place_code: str,
    parent_id: UUID | None = None,
    system: str = "",
    industry: str = "",
    phone: str = "",
    address: str = "",
    since: date | None = None,
) -> UUID:
    """Register an organisation (R-047, R-048), a key project or an enterprise (R-049), at a place, under a parent.

    Raises Refused: not_allowed, place_unknown, value_missing, body_there, phone_*.
    """
    _may_edit(by, place_code)
    _place_known(place_code)
    phone = text.office_phone(phone)
    parent = _body(parent_id) if parent_id else None
    name = _name(name)
    if Body.objects.filter(name=name, place_code=place_code, until=None).exists():
        raise Refused("body_there", field="name")
    row = Body(
        name=name,
        kind=kind,
        place_code=place_code,
        parent=parent,
        system=system,
        industry=industry,
        phone=phone,
        address=address,
        pinyin=naming.keys(name)[0],
        since=since or today(by, at),
    )
    row.save(force_insert=True)
    BodyAbove(body=row, above=row, height=0).save(force_insert=True)
    if parent is not None:
        for above, height in list(BodyAbove.objects.filter(body=parent).values_list("above_id", "height")):
            BodyAbove(body=row, above_id=above, height=height + 1).save(force_insert=True)
    new_edition()
    parent_text = str(parent_id) if parent_id else ""
    record(BodyAdded(subject=str(row.pk), kind=kind, place_code=place_code, parent=parent_text), by=by, at=at)
    return row.pk


@action
def rename_body(*, by: Viewer, at: datetime, body_id: UUID, name: str, on: date | None = None) -> None:
    """Give a body another name from a day on; what it was called before stays the name of those days (AM-47).

    Raises Missing; Refused: value_missing, nothing_changed, body_there, day_ahead, renamed_before.
    """
    row = Body.objects.select_for_update().filter(pk=body_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    _may_edit(by, row.place_code)
    fresh, now = _name(name), today(by, at)
    day = on or now
    if fresh == row.name:
        raise Refused("nothing_changed", field="name")
    if Body.objects.filter(name=fresh, place_code=row.place_code, until=None).exists():
        raise Refused("body_there", field="name")
    if day > now:
        raise Refused("day_ahead", field="on")
    last = BodyName.objects.filter(body=row).order_by("-until").values_list("until", flat=True).first()
    begun = last or row.since
    if day <= begun:
        raise Refused("renamed_before", field="on", day=begun.isoformat())
    BodyName(body=row, name=row.name, since=begun, until=day).save(force_insert=True)
    row.name, row.pinyin = fresh, naming.keys(fresh)[0]
    row.save()
    new_edition()
    record(BodyRenamed(subject=str(row.pk), on=day.isoformat()), by=by, at=at)


@action
def classify_body(*, by: Viewer, at: datetime, body_id: UUID, system: str, industry: str) -> None:
    """Say in which system and which industry a body is (R-045, R-048); nothing happens where it is so already.

    Raises Missing; Refused: not_allowed, words_refused, value_long.
    """
    row = Body.objects.select_for_update().filter(pk=body_id, until=None).first()
    if row is None or not by.sees(row.place_code):
        raise Missing
    _may_edit(by, row.place_code)
    told = (
        screened(system, most=SYSTEM_MOST, field="system"),
        screened(industry, most=INDUSTRY_MOST, field="industry"),
    )
    if told == (row.system, row.industry):
        return
    row.system, row.industry = told
    row.save()
    new_edition()
    record(BodyClassified(subject=str(row.pk)), by=by, at=at)


@action
def appoint(
    *,
    by: Viewer,
    at: datetime,
    body_id: UUID,
    role: str,
    title: str,
    name: str = "",
    number: str = "",
    person_id: UUID | None = None,
    place_code: str = "",
    overlay_id: UUID | None = None,
    responsibility: str = "handler",
    kind: str = "official",
    tier: str = "",
    duty_phone: str = "",
    username: str = "",
    listed: bool = False,
    since: date | None = None,
    until: date | None = None,
) -> Appointed:
    """Give a person a post: a new person by `name` and staff `number`, or one who is known by `person_id`.

    The post's scope is `place_code` (default: the body's), or the villages of an overlay. `kind` is the kind of
    personnel (R-053: `official`, `agent`, `village_police`, `group_head`, `committee_member`). With `username` an
    account without a password is made; its owner sets one. Nobody appoints themselves.
    """
    body = _body(body_id)
    scope = place_code or body.place_code
    _may_edit(by, body.place_code)
    _may_edit(by, scope)
    _another(by, person_id)
    _place_known(scope)
    title = text.line(title, most=TITLE_MOST, field="title")
    overlay = _overlay(overlay_id) if overlay_id else None
    tiers = current(at).rulebook.county.tiers
    official = _official(person_id, name, number, kind, tier, duty_phone, tiers)
    start = since or today(by, at)
    _period(start, until)
    post = Post(
        official=official,
        body=body,
        role=role,
        title=title,
        place_code=scope,
        overlay=overlay,
        responsibility=responsibility,
        listed=listed,
        since=start,
        until=until,
        recorded_at=at,
    )
    _insert(post)
    account = _account(official.person, username, by, at) if username else None
    record(_appointed(post), by=by, at=at)
    powers.give(by, at, post)
    return Appointed(official.person_id, official.pk, post.pk, account)


@action
def classify_official(
    *, by: Viewer, at: datetime, person_id: UUID, kind: str, tier: str, status: str, on: date | None = None
) -> None:
    """Say what kind of personnel an official is, of which tier, and how they stand in service, from a day on (R-050,
    R-051, R-053). The days before keep what they were; said of the day it last changed, it sets that change right.

    Nobody says it of themselves. Raises Missing; Refused: not_allowed, value_unknown, tier_unknown, day_ahead,
    stated_before.
    """
    by.need("register.edit")
    row = Official.objects.select_for_update().filter(person_id=person_id).first()
    posts = Post.objects.filter(standing(today(by, at)), official=row).values_list("place_code", flat=True)
    if row is None or person_id in by.persons or not any(by.sees(code) for code in posts):
        raise Missing
    if kind not in PERSONNEL:
        raise Refused("value_unknown", field="kind")
    if tier and tier not in current(at).rulebook.county.tiers:
        raise Refused("tier_unknown", field="tier")
    if status not in STATUSES:
        raise Refused("value_unknown", field="status")
    day = dated.not_ahead(by, at, on)
    if (kind, tier, status) == (row.kind, row.tier, row.status):
        return
    _keep_class(row, day, at)
    row.kind, row.tier, row.status = kind, tier, status
    row.save()
    new_edition()
    fact = OfficialClassified(subject=str(person_id), kind=kind, tier=tier, status=status, on=day.isoformat())
    record(fact, by=by, at=at)


@action
def end_post(*, by: Viewer, at: datetime, post_id: UUID, until: date | None = None) -> None:
    """End a post: on `until` (default: today) it gives nothing any more.

    Raises Missing; Refused: period_wrong (before it began), post_put_right (another record has taken its place).
    """
    was = Post.objects.filter(pk=post_id).exclude(replaced_at=None).values_list("place_code", flat=True).first()
    if was is not None and by.may("register.edit") and by.sees(was):
        raise Refused("post_put_right", field="post")
    post = _post(by, post_id)
    end_on(post, until or today(by, at))
    new_edition()
    tell_ended(post, by=by, at=at)


@action
def transfer(
    *,
    by: Viewer,
    at: datetime,
    post_id: UUID,
    body_id: UUID,
    role: str,
    title: str,
    place_code: str = "",
    responsibility: str = "handler",
    on: date | None = None,
) -> UUID:
    """Move a person to another post on a day: the old one ends, the new one begins. Returns the new post."""
    old = _post(by, post_id)
    _another(by, old.official.person_id)
    body = _body(body_id)
    scope = place_code or body.place_code
    _may_edit(by, scope)
    day = on or today(by, at)
    end_on(old, day)
    new = Post(
        official=old.official,
        body=body,
        role=role,
        title=text.line(title, most=TITLE_MOST, field="title"),
        place_code=scope,
        responsibility=responsibility,
        listed=old.listed,
        since=day,
        recorded_at=at,
    )
    _insert(new)
    person = str(old.official.person_id)
    fact = OfficialTransferred(subject=person, old_post=str(old.pk), new_post=str(new.pk), on=day.isoformat())
    record(fact, by=by, at=at)
    powers.give(by, at, new)
    return new.pk


@action
def correct_post(
    *, by: Viewer, at: datetime, post_id: UUID, since: date, until: date | None, title: str | None = None
) -> UUID:
    """Correct a post's period or title: the wrong record is closed and kept, another takes its place. Returns its id.

    Raises Missing; Refused: period_wrong, value_long, nothing_changed, post_overlaps.
    """
    old = _post(by, post_id)
    _another(by, old.official.person_id)
    _period(since, until)
    called = old.title if title is None else text.line(title, most=TITLE_MOST, field="title")
    if (since, until, called) == (old.since, old.until, old.title):
        raise Refused("nothing_changed", field="since")
    old.replaced_at = at
    old.save()
    new = Post(
        official=old.official,
        body=old.body,
        role=old.role,
        title=called,
        place_code=old.place_code,
        overlay=old.overlay,
        responsibility=old.responsibility,
        listed=old.listed,
        since=since,
        until=until,
        recorded_at=at,
    )
    _insert(new)
    for lent in Delegation.objects.filter(post=old, replaced_at=None):
        lent.post = new
        lent.save()
        powers.repoint(lent)
    person = str(old.official.person_id)
    record(PostCorrected(subject=person, old_post=str(old.pk), new_post=str(new.pk)), by=by, at=at)
    if since >= old.since and (old.until is None or (until is not None and until <= old.until)):
        powers.carry([(Post, old.pk, new.pk)])
    else:  # days nobody consented to
        powers.give(by, at, new)
    return new.pk


@action
def delegate(
    *,
    by: Viewer,
    at: datetime,
    post_id: UUID,
    to_person_id: UUID,
    since: date,
    until: date,
    verbs: Iterable[str] = (),
) -> UUID:
    """Lend a post's powers (all, or some verbs) to another person until a day; done by its holder or an editor.

    Nobody lends themselves what is another's. Raises Missing; Refused: not_allowed, person_unknown, period_wrong,
    lend_not_to_self.
    """
    post = _post(by, post_id, holder_may=True)
    if to_person_id in by.persons:
        raise Refused("lend_not_to_self", field="to_person_id")
    if post.official.person_id == by.on_behalf_of:
        raise Refused("not_allowed", verb="register.edit")  # what was lent is not lent on
    if to_person_id == post.official.person_id or not Person.objects.filter(pk=to_person_id).exists():
        raise Refused("person_unknown", field="to_person_id")
    _period(since, until)
    words = " ".join(sorted(set(verbs)))
    row = Delegation(post=post, to_id=to_person_id, verbs=words, since=since, until=until, recorded_at=at)
    row.save(force_insert=True)
    new_edition()
    fact = PostDelegated(
        subject=str(post.official.person_id),
        delegation=str(row.pk),
        to=str(to_person_id),
        since=since.isoformat(),
        until=until.isoformat(),
    )
    record(fact, by=by, at=at)
    powers.give(by, at, post, row)
    return row.pk


@action
def end_delegation(*, by: Viewer, at: datetime, delegation_id: UUID, until: date | None = None) -> None:
    """Take lent powers back on a day (default: today). What has ended by then stays as it ended."""
    row = Delegation.objects.filter(pk=delegation_id, replaced_at=None).first()
    if row is None:
        raise Missing
    post = _post(by, row.post_id, holder_may=True)
    day = max(until or today(by, at), row.since)
    if row.until is not None and row.until <= day:
        return
    row.until = day
    row.save()
    new_edition()
    fact = DelegationEnded(
        subject=str(post.official.person_id), delegation=str(row.pk), to=str(row.to_id), until=day.isoformat()
    )
    record(fact, by=by, at=at)


def _keep_class(row: Official, day: date, at: datetime) -> None:
    """Keep what an official was up to a day; on the day it last changed there is nothing to keep."""
    begun = official_states.begun([row.pk]).get(row.pk, EVER)
    dated.not_before(day, begun)
    if day > begun:
        was = OfficialState(official=row, since=begun, until=day, recorded_at=at)
        was.kind, was.tier, was.status = row.kind, row.tier, row.status
        was.save(force_insert=True)


def _may_edit(by: Viewer, place_code: str) -> None:
    by.need("register.edit")
    if not by.sees(place_code):
        raise Refused("not_allowed", verb="register.edit")


def _another(by: Viewer, person_id: UUID | None) -> None:
    """Nobody gives themselves a post, moves themselves or puts their own right."""
    if person_id is not None and person_id in by.persons:
        raise Refused("post_own", field="person_id")


def _place_known(code: str) -> None:
    if not Place.objects.filter(code=code, until=None).exists():
        raise Refused("place_unknown", field="place_code")


def _body(body_id: UUID) -> Body:
    row = Body.objects.filter(pk=body_id, until=None).first()
    if row is None:
        raise Refused("body_unknown", field="body_id")
    return row


def _overlay(overlay_id: UUID) -> Overlay:
    row = Overlay.objects.filter(pk=overlay_id, until=None).first()
    if row is None:
        raise Refused("place_unknown", field="overlay_id")
    return row


def _post(by: Viewer, post_id: UUID, *, holder_may: bool = False) -> Post:
    post = (
        Post.objects.select_related("official__person", "body", "overlay").filter(pk=post_id, replaced_at=None).first()
    )
    if post is None:
        raise Missing
    if holder_may and by.person_id is not None and by.person_id == post.official.person_id:
        return post
    by.need("register.edit")
    if not by.sees(post.place_code):
        raise Missing
    return post


def _official(
    person_id: UUID | None, name: str, number: str, kind: str, tier: str, duty_phone: str, tiers: Container[str]
) -> Official:
    """The official of a known person, or a new one; a resident who enters service stays the same person."""
    if person_id is None:
        clean = _name(text.person(name))
        pinyin, initials = text.pinyin_keys(clean)
        person = Person(name=clean, pinyin=pinyin, initials=initials)
        person.save(force_insert=True)
    else:
        found = Person.objects.filter(pk=person_id).first()
        if found is None:
            raise Refused("person_unknown", field="person_id")
        person = found
        official = Official.objects.filter(person=person).select_related("person").first()
        if official is not None:
            return official
    if not number:
        raise Refused("value_missing", field="number")
    if tier and tier not in tiers:
        raise Refused("tier_unknown", field="tier")
    if Official.objects.filter(number=number).exists():
        raise Refused("code_taken", field="number")
    official = Official(person=person, number=number, kind=kind, tier=tier, duty_phone=duty_phone)
    official.save(force_insert=True)
    return official


def _account(person: Person, username: str, by: Viewer, at: datetime) -> int:
    if Account.objects.filter(username=username).exclude(person=person).exists():
        raise Refused("username_taken", field="username")
    existing = Account.objects.filter(person=person).first()
    return (existing or accounts.opened(person, username, by=by, at=at)).pk


def _insert(post: Post) -> None:
    same = Post.objects.filter(
        official=post.official,
        body=post.body,
        role=post.role,
        place_code=post.place_code,
        overlay=post.overlay,
        replaced_at=None,
    )
    last = post.until or date.max
    if any(row.since < last and (row.until is None or row.until > post.since) for row in same):
        raise Refused("post_overlaps", field="since")
    post.save(force_insert=True)
    new_edition()


def end_on(post: Post, day: date) -> None:
    """Give a post its last day, inside an action. Raises Refused("period_wrong") before it began."""
    if day < post.since or (post.until is not None and post.until < day):
        raise Refused("period_wrong", field="until")
    post.until = day
    post.save()


def _period(since: date, until: date | None) -> None:
    if until is not None and not holds(since, since, until):
        raise Refused("period_wrong", field="until")


def _name(name: str) -> str:
    clean = text.name(name)
    if not clean:
        raise Refused("value_missing", field="name")
    return clean


def _appointed(post: Post) -> OfficialAppointed:
    return OfficialAppointed(
        subject=str(post.official.person_id),
        post=str(post.pk),
        body=str(post.body_id),
        role=post.role,
        place_code=post.place_code,
        since=post.since.isoformat(),
    )


def tell_ended(post: Post, *, by: Viewer, at: datetime) -> None:
    """Tell, inside an action, that a post has its last day."""
    until = post.until.isoformat() if post.until else ""
    subject, body = str(post.official.person_id), str(post.body_id)
    record(PostEnded(subject=subject, post=str(post.pk), body=body, until=until), by=by, at=at)
