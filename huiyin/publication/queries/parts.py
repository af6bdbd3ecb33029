"""Who has a part in what is published and in what is said to it, and whom its words may point at."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.queries.board import Facts
from huiyin.core import four_eyes
from huiyin.core.viewer import Viewer
from huiyin.publication.events import CommentMade
from huiyin.publication.models import Comment
from huiyin.publication.rules import redaction
from huiyin.register.queries import staff

PUBLISHES, ANSWERS = "matter.publish", "matter.reply"


def cues(facts: Facts) -> redaction.Cues:
    """Whom a text about a matter may point at."""
    return redaction.Cues(names=facts.names, phones=facts.phones, asked_by=facts.asked_by)


def answers(viewer: Viewer, body_id: UUID | None, place_code: str) -> bool:
    """Whether somebody answers for a unit in public; where none is in charge, whoever publishes at the place does."""
    if body_id is None:
        return viewer.may(PUBLISHES) and viewer.sees(place_code)
    return viewer.may(ANSWERS) and body_id in staff.bodies_held(viewer)


def apart(viewer: Viewer, row: Comment, facts: Facts, at: datetime) -> bool:
    """Whether somebody has no part in what a comment is about: neither handler nor of their unit, nor who wrote it."""
    handler = facts.handler_id
    theirs = staff.bodies_of(viewer, {handler}, at)[handler] if handler else frozenset()
    had = four_eyes.hands(facts.id, [handler]) | four_eyes.acted(CommentMade, row.id)
    units = theirs | {facts.body_id, row.notice.body_id}
    return four_eyes.is_another(viewer, had) and not units & staff.bodies_held(viewer)
