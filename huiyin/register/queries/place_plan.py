"""What a change of places would do: which end, which begin, where each household goes, who and what else is touched.

The action carries out the same plan that the page has shown. Everything that is wrong is refused in one sentence.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core import text
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.models import (
    Body,
    Household,
    ImportRun,
    Link,
    LinkRound,
    Overlay,
    Place,
    PlaceChange,
    PlaceFact,
    Post,
    Tie,
)
from huiyin.register.models.periods import lasting
from huiyin.register.models.places import CHANGES
from huiyin.register.models.rounds import UNDER_WAY
from huiyin.register.queries.days import today
from huiyin.register.rules import codes, naming, succession
from huiyin.register.rules.succession import Node

WORDS_MOST, PARTS_MOST, WRITTEN = 200, 12, "zh-Hans"
"""`WRITTEN`: the language a county's own names are written in."""


@dataclass(frozen=True)
class Into:
    """A place that comes of it: one that stands, by its code; or a new one by its name, with a code where it has one.

    Of a place that is divided it takes places directly under it and households by their numbers, or with `rest` all
    that nobody else takes.
    """

    code: str = ""
    name: str = ""
    takes: tuple[str, ...] = ()
    households: tuple[str, ...] = ()
    rest: bool = False


@dataclass(frozen=True)
class Asked:
    """A change of places as somebody wants it. `ending` are posts over the old places that end with them; all others
    go on over what came of these."""

    kind: str
    old: tuple[str, ...]
    into: tuple[Into, ...]
    why: str
    source: str = ""
    on: date | None = None
    ending: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Plan:
    """What is going to happen. `parts` are the places that come of it, by their part; `became` each place that goes
    somewhere as a whole; `homes` each household with its new code; `rest` the households nobody has told apart yet."""

    asked: Asked
    day: date
    olds: tuple[Node, ...]
    parts: tuple[Node, ...]
    begins: tuple[Node, ...]
    ends: frozenset[str]
    became: dict[str, str]
    homes: dict[UUID, str]
    rest: int = 0
    stays: str = ""
    """The name under which a divided place goes on; empty where it ends."""

    @property
    def rest_stays(self) -> bool:
        """Whether a divided place goes on only because of those nobody has told apart yet."""
        old = self.olds[0].code
        return bool(self.stays) and all(part.code != old for part in self.parts)

    @property
    def reach(self) -> dict[str, tuple[str, ...]]:
        """What each place concerned became: one place, or all the parts of one that is divided."""
        found: dict[str, tuple[str, ...]] = {old: (new,) for old, new in self.became.items()}
        if self.asked.kind in ("split", "placed"):
            old = self.olds[0].code
            found[old] = tuple(one.code for one in self.parts if one.code != old)
        return found

    @property
    def moved(self) -> dict[str, str]:
        """Where the bodies of each place that ends are afterwards: of a divided place at the first part."""
        return {old: new[0] for old, new in self.reach.items() if new and old in self.ends | self.became.keys()}


@dataclass(frozen=True)
class PostRow:
    """A post over an old place, which goes on or ends."""

    id: UUID
    name: str
    title: str
    body: str


@dataclass(frozen=True)
class Touched:
    """How much of the register a change touches."""

    households: int
    places: int
    posts: tuple[PostRow, ...]
    bodies: tuple[str, ...]
    links: int
    ties: int
    areas: tuple[str, ...]
    facts: int


def plan(viewer: Viewer, at: datetime, asked: Asked, *, lock: bool = False) -> Plan:
    """The plan of a change. Raises Refused with the field that is wrong.

    not_allowed, value_unknown, value_missing, text_too_long, name_too_long, day_ahead, place_unknown,
    place_level_differs, place_began_later, place_into_itself, place_parts_few, place_part_empty, place_twice,
    place_not_inside, place_name_taken, place_codes_used_up, code_wrong, code_taken, place_in_round, place_in_roster,
    nothing_changed.
    """
    viewer.need("register.edit")
    now = today(viewer, at)
    day = asked.on or now
    if asked.kind not in CHANGES:
        raise Refused("value_unknown", field="kind")
    if day > now:
        raise Refused("day_ahead", field="on")
    _told(asked)
    olds = _olds(viewer, asked, day, lock=lock)
    _nothing_under_way([one.code for one in olds])
    if asked.kind == "renamed":
        return _renamed(asked, day, olds[0])
    tree = _Tree(viewer, asked, olds, lock=lock)
    whole = asked.kind in ("merged", "recoded")
    return _whole(asked, day, olds, tree) if whole else _divided(asked, day, olds[0], tree)


