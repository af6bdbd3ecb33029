"""What others ask of somebody beside the matters in their hands, as counts for the first page of the desk."""

from datetime import date, datetime

from django.db.models import QuerySet

from huiyin.casework.models import Reply, Retention, SessionTask, Share
from huiyin.casework.queries import reading_out, retained, sessions, shares
from huiyin.core.questions import counts
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict
from huiyin.register.queries.days import today


def called(viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many of each, by a key of the label group `waiting`: asked of the viewer's bodies, before them as a leader,
    given to them by a session, kept and to be consented to or looked at again, named as present when an answer was
    read out. One query, none for who has no part.
    """
    sees = viewer.may("matter.see")
    mine = (
        ("read_out", viewer.person_id is not None and viewer.on_behalf_of is None, _read_out),
        ("asked", sees and bool(viewer.body_ids), _asked),
        ("reading", viewer.may("matter.instruct"), _reading),
        ("tasks", sees, _tasks),
        ("kept", viewer.may("matter.assign") or viewer.may("matter.approve"), _kept),
    )
    wanted = {name: make for name, has_part, make in mine if has_part}
    name = ("called", *wanted)
    found = counts(name, list(wanted.values()), conflict.stood(viewer), today(viewer, at))
    return dict(zip(wanted, found, strict=True))


def _read_out(viewer: Viewer, _day: date) -> QuerySet[Reply]:
    return reading_out.waiting_for(viewer)


def _asked(viewer: Viewer, _day: date) -> QuerySet[Share]:
    return shares.owed_by(viewer)


def _reading(viewer: Viewer, _day: date) -> QuerySet[Share]:
    return shares.submitted_to(viewer)


def _tasks(viewer: Viewer, _day: date) -> QuerySet[SessionTask]:
    return sessions.my_tasks(viewer)


def _kept(viewer: Viewer, day: date) -> QuerySet[Retention]:
    return retained.waiting_for(viewer, day)
