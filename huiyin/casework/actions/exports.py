"""Taking a list away as a file is an act: allowed by a verb, counted, and written down (R-355, SG-49)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from huiyin.casework.events import FiguresExported, MattersExported
from huiyin.casework.queries import matters as queries
from huiyin.casework.queries.elements import Elements, of_many
from huiyin.casework.queries.matters import Filters, MatterRow
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

MOST = 5_000
R = TypeVar("R")


@dataclass(frozen=True)
class Taken(Generic[R]):
    """What is taken away, with the number of its taking: it stands on every row of the file, and with the look, so
    that a piece of a list that turns up somewhere says who took it when (trust.md D1).
    """

    number: str
    rows: Sequence[R]


@action
def export_elements(*, by: Viewer, at: datetime, filters: Filters, query: str) -> Taken[Elements]:
    """The ten elements of what a list shows, for a file (R-170); as `export_matters`."""
    taken = export_matters(by=by, at=at, filters=filters, query=query)
    return Taken(taken.number, of_many(by, [row.id for row in taken.rows]))


@action
def export_matters(*, by: Viewer, at: datetime, filters: Filters, query: str) -> Taken[MatterRow]:
    """The rows of a list for a file. `query` are the filters as an address, kept with the look.

    Raises Refused: not_allowed, too_many_rows.
    """
    by.need("matter.export")
    found = queries.count(by, filters, at)
    if found > MOST:
        raise Refused("too_many_rows", most=MOST, found=found)
    rows = queries.all_rows(by, filters, at, most=MOST)
    # A search may hold a name; what was searched for is never written down.
    shown = "&".join(part for part in query.split("&") if not part.startswith("q="))
    number = secrets.token_hex(4)
    look(by=by, at=at, kind="matters.export", subject=f"export:{number}", reason=shown[:200])
    record(MattersExported(subject="matters", rows=len(rows)), by=by, at=at)
    return Taken(number, rows)


@action
def export_figures(*, by: Viewer, at: datetime, lines: int, query: str) -> None:
    """Write down that figures were taken away as a file: how many lines, and what was asked. Raises not_allowed."""
    by.need("stats.see")
    look(by=by, at=at, kind="figures.export", subject="figures", reason=query[:200])
    record(FiguresExported(subject="figures", lines=lines), by=by, at=at)
