"""Lines of bodies against the register, before anybody serves in them: known by name and place (R-047, R-048)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import Body, BodyAbove, Place
from huiyin.register.models.periods import open_on
from huiyin.register.rules import cells, naming
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict, judged


@dataclass
class Standing:
    """A body that stands, or one that a line before has brought (`row` is None); `line`: those above, with heights."""

    id: str
    place_code: str
    parent: str
    line: tuple[tuple[str, int], ...]
    row: Body | None = None


def standing_bodies(names: set[str]) -> dict[str, list[Standing]]:
    """Open bodies by name, with who stands above them; two questions."""
    rows = list(Body.objects.filter(name__in=names, until=None).order_by("place_code", "pk"))
    lines: dict[str, list[tuple[str, int]]] = {}
    for body, above, height in BodyAbove.objects.filter(body__in=rows).values_list("body_id", "above_id", "height"):
        lines.setdefault(str(body), []).append((str(above), height))
    found: dict[str, list[Standing]] = {}
    for row in rows:
        line = tuple(lines.get(str(row.pk), ()))
        parent = str(row.parent_id or "")
        found.setdefault(row.name, []).append(Standing(str(row.pk), row.place_code, parent, line, row))
    return found


def bodies_by_kind(names: set[str], day: date) -> dict[tuple[str, str], UUID]:
    """Bodies of some names that stand on a day, by name and kind; of two the one of the smaller code. One question."""
    found: dict[tuple[str, str], UUID] = {}
    for row in Body.objects.filter(open_on(day), name__in=names).order_by("place_code", "pk"):
        found.setdefault((row.name, row.kind), row.pk)
    return found


def _kinds(written: set[str]) -> frozenset[str]:
    """Which of some kinds bodies of the county are of already: a county's own words for them."""
    rows = Body.objects.filter(until=None, kind__in=written).order_by().values_list("kind", flat=True)
    return frozenset(rows.distinct()) if written else frozenset()


def new_body(plan: Written, values: dict[str, Any], place: str, parent: Standing | None) -> Standing:
    """The rows of a body that is new, with who stands above it. `values` may have `phone` and `address`."""
    key = fresh_id()
    above = tuple((one, height + 1) for one, height in parent.line) if parent is not None else ()
    made = Standing(key, place, parent.id if parent is not None else "", ((key, 0), *above))
    state = {
        "id": key,
        "name": values["body"],
        "kind": values["body_kind"],
        "system": values["system"],
        "industry": values["industry"],
        "place_code": place,
        "parent_id": made.parent or None,
        "pinyin": naming.keys(values["body"])[0],
        "since": values["since"] or plan.day.isoformat(),
    }
    plan.add(Body, state | {name: values[name] for name in ("phone", "address") if values.get(name)})
    for one, height in made.line:
        plan.add(BodyAbove, {"id": fresh_id(), "body_id": key, "above_id": one, "height": height})
    return made


class Bodies:
    """Some lines of bodies, with the bodies they speak of."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, day
        self.county = current(at).rulebook.county.code
        values = [line.values for line, _ in lines]
        self.bodies = standing_bodies({one["body"] for one in values} | {one["parent"] for one in values} - {""})
        written = {one["place"] for one in values} - {""}
        self.open = frozenset(Place.objects.filter(code__in=written, until=None).values_list("code", flat=True))
        self.kinds = cells.coded("body_kind") | _kinds({one["body_kind"] for one in values} - {""})

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order; a line may name a parent that an earlier one has brought."""
        return [judged(partial(self._judged, how), line.values) for line, how in self.lines]

    def _judged(self, how: str, values: dict[str, Any]) -> Verdict:
        parent = self._parent(values["parent"])
        place = values["place"] or (parent.place_code if parent is not None else self.county)
        if values["place"] and values["place"] not in self.open:  # it ended since the list was read
            raise Refused("place_closed", field="place_code")
        known = self._known(values, place)
        if not self.by.sees(known.place_code if known is not None else place):
            raise Refused("place_beyond", field="place_code")
        plan = Written(self.day, self.at)
        if known is None:
            if not values["body_kind"]:
                raise Refused("body_kind_missing", field="body_kind", name=values["body"][:30])
            if values["body_kind"] not in self.kinds and how != "take":
                return Verdict("held", "body_kind_new", column="body_kind")
            self.bodies.setdefault(values["body"], []).append(new_body(plan, values, place, parent))
            return Verdict("new", plan=plan)
        if parent is not None and known.parent != parent.id:
            raise Refused("body_parent_other", field="parent", name=values["parent"][:30])
        if known.row is not None:
            self._told(known.row, values, plan)
        return Verdict("changed", plan=plan) if plan else Verdict("same")

    def _parent(self, name: str) -> Standing | None:
        """The one body of the name that is written. Raises Refused: parent_of_list_unknown, parent_of_list_several."""
        found = self.bodies.get(name, []) if name else []
        if name and len(found) != 1:
            code = "parent_of_list_several" if found else "parent_of_list_unknown"
            raise Refused(code, field="parent", name=name[:30])
        return found[0] if found else None

    def _known(self, values: dict[str, Any], place: str) -> Standing | None:
        """The body of the name at the place; without a place the only one of the name."""
        named = self.bodies.get(values["body"], [])
        here = [one for one in named if one.place_code == place]
        if here or values["place"]:
            return here[0] if here else None
        if len(named) > 1:
            raise Refused("body_of_list_where", field="place_code", name=values["body"][:30])
        return named[0] if named else None

    def _told(self, row: Body, values: dict[str, Any], plan: Written) -> None:
        """What a line says of a known body; what it leaves empty stays."""
        told = {
            "kind": values["body_kind"],
            "system": values["system"],
            "industry": values["industry"],
            "phone": values["phone"],
            "address": values["address"],
        }
        plan.change(row, **{name: value for name, value in told.items() if value and value != getattr(row, name)})