def touched(viewer: Viewer, at: datetime, found: Plan) -> Touched:
    """What else of the register is concerned. Nine questions for any number of households."""
    reach, here = found.reach, Q(lasting(found.day), replaced_at=None)
    posts = Post.objects.filter(here, place_code__in=reach).order_by("body__name", "pk")
    rows = posts.values_list("pk", "official__person__name", "title", "body__name")
    links = Link.objects.filter(until=None, replaced_at=None, household__until=None).filter(
        _inside(found, "household__place_code")
    )
    moved = found.homes.keys()
    linked = sum(home in moved for home in links.values_list("household__pk", flat=True))
    areas = Overlay.objects.filter(members__place_code__in=reach, members__until=None).order_by("name")
    return Touched(
        households=len(moved),
        places=len(found.became.keys() - {one.code for one in found.olds}),
        posts=tuple(PostRow(*row) for row in rows),
        bodies=tuple(
            Body.objects.filter(place_code__in=found.moved, until=None).order_by("name").values_list("name", flat=True)
        ),
        links=linked,
        ties=Tie.objects.filter(here, to_place__in=reach).count(),
        areas=tuple(areas.values_list("name", flat=True).distinct()),
        facts=PlaceFact.objects.filter(here, place_code__in=found.ends).count(),
    )


def _told(asked: Asked) -> None:
    """That there are a reason and parts, and that what was typed is not too long."""
    if not text.line(asked.why, most=WORDS_MOST, field="why"):
        raise Refused("value_missing", field="why")
    text.line(asked.source, most=WORDS_MOST, field="source")
    if not asked.old:
        raise Refused("value_missing", field="old")
    if len(asked.old) > 1 and asked.kind != "merged":
        raise Refused("value_wrong", field="old")
    least = 2 if asked.kind == "split" else 1
    if len(asked.into) < least or (asked.kind not in ("split", "placed") and len(asked.into) > 1):
        raise Refused("place_parts_few", field="into")
    if len(asked.into) > PARTS_MOST:
        raise Refused("value_wrong", field="into")


def _olds(viewer: Viewer, asked: Asked, day: date, *, lock: bool) -> tuple[Node, ...]:
    """The places that end: open, in scope with what is above them, of one level, and there on that day."""
    wanted = {*asked.old, *(one.code for one in asked.into if one.code)}
    rows = Place.objects.filter(code__in=list(filter(codes.is_code, wanted)), until=None).order_by("code")
    held = {row.code: row for row in (rows.select_for_update(no_key=True) if lock else rows)}
    for code in dict.fromkeys(asked.old):
        row = held.get(code)
        if row is None or codes.width(code) < codes.WIDTHS[3] or not _may(viewer, code):
            raise Refused("place_unknown", field="old")
        if row.since is not None and day < row.since:
            raise Refused("place_began_later", field="on", day=row.since.isoformat())
        if codes.width(code) != codes.width(asked.old[0]):
            raise Refused("place_level_differs", field="old")
    return tuple(_node(held[code]) for code in dict.fromkeys(asked.old))


def _may(viewer: Viewer, code: str) -> bool:
    """Whether somebody keeps the register of a place and of what is directly above it."""
    return viewer.sees(code) and viewer.sees(codes.parent(code))


def _nothing_under_way(olds: Iterable[str]) -> None:
    """No round of assignment and no list is being carried out: both hold the codes of before."""
    if ImportRun.objects.filter(state="applying").exists():
        raise Refused("place_in_roster", field="old")
    for code in LinkRound.objects.filter(state__in=UNDER_WAY).values_list("place_code", flat=True):
        if any(codes.inside(old, code) or codes.inside(code, old) for old in olds):
            raise Refused("place_in_round", field="old")


def _name(one: Into) -> str:
    return text.name(naming.tidy(one.name), most=succession.NAME_MOST, field="into")


def _renamed(asked: Asked, day: date, old: Node) -> Plan:
    name = _name(asked.into[0])
    if not name:
        raise Refused("value_missing", field="into")
    if name == old.name:
        raise Refused("nothing_changed", field="into")
    if Place.objects.filter(parent_code=old.parent_code, name=name, until=None).exists():
        raise Refused("place_name_taken", field="into", name=name)
    fresh = Node(old.code, name, old.level, old.parent_code)
    return Plan(asked, day, (old,), (fresh,), (fresh,), frozenset(), {}, {})


def _whole(asked: Asked, day: date, olds: tuple[Node, ...], tree: "_Tree") -> Plan:
    """Each old place becomes the one new one with all that lies under it."""
    if asked.kind == "recoded" and asked.into[0].code == olds[0].code:
        raise Refused("nothing_changed", field="into")
    (part,) = tree.parts()
    if part.code in asked.old:
        raise Refused("place_into_itself", field="into")
    onto = {one.code: part for one in olds}
    became = tree.under([node for node in tree.nodes if node.code not in onto], onto)
    moves = {**dict.fromkeys(onto, part.code), **{old.code: new.code for old, new in became}}
    begins = (*tree.fresh(part), *(new for _, new in became))
    homes = {home: succession.lies_in(code, moves) for home, code in tree.homes()}
    return Plan(asked, day, olds, (part,), begins, frozenset(moves), moves, homes)


