"""Conflict of interest (SG-01, SG-45): computed at every read, never stored, so that a post of today binds today.

A person is bound by a matter about S when they are S or S's relative, hold a post in the same body as S or in one that
stands under a body S heads, or act for S by delegation — today or on the matter's day.
"""

from collections.abc import Collection
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from huiyin.core.caches import kept
from huiyin.core.models import Person
from huiyin.core.questions import NOBODY, ask
from huiyin.core.viewer import Near, Viewer
from huiyin.register.models import BodyAbove, Delegation, Kin, Link, Post, Resident
from huiyin.register.models.periods import standing
from huiyin.register.models.staff import HEADS
from huiyin.register.queries.days import today
from huiyin.register.queries.edition import edition_of

M = TypeVar("M", bound=Model)
SUBJECT = Q(kind="subject")


def binding(
    viewer: Viewer, about: QuerySet[M], *, person: str = "person_id", day: str = "matter__local_day", whole: Q = SUBJECT
) -> QuerySet[M]:
    """Those rows of `about`, each naming a person a matter is about, that keep the viewer from that matter.

    `person` and `day` are columns of `about`: whom it names, and the matter's local day. Rows under `whole` bind
    everybody near the person; other rows only the person. A delegate is bound by their own nearness and by that of
    whom they act for. One condition in SQL, no query of its own.
    """
    readers = list(_readers(viewer))
    if not readers:
        return about.none()
    days = [OuterRef(day)] if viewer.day is None else [OuterRef(day), viewer.day]
    nearby = Q(pk__in=[])
    for one in days:
        nearby |= _near(OuterRef(person), readers, one)
    mine = Q(**{f"{person}__in": readers})
    # First whoever was ever near a reader: a handful among the thousands that a year of complaints names.
    ever = mine
    for found in _ever(readers):
        ever |= Q(**{f"{person}__in": found})
    return about.filter(ever).filter(mine | (whole & nearby))


def exclusion(
    viewer: Viewer, subjects: Collection[UUID], *, at: datetime, day: date, household_ids: Collection[UUID] = ()
) -> frozenset[UUID]:
    """Every person who may not touch a matter about `subjects`: the same rule as `binding`, as a set of persons.

    Judged on the day of `at` and on `day`, the matter's; with `household_ids` also who is linked to those households.
    """
    days = tuple({today(viewer, at), day})
    found = ask("conflict.exclusion", _excluded, NOBODY, tuple(subjects), tuple(household_ids), *days)
    return frozenset(one for (one,) in found) | frozenset(subjects)


def _excluded(
    _viewer: Viewer, subjects: Collection[UUID], household_ids: Collection[UUID], *days: date
) -> QuerySet[Any, Any]:
    nearby = Q(pk__in=[])
    for one in days:
        nearby |= Q(pk__in=_colleagues(subjects, one)) | Q(pk__in=_delegates(subjects, one))
        nearby |= Q(pk__in=_relatives(subjects, one)) | Q(pk__in=_linked(household_ids, one))
    return Person.objects.filter(nearby).values_list("pk")


def own_households(viewer: Viewer, person_id: UUID, *, day: date) -> frozenset[UUID]:
    """The households a person lives in, and those of their relatives: never linked to or handled by them (SG-45)."""
    kin = [person_id, *_relatives([person_id], day).values_list("pk", flat=True)]
    return frozenset(Resident.objects.filter(standing(day), person_id__in=kin).values_list("household_id", flat=True))


def families(
    viewer: Viewer, sides: Collection[tuple[UUID | None, UUID | None]], *, day: date
) -> dict[tuple[UUID | None, UUID | None], frozenset[UUID]]:
    """Of each side (person, household; either may be unknown): itself, whoever lives in its household, and the
    relatives of all of them on a day. Two queries, however many sides; none without any."""
    if not sides:
        return {}
    homes: dict[UUID, set[UUID]] = {home: set() for _, home in sides if home}
    for home, person in Resident.objects.filter(standing(day), household_id__in=homes).values_list(
        "household_id", "person_id"
    ):
        homes[home].add(person)
    core = {side: {one for one in (side[0],) if one} | (homes[side[1]] if side[1] else set()) for side in sides}
    everybody = set[UUID]().union(*core.values())
    near: dict[UUID, set[UUID]] = {}
    kin = Kin.objects.filter(standing(day)).filter(Q(person_id__in=everybody) | Q(relative_id__in=everybody))
    for one, other in kin.values_list("person_id", "relative_id"):
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    return {side: frozenset(some.union(*(near.get(one, ()) for one in some))) for side, some in core.items()}


def of_family(viewer: Viewer) -> Q:
    """Rows with a `person_id` and a `household_id` that are the viewer's or a relative's, or whom they act for; the
    same rule as `families`, as one condition in SQL."""
    family, day = near(viewer).family, viewer.day
    if not family or day is None:
        return Q(pk__in=[])
    homes = Resident.objects.filter(standing(day), person_id__in=family).values("household_id")
    return Q(person_id__in=family) | Q(household_id__in=homes)


def _over(subject_stands: Q) -> Q:
    """The subject's post, joined as `above__posts`, reaches this line: its own body, or a lower one if they head it."""
    return subject_stands & (Q(height=0) | Q(above__posts__responsibility__in=HEADS))


