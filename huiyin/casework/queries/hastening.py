"""Which earlier day of a leader's instruction binds a clock: read from the steps taken, kept nowhere else (R-186)."""

from collections.abc import Sequence
from datetime import date

from huiyin.casework.models import Clock, Move
from huiyin.casework.rules.clocks import Instructed, hastened
from huiyin.core.rulebook import version
from huiyin.programme.schema.rulebook import Rulebook

STEP = "instruct"


def binding(row: Clock, moves: Sequence[Move], book: Rulebook, programme: str) -> Instructed | None:
    """The instruction that made this clock due before the programme's limit, of the steps at hand; None for none."""
    known = book.matters(programme).clocks.get(row.name)
    if known is None:
        return None
    instructions = [
        Instructed(date.fromisoformat(str(move.data["until"])), move.at, move.by_id, move.by_name)
        for move in moves
        if move.step == STEP and move.data.get("until")
    ]
    return hastened(
        known,
        instructions,
        started_at=row.started_at,
        first_due_at=row.first_due_at,
        over_at=row.met_at or row.ended_at,
        zone=book.county.tz,
    )


def of_clock(row: Clock) -> Instructed | None:
    """The same for a clock alone; one query."""
    moves = list(Move.objects.filter(matter_id=row.matter_id, step=STEP))
    return binding(row, moves, version(row.matter.rulebook_id), row.matter.programme)
