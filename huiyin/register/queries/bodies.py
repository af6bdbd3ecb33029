"""Bodies, their posts and their people as of a day: what they were called, who held what, who was there for whom.

Bodies and who serves in them are no secret. Households are: of those an official led only what the viewer sees today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce

from huiyin.core import rulebook
from huiyin.core.models import Account, Official
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.models import Body, BodyName, BodyState, Household, Link, Post, PowerGrant, Resident
from huiyin.register.models.periods import holds, open_on, standing
from huiyin.register.queries import official_states, places, staff, ties
from huiyin.register.queries.body_states import STATED, StateLine, of_bodies, said
from huiyin.register.queries.days import today

PAGE, HOMES, UNDER = 50, 50, 100
Class = Literal["system", "industry"]
CLASSES: tuple[Class, ...] = ("system", "industry")
"""What bodies are classified by, beside where they are (R-045)."""


@dataclass(frozen=True)
class BodyLine:
    """A body in a list: what it was called that day, where, how many served."""

    id: UUID
    name: str
    kind: str
    path: str
    officials: int
    state: str = ""
    """stopped, switched, closed; empty for one that is at work."""


@dataclass(frozen=True)
class Bodies:
    """A page of bodies; `after` leads on, empty at the end."""

    rows: tuple[BodyLine, ...]
    after: str


@dataclass(frozen=True)
class PostLine:
    """A post for a period: who, in which body, over where. Hours and work are those of the day."""

    id: UUID
    place_code: str
    person_id: UUID
    name: str
    body_id: UUID
    body: str
    title: str
    responsibility: str
    path: str
    duty_phone: str
    since: date
    until: date | None
    hours: str = ""
    work: str = ""
    kind: str = "official"
    power: str = ""
    """How far consent is to a duty the post gives: a state of `PowerGrant`; empty where it gives none."""


@dataclass(frozen=True)
class Former:
    """A name a body had before."""

    name: str
    since: date
    until: date


@dataclass(frozen=True)
class BodyDay:
    """A body on a day."""

    id: UUID
    name: str
    kind: str
    system: str
    industry: str
    path: str
    parent_id: UUID | None
    parent: str
    phone: str
    address: str
    since: date
    until: date | None
    names: tuple[Former, ...]
    posts: tuple[PostLine, ...]
    day: date
    place_code: str
    states: tuple[StateLine, ...] = ()
    """What was said of it up to that day, the newest first."""
    stated: bool = False
    """Whether it is of a kind that stops, switches and closes."""
    under: tuple[tuple[UUID, str], ...] = ()
    """The bodies directly under it, a hundred at most."""


@dataclass(frozen=True)
class Led:
    """A household somebody led on a day: who heads it and where it is now."""

    id: UUID
    code: str
    path: str
    head: str


@dataclass(frozen=True)
class OfficialDay:
    """An official on a day: the posts held then, all others, and the households led then, as far as the viewer sees."""

    person_id: UUID
    official_id: UUID
    name: str
    posts: tuple[PostLine, ...]
    others: tuple[PostLine, ...]
    led: int
    homes: tuple[Led, ...]
    day: date
    number: str = ""
    kind: str = ""
    tier: str = ""
    status: str = ""
    before: tuple[official_states.State, ...] = ()
    """What they were before today, the newest first."""
    login: str = ""
    """What their account is called; empty without one."""
    has_password: bool = False


def day_of(viewer: Viewer, at: datetime, day: date | None) -> date:
    """The day asked about, by default today. Raises Refused("day_ahead")."""
    now = today(viewer, at)
    if day is not None and day > now:
        raise Refused("day_ahead", field="day")
    return day or now


def listed(
    viewer: Viewer,
    at: datetime,
    *,
    under: str,
    day: date | None = None,
    after: str = "",
    state: str = "",
    words: str = "",
    system: str = "",
) -> Bodies:
    """Bodies that stood on a day at or under a place, by place and id; with `state` those in it that day, with `words`
    those whose name of today or of the day, or its pinyin, holds them, with `system` those in one (R-048). Six
    questions."""
    viewer.need("register.see")
    that = day_of(viewer, at, day)
    low, high = subtree(under)
    rows = Body.objects.filter(open_on(that), place_code__gte=low, place_code__lt=high)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(pinyin__icontains=words))
    if system:
        rows = rows.filter(system=system)
    if state:
        in_it = BodyState.objects.filter(standing(that), state=state)
        rows = rows.filter(pk__in=in_it.values("body_id"))
    place, _, key = after.partition("~")
    if key:
        rows = rows.filter(Q(place_code__gt=place) | Q(place_code=place, pk__gt=_known(key)))
    found = list(rows.order_by("place_code", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    names, paths = _called(shown, that), places.paths(viewer, [row.place_code for row in shown])
    held = Post.objects.filter(standing(that), body__in=shown).values_list("body_id").order_by()
    counts = dict(held.annotate(n=Count("official", distinct=True)))
    states = {pk: line.state for pk, line in of_bodies(viewer, [row.pk for row in shown], that).items()}
    lines = tuple(
        BodyLine(row.pk, names[row.pk], row.kind, paths[row.place_code], counts.get(row.pk, 0), states.get(row.pk, ""))
        for row in shown
    )
    return Bodies(lines, f"{shown[-1].place_code}~{shown[-1].pk}" if len(found) > PAGE else "")


def kinds(viewer: Viewer, at: datetime) -> tuple[str, ...]:
    """What a body may be: what bodies of the county are, what categories name beside them, what links lead to."""
    viewer.need("register.see")
    found = set(Body.objects.filter(until=None).order_by().values_list("kind", flat=True).distinct())
    for programme in rulebook.current(at).rulebook.programmes.values():
        for category in programme.people.categories.values() if programme.people else ():
            found |= set(category.bodies)
        for pairing in programme.links.pairings.values() if programme.links else ():
            found |= {pairing.to} & set(ties.BODIES)
    return tuple(sorted(found))


def one(viewer: Viewer, at: datetime, body_id: UUID, *, day: date | None = None) -> BodyDay:
    """A body on a day with who served in it. Raises Missing, also for a day on which it did not stand."""
    viewer.need("register.see")
    that = day_of(viewer, at, day)
    row = Body.objects.filter(open_on(that), pk=body_id).select_related("parent").first()
    if row is None:
        raise Missing
    called = _called([row, *([row.parent] if row.parent else [])], that)
    former = BodyName.objects.filter(body=row).order_by("-until").values_list("name", "since", "until")
    posts = _posts(Q(standing(that), body=row), that)
    return BodyDay(
        row.pk,
        called[row.pk],
        row.kind,
        row.system,
        row.industry,
        places.path_names(viewer, row.place_code),
        row.parent_id,
        called[row.parent_id] if row.parent_id else "",
        row.phone,
        row.address,
        row.since,
        row.until,
        tuple(Former(*one) for one in former),
        _lines(viewer, posts, places.paths(viewer, [one.place_code for one in posts]), that),
        that,
        row.place_code,
        said(viewer, row.pk, that) if row.kind in STATED else (),
        row.kind in STATED,
        _below(row, that),
    )


def official(viewer: Viewer, at: datetime, person_id: UUID, *, day: date | None = None) -> OfficialDay:
    """An official on a day. Raises Missing for who never served. Five questions, however many posts there are."""
    viewer.need("register.see")
    that = day_of(viewer, at, day)
    rows = _posts(Q(official__person_id=person_id, replaced_at=None), that, "official__person__account")
    known = Official.objects.filter(person_id=person_id).select_related("person__account")
    row = rows[0].official if rows else known.first()
    if row is None:
        raise Missing
    led = _led(viewer, row, that, today(viewer, at))
    paths = places.paths(viewer, [*(one.place_code for one in rows), *(place for _, _, place, _, _ in led)])
    posts = _lines(viewer, rows, paths, that)
    then = tuple(one for one in posts if one.since <= that and (one.until is None or that < one.until))
    homes = tuple(Led(key, code, paths[place], head or "") for key, code, place, head, _ in led)
    others = tuple(one for one in posts if one not in then)
    past = official_states.before(row.pk)
    is_ = next((one for one in past if holds(that, one.since, one.until)), None) or row
    told = (row.number, is_.kind, is_.tier, is_.status, past)
    whole = led[0][-1] if led else 0
    account: Account | None = getattr(row.person, "account", None)
    login = (account.username, account.has_usable_password()) if account else ("", False)
    return OfficialDay(person_id, row.pk, row.person.name, then, others, whole, homes, that, *told, *login)


def _led(viewer: Viewer, row: Official, that: date, now: date) -> list[tuple[UUID, str, str, str | None, int]]:
    """The first households led on a day that the viewer sees today: id, code, place, who heads it now, how many."""
    led = Link.objects.filter(standing(that), official=row, kind="lead", household__isnull=False)
    seen = Household.objects.visible_to(viewer, now).filter(pk__in=led.values("household_id"))
    heads = Resident.objects.filter(standing(now), household=OuterRef("pk"), relation="head").order_by("-pk")
    told = seen.annotate(head=Subquery(heads.values("person__name")[:1]), whole=Window(Count("pk")))
    return list(told.order_by("place_code", "code").values_list("pk", "code", "place_code", "head", "whole")[:HOMES])


def _below(row: Body, day: date) -> tuple[tuple[UUID, str], ...]:
    """The bodies directly under one on a day, as they were called."""
    rows = list(Body.objects.filter(open_on(day), parent=row).order_by("place_code", "name")[:UNDER])
    names = _called(rows, day) if rows else {}
    return tuple((one.pk, names[one.pk]) for one in rows)


def _known(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError as wrong:
        raise Missing from wrong


def _called(rows: list[Body], day: date) -> dict[UUID, str]:
    """What each was called that day."""
    former = BodyName.objects.filter(body__in=rows, since__lte=day, until__gt=day).values_list("body_id", "name")
    return {row.pk: row.name for row in rows} | dict(former)


def _posts(which: Q, day: date, *joined: str) -> list[Post]:
    """Posts, each with `called`, what its body was called on a day, `power`, how far consent is to the duty it gives,
    and what is `joined` besides."""
    former = BodyName.objects.filter(body=OuterRef("body"), since__lte=day, until__gt=day).order_by("-pk")
    rows = Post.objects.filter(which).select_related("official__person", "body", *joined)
    rows = rows.order_by("-since", "pk")
    grants = PowerGrant.objects.filter(post=OuterRef("pk"), delegation=None).order_by("-asked_at", "-pk")
    called = Coalesce(Subquery(former.values("name")[:1]), "body__name")
    return list(rows.annotate(called=called, power=Subquery(grants.values("state")[:1])))


def _lines(viewer: Viewer, rows: list[Post], paths: Mapping[str, str], day: date) -> tuple[PostLine, ...]:
    """Posts with the words of the day."""
    told = staff.duty_words(viewer, {row.official_id for row in rows}, day)
    past = viewer.back is not None or (viewer.day is not None and day < viewer.day)
    were = official_states.on(day, [row.official_id for row in rows]) if past else {}
    return tuple(
        PostLine(
            row.pk,
            row.place_code,
            row.official.person_id,
            row.official.person.name,
            row.body_id,
            vars(row)["called"],
            row.title,
            row.responsibility,
            paths[row.place_code],
            row.official.duty_phone,
            row.since,
            row.until,
            told.get((row.official_id, "hours"), ""),
            told.get((row.official_id, "work"), ""),
            were[row.official_id].kind if row.official_id in were else row.official.kind,
            vars(row)["power"] or "",
        )
        for row in rows
    )


def words_of(viewer: Viewer, column: Class) -> tuple[str, ...]:
    """The systems or industries that bodies are said to be in, to choose from again; at most a hundred."""
    viewer.need("register.see")
    rows = Body.objects.filter(until=None).exclude(**{column: ""}).order_by(column).values_list(column, flat=True)
    return tuple(rows.distinct()[:100])