def _near(subject: Any, readers: list[UUID], day: Any) -> Q:
    """Whether one of the readers stands near the subject on a day. `subject` and `day` refer to the outer row."""
    under = BodyAbove.objects.filter(
        _over(standing(day, "above__posts__")),
        standing(day, "body__posts__"),
        above__posts__official__person_id=subject,
        body__posts__official__person_id__in=readers,
    )
    acting = Delegation.objects.filter(standing(day), post__official__person_id=subject, to_id__in=readers)
    kin = Kin.objects.filter(standing(day)).filter(
        Q(person_id=subject, relative_id__in=readers) | Q(relative_id=subject, person_id__in=readers)
    )
    return Q(Exists(under)) | Q(Exists(acting)) | Q(Exists(kin))


def stood(viewer: Viewer) -> Viewer:
    """The viewer with whoever stands near them worked out, for a question that is made once (core.questions)."""
    return viewer if viewer.everything else viewer.but(near=near(viewer))


def near(viewer: Viewer) -> Near:
    """For whom matters are kept from the viewer by nearness; no query in a request, and a few when posts have changed.

    A matter about somebody of `today` is kept from them whatever its day; about somebody of `once`, `binding` decides.
    """
    if viewer.near is not None:
        return viewer.near
    readers = _readers(viewer)
    if not readers or viewer.day is None:
        return Near()
    return _near_in(readers, viewer.day, edition_of(viewer))


def own_side(viewer: Viewer) -> frozenset[UUID]:
    """The viewer and whoever stands near them today: nobody gives these households, nor sees who is moved away from
    them before it is done. Whether one of them was complained about can then not be told from anything (SG-01).
    """
    return near(viewer).today | viewer.persons


@lru_cache(maxsize=2000)
def _near_in(readers: tuple[UUID, ...], day: date, _edition: UUID | None) -> Near:
    """Those near on a day, and on other days only; kept as long as posts, delegations and kin are the same."""
    kin = {one for (one,) in ask("conflict.kin", _kin_of, NOBODY, readers, day)}
    family = frozenset({*readers, *kin})
    ever = {one for (one,) in ask("conflict.ever", _all_ever, NOBODY, readers)}
    if not ever:
        return Near(family=family)
    now_ = {one for (one,) in ask("conflict.near", _near_of, NOBODY, readers, day, tuple(ever))}
    return Near(frozenset(now_), frozenset(ever - now_), family)


kept(_near_in.cache_clear)


def _readers(viewer: Viewer) -> tuple[UUID, ...]:
    """The viewer's person, and whom they act for."""
    return tuple(one for one in (viewer.person_id, viewer.on_behalf_of) if one is not None)


def _posts_above(readers: Collection[UUID]) -> QuerySet[Post]:
    """All posts ever of bodies that stand above one in which a reader ever held a post, or are it."""
    above = BodyAbove.objects.filter(body__posts__official__person_id__in=readers).values("above_id")
    return Post.objects.filter(body_id__in=above)


def _ever(readers: Collection[UUID]) -> list[QuerySet[Any, Any]]:
    """Everybody whom `_near` could find near one of the readers on any day."""
    return [
        _posts_above(readers).values_list("official__person_id"),
        Delegation.objects.filter(to_id__in=readers).values_list("post__official__person_id"),
        Kin.objects.filter(person_id__in=readers).values_list("relative_id"),
        Kin.objects.filter(relative_id__in=readers).values_list("person_id"),
    ]


def _all_ever(_viewer: Viewer, readers: Collection[UUID]) -> QuerySet[Any, Any]:
    first, *others = _ever(readers)
    return first.union(*others, all=True)


def _kin_of(_viewer: Viewer, readers: Collection[UUID], day: date) -> QuerySet[Any, Any]:
    """Relatives of the readers on a day, whichever of the two the register names first."""
    rows = Kin.objects.filter(standing(day))
    there = rows.filter(person_id__in=readers).values_list("relative_id")
    return there.union(rows.filter(relative_id__in=readers).values_list("person_id"), all=True)


def _near_of(_viewer: Viewer, readers: Collection[UUID], day: date, ever: Collection[UUID]) -> QuerySet[Any, Any]:
    """Of these, whoever stands near a reader on a day."""
    return Person.objects.filter(pk__in=ever).filter(_near(OuterRef("pk"), list(readers), day)).values_list("pk")


def _colleagues(subjects: Collection[UUID], day: date) -> QuerySet[Any]:
    lines = BodyAbove.objects.filter(
        _over(standing(day, "above__posts__")), above__posts__official__person_id__in=subjects
    )
    posts = Post.objects.filter(standing(day), body_id__in=lines.values("body_id"))
    return posts.values("official__person_id")


def _delegates(subjects: Collection[UUID], day: date) -> QuerySet[Any]:
    return Delegation.objects.filter(standing(day), post__official__person_id__in=subjects).values("to_id")


def _relatives(subjects: Collection[UUID], day: date) -> QuerySet[Any]:
    rows = Kin.objects.filter(standing(day))
    there = rows.filter(person_id__in=subjects).annotate(pk_=F("relative_id"))
    back = rows.filter(relative_id__in=subjects).annotate(pk_=F("person_id"))
    return Person.objects.filter(Q(pk__in=there.values("pk_")) | Q(pk__in=back.values("pk_"))).values("pk")


def _linked(household_ids: Collection[UUID], day: date) -> QuerySet[Any]:
    return Link.objects.filter(standing(day), household_id__in=household_ids).values("official__person_id")