def _divided(asked: Asked, day: date, old: Node, tree: "_Tree") -> Plan:
    """Parts take places under the old one and households of it; what nobody takes stays, under a name that says so."""
    divided = bool(remainders(tree.viewer, [old.code]))
    if asked.kind == "placed" and not divided:
        raise Refused("place_no_rest", field="old")
    parts = tree.parts()
    goes_on = any(part.code == old.code for part in parts)
    if len({part.code for part in parts}) < len(parts):
        raise Refused("place_twice", field="into", what=parts[0].name)
    taken, chosen = _taken(asked, old, tree, goes_on=goes_on)
    below = tree.divided(old, parts, taken)
    moves = {before.code: after.code for before, after in below}
    everything = next((part.code for part, one in zip(parts, asked.into, strict=True) if one.rest), "")
    homes, rest = _homes(tree, old.code, moves, {home: parts[n].code for home, n in chosen.items()}, everything)
    left = any(node.code != old.code and node.code not in moves for node in tree.nodes)
    ends = frozenset(moves) | (frozenset() if goes_on or rest or left else {old.code})
    stays = "" if old.code in ends else old.name
    if stays and not goes_on and not divided:
        stays = phrase("place_says", "rest", WRITTEN, name=old.name)[: succession.NAME_MOST]
    begins = (*(one for part in parts for one in tree.fresh(part)), *(after for _, after in below))
    return Plan(asked, day, (old,), parts, begins, ends, moves, homes, 0 if goes_on else rest, stays)


def _homes(
    tree: "_Tree", old: str, moves: Mapping[str, str], chosen: Mapping[UUID, str], everything: str
) -> tuple[dict[UUID, str], int]:
    """Where each household goes: with its group, unless it was named for another part; and how many stay."""
    homes, rest = {}, 0
    for home, code in tree.homes():
        to, group = chosen.get(home, ""), succession.lies_in(code, moves)
        new = group if group and (not to or codes.inside(group, to)) else to or everything
        if new and new != old:
            homes[home] = new
        else:
            rest += 1
    return homes, rest


def _taken(asked: Asked, old: Node, tree: "_Tree", *, goes_on: bool) -> tuple[list[tuple[str, ...]], dict[UUID, int]]:
    """Which places directly under the old one each part takes, and the part of each household that was named."""
    below = {node.code for node in tree.nodes if node.parent_code == old.code}
    named = [code for one in asked.into for code in one.takes]
    homes = [code for one in asked.into for code in one.households]
    for some in (named, homes):
        if twice := next((code for code, count in Counter(some).items() if count > 1), ""):
            raise Refused("place_twice", field="into", what=twice)
    if stranger := next((code for code in named if code not in below), ""):
        raise Refused("place_not_inside", field="into", what=stranger)
    known = tree.by_number(homes)
    if stranger := next((code for code in homes if code not in known), ""):
        raise Refused("place_not_inside", field="into", what=stranger)
    if sum(one.rest for one in asked.into) > (0 if goes_on else 1):
        raise Refused("place_rest_once", field="into")
    for one in asked.into:
        if not (one.takes or one.households or one.rest or one.code == old.code):
            raise Refused("place_part_empty", field="into")
    others = tuple(sorted(below - set(named)))
    taken = [one.takes + (others if one.rest else ()) for one in asked.into]
    return taken, {known[code]: number for number, one in enumerate(asked.into) for code in one.households}


def remainders(viewer: Viewer, some: Collection[str]) -> frozenset[str]:
    """Those of some places that were divided and still hold what nobody has told apart."""
    open_ = Place.objects.filter(code__in=list(some), until=None).values("code")
    rows = PlaceChange.objects.filter(rest__in=open_, undone_at=None)
    return frozenset(rows.values_list("rest", flat=True))


