"""Taking the whole file of a matter out of the archive is an act: with a reason, written down, seen by who looks later
(R-180)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.steps import find
from huiyin.casework.events import FileTakenOut, HandsTraced
from huiyin.casework.models import Matter
from huiyin.casework.queries import tracing
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

WHAT = ("file", "proof")


@action
def take_out(*, by: Viewer, at: datetime, matter_id: UUID, what: str, reason: str) -> Matter:
    """Write down that the whole file or its proof was taken out, by whom and why.

    Raises Missing; Refused: not_allowed, value_unknown, needs_reason, sealed_no_print.
    """
    matter = find(by, matter_id)
    by.need("matter.see")
    if what not in WHAT:
        raise Refused("value_unknown", field="what")
    if matter.held or matter.sealed:
        raise Refused("sealed_no_print")
    why = text.line(reason, most=200, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    look(by=by, at=at, kind=f"matter.{what}_out", subject=str(matter.id), reason=why)
    record(FileTakenOut(subject=str(matter.id), what=what), by=by, at=at)
    return matter


@action
def look_back(*, by: Viewer, at: datetime, place: str, topic: str, reason: str, code: str = "") -> None:
    """Write down that somebody asked who held what, where and why, or with a `code` who held that matter; before it is
    shown (R-406, SG-49).

    Raises Refused: not_allowed, needs_reason, matter_not_here.
    """
    by.need("matter.trace")
    why = text.line(reason, most=160, field="reason")
    if not why:
        raise Refused("needs_reason", field="reason")
    one = tracing.by_code(by, code) if code else None
    if code and one is None:
        raise Refused("matter_not_here", field="code")
    subject, topic = (str(one), "") if one else (f"place:{place}", topic)
    look(by=by, at=at, kind="matter.trace", subject=subject, reason=why)
    record(HandsTraced(subject=subject, topic=topic), by=by, at=at)
