"""Telling by SMS where a matter stands: to the number it came from, never a word of what it is about (R-230)."""

from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.queries import sides, track
from huiyin.casework.queries.messages import county_words, number_of
from huiyin.casework.queries.track import Tracked
from huiyin.casework.rules import codes
from huiyin.casework.rules.messages import Meant
from huiyin.channels.actions import inbox, outbox
from huiyin.channels.queries import messages as wire
from huiyin.core.actions import action
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import version
from huiyin.core.throttle import allow
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label, phrase


@looking_as(OPEN)
@action
def tell_state(*, by: Viewer, at: datetime, incoming_id: UUID, meant: Meant) -> None:
    """Answer who asks by SMS where a matter stands: its state and promised day.

    A code that is none, somebody else's and one whose matter only its proof opens are one sentence. A code may be tried
    so often an hour, at this door and on the page together. Raises Missing; Refused(message_unclear) where the number
    cannot be answered.
    """
    said = wire.said(by, incoming_id)
    number = number_of(by, said)
    if not number:
        raise Refused("message_unclear")
    values = county_words(by, at)
    tried = meant.code or meant.words
    about, body = f"incoming:{said.id}", ""
    if allow("public.track", tried, limit=codes.TRIES_AN_HOUR, window=timedelta(hours=1), at=at):
        body = phrase("messages", "state_later", **values)
    else:
        try:
            about, body = _found(by, at, number, meant.code, values)
        except Missing:
            body = phrase("messages", "state_unknown", **values)
    # A code and a number beside it would lead from a matter only its proof opens to whoever reported it.
    settled = about if about.startswith("matter:") else ""
    inbox.settle(by=by, at=at, incoming_id=incoming_id, state="asked", about=settled, forget=True)
    outbox.send(
        by=by,
        at=at,
        channel="sms",
        purpose="state",
        about=about,
        key=f"state:{said.id}",
        address=number,
        body=body,
    )


def _found(by: Viewer, at: datetime, number: str, code: str, values: dict[str, str]) -> tuple[str, str]:
    """What the answer is about, and its words. Raises Missing."""
    spoken = codes.spoken(code)
    try:
        found = track.by_number(by, code, number, at)
    except Missing:  # or it is a side of a dispute that asks
        side = sides.by_number(by, code, number, at)
        state = label("dispute_state", side.state)
        return f"side:{side.side_id}", phrase("messages", "state_sms", code=spoken, state=state, day="", **values)
    state = label("state_public", found.state)
    body = phrase("messages", "state_sms", code=spoken, state=state, day=_day(found), **values)
    return f"matter:{found.id}", body


def _day(found: Tracked) -> str:
    """The promised day as it is told, and that it was missed; nothing where none is promised any more."""
    if not found.promised or found.due_at is None:
        return ""
    on = (found.due_at - timedelta(microseconds=1)).astimezone(version(found.rulebook_id).county.tz).date()
    key = "state_late" if found.late else "state_provisional" if found.provisional else "state_day"
    return phrase("messages", key, year=on.year, month=on.month, day=on.day)