class _Tree:
    """The open places at and under the old ones, the places that come of them, and the households there."""

    def __init__(self, viewer: Viewer, asked: Asked, olds: tuple[Node, ...], *, lock: bool) -> None:
        self.viewer, self.asked, self.olds = viewer, asked, olds
        self.here = at_or_under([one.code for one in olds], "code")
        rows = Place.objects.filter(self.here, until=None).order_by("code")
        # whoever puts a household here locks its place as well, so that none comes in between
        self.nodes = [_node(row) for row in (rows.select_for_update(no_key=True) if lock else rows)]
        self._known = self._codes_and_names()
        self._fresh: set[str] = set()

    def _codes_and_names(self) -> tuple[set[str], set[str]]:
        """Codes that were ever given where something new may begin, and names that stand there."""
        some = {one.parent_code for one in self.olds} | {codes.parent(one.code) for one in self.asked.into if one.code}
        near = at_or_under([code for code in some if codes.is_code(code)], "code")
        used: set[str] = set()
        names: set[str] = set()
        for code, parent, name, until in Place.objects.filter(near).values_list("code", "parent_code", "name", "until"):
            used.add(code)
            if until is None and code not in self.asked.old:
                names.add(f"{parent}/{name}")
        return used, names

    def parts(self) -> tuple[Node, ...]:
        """The places that come of it, standing or new."""
        return tuple(self._part(one) for one in self.asked.into)

    def _part(self, one: Into) -> Node:
        size = codes.width(self.olds[0].code)
        row = Place.objects.filter(code=one.code, until=None).first() if codes.is_code(one.code) else None
        if row is not None:
            if not _may(self.viewer, one.code):
                raise Refused("place_unknown", field="into")
            if codes.width(one.code) != size:
                raise Refused("place_level_differs", field="into")
            return _node(row)
        name = _name(one)
        if not name and self.asked.kind == "recoded":
            name = self.olds[0].name
        if not name:
            raise Refused("place_unknown" if one.code else "value_missing", field="into")
        return self._new(one.code, name, size)

    def _new(self, code: str, name: str, size: int) -> Node:
        """A place that is not there yet, beside the first of the old ones or where its code says."""
        used, names = self._known
        parent = self._above(code, size) if code else self.olds[0].parent_code
        if f"{parent}/{name}" in names:
            raise Refused("place_name_taken", field="into", name=name)
        fresh = Node(code or succession.free_code(parent, size, used), name, self.olds[0].level, parent)
        used.add(fresh.code)
        names.add(f"{parent}/{name}")
        self._fresh.add(fresh.code)
        return fresh

    def _above(self, code: str, size: int) -> str:
        """Where a code that was given puts its place."""
        if not codes.is_code(code) or codes.width(code) != size:
            raise Refused("code_wrong", field="into")
        if code in self._known[0] or Place.objects.filter(code=code).exists():
            raise Refused("code_taken", field="into")
        line = Place.objects.filter(code__in=codes.chain(code)[1:], until=None).values_list("code", flat=True)
        parent = max(line, key=codes.width, default="")
        if not parent or not _may(self.viewer, code):
            raise Refused("place_unknown", field="into")
        return parent

    def divided(self, old: Node, parts: Iterable[Node], taken: Iterable[tuple[str, ...]]) -> list[tuple[Node, Node]]:
        """What each part takes of the places under one that is divided, with all that lies below."""
        found: list[tuple[Node, Node]] = []
        for part, takes in zip(parts, taken, strict=True):
            if part.code != old.code:
                nodes = [node for node in self.nodes if any(codes.inside(node.code, code) for code in takes)]
                found += self.under(nodes, {old.code: part})
        return found

    def fresh(self, part: Node) -> tuple[Node, ...]:
        """The part itself, where it is new."""
        return (part,) if part.code in self._fresh else ()

    def under(self, nodes: Iterable[Node], onto: Mapping[str, Node]) -> list[tuple[Node, Node]]:
        """Places under the old ones as they are under the new ones."""
        used, names = self._known
        former = {node.code: node.name for node in self.nodes}
        return succession.recoded(nodes, onto, former, used=used, names=names)

    def homes(self) -> list[tuple[UUID, str]]:
        """Every household there now, with the code of its place."""
        rows = Household.objects.filter(at_or_under([one.code for one in self.olds], "place_code"), until=None)
        return list(rows.order_by("pk").values_list("pk", "place_code"))

    def by_number(self, numbers: Collection[str]) -> dict[str, UUID]:
        """Households there by their numbers."""
        rows = Household.objects.filter(at_or_under([one.code for one in self.olds], "place_code"), until=None)
        return dict(rows.filter(code__in=list(numbers)).values_list("code", "pk"))


def _inside(found: Plan, field: str) -> Q:
    return at_or_under([one.code for one in found.olds], field)


def _node(row: Place) -> Node:
    return Node(row.code, row.name, row.level, row.parent_code)


def in_use(viewer: Viewer, some: Collection[str], but: Collection[UUID]) -> bool:
    """Whether anything stands at one of some places, apart from some rows."""
    kept = (
        Household.objects.filter(place_code__in=some, until=None),
        Body.objects.filter(place_code__in=some, until=None),
        Post.objects.filter(place_code__in=some, until=None, replaced_at=None),
        Tie.objects.filter(to_place__in=some, until=None, replaced_at=None),
        Place.objects.filter(parent_code__in=some, until=None),
    )
    return any(pk not in but for rows in kept for pk in rows.values_list("pk", flat=True))
