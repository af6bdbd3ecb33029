"""Duties over what is kept from whoever runs the system count from a second person's consent (trust.md A8).

An administrator could make up an official who is dispatcher or auditor, and sign in as them to read what is held about
the administrator's superiors. Now the post gives all but the duty until somebody of another unit has consented. Who
gave it to whom stands on top of the log for a week as before, and in the looks for good.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.models import Official
from huiyin.core.rulebook import activated_by, current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.county import DUTIES
from huiyin.register.actions.edition import new_edition
from huiyin.register.events import PowerAsked, PowerDecided
from huiyin.register.models import Delegation, Post, PowerGrant
from huiyin.register.models.periods import lasting
from huiyin.register.queries import powers as ask
from huiyin.register.queries.days import today

GIVEN = "power.given"
CARRIED = (
    *("person_id", "duty", "state", "asked_at", "asked_by_id", "asked_for_id", "run_id"),
    *("decided_at", "decided_by_id"),
)
Pair = tuple[type, UUID, UUID]
"""A record, the one whose place it takes and itself: of which table, old, new."""


def need_one_duty(at: datetime, person_id: UUID, duty: str, since: date, until: date | None) -> None:
    """Part of an action that gives somebody a duty in a period: nobody has two of the three, whoever agrees. Raises
    Refused("duties_apart")."""
    if duty and ask.others([person_id], since, until, at).get(person_id, set()) - {duty}:
        raise Refused("duties_apart", field="role")


def give(by: Viewer, at: datetime, post: Post, lent: Delegation | None = None) -> None:
    """Ask for consent to what a new post, or what is lent out of one, gives: part of the action, after its own event.
    Nothing happens for a role without a duty. Raises Refused("duties_apart")."""
    duty = current(at).rulebook.county.duty_of(post.role, lent.verbs if lent else "")
    if not duty:
        return
    person, period = (lent.to_id, lent) if lent else (post.official.person_id, post)
    need_one_duty(at, person, duty, period.since, period.until)
    # Whoever lends their own may do so: that is nothing to go after, though it waits as well.
    own = lent is not None and by.person_id == post.official.person_id
    _put(by, at, _settled(by, at, _asked(by, at, post, person, duty, lent)), own=own)


def listed(by: Viewer, at: datetime, posts: Iterable[Mapping[str, Any]], run_id: UUID) -> None:
    """The same of new posts that a list brought, as their states; what took another's place keeps its consent."""
    duty_of = current(at).rulebook.county.duty_of
    new = [(one, duty) for one in posts if (duty := duty_of(one["role"]))]
    if not new:
        return
    kept = set(PowerGrant.objects.filter(post__in=[one["id"] for one, _ in new]).values_list("post_id", flat=True))
    persons = dict(
        Official.objects.filter(pk__in=[one["official_id"] for one, _ in new]).values_list("pk", "person_id")
    )
    for state, duty in new:
        if (key := UUID(state["id"])) in kept:
            continue
        post = Post(pk=key, place_code=state["place_code"])
        person = persons[UUID(state["official_id"])]
        row = _settled(by, at, _asked(by, at, post, person, duty))
        row.run_id = run_id
        _put(by, at, row)


def widened(by: Viewer, at: datetime, overlay_ids: Collection[UUID], run_id: UUID | None = None) -> None:
    """Ask anew for duties over grids to which places were added: part of an action. Nobody has consented to those, and
    until somebody has, the duty counts for none of the grid. The machine is asked for nothing."""
    if by.person_id is None or not overlay_ids:
        return
    rows = PowerGrant.objects.filter(state="given", post__overlay__in=list(overlay_ids), post__replaced_at=None)
    found = list(rows.filter(lasting(today(by, at), "post__")).select_related("post").order_by("pk"))
    for row in found:
        row.state, row.decided_at, row.decided_by_id = "asked", None, None
        row.asked_at, row.asked_by_id, row.asked_for_id, row.run_id = at, by.person_id, by.on_behalf_of, run_id
        row.save()
        record(PowerAsked(subject=str(row.person_id), grant=str(row.pk), duty=row.duty), by=by, at=at)
        look(by, kind=GIVEN, subject=f"person:{row.person_id}", at=at, reason=DUTIES[row.duty][0])
    if found:
        new_edition()


