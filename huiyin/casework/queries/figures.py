"""Figures about casework, from what matters count as: whole, by day and by any dimension, in one question (R-419).

A figure counts each matter once, as it stands now, on the day the basis names: received, answered or closed. Whatever
is summed opens to its matters: `matching` is the condition behind a figure, for lists.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from huiyin.casework.models import CaseTally
from huiyin.casework.models.tallies import CaseTallyQuerySet
from huiyin.casework.rules.figures import MEASURES, SHARES
from huiyin.casework.rules.spans import STAFF, Behind, Line, Sums, Wanted, beside, total
from huiyin.core.viewer import Viewer, subtree

BASES = {"received": "opened_on", "answered": "answered_on", "closed": "closed_on"}
DIMENSIONS = {
    "reporter": "reporter",
    "channel": "channel",
    "topic": "topic",
    "nature": "nature",
    "kind": "kind",
    "programme": "programme",
    "way": "way",
    "intent": "intent",
    "heading": "heading",
    "handling": "handling",
    "level": "level",
    "limit": "limit",
    "result": "result",
    "call": "call",
    "body": "body_id",
    "handler": "handler_id",
    "supervisor": "supervisor_id",
}
"""What figures may be taken apart by, and the column of it; a further column of the tally stands here and is shown."""
ELEMENTS = (
    *("reporter", "day", "channel", "topic", "way", "limit", "result", "handler", "supervisor", "call"),
    *("body", "nature", "intent", "heading", "handling", "kind", "level", "place"),
    "programme",
)
"""The ten elements in the order of the document (R-170, R-419), then the further ones."""
IDS = frozenset({"body", "handler", "supervisor"})
WIDTHS = {6: 9, 9: 12, 12: 15}
"""Digits of a place's parts, by the digits of the place: towns of a county, villages of a town, groups of a village."""


def whole(viewer: Viewer, wanted: Wanted) -> Sums:
    """The sums of everything asked about; one question."""
    return total(split(viewer, wanted, ("channel",))["channel"])


def split(viewer: Viewer, wanted: Wanted, names: Sequence[str]) -> dict[str, list[Line]]:
    """The sums by each of some dimensions; all in one question, whatever their number.

    `day` is the basis's day, `place` the parts of the place asked about.
    """
    rows = CaseTally.objects.visible_to(viewer).filter(_condition(wanted))
    columns = {name: _column(wanted, name) for name in names}
    needed = dict.fromkeys([*(column for column, _ in columns.values()), *MEASURES])
    text, values = rows.order_by().values_list(*needed).query.sql_with_params()
    sums = ", ".join(f'SUM("{name}")' for name in MEASURES)
    parts = [
        f"SELECT '{name}', CAST({shape} AS TEXT), {sums} FROM t GROUP BY {shape}"  # noqa: S608 - our own names, every value goes as a parameter
        for name, (_, shape) in columns.items()
    ]
    names_of = ", ".join(f'"{column}"' for column in needed)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH t ({names_of}) AS MATERIALIZED ({text}) {' UNION ALL '.join(parts)}", values)
        found: dict[str, list[Line]] = {name: [] for name in names}
        for name, value, *numbers in cursor.fetchall():
            found[name].append(_line(name, value, numbers))
    for name, lines in found.items():
        lines.sort(key=lambda line: line.value if name == "day" else "")
        if name != "day":
            lines.sort(key=lambda line: (-line.sums["collected"], line.value))
    return found


def from_staff(viewer: Viewer, wanted: Wanted) -> int:
    """How many came from numbers of people in service: they are handled, and in none of the sums; one question."""
    return CaseTally.objects.visible_to(viewer).filter(_condition(beside(wanted))).count()


def matching(behind: Behind) -> CaseTallyQuerySet:
    """The rows behind a figure; `lacking`: those of a share's base that are not in its part. A condition of a list,
    which itself shows only what its viewer may see.
    """
    rows = CaseTally.objects.filter(_condition(behind.wanted))
    if not behind.lacking:
        return rows.filter(**{f"{behind.name}__gt": 0})
    part, base = SHARES[behind.name]
    return rows.filter(**{f"{base}__gt": 0, part: 0})


def _condition(wanted: Wanted) -> Q:
    day = BASES[wanted.basis]
    return Q(**{f"{day}__gte": wanted.from_, f"{day}__lt": wanted.until}) & where(wanted)


def where(wanted: Wanted) -> Q:
    """What is asked about, its days left open."""
    low, high = subtree(wanted.place)
    found = Q(place_code__gte=low, place_code__lt=high, staff=STAFF in wanted.only)
    if wanted.body:
        found &= Q(body_id=wanted.body)
    for name, value in wanted.only:
        found &= _only(name, value, wanted.place)
    return found


LOOSE = ("loose", "1")
"""A condition beside the dimensions: what stands under no common issue."""


def _only(name: str, value: str, place: str) -> Q:
    if name == LOOSE[0]:
        return Q(common=0)
    if name == STAFF[0]:
        return Q(staff=True)
    if name == "place":
        low, high = subtree(value) if value != place else _own(place)
        return Q(place_code__gte=low, place_code__lt=high)
    column = DIMENSIONS[name]
    if name in IDS:
        return Q(**{column: UUID(value)}) if value else Q(**{f"{column}__isnull": True})
    return Q(**{column: value})


def _column(wanted: Wanted, name: str) -> tuple[str, str]:
    """The column a dimension reads, and what it is grouped by."""
    if name == "day":
        column = BASES[wanted.basis]
        return column, f'"{column}"'
    if name == "place":
        return "place_code", f'SUBSTR("place_code", 1, {_width(wanted.place)})'
    return DIMENSIONS[name], f'"{DIMENSIONS[name]}"'


def _width(place: str) -> int:
    """Digits of the parts of a place."""
    return WIDTHS[next((width for width in WIDTHS if set(place[width:12]) <= {"0"}), 12)]


def _own(place: str) -> tuple[str, str]:
    """What lies in none of the parts of a place, as its own line counts it."""
    low = place[: _width(place)]
    return low, low + "0" if len(place) < _width(place) else f"{int(low) + 1:0{len(low)}}"


def _line(name: str, value: Any, numbers: Sequence[Any]) -> Line:
    text = str(value or "")
    if name in IDS and text:
        text = str(UUID(text))
    if name == "place":
        text = text.ljust(12, "0")
    return Line(text, dict(zip(MEASURES, map(int, numbers), strict=True)))
