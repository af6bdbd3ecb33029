"""Taking a list away as a file is an act: allowed by a verb, counted, and written down (R-355, SG-49)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from huiyin.casework.events import FiguresExported, MattersExported
from huiyin.casework.events.leaves import ExportLeaveAsked, ExportLeaveDecided
from huiyin.casework.models import ExportLeave
from huiyin.casework.queries import behind as entries
from huiyin.casework.queries import leaves
from huiyin.casework.queries import matters as queries
from huiyin.casework.queries.behind import Entry
from huiyin.casework.queries.elements import Elements, of_many
from huiyin.casework.queries.matters import Filters, MatterRow
from huiyin.casework.rules.spans import Behind
from huiyin.core import four_eyes, text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.models import Account
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

MOST = 5_000
FREE = 500
"""So many rows one takes alone within a day, in however many files; for more another person gives leave."""
LONGEST = 400
"""Characters of filters that are kept with leave."""
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

    Raises Refused: not_allowed, too_many_rows, export_needs_leave.
    """
    found, shown = _asked_for(by, at, filters, query)
    number = secrets.token_hex(4)
    leave = used(by, at, shown if shown == query else None, found, number)
    rows = queries.all_rows(by, filters, at, most=MOST)
    look(by=by, at=at, kind="matters.export", subject=f"export:{number}", reason=shown[:200])
    record(MattersExported(subject="matters", rows=len(rows), leave=leave), by=by, at=at)
    return Taken(number, rows)


@action
def ask_leave(*, by: Viewer, at: datetime, filters: Filters, query: str, reason: str) -> ExportLeave:
    """Ask another person for leave to take a long list away, with what it is for. Only filters are shown to them.

    Raises Refused: not_allowed, too_many_rows (a search is asked nobody about: it may hold a name; nor are more
    filters than are kept), needs_reason.
    """
    found, shown = _asked_for(by, at, filters, query)
    if shown != query or len(shown) > LONGEST:
        raise Refused("too_many_rows", most=FREE, found=found)
    return asked(by, at, shown, found, reason)


def asked(by: Viewer, at: datetime, query: str, found: int, reason: str) -> ExportLeave:
    """Put the asking down; part of an action. Raises Refused: not_allowed, needs_reason."""
    why = text.normalise(reason, most=500, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    if by.person_id is None:
        raise Refused("not_allowed", verb="matter.export")
    row = ExportLeave(query=query, rows=found, reason=why, asked_by_id=by.person_id, asked_at=at)
    row.save(force_insert=True)
    record(ExportLeaveAsked(subject=str(row.id), rows=found), by=by, at=at)
    return row


def used(by: Viewer, at: datetime, query: str | None, found: int, number: str) -> bool:
    """Whether so many rows go by leave, which is used up with it; part of an action. None: nobody is asked about it.

    Raises Refused("export_needs_leave") where they are more than one takes alone within a day and there is none.
    """
    # Of two files at once the second finds what the first has taken.
    list(Account.objects.select_for_update(of=("self",)).filter(person_id__in=by.persons).order_by("pk"))
    before = leaves.taken(by, at)
    if before + found <= FREE:
        return False
    leave = _leave(by, at, query, found) if query is not None else None
    if leave is None:
        raise Refused("export_needs_leave", most=FREE, found=found, before=before)
    leave.number = number
    leave.save()
    return True


@action
def decide_leave(*, by: Viewer, at: datetime, leave_id: UUID, allow: bool) -> ExportLeave:
    """Another person gives leave for a day, once; or does not. Raises Missing; Refused: not_allowed,
    export_needs_other, already_done."""
    row = ExportLeave.objects.select_for_update(of=("self",)).filter(id=leave_id).first()
    if row is None:
        raise Missing
    by.need("matter.approve")
    had = {row.asked_by_id} | four_eyes.acted(ExportLeaveAsked, row.id)
    four_eyes.need_another(by, had, "export_needs_other")
    if row.decided_at is not None:
        raise Refused("already_done")
    row.decided_by_id, row.decided_at, row.allowed = by.person_id, at, allow
    row.save()
    record(ExportLeaveDecided(subject=str(row.id), allowed=allow), by=by, at=at)
    return row


@action
def export_behind(*, by: Viewer, at: datetime, behind: Behind, figure: str) -> Taken[Entry]:
    """The entries of a figure for a file, without a word of them; `figure` as an address, kept with the look. They
    count with lists of matters; nobody is asked for leave, as who takes them reads no matters.

    Raises Refused: not_allowed, too_many_rows.
    """
    found, number = entries.count(by, behind), secrets.token_hex(4)
    try:
        used(by, at, None, found, number)
    except Refused as refused:
        raise Refused("too_many_rows", most=FREE, found=found) from refused
    rows = entries.entries(by, behind, size=FREE).rows
    look(by=by, at=at, kind="matters.export", subject=f"export:{number}", reason=f"figure={figure}"[:200])
    record(MattersExported(subject="figures", rows=len(rows), leave=False), by=by, at=at)
    return Taken(number, rows)


def _asked_for(by: Viewer, at: datetime, filters: Filters, query: str) -> tuple[int, str]:
    """How many rows a list has, and its filters without what was searched for: that may be a name, and is never
    written down. Raises Refused: not_allowed, too_many_rows."""
    by.need("matter.export")
    found = queries.count(by, filters, at)
    if found > MOST:
        raise Refused("too_many_rows", most=MOST, found=found)
    return found, "&".join(part for part in query.split("&") if not part.startswith("q="))


def _leave(by: Viewer, at: datetime, query: str, found: int) -> ExportLeave | None:
    """Leave for as many rows as were told when it was asked for, and as many more as one takes alone; locked, so that
    of two who come at once with it one finds it used."""
    leave = leaves.given(by, query, at)
    if leave is None or found > leave.rows + FREE:
        return None
    return ExportLeave.objects.select_for_update(of=("self",)).filter(id=leave.id, number="").first()


@action
def export_figures(*, by: Viewer, at: datetime, lines: int, query: str) -> None:
    """Write down that figures were taken away as a file: how many lines, and what was asked. Raises not_allowed."""
    by.need("stats.see")
    look(by=by, at=at, kind="figures.export", subject="figures", reason=query[:200])
    record(FiguresExported(subject="figures", lines=lines), by=by, at=at)
