"""What the room does when casework has told something: drafts, takes down, counts what people said."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huiyin.casework.events import MatterMoved, ResidentJudged, SubjectsNamed
from huiyin.casework.queries import board
from huiyin.core import tallies
from huiyin.core.events import Told, on
from huiyin.core.locking import on_locking
from huiyin.core.rulebook import current
from huiyin.core.tallies import Cell
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.publication.actions import comments, notices, telling
from huiyin.publication.events import CommentJudged, CommentMade
from huiyin.publication.queries import desk

SAID = {True: "said.solved", False: "said.other"}
"""The two keys of the tally of what residents said; each judgement is counted once, on its day."""


@on(MatterMoved.NAME)
def draft(told: Told, *, at: datetime) -> None:
    """A closed matter gets its draft; what may not stand on a wall gets none."""
    if told.data["step"] != "close" or told.data["aside"] or told.data["history"]:
        return
    try:
        notices.draft(by=Viewer.system("worker"), at=at, matter_id=UUID(told.subject))
    except Refused as refused:
        # Held back by the programme, or drafted already: both are settled, and doing it again changes nothing.
        if refused.code.startswith(("notice_", "not_found")):
            return
        raise


@on(CommentMade.NAME, CommentJudged.NAME)
def tell(told: Told, *, at: datetime) -> None:
    """Whoever has to look at a comment, or to answer it, is told at their desk that one waits."""
    telling.waits(by=Viewer.system("worker"), at=told.at, comment_id=UUID(told.subject))


@on(SubjectsNamed.NAME)
def take_down(told: Told, *, at: datetime) -> None:
    """A matter that turned out to be about somebody in office leaves the wall; the wall itself hides it at once."""
    system = Viewer.system("worker")
    for notice_id in desk.standing_for(system, UUID(told.subject)):
        notices.withdraw(by=system, at=at, notice_id=notice_id, reason="sealed")


@on_locking
def empty(by: Viewer, at: datetime, matter_id: UUID) -> None:
    """What the wall said of a matter, and what was said to it, goes with its words, in the same transaction."""
    notices.empty(by=by, at=at, matter_id=matter_id)
    comments.empty(by=by, at=at, matter_id=matter_id)


@on(ResidentJudged.NAME, batch=True)
def count(told: Sequence[Told], *, at: datetime) -> None:
    """Count what residents said, by day and village; figures do not move when a matter is sealed later."""
    zone = current(at).rulebook.county.tz
    found = board.said(Viewer.system("worker"), {UUID(one.subject) for one in told})
    counts: Counter[Cell] = Counter()
    for one in told:
        place, words = found.get(UUID(one.subject), ("", []))
        solved = dict(words).get(one.at)
        if solved not in (None, "unsure"):
            counts[one.at.astimezone(zone).date(), place, SAID[solved == "yes"]] += 1
    tallies.add(counts)
