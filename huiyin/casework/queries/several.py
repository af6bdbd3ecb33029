"""Several matters at once: for each, whether a step may be taken with what is in hand, asked of the rule itself.

Nothing is changed by asking. What is absent or foreign is left out silently, as in every list.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.models import Conflict, Matter
from huiyin.casework.models.matters import WHOLE
from huiyin.casework.queries import mediation
from huiyin.casework.queries.books import actor_of, standing_of
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules import codes, flow
from huiyin.casework.rules.flow import Actor
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.dimensions import DIMENSIONS
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import OfficialRow

COUNTY, TOWN, VILLAGE = 6, 9, 12
"""Digits of a code that say a county, a town, a village."""
NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Prospect:
    """One matter with what would become of it: `refused` with the reason, `already` so, or it would be done."""

    row: MatterRow
    seen: int
    refused: Refused | None = None
    already: bool = False


def prospects(
    viewer: Viewer, typed: Sequence[str], step: str, given: Mapping[str, Any], at: datetime
) -> Sequence[Prospect]:
    """What a step would do to ordinary matters in sight, by their codes, oldest first. Ten queries, whatever their
    number, and one for each person who is to have a part in them."""
    wanted = [code for one in typed if (code := codes.read_code(one)) is not None]
    found = list(Matter.objects.visible_to(viewer).filter(code__in=wanted).order_by("opened_at", "id"))
    rows = rows_of(viewer, [{name: getattr(one, name) for name in COLUMNS} for one in found])
    near = _near(viewer, found, given, at) if any(part in given for part in flow.PARTS) else {}
    actor = actor_of(viewer)
    told = []
    for matter, row in zip(found, rows, strict=True):
        if _already(matter, step, given):
            told.append(Prospect(row, matter.version, already=True))
            continue
        told.append(
            Prospect(row, matter.version, _refusal(matter, step, given, actor, frozenset(near.get(matter.id, ()))))
        )
    return told


def candidates(
    viewer: Viewer, rows: Sequence[MatterRow], at: datetime
) -> tuple[Sequence[OfficialRow], Sequence[OfficialRow]]:
    """Handlers and supervisors whose scope covers all of these places; whom a matter is about the rule refuses."""
    place = _common([row.place_code for row in rows])
    return (
        staff.candidates(viewer, at, verb="matter.accept", place_code=place),
        staff.candidates(viewer, at, verb="matter.supervise", place_code=place),
    )


def _refusal(matter: Matter, step: str, given: Mapping[str, Any], actor: Actor, near: Set[UUID]) -> Refused | None:
    page = version(matter.rulebook_id).matters(matter.programme)
    standing = replace(standing_of(matter), excluded=frozenset(near))
    try:
        for dimension in DIMENSIONS:
            if dimension != "way" and given.get(dimension) and given[dimension] not in page.values(dimension):
                raise Refused(f"{dimension}_unknown", field=dimension)
        flow.take_step(matters=page, standing=standing, name=step, actor=actor, given=given)
    except Refused as refused:
        return refused
    return None


def _already(matter: Matter, step: str, given: Mapping[str, Any]) -> bool:
    """Whether the matter stands as the step would leave it, so that a second press does nothing again."""
    if step == "accept":
        return matter.state != version(matter.rulebook_id).flow(matter.programme, matter.kind).initial
    if step == "classify":
        said = {"topic", "nature", "way"} | {name for name in DIMENSIONS if given.get(name)}
        return bool(given) and all(getattr(matter, name) == given.get(name) for name in said)
    return bool(given) and matter.state in ("assigned", "working") and matter.handler_id == given.get("handler")


def _near(viewer: Viewer, found: Sequence[Matter], given: Mapping[str, Any], at: datetime) -> dict[UUID, set[UUID]]:
    """Which of those who are to have a part, or have one, must be kept out of each matter."""
    rows = Conflict.objects.filter(matter__in=found)
    kept: dict[UUID, set[UUID]] = {}
    for matter_id, person in rows.values_list("matter_id", "person_id"):
        kept.setdefault(matter_id, set()).add(person)
    families = mediation.families(viewer, [one.id for one in found], today(viewer, at))
    have = {getattr(one, f"{part}_id") for one in found if one.id in kept for part in flow.PARTS}
    persons = {one for one in (*have, *(given.get(part) for part in flow.PARTS)) if one is not None}
    for chosen in persons if kept else ():
        near = conflict.binding(Viewer(person_id=chosen, day=today(viewer, at)), rows, whole=WHOLE)
        for matter_id in near.values_list("matter_id", flat=True):
            kept[matter_id].add(chosen)
    for matter_id, some in families.items():
        kept.setdefault(matter_id, set()).update(some)
    return kept


def _common(places: Sequence[str]) -> str:
    """The smallest place that holds all of them."""
    for digits in (VILLAGE, TOWN, COUNTY):
        heads = {place[:digits] for place in places}
        if len(heads) == 1:
            return heads.pop().ljust(VILLAGE, "0")
    return places[0][:2].ljust(VILLAGE, "0")
