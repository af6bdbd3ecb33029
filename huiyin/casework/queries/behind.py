"""The entries a figure was made from, without a word of them: for who sees figures and not matters (R-229, R-406)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from huiyin.casework.models.tallies import CaseTallyQuerySet
from huiyin.casework.queries.figures import BASES, matching
from huiyin.casework.rules.figures import OF_GRADES, SHARES
from huiyin.casework.rules.spans import Behind
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import places, staff

PAGE = 50
COLUMNS = (
    *("matter_id", "matter__code", "opened_on", "answered_on", "closed_on", "place_code", "topic", "nature"),
    *("channel", "state", "result", "limit", "body_id", "answered", "in_time", "reopened", "common"),
)


@dataclass(frozen=True)
class Entry:
    """One matter as it was counted: number, days, place, class, unit, how far; no title, no text, nobody's name.
    `in_time` is None while there is no answer."""

    code: str
    opened_on: date
    answered_on: date | None
    closed_on: date | None
    place: str
    topic: str
    nature: str
    channel: str
    state: str
    result: str
    limit: str
    body: str
    in_time: bool | None
    reopened: bool
    common: bool


@dataclass(frozen=True)
class Page:
    """One page, newest first, of `total`; `after` is the key of the next, empty where there is none."""

    rows: Sequence[Entry]
    total: int
    after: str = ""


def entries(viewer: Viewer, behind: Behind, *, after: str = "", size: int = PAGE) -> Page:
    """A page of the entries of a figure: the very rows it was summed from. Four questions. Raises not_allowed."""
    rows, day = _rows(viewer, behind), BASES[behind.wanted.basis]
    total = rows.count()
    rows = rows.filter(_beyond(day, after)).order_by(f"-{day}", "-matter_id")
    found = list(rows.values(*COLUMNS)[: size + 1])
    here = found[:size]
    last = f"{here[-1][day].isoformat()}_{here[-1]['matter_id'].hex}" if len(found) > size else ""
    return Page(_told(viewer, here), total, last)


def count(viewer: Viewer, behind: Behind) -> int:
    """How many there are; one question. Raises not_allowed."""
    return _rows(viewer, behind).count()


def _rows(viewer: Viewer, behind: Behind) -> CaseTallyQuerySet:
    """What the figure counts in the viewer's sight; of grades nothing the viewer handles or supervises (SG-05)."""
    for verb in ("stats.see", "matter.trace"):
        if not viewer.may(verb):
            raise Refused("not_allowed", verb=verb)
    rows = matching(behind).visible_to(viewer)
    if {behind.name, *SHARES.get(behind.name, ())} & OF_GRADES:
        rows = rows.filter(~Q(handler_id__in=viewer.persons) & ~Q(supervisor_id__in=viewer.persons))
    return rows


def _beyond(day: str, key: str) -> Q:
    """Rows after a key; a key that is none begins at the start."""
    when, _, last = key.partition("_")
    try:
        moment, one = date.fromisoformat(when), UUID(hex=last)
    except ValueError:
        return Q()
    # The first condition alone lets the index begin at the key; the second settles ties.
    return Q(**{f"{day}__lte": moment}) & (Q(**{f"{day}__lt": moment}) | Q(matter_id__lt=one))


def _told(viewer: Viewer, found: Sequence[dict[str, Any]]) -> list[Entry]:
    paths = places.paths(viewer, {row["place_code"] for row in found})
    bodies = staff.body_names(viewer, {row["body_id"] for row in found if row["body_id"]})
    return [
        Entry(
            code=row["matter__code"],
            place=paths.get(row["place_code"], ""),
            body=bodies.get(row["body_id"], ""),
            in_time=bool(row["in_time"]) if row["answered"] else None,
            reopened=row["reopened"] > 0,
            common=row["common"] > 0,
            **{name: row[name] for name in SAME},
        )
        for row in found
    ]


SAME = (*("opened_on", "answered_on", "closed_on", "topic", "nature", "channel", "state", "result", "limit"),)
