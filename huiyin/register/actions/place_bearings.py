"""What lies over places goes with them: posts and powers lent, bodies, ties, areas, outlines and what is known of them.

Nobody loses a household by it: whoever had the old place has what came of it, until their post is ended. Of what is
known of a place only that of places that became one other goes on: two villages' figures are nobody's sum.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from huiyin.core.canonical import row_state
from huiyin.programme.refusal import Refused
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import (
    Body,
    BodyName,
    Delegation,
    OverlayPlace,
    PlaceFact,
    PlaceShape,
    Post,
    Tie,
)
from huiyin.register.models.periods import Dated, lasting
from huiyin.register.queries.place_plan import Plan
from huiyin.register.rules import naming

D = TypeVar("D", bound=Dated)
BODY_MOST = 80


def put_over(found: Plan, out: Written) -> None:
    """Gather all of it."""
    if not found.reach:
        return  # only the name is another
    _posts(found, out)
    _bodies(found, out)
    _ties(found, out)
    _areas(found, out)
    _facts(found, out)
    _shapes(found, out)


def _until(row: Any, day: date) -> date:
    return max(day, row.since or day)


def _goes_on(day: date) -> Q:
    return Q(lasting(day), replaced_at=None)


def _again(row: D, out: Written, **columns: Any) -> str:
    """A dated fact from the day on, with other columns; the new row's id."""
    fresh = {"id": fresh_id(), "since": _until(row, out.day).isoformat(), "recorded_at": out.moment}
    out.follow(row, fresh["id"])
    return out.add(type(row), row_state(row) | fresh | columns)


def _posts(found: Plan, out: Written) -> None:
    """A post over an old place is one over what came of it, with the powers lent out of it; or it ends that day."""
    reach: dict[str, tuple[str, ...]] = found.reach
    kept: dict[UUID, list[str]] = {}
    targets = {code for codes in reach.values() for code in codes}
    columns = ("official_id", "body_id", "role", "place_code", "overlay_id")
    there = Post.objects.filter(place_code__in=targets, until=None, replaced_at=None).values_list("pk", *columns)
    known: dict[tuple[Any, ...], str] = {tuple(key): str(pk) for pk, *key in there}
    here = Post.objects.filter(_goes_on(found.day), place_code__in=reach).select_related("official")
    for post in here.order_by("pk"):
        ends = post.place_code in found.ends or post.pk in found.asked.ending
        wanted = () if post.pk in found.asked.ending else reach[post.place_code]
        for code in wanted:
            key = (post.official_id, post.body_id, post.role, code, post.overlay_id)
            if key not in known:
                known[key] = _again(post, out, place_code=code)
            kept.setdefault(post.pk, []).append(known[key])
        if ends:
            out.change(post, until=_until(post, found.day))
    _lent(found, out, kept)


def _lent(found: Plan, out: Written, kept: dict[UUID, list[str]]) -> None:
    """Powers lent out of a post are lent out of what came of it, once, also where its holder had that post already."""
    open_ = Delegation.objects.filter(_goes_on(found.day))
    into = {UUID(post) for posts in kept.values() for post in posts}
    known = {
        (str(post), to, verbs) for post, to, verbs in open_.filter(post__in=into).values_list("post", "to", "verbs")
    }
    for lent in open_.filter(post__in=list(kept)).select_related("post").order_by("pk"):
        for post in kept[lent.post_id]:
            if (post, lent.to_id, lent.verbs) not in known:
                known.add((post, lent.to_id, lent.verbs))
                _again(lent, out, post_id=post)
        if lent.post.place_code in found.ends:
            out.change(lent, until=_until(lent, found.day))


def _bodies(found: Plan, out: Written) -> None:
    """A body is at what its place became, of a divided place at the first part; where one there has its name, the old
    place's name goes before its own."""
    reach = found.moved
    there = Body.objects.filter(place_code__in=set(reach.values()), until=None)
    names = set(there.values_list("name", "place_code"))
    called = {node.code: node.name for node in found.olds}
    for body in Body.objects.filter(place_code__in=reach, until=None).order_by("pk"):
        new, name = reach[body.place_code], body.name
        if (name, new) in names:
            name = f"{called.get(body.place_code, '')}{name}"[:BODY_MOST]
            if (name, new) in names:
                raise Refused("body_there", field="into")
            _was_called(body, found.day, out)
            out.change(body, name=name, pinyin=naming.keys(name)[0])
        names.add((name, new))
        out.change(body, place_code=new)


