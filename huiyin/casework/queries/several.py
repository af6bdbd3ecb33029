"""Several matters at once: for each, whether a step may be taken with what is in hand, asked of the rule itself.

Nothing is changed by asking. What is absent or foreign is left out silently, as in every list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.models import Conflict, Matter
from huiyin.casework.queries.books import standing_of
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.rules import codes, flow
from huiyin.casework.rules.flow import Actor
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.staff import OfficialRow

COUNTY, TOWN, VILLAGE = 6, 9, 12
"""Digits of a code that say a county, a town, a village."""


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
    """What a step would do to ordinary matters in sight, by their codes, oldest first. Six queries, whatever their
    number, and some for each that somebody is kept out of."""
    wanted = [code for one in typed if (code := codes.read_code(one)) is not None]
    found = list(Matter.objects.visible_to(viewer).filter(code__in=wanted).order_by("opened_at", "id"))
    rows = rows_of(viewer, [{name: getattr(one, name) for name in COLUMNS} for one in found])
    near = _near(viewer, found, at) if any(part in given for part in flow.PARTS) else {}
    actor = Actor(viewer.person_id, viewer.verbs, system=viewer.everything, behalf=viewer.on_behalf_of)
    told = []
    for matter, row in zip(found, rows, strict=True):
        if _already(matter, step, given):
            told.append(Prospect(row, matter.version, already=True))
            continue
        told.append(Prospect(row, matter.version, _refusal(matter, step, given, actor, near.get(matter.id))))
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


def _refusal(
    matter: Matter, step: str, given: Mapping[str, Any], actor: Actor, near: frozenset[UUID] | None
) -> Refused | None:
    page = version(matter.rulebook_id).matters(matter.programme)
    standing = replace(standing_of(matter), excluded=near or frozenset())
    try:
        for dimension, table in (("topic", page.topics), ("nature", page.natures)):
            if given.get(dimension) and given[dimension] not in table:
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
        return bool(given) and all(getattr(matter, name) == given.get(name) for name in ("topic", "nature", "way"))
    return bool(given) and matter.state in ("assigned", "working") and matter.handler_id == given.get("handler")


def _near(viewer: Viewer, found: Sequence[Matter], at: datetime) -> dict[UUID, frozenset[UUID]]:
    """Who must be kept out of each matter."""
    rows: dict[UUID, list[tuple[UUID, str]]] = {}
    for matter_id, person, kind in Conflict.objects.filter(matter__in=found).values_list(
        "matter_id", "person_id", "kind"
    ):
        rows.setdefault(matter_id, []).append((person, kind))
    days = {one.id: one.local_day for one in found}
    kept: dict[UUID, frozenset[UUID]] = {}
    for matter_id, about in rows.items():
        subjects = [person for person, kind in about if kind != "recused"]
        out = conflict.exclusion(viewer, subjects, at=at, day=days[matter_id]) if subjects else frozenset()
        kept[matter_id] = out | {person for person, _ in about}
    return kept


def _common(places: Sequence[str]) -> str:
    """The smallest place that holds all of them."""
    for digits in (VILLAGE, TOWN, COUNTY):
        heads = {place[:digits] for place in places}
        if len(heads) == 1:
            return heads.pop().ljust(VILLAGE, "0")
    return places[0][:2].ljust(VILLAGE, "0")