@action
def consent(*, by: Viewer, at: datetime, grant_ids: Collection[UUID]) -> int:
    """As the second person: some people have their duties from now on. How many; those decided on since are left.

    Raises Missing for nobody in scope; Refused: power_same_person, power_same_unit, duties_apart.
    """
    rows = _open(by, at, grant_ids)
    for row in rows:
        period = row.delegation or row.post
        need_one_duty(at, row.person_id, row.duty, max(period.since, today(by, at)), period.until)
        _decide(by, at, row, "given")
    new_edition()
    return len(rows)


@action
def refuse(*, by: Viewer, at: datetime, grant_ids: Collection[UUID]) -> int:
    """As the second person: some people have their posts without the duty, for good. Raises as `consent`."""
    rows = _open(by, at, grant_ids)
    for row in rows:
        _decide(by, at, row, "refused")
    return len(rows)


@action
def consent_here(*, by: Viewer, at: datetime, person_id: UUID) -> int:
    """From the machine itself, while nobody could consent at the desk: what waits for somebody holds. How many.

    Raises Missing where nothing waits; Refused: not_allowed for anybody but the machine, power_needs_person.
    """
    if not by.everything:
        raise Refused("not_allowed", verb="register.edit")
    rows = list(_waiting(by).filter(person_id=person_id))
    if not rows:
        raise Missing
    if any(ask.could_consent(row, at) for row in rows):
        raise Refused("power_needs_person")
    for row in rows:
        _decide(by, at, row, "given")
    new_edition()
    return len(rows)


@action
def follow(*, by: Viewer, at: datetime) -> int:
    """What was waited for too long has lapsed; consent is asked for what a change of the method made a duty, of all
    but its maker. Where there was no consent yet at all, of a time before it, everybody keeps what they had."""
    late = list(PowerGrant.objects.select_for_update().filter(state="asked", asked_at__lte=at - ask.PATIENCE))
    for row in late:
        _decide(by, at, row, "lapsed")
    before, made_by = not PowerGrant.objects.exists(), activated_by(at)
    fresh, given = list(_unasked(at, today(by, at))), dict[UUID, str]()
    for post, lent, person, duty in fresh:
        row = _asked(by, at, post, person, duty, lent)
        row.asked_by_id = made_by
        if before and given.setdefault(person, duty) == duty:
            row.state, row.decided_at, row.asked_by_id = "given", at, None
        _put(by, at, row)
    if before and fresh:
        new_edition()
    return len(late) + len(fresh)


def carry(pairs: Iterable[Pair]) -> None:
    """What was decided of a post or a delegation holds of the record that takes its place, a refusal too, else it would
    be asked for again as if nobody had given it: part of an action."""
    followed: dict[UUID, list[UUID]] = {}
    for _, old, new in pairs:
        followed.setdefault(old, []).append(new)
    if not followed:
        return
    of = Q(delegation=None, post__in=followed) | Q(delegation__in=followed)
    rows = list(PowerGrant.objects.filter(of))
    lent = [new for row in rows if row.delegation_id for new in followed[row.delegation_id]]
    out_of = dict(Delegation.objects.filter(pk__in=lent).values_list("pk", "post_id")) if lent else {}
    fresh = []
    for row in rows:
        for new in followed[row.delegation_id or row.post_id]:
            again = PowerGrant(**{name: getattr(row, name) for name in CARRIED})
            again.post_id, again.delegation_id = (out_of[new], new) if row.delegation_id else (new, None)
            fresh.append(again)
    PowerGrant.objects.bulk_create(fresh)


