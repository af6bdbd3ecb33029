"""Rows of an invented county, many at once: bodies with staff, households with people, grids, links (SG-42).

By the writer that rosters use (`Written`), so that keys, ciphertexts, commitments and events are those of a list that
an office handed in; what a list is judged by is left out, because nobody wrote it. Only a database that carries the
demo mark takes any of it. Each action is one transaction, and done already where its first row is there: a run that
was killed goes on by saying everything again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.core import marks
from huiyin.core.actions import action
from huiyin.core.bulk import State, lay
from huiyin.core.canonical import plain
from huiyin.core.events import record
from huiyin.core.kept import Kept
from huiyin.core.models import Official
from huiyin.core.rulebook import current
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.actions.edition import new_edition
from huiyin.register.actions.roster_people import ID_COLUMN
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.events import InventedLaid
from huiyin.register.models import Body, BodyAbove, Household, Membership, Overlay, OverlayPlace, Post, Tie
from huiyin.register.queries.days import today
from huiyin.register.queries.people import PHONE_COLUMN
from huiyin.register.rules import naming
from huiyin.register.rules.months import later


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household. `identity` is a number no authority gave, `phone` one that cannot ring, or empty.

    `official` is the staff number of one who serves: the same person, under the name they serve by.
    """

    name: str
    relation: str
    born: int
    sex: str
    identity: str
    phone: str = ""
    official: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A household. `category` is one of the programme's, or empty; its source is the one the programme names."""

    code: str
    place_code: str
    door: str
    status: str
    members: tuple[Member, ...]
    category: str = ""


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody in service."""

    number: str
    name: str
    role: str
    title: str
    tier: str
    duty_phone: str
    kind: str = "official"
    head: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A body and who serves in it. `above` names the body over it at `above_code`, or is empty."""

    name: str
    kind: str
    place_code: str
    phone: str
    system: str = ""
    above: str = ""
    above_code: str = ""
    staff: tuple[Officer, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid over some places, and who heads it: a staff number, and what the head is called (R-025)."""

    kind: str
    name: str
    code: str
    place_codes: tuple[str, ...]
    head: str
    title: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Who is linked with what: an official by staff number or a body by name, with a place or a body at it."""

    place_code: str
    number: str = ""
    giver: str = ""
    body: str = ""


@action
def lay_families(*, by: Viewer, at: datetime, programme: str, families: Sequence[Family], since: date) -> int:
    """Some households of one village with everybody in them; returns how many were laid, 0 where they stand already."""
    _may(by)
    if not families or Household.objects.filter(code=families[0].code).exists():
        return 0
    out, begun, keeper = Written(today(by, at), at), since.isoformat(), vault()
    marked: list[State] = []
    serving = [member.official for one in families for member in one.members if member.official]
    persons = dict(Official.objects.filter(number__in=serving).values_list("number", "person_id"))
    for one in families:
        values = {"code": one.code, "place": one.place_code, "door": one.door, "status": one.status}
        home = out.household(values | {"size": len(one.members)}, begun)
        for member in one.members:
            person = str(persons[member.official]) if member.official else out.person(member.name)
            out.home(person, home, member.relation, begun)
            told = {"id": member.identity, "born": member.born, "sex": member.sex}
            out.identity(person, keeper.blind(ID_COLUMN, member.identity), told)
            if member.phone:
                out.phone(person, keeper.blind(PHONE_COLUMN, member.phone), member.phone, begun)
        if one.category:
            marked.append(_membership(programme, one.category, home, at, out.day))
    out.put_in()
    lay(Membership, marked)
    people = sum(len(one.members) for one in families)
    _tell(by, at, families[0].place_code[:12], households=len(families), people=people)
    return len(families)


@action
def lay_unit(*, by: Viewer, at: datetime, unit: Unit, since: date) -> UUID:
    """A body with its staff; returns its id, also where it stood already."""
    _may(by)
    there = Body.objects.filter(name=unit.name, place_code=unit.place_code, until=None).first()
    if there is not None:
        return there.pk
    out, begun, key = Written(today(by, at), at), since.isoformat(), fresh_id()
    above = Body.objects.filter(name=unit.above, place_code=unit.above_code, until=None).first()
    line = BodyAbove.objects.filter(body=above).values_list("above_id", "height") if above else ()
    state: State = {
        "id": key,
        "name": unit.name,
        "kind": unit.kind,
        "place_code": unit.place_code,
        "system": unit.system,
    }
    state |= {"phone": unit.phone, "parent_id": str(above.pk) if above else None, "since": begun}
    out.add(Body, state | {"pinyin": naming.keys(unit.name)[0]})
    for over, height in [(key, 0), *((str(one), height + 1) for one, height in line)]:
        out.add(BodyAbove, {"id": fresh_id(), "body_id": key, "above_id": over, "height": height})
    for one in unit.staff:
        who = {"id": fresh_id(), "person_id": out.person(one.name), "number": one.number, "kind": one.kind}
        official = out.add(Official, who | {"tier": one.tier, "duty_phone": one.duty_phone})
        post = _post(official, key, one.role, one.title, unit.place_code, begun, out.moment)
        out.add(Post, post | {"responsibility": "main" if one.head else "handler", "listed": one.head})
    out.put_in()
    _tell(by, at, unit.place_code, bodies=1, officials=len(unit.staff))
    return UUID(key)


@action
def lay_grids(*, by: Viewer, at: datetime, grids: Sequence[Grid], since: date) -> int:
    """Grids and their heads, who keep the post they have; returns how many were laid, without those that stand."""
    _may(by)
    known = set(Overlay.objects.filter(code__in=[one.code for one in grids]).values_list("code", flat=True))
    fresh = [one for one in grids if one.code not in known]
    if not fresh:
        return 0
    begun, moment = since.isoformat(), plain(at)
    held = Post.objects.filter(official__number__in=[one.head for one in fresh], overlay=None, until=None)
    posts = {post.official.number: post for post in held.select_related("official")}
    rows: dict[type[Kept], list[State]] = {Overlay: [], OverlayPlace: [], Post: []}
    for one in fresh:
        key, post = fresh_id(), posts[one.head]
        rows[Overlay].append({"id": key, "kind": one.kind, "name": one.name, "code": one.code, "since": begun})
        rows[OverlayPlace] += [
            {"id": fresh_id(), "overlay_id": key, "place_code": code, "since": begun} for code in one.place_codes
        ]
        headed = _post(str(post.official_id), str(post.body_id), post.role, one.title, post.place_code, begun, moment)
        rows[Post].append(headed | {"overlay_id": key})
    for model, states in rows.items():
        lay(model, states)
    new_edition()
    _tell(by, at, fresh[0].place_codes[0], grids=len(fresh))
    return len(fresh)


@action
def lay_ties(*, by: Viewer, at: datetime, programme: str, pairing: str, pairs: Sequence[Pair], since: date) -> int:
    """Links of one pairing that give no household its official; 0 where that pairing has some already.

    Raises KeyError where a body or an official of a pair is not there.
    """
    _may(by)
    if not pairs or Tie.objects.filter(programme=programme, pairing=pairing).exists():
        return 0
    numbers = {one.number for one in pairs if one.number}
    officials = dict(Official.objects.filter(number__in=numbers).values_list("number", "id"))
    found = Body.objects.filter(name__in={name for one in pairs for name in (one.giver, one.body)}, until=None)
    bodies: dict[tuple[str, str], UUID] = {}
    for name, place, key in found.order_by("pk").values_list("name", "place_code", "id"):
        bodies[name, place] = bodies[name, ""] = key
    begun = {"programme": programme, "pairing": pairing, "since": since.isoformat(), "recorded_at": plain(at)}
    lay(
        Tie,
        [
            begun
            | {
                "id": fresh_id(),
                "official_id": str(officials[one.number]) if one.number else None,
                "body_id": str(bodies[one.giver, ""]) if one.giver else None,
                "to_place": "" if one.body else one.place_code,
                "to_body_id": str(bodies[one.body, one.place_code]) if one.body else None,
            }
            for one in pairs
        ],
    )
    _tell(by, at, pairs[0].place_code, links=len(pairs))
    return len(pairs)


def _may(by: Viewer) -> None:
    """Raises Refused("not_demo") on a county's own database."""
    by.need("register.import")
    if not marks.is_demo():
        raise Refused("not_demo")


def _tell(by: Viewer, at: datetime, place: str, **counts: int) -> None:
    record(InventedLaid(subject=place, **counts), by=by, at=at)


def _post(official: str, body: str, role: str, title: str, place: str, since: str, moment: str) -> dict[str, Any]:
    post = {"id": fresh_id(), "official_id": official, "body_id": body, "role": role, "title": title}
    return post | {"place_code": place, "since": since, "recorded_at": moment}


def _membership(programme: str, category: str, household: str, at: datetime, day: date) -> State:
    people = current(at).rulebook.programmes[programme].people
    if people is None:
        raise Refused("category_unknown", field="category")
    kind = people.categories[category]
    return {
        "id": fresh_id(),
        "household_id": household,
        "programme": programme,
        "category": category,
        "high": kind.sensitivity == "high",
        "source": kind.source,
        "since": day.isoformat(),
        "until": later(day, kind.lasts_months).isoformat(),
        "review_on": later(day, kind.review_months).isoformat(),
        "recorded_at": plain(at),
    }
