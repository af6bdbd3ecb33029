"""What people write into the ledgers: how far an unfinished matter is, and that a month was gone through."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions import exports
from huiyin.casework.actions.exports import Taken
from huiyin.casework.actions.steps import find
from huiyin.casework.events import LedgerAnnotated, LedgerClosed, MattersExported
from huiyin.casework.models import ExportLeave, LedgerCut, LedgerNote
from huiyin.casework.queries import ledgers as queries
from huiyin.casework.queries.ledgers import Line, Wanted
from huiyin.casework.rules.ledgers import Month, Totals, rule
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

EARLY = timedelta(days=10)
"""So long before the cut-off a month may be gone through."""
MOST = 5_000


@action
def annotate(*, by: Viewer, at: datetime, matter_id: UUID, month: Month, note: str) -> LedgerNote:
    """Write how far an unfinished matter is, for a month of the ledger: its handler, its supervisor or who assigns.

    Raises Missing; Refused: not_allowed, already_closed, text_empty, text_too_long.
    """
    matter = find(by, matter_id)
    if matter.held or matter.sealed:
        raise Missing
    if not by.persons & {matter.handler_id, matter.supervisor_id}:
        by.need("matter.assign")
    if matter.closed_at is not None:
        raise Refused("already_closed")
    said = text.normalise(note, most=500, least=1, field="note")
    row = LedgerNote(matter=matter, month=str(month), text=said, by_id=by.person_id, at=at)
    row.save(force_insert=True)
    record(LedgerAnnotated(subject=str(matter.id), month=str(month)), by=by, at=at)
    return row


@action
def cut_off(*, by: Viewer, at: datetime, place_code: str, month: Month) -> LedgerCut:
    """Put one's name to the month of a place: gone through, finished ones crossed off, the rest carried over (R-205).

    The totals are those of this moment; what is said of a matter later is new in the books of its own month.
    Raises Missing (a place not in sight); Refused: not_allowed, ledger_too_early, ledger_cut_already.
    """
    by.need("matter.assign")
    if not by.sees(place_code):
        raise Missing
    book = current(at).rulebook
    if at < month.cut(rule(book).cut_day, book.county.tz) - EARLY:
        raise Refused("ledger_too_early", days=EARLY.days)
    if LedgerCut.objects.filter(place_code=place_code, month=str(month)).exists():
        raise Refused("ledger_cut_already")
    found = queries.sheet(by, place_code, month, at)
    told = {
        "whole": _told(found.whole),
        "levels": {name: _told(one) for name, one in found.levels.items()},
        "classes": {name or "-": _told(one) for name, one in found.classes.items()},
    }
    row = LedgerCut(place_code=place_code, month=str(month), totals=told, by_id=by.person_id, at=at)
    row.save(force_insert=True)
    left = found.whole.closing
    record(LedgerClosed(subject=str(row.id), place=place_code, month=str(month), left=left), by=by, at=at)
    return row


@action
def export(*, by: Viewer, at: datetime, wanted: Wanted) -> Taken[Line]:
    """The lines of a ledger for a file; who took it is written down. No name is in it (SG-21).

    Raises Refused: not_allowed, too_many_rows, export_needs_leave (they count with lists of matters).
    """
    return _taken(by, at, wanted, "matter.export")


@action
def printed(*, by: Viewer, at: datetime, wanted: Wanted) -> Taken[Line]:
    """The lines of a ledger for paper: whoever reads it may print it. Else as `export`: paper is taken away too."""
    return _taken(by, at, wanted, "matter.see")


@action
def ask_leave(*, by: Viewer, at: datetime, wanted: Wanted, reason: str, paper: bool = False) -> ExportLeave:
    """Ask another person for leave to take a long ledger away, with what it is for; `paper`: to print it.

    Raises Refused: not_allowed, too_many_rows, needs_reason.
    """
    found = _lines(by, at, wanted, "matter.see" if paper else "matter.export")
    return exports.asked(by, at, queries.written(wanted), len(found), reason)


def _taken(by: Viewer, at: datetime, wanted: Wanted, verb: str) -> Taken[Line]:
    """The lines with the number of their taking, once leave, look and event are in order."""
    found = _lines(by, at, wanted, verb)
    asked, number = queries.written(wanted), secrets.token_hex(4)
    leave = exports.used(by, at, asked, len(found), number)
    look(by=by, at=at, kind="matters.export", subject=f"export:{number}", reason=asked[:200])
    record(MattersExported(subject="ledger", rows=len(found), leave=leave), by=by, at=at)
    return Taken(number, found)


def _lines(by: Viewer, at: datetime, wanted: Wanted, verb: str) -> list[Line]:
    by.need(verb)
    found, more = queries.lines(by, wanted, at, size=MOST)
    if more:
        raise Refused("too_many_rows", most=MOST, found=MOST + 1)
    return found


def _told(one: Totals) -> list[int]:
    return [one.opening, one.new, one.crossed, one.closing]
