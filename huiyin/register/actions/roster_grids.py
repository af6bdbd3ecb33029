"""Lines of grids against the register: a grid by code, or by kind, name and town; a place in it; who heads it (R-025).

A line of a town brings all its villages, where a grid of that kind consists of villages; one with a household's number
brings that household, where a grid of the kind may be made of households, and the grid is then of nothing else. What
stands in another grid of the kind, and a head other than who heads it, are for a person to decide; days before keep
what they had.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from huiyin.core.ids import uuid7
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.programme.schema.places import GridKind
from huiyin.register.actions.grids import PLACES_MOST
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import Household, Overlay, OverlayChange, OverlayHousehold, OverlayPlace, Place, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import overlays
from huiyin.register.rules import codes, grids, naming
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict

TOWN, VILLAGE = codes.WIDTHS[3], codes.WIDTHS[4]
HOME = "#"
Part = OverlayPlace | OverlayHousehold
Key = tuple[str, str, str]
"""Kind, name and town: a grid of a list without codes."""


@dataclass
class _Grid:
    """A grid with its places and head, as it is once the lines so far are in."""

    row: Overlay
    over: dict[str, Part] = field(default_factory=dict)
    """By the code of a place, and the number of a household behind a sign that stands in no code."""
    head: Post | None = None
    planned: bool = False
    """Whether its head comes from a line before."""
    told: bool = False
    """Whether the line that changes it first has said so."""
    noted: tuple[str, date, str, UUID | None] | None = None
    """What was said of it last: what, from which day, why, by whom."""


class Grids:
    """Some lines of grids, with what is known of the grids, places and officials they name."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, day
        values = [line.values for line, _ in lines]
        self.kinds = overlays.kinds(by, at)
        self.below = self._places({one["place"] for one in values} - {""})
        written = {one["home"] for one in values} - {""}
        self.homes = {HOME + row.code: row for row in Household.objects.filter(code__in=written, until=None)}
        self.known: dict[UUID, _Grid] = {}
        self.by_code: dict[str, _Grid] = {}
        self.by_name: dict[Key, _Grid] = {}
        self.brought: set[UUID] = set()
        """Places that lines before have brought: they stand in no table yet, so nothing can take them away."""
        self._grids({one["code"] for one in values} - {""}, {naming.tidy(one["name"]) for one in values})
        self.posts = self._posts({one["head"] for one in values} - {""})

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [self._one(line, decision) for line, decision in self.lines]

    def _places(self, wanted: set[str]) -> dict[str, list[tuple[str, str]]]:
        """Of each place written itself and all below it, with their levels: code and level."""
        rows = list(
            Place.objects.filter(at_or_under(wanted, "code"), until=None).order_by("code").values_list("code", "level")
        )
        return {one: [(code, level) for code, level in rows if codes.inside(code, one)] for one in wanted}

    def _grids(self, written: set[str], names: set[str]) -> None:
        """Open grids of the names and codes, and every other of the county's kinds that holds one of the places."""
        reach = {code for some in self.below.values() for code, _ in some}
        reach |= {row.place_code for row in self.homes.values()}
        near = OverlayPlace.objects.filter(at_or_under({code[:12] for code in reach}), until=None)
        beside = OverlayHousehold.objects.filter(
            at_or_under({code[:12] for code in reach}, "household__place_code"), until=None, replaced_at=None
        )
        rows = Overlay.objects.filter(until=None).order_by("code")
        found = {
            row.pk: row
            for some in (
                rows.filter(pk__in=near.values("overlay_id")),
                rows.filter(pk__in=beside.values("overlay_id")),
                rows.filter(code__in=written),
                rows.filter(name__in=names, kind__in=list(self.kinds)),
            )
            for row in some
        }
        self.known = {key: _Grid(row) for key, row in found.items()}
        for member in OverlayPlace.objects.filter(overlay__in=found, until=None):
            self.known[member.overlay_id].over[member.place_code] = member
        named = OverlayHousehold.objects.filter(overlay__in=found, until=None, replaced_at=None)
        for home in named.select_related("household"):
            self.known[home.overlay_id].over[HOME + home.household.code] = home
            self.homes[HOME + home.household.code] = home.household
        heads = Post.objects.filter(overlay__in=found, until=None, replaced_at=None).select_related("official")
        for post in heads.order_by("-since", "-pk"):
            if post.overlay_id is not None:
                self.known[post.overlay_id].head = post
        notes = OverlayChange.objects.filter(overlay__in=found).order_by("recorded_at", "pk")
        for key, what, on, reason, who in notes.values_list("overlay_id", "what", "on", "reason", "by_id"):
            self.known[key].noted = (what, on, reason, who)
        for grid in self.known.values():
            self.by_code[grid.row.code] = grid
            for part in grid.over:
                self.by_name.setdefault((grid.row.kind, grid.row.name, self._where(part)[:TOWN]), grid)

    def _posts(self, numbers: set[str]) -> dict[str, Post]:
        """The post by which somebody heads a grid: the first of those they hold that is not of a grid itself."""
        held = Post.objects.filter(standing(self.day), official__number__in=numbers, overlay=None)
        found: dict[str, Post] = {}
        for post in held.select_related("official", "body").order_by("since", "pk"):
            found.setdefault(post.official.number, post)
        return found

    def _one(self, line: Line, decision: str) -> Verdict:
        kind = self._kind(line.values["kind"])
        if kind is None:
            return Verdict("refused", "grid_unknown", column="grid_kind")
        name, found = kind
        home = HOME + line.values["home"]
        if line.values["home"] and home not in self.homes:
            return Verdict("refused", "household_of_list_unknown", column="household_code")
        if line.values["home"] and "household" not in found.of:
            return Verdict("refused", "grid_places_list", column="household_code")
        members = [home] if line.values["home"] else self._members(line.values["place"], found)
        if not members or len(members) > PLACES_MOST:
            return Verdict("refused", "grid_places_list", column="village")
        if not all(self.by.sees(self._where(one)) for one in members):
            return Verdict("refused", "place_beyond", column="place_code")
        post = self.posts.get(line.values["head"])
        if line.values["head"] and (post is None or not self.by.sees(post.place_code)):
            return Verdict("refused", "grid_head_unknown", column="head_number")
        return self._placed(line, decision, _Wanted(name, found, members, post))

    def _kind(self, written: str) -> tuple[str, GridKind] | None:
        """The kind that is written, by its name or by a word of its title (工作片 or 中网格); else the only one."""
        if not written:
            return next(iter(self.kinds.items())) if len(self.kinds) == 1 else None
        some = grids.words(written)
        return next(((name, one) for name, one in self.kinds.items() if some & {name, *grids.words(one.title)}), None)

    def _members(self, place: str, kind: GridKind) -> list[str]:
        """The places a line brings: itself, or all below it of the level the kind consists of."""
        here = self.below[place]
        itself = [code for code, level in here if code == place and level in kind.of]
        return itself or [code for code, level in here if level == kind.of[0]]

    def _where(self, part: str) -> str:
        """The code of a place, or of where a household is."""
        return self.homes[part].place_code if part.startswith(HOME) else part

    def _mixed(self, grid: _Grid, members: Sequence[str]) -> bool:
        """Whether a grid would be made of places and of households, or of households of two villages."""
        if {one.startswith(HOME) for one in (*grid.over, *members)} == {True}:
            return len({self._where(one)[:VILLAGE] for one in (*grid.over, *members)}) > 1
        return any(one.startswith(HOME) for one in (*grid.over, *members))

    def _placed(self, line: Line, decision: str, wanted: "_Wanted") -> Verdict:
        name = naming.tidy(line.values["name"])
        town = self._where(wanted.members[0])[:TOWN]
        code = line.values["code"]
        grid = self.by_code.get(code) if code else self.by_name.get((wanted.kind, name, town))
        if grid is not None and (grid.row.kind, grid.row.name) != (wanted.kind, name):
            return Verdict("refused", "grid_code_other", column="grid_code")
        if grid is not None and not self._given_up(grid):
            return Verdict("refused", "place_beyond", column="place_code")
        if grid is not None and self._mixed(grid, wanted.members):
            return Verdict("refused", "grid_mixed_list", column="grid_name")
        new = [one for one in wanted.members if grid is None or one not in grid.over]
        headed = self._headed(grid, wanted.post)
        if grid is not None and not new and headed:
            return Verdict("same")
        others = self._elsewhere(grid, wanted, new)
        if any(
            code not in new or not self._given_up(other) or other.over[code].pk in self.brought
            for other, code in others
        ):
            return Verdict("refused", "grid_taken_list", column="village")
        if others and decision != "take":
            return Verdict("held", "grid_differs")
        if grid is not None and grid.head is not None and not headed and (decision != "take" or grid.planned):
            return Verdict("held", "grid_head_differs")
        return self._planned(line, grid, wanted, new, others)

    def _given_up(self, other: _Grid) -> bool:
        """Whether a list may take a place from a grid: who edits all it consists of."""
        return all(self.by.sees(self._where(one)) for one in other.over)

    def _headed(self, grid: _Grid | None, post: Post | None) -> bool:
        """Whether nothing is to be done about the head: none is written, or it is who is written."""
        if post is None:
            return True
        return grid is not None and grid.head is not None and grid.head.official_id == post.official_id

    def _elsewhere(self, grid: _Grid | None, wanted: "_Wanted", new: Iterable[str]) -> list[tuple[_Grid, str]]:
        """What of the new places stands in other grids of the kind, in whole or in part: the grid, and its place."""
        if not wanted.found.alone:
            return []
        others = [one for one in self.known.values() if one is not grid and one.row.kind == wanted.kind]
        return [(one, part) for one in others for part in sorted(one.over) if any(self._meet(part, it) for it in new)]

    def _meet(self, part: str, new: str) -> bool:
        """Whether two parts share ground: a household with itself, and with the place it is in."""
        if part.startswith(HOME) and new.startswith(HOME):
            return part == new
        return grids.meet(self._where(part), self._where(new))

    def _planned(
        self, line: Line, grid: _Grid | None, wanted: "_Wanted", new: list[str], others: list[tuple[_Grid, str]]
    ) -> Verdict:
        """The rows of a line; lines that follow know of them."""
        plan = Written(self.day, self.at)
        begin = date.fromisoformat(line.values["since"]) if line.values["since"] else self.day
        begin = max([begin, *(other.over[code].since for other, code in others)])
        fresh = grid is None
        if grid is None:
            grid = self._laid(line, wanted, begin, plan)
        begin = max(begin, grid.row.since)
        for other, code in others:
            plan.change(other.over.pop(code), until=begin)
            self._noted(other, begin, line, plan)
        for code in new:
            self._joined(grid, code, begin, plan)
        if not self._headed(grid, wanted.post) and wanted.post is not None:
            self._head(grid, wanted, wanted.post, begin, plan)
        self._noted(grid, begin, line, plan)
        return Verdict("new" if fresh else "changed", plan=plan)

    def _laid(self, line: Line, wanted: "_Wanted", begin: date, plan: Written) -> _Grid:
        row = Overlay(id=uuid7(), kind=wanted.kind, name=naming.tidy(line.values["name"]), since=begin)
        row.code = line.values["code"] or f"{self._where(wanted.members[0])[:TOWN]}-{row.pk.hex[-10:]}"
        state = {"id": str(row.pk), "kind": row.kind, "name": row.name, "code": row.code, "since": begin.isoformat()}
        plan.add(Overlay, state)
        grid = self.known[row.pk] = self.by_code[row.code] = _Grid(row)
        self.by_name[row.kind, row.name, self._where(wanted.members[0])[:TOWN]] = grid
        return grid

    def _joined(self, grid: _Grid, part: str, begin: date, plan: Written) -> None:
        row: Part
        if part.startswith(HOME):
            row = OverlayHousehold(id=uuid7(), household=self.homes[part], since=begin)
            more = {"household_id": str(self.homes[part].pk), "recorded_at": plan.moment}
        else:
            row, more = OverlayPlace(id=uuid7(), place_code=part, since=begin), {"place_code": part}
        state = {"id": str(row.pk), "overlay_id": str(grid.row.pk), "since": begin.isoformat()}
        plan.add(type(row), state | more)
        grid.over[part] = row
        self.brought.add(row.pk)

    def _head(self, grid: _Grid, wanted: "_Wanted", held: Post, begin: date, plan: Written) -> None:
        """Somebody heads it by the post they hold, from the day on; who headed it before ends that day."""
        if grid.head is not None:
            begin = max(begin, grid.head.since)
            plan.change(grid.head, until=begin)
        row = Post(id=uuid7(), official_id=held.official_id, since=max(begin, held.since))
        state = {
            "id": str(row.pk),
            "official_id": str(held.official_id),
            "body_id": str(held.body_id),
            "role": held.role,
            "title": wanted.found.head,
            "place_code": held.place_code,
            "overlay_id": str(grid.row.pk),
            "since": row.since.isoformat(),
            "recorded_at": plan.moment,
        }
        plan.add(Post, state)
        grid.head, grid.planned = row, True

    def _noted(self, grid: _Grid, begin: date, line: Line, plan: Written) -> None:
        """What is kept of it: once for the lines of a list, in whichever part of it they stand."""
        if grid.told or grid.noted == ("listed", begin, line.values["basis"], self.by.person_id):
            return
        grid.told = True
        state = {
            "id": fresh_id(),
            "overlay_id": str(grid.row.pk),
            "what": "listed",
            "on": begin.isoformat(),
            "reason": line.values["basis"],
            "by_id": str(self.by.person_id) if self.by.person_id else None,
            "recorded_at": plan.moment,
        }
        plan.add(OverlayChange, state)


@dataclass(frozen=True)
class _Wanted:
    """What a line asks for: a kind, the places, who heads it."""

    kind: str
    found: GridKind
    members: list[str]
    post: Post | None
