"""Accounts that somebody asked to open anew, and what an account's owner was told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.core.four_eyes import in_ones_stead
from huiyin.core.questions import NOBODY, ask
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.events import ResetAsked
from huiyin.register.models import AccountReset, AccountTold, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import staff
from huiyin.register.queries.days import today

VERBS = ("register.edit", "audit.see")
"""Who may be the second person: somebody who keeps the register, or an auditor."""
LATELY, MOST, TOLD_MOST = timedelta(days=90), 100, 5
ASKED = "reset_asked"


@dataclass(frozen=True)
class ResetRow:
    """One that was asked for: whose, why, by whom; `mine` where the viewer asked or whoever acts for them did."""

    id: UUID
    person_id: UUID
    name: str
    posts: tuple[str, ...]
    reason: str
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    mine: bool


@dataclass(frozen=True)
class ToldRow:
    """What the owner of an account is told: a key of the label group `account_told`, who did it, when; the request
    that waits, where it is one they can still stop."""

    kind: str
    who: str
    at: datetime
    reset_id: UUID | None = None


def may_decide(viewer: Viewer) -> bool:
    """Whether the viewer may be the second person somewhere."""
    return any(viewer.may(verb) for verb in VERBS)


def waiting(viewer: Viewer) -> QuerySet[AccountReset]:
    """Those that wait for a second person who may be the viewer; not their own, nor what they asked for."""
    rows = AccountReset.objects.filter(state="asked", person__in=_seen(viewer))
    return rows.exclude(asked_by_id__in=viewer.persons).exclude(person_id__in=viewer.persons)


def listed(viewer: Viewer, at: datetime) -> tuple[ResetRow, ...]:
    """Those of people in the viewer's scope, waiting ones and those of the last months, newest first. Raises Missing
    for who may not decide. Four questions."""
    if not may_decide(viewer):
        raise Missing
    rows = AccountReset.objects.filter(Q(state="asked") | Q(asked_at__gt=at - LATELY), person__in=_seen(viewer))
    found = list(rows.select_related("person").order_by("-asked_at", "-pk")[:MOST])
    names = staff.persons(viewer, {who for one in found for who in (one.asked_by_id, one.decided_by_id) if who})
    posts: dict[UUID, list[str]] = {}
    held = Post.objects.filter(standing(today(viewer, at)), official__person__in={one.person_id for one in found})
    for person, body, title in held.order_by("pk").values_list("official__person_id", "body__name", "title"):
        posts.setdefault(person, []).append(f"{body} · {title}")
    lent = {one["reset"] for one in in_ones_stead(viewer, ResetAsked, [one.person_id for one in found])}
    return tuple(
        ResetRow(
            one.pk,
            one.person_id,
            one.person.name,
            tuple(posts.get(one.person_id, ())),
            one.reason,
            one.state,
            one.asked_at,
            names.get(one.asked_by_id, "") if one.asked_by_id else "",
            one.decided_at,
            names.get(one.decided_by_id, "") if one.decided_by_id else "",
            one.asked_by_id in viewer.persons or str(one.pk) in lent,
        )
        for one in found
    )


def unread(viewer: Viewer) -> QuerySet[AccountTold]:
    """What the viewer was told of their own account and has not read."""
    return AccountTold.objects.filter(person_id__in=viewer.persons, read_at__isnull=True)


def told(viewer: Viewer) -> tuple[ToldRow, ...]:
    """What the viewer was told of their own account and has not read, newest first; three questions, one where
    nothing was."""
    if viewer.person_id is None:
        return ()
    rows = list(ask("account.told", _unread, NOBODY, viewer.person_id))
    if not rows:
        return ()
    names = staff.persons(viewer, {who for _, who, _ in rows if who})
    open_ = AccountReset.objects.filter(person_id=viewer.person_id, state="asked").values_list("pk", flat=True).first()
    stops = {max(at for kind, _, at in rows if kind == ASKED): open_} if any(one[0] == ASKED for one in rows) else {}
    return tuple(
        ToldRow(kind, names.get(who, "") if who else "", at, stops.get(at) if kind == ASKED else None)
        for kind, who, at in rows
    )


def _unread(_viewer: Viewer, person_id: UUID) -> QuerySet[AccountTold, Any]:
    rows = AccountTold.objects.filter(person_id=person_id, read_at__isnull=True).order_by("-at")[:TOLD_MOST]
    return rows.values_list("kind", "by_id", "at")


def _seen(viewer: Viewer) -> QuerySet[Post, UUID]:
    """Persons with a post in the viewer's scope on their day."""
    day = standing(viewer.day) if viewer.day is not None else Q(pk__in=[])
    return Post.objects.filter(viewer.scope("place_code"), day).values_list("official__person_id", flat=True)