def _was_called(body: Body, day: date, out: Written) -> None:
    last = BodyName.objects.filter(body=body).order_by("-until").values_list("until", flat=True).first()
    begun = last or body.since
    if begun < day:
        period = {"since": begun.isoformat(), "until": day.isoformat()}
        out.add(BodyName, {"id": fresh_id(), "body_id": str(body.pk), "name": body.name, **period})


def _ties(found: Plan, out: Written) -> None:
    """A tie to a place is one to what came of it, once."""
    reach = found.reach
    columns = ("official_id", "body_id", "household_id", "programme", "pairing", "to_place")
    targets = {code for codes in reach.values() for code in codes}
    known = set(Tie.objects.filter(to_place__in=targets, until=None, replaced_at=None).values_list(*columns))
    for tie in Tie.objects.filter(_goes_on(found.day), to_place__in=reach).order_by("pk"):
        for code in reach[tie.to_place]:
            key = (tie.official_id, tie.body_id, tie.household_id, tie.programme, tie.pairing, code)
            if key not in known:
                known.add(key)
                _again(tie, out, to_place=code)
        if tie.to_place in found.ends:
            out.change(tie, until=_until(tie, found.day))


def _areas(found: Plan, out: Written) -> None:
    """An area consists of what came of its places; a place that is in another area of the kind stays in that."""
    reach = found.reach
    targets = {code for codes in reach.values() for code in codes}
    members = OverlayPlace.objects.filter(place_code__in={*reach, *targets}, until=None).select_related("overlay")
    rows = list(members.order_by("pk"))
    known = {(row.overlay.kind, row.place_code) for row in rows}
    for row in rows:
        for code in reach.get(row.place_code, ()):
            if (row.overlay.kind, code) not in known:
                known.add((row.overlay.kind, code))
                since = _until(row, found.day).isoformat()
                state = {"id": fresh_id(), "overlay_id": str(row.overlay_id), "place_code": code, "since": since}
                out.add(OverlayPlace, state)
        if row.place_code in found.ends:
            out.change(row, until=_until(row, found.day))


def _facts(found: Plan, out: Written) -> None:
    """What is known goes on of a place that became one other; of places joined or divided it ends with them."""
    alone = found.became.keys() - {one.code for one in found.olds}
    if found.asked.kind == "recoded":
        alone |= {found.olds[0].code}
    for fact in PlaceFact.objects.filter(_goes_on(found.day), place_code__in=found.ends).order_by("pk"):
        if fact.place_code in alone:
            _again(fact, out, place_code=found.became[fact.place_code])
        out.change(fact, until=_until(fact, found.day))


def _shapes(found: Plan, out: Written) -> None:
    """The outline of what was joined is all the outlines together; what is divided is drawn when its outlines come."""
    targets = set(found.became.values())
    rows = list(PlaceShape.objects.filter(place_code__in=found.ends | targets, until=None).order_by("place_code"))
    drawn: dict[str, list[PlaceShape]] = {}
    for row in rows:
        if row.place_code in found.ends:
            out.change(row, until=_until(row, found.day))
        if new := found.became.get(row.place_code, row.place_code if row.place_code in targets else ""):
            drawn.setdefault(new, []).append(row)
    for code, some in drawn.items():
        if len(some) > 1 or some[0].place_code != code:
            _draw(code, some, found.day, out)


def _draw(code: str, some: Iterable[PlaceShape], day: date, out: Written) -> None:
    """One outline of several, each a MultiPolygon of its own."""
    polygons = [polygon for row in some for polygon in row.coordinates]
    source = next(row.source for row in some)
    for row in some:
        if row.place_code == code:
            out.change(row, until=_until(row, day))
    state = {"id": fresh_id(), "place_code": code, "coordinates": polygons, "source": source, "since": day.isoformat()}
    out.add(PlaceShape, state)