def repoint(lent: Delegation) -> None:
    """What is lent is lent out of the record that took a post's place: part of an action."""
    for row in PowerGrant.objects.filter(delegation=lent):
        row.post_id = lent.post_id
        row.save()


def _unasked(at: datetime, day: date) -> Iterator[tuple[Post, Delegation | None, UUID, str]]:
    """Posts and lent powers with a duty that nobody was asked about: with who gets it and which."""
    county = current(at).rulebook.county
    duties = {name: duty for name in county.roles if (duty := county.duty_of(name))}
    for wanted in DUTIES:
        known = PowerGrant.objects.filter(post=OuterRef("pk"), delegation=None, duty=wanted)
        roles = [name for name, duty in duties.items() if duty == wanted]
        posts = Post.objects.filter(~Exists(known), lasting(day), replaced_at=None, role__in=roles)
        for post in posts.select_related("official").order_by("pk"):
            yield post, None, post.official.person_id, wanted
    rows = Delegation.objects.filter(lasting(day), lasting(day, "post__"), replaced_at=None, post__replaced_at=None)
    for lent in rows.filter(post__role__in=duties, grants=None).select_related("post").order_by("pk"):
        if duty := county.duty_of(lent.post.role, lent.verbs):
            yield lent.post, lent, lent.to_id, duty


def _asked(
    by: Viewer,
    at: datetime,
    post: Post,
    person_id: UUID,
    duty: str,
    lent: Delegation | None = None,
) -> PowerGrant:
    row = PowerGrant(post=post, delegation=lent, person_id=person_id, duty=duty, asked_at=at)
    row.asked_by_id, row.asked_for_id = by.person_id, by.on_behalf_of
    return row


def _settled(by: Viewer, at: datetime, row: PowerGrant) -> PowerGrant:
    """What the machine gives holds at once where nobody could consent to it: the first of a new installation."""
    if by.person_id is None and not ask.could_consent(row, at):
        row.state, row.decided_at = "given", at
    return row


def _put(by: Viewer, at: datetime, row: PowerGrant, *, own: bool = False) -> None:
    """Write it down and tell it; what a person gave is also something auditors have to go after."""
    row.save(force_insert=True)
    subject = str(row.person_id)
    if row.state == "given":
        record(PowerDecided(subject=subject, grant=str(row.pk), duty=row.duty, state="given"), by=by, at=at)
        return
    record(PowerAsked(subject=subject, grant=str(row.pk), duty=row.duty), by=by, at=at)
    if by.person_id is not None and not own:
        look(by, kind=GIVEN, subject=f"person:{subject}", at=at, reason=DUTIES[row.duty][0])


def _decide(by: Viewer, at: datetime, row: PowerGrant, state: str) -> None:
    row.state, row.decided_at, row.decided_by_id = state, at, by.person_id
    row.save()
    record(PowerDecided(subject=str(row.person_id), grant=str(row.pk), duty=row.duty, state=state), by=by, at=at)


def _waiting(by: Viewer) -> QuerySet[PowerGrant]:
    rows = ask.here(by).filter(state="asked").select_related("post", "delegation")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _open(by: Viewer, at: datetime, grant_ids: Collection[UUID]) -> list[PowerGrant]:
    """What waits of some grants, which the viewer may decide on as the second person. Raises Missing, Refused."""
    if not ask.may_decide(by) or by.person_id is None:
        raise Missing
    rows = list(_waiting(by).filter(pk__in=list(grant_ids)))
    if not rows:
        raise Missing
    barred = set[str]()
    for moment in {row.asked_at for row in rows}:  # one of the two may have been moved since
        barred |= set(ask.near(by, [row for row in rows if row.asked_at == moment], at, since=moment).values())
    for code in ("person", "unit"):
        if code in barred:
            raise Refused(f"power_same_{code}")
    return rows
