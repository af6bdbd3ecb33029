"""Who acts for whom and until when: the powers lent today and later (R-052)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Delegation, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import staff
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import OfficialRow

LONGEST_LIST = 200


@dataclass(frozen=True)
class DelegationRow:
    """Powers of a post lent to somebody, up to and with the `last` day. `verbs` is empty where all of them are."""

    id: UUID
    post_id: UUID
    giver: str
    title: str
    body_name: str
    to: str
    verbs: tuple[str, ...]
    since: date
    last: date
    begun: bool
    may_end: bool


def delegations(viewer: Viewer, at: datetime) -> tuple[DelegationRow, ...]:
    """Those that hold today or will: what the viewer lent or was lent; for an editor all in scope. One query.

    The first to end stands first; at most 200.
    """
    day, mine = today(viewer, at), Q(pk__in=[])
    if viewer.person_id is not None:
        mine = Q(post__official__person_id=viewer.person_id) | Q(to_id=viewer.person_id)
    if viewer.may("register.edit"):
        mine |= viewer.scope("post__place_code")
    found = Delegation.objects.filter(mine, replaced_at=None, until__gt=Greatest(Value(day), F("since")))
    rows = found.select_related("post__official__person", "post__body", "to").order_by("until", "pk")[:LONGEST_LIST]
    return tuple(
        DelegationRow(
            id=row.pk,
            post_id=row.post_id,
            giver=row.post.official.person.name,
            title=row.post.title,
            body_name=row.post.body.name,
            to=row.to.name,
            verbs=tuple(row.verbs.split()),
            since=row.since,
            last=(row.until or day) - timedelta(days=1),
            begun=row.since <= day,
            may_end=_may_lend(viewer, row.post),
        )
        for row in rows
    )


def lendable(viewer: Viewer, post_id: UUID, at: datetime) -> OfficialRow:
    """A post of today whose powers the viewer may lend: their own, or with `register.edit` one in scope.

    Raises Missing.
    """
    post = Post.objects.filter(standing(today(viewer, at)), pk=post_id).select_related("official").first()
    if post is None or not _may_lend(viewer, post):
        raise Missing
    return next(row for row in staff.official(viewer, post.official.person_id, at) if row.post_id == post_id)


def verbs_of(viewer: Viewer, role: str, at: datetime) -> tuple[str, ...]:
    """What a role may do, in the county's order; a delegate gets no more."""
    found = rulebook.current(at).rulebook.county.roles.get(role)
    return tuple(found.verbs) if found is not None else ()


def _may_lend(viewer: Viewer, post: Post) -> bool:
    if viewer.person_id is not None and viewer.person_id == post.official.person_id:
        return True
    return viewer.may("register.edit") and viewer.sees(post.place_code)
