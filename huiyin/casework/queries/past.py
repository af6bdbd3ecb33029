"""Matters as they went, for trying a rulebook on them before it is put in force."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from huiyin.casework.models import Matter, Move
from huiyin.casework.rules.ledgers import level_of
from huiyin.casework.rules.levels import CLIMBS, handled_at
from huiyin.core.viewer import Viewer
from huiyin.programme.trial import Past
from huiyin.register.queries import staff

BATCH = 2000
COLUMNS = (*("pk", "code", "programme", "kind", "way", "nature", "topic", "opened_at", "place_code", "owner_body_id"),)


def past(viewer: Viewer, *, since: datetime, until: datetime) -> Iterator[Past]:
    """Ordinary matters in the viewer's sight opened from `since` (up to `until`), each with the first moment of each
    step, the level it was first given to and the name of the body that has it; two queries for each 2,000.
    """
    last: UUID | None = None
    found = Matter.objects.visible_to(viewer).filter(opened_at__gte=since, opened_at__lt=until, history=False)
    bodies = {row.id: row for row in staff.bodies(viewer, until)}
    while True:
        rows = found.filter(pk__gt=last) if last else found
        batch = list(rows.order_by("pk").values(*COLUMNS)[:BATCH])
        if not batch:
            return
        last = batch[-1]["pk"]
        moments = _moments([row["pk"] for row in batch])
        for row in batch:
            taken = {"open": row["opened_at"], **moments.get(row["pk"], {})}
            body, level = bodies.get(row["owner_body_id"]), str(level_of(row["place_code"]))
            if body is not None and CLIMBS.isdisjoint(taken):  # where it climbed, the last body is not the first
                level = handled_at(level, level_of(body.place_code))
            yield Past(
                ident=row["code"],
                programme=row["programme"],
                kind=row["kind"],
                moments=taken,
                way=row["way"],
                nature=row["nature"],
                topic=row["topic"],
                level=level,
                unit=body.name if body else "",
            )


def _moments(ids: list[UUID]) -> dict[UUID, dict[str, datetime]]:
    """The first moment of each step of each matter."""
    moves = Move.objects.filter(matter_id__in=ids).exclude(step="open").order_by("matter_id", "-seq")
    rows = moves.values_list("matter_id", "step", "at")
    # Later moves come first, so that the first of a step is what remains.
    return {one: {step: at for _, step, at in group} for one, group in groupby(rows, key=itemgetter(0))}
