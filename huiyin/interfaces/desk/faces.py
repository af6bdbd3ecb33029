"""Deadlines as shapes and words, for lists and for the page of one matter."""

from datetime import datetime, timedelta

from django.utils import timezone

from huiyin.casework.queries.books import days
from huiyin.casework.queries.matters import MatterRow
from huiyin.casework.queries.one import ClockRow
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import ClockFace
from huiyin.interfaces.common.templatetags.hy import time_words
from huiyin.programme.clock import Reading, read
from huiyin.programme.words import phrase

SOON = 0.75


def row_face(row: MatterRow, at: datetime) -> ClockFace:
    """The nearest deadline of a listed matter. The share is an upper bound: the clock may have begun later."""
    if row.closed_at is not None:
        return ClockFace("not_timed", 0, _says("closed"))
    if row.due_at is None:
        return ClockFace("not_timed", 0, _says("none"))
    if row.state in ("paused", "more_asked"):
        return ClockFace("paused", 0, _says("paused_now"))
    warn = row.opened_at + (row.due_at - row.opened_at) * SOON
    return _face(_reading(row.due_at, row.opened_at, warn, at), row.due_at, provisional=row.due_provisional)


def clock_face(clock: ClockRow, at: datetime) -> ClockFace:
    """One clock of a matter with what it says now."""
    if clock.ended_at is not None and clock.met_at is None:
        return ClockFace("not_timed", 0, _says("ended"))
    if clock.met_at is not None:
        late = -clock.reading.days
        return ClockFace(
            clock.reading.state, 1, _says("met") if clock.met_at < clock.due_at else _says("missed", days=max(late, 1))
        )
    if clock.paused_at is not None and clock.reading.state == "paused":
        return ClockFace("paused", clock.reading.share, _paused(clock.pause_until or clock.due_at))
    face = _face(clock.reading, clock.due_at, provisional=clock.provisional)
    if clock.due_at > clock.first_due_at and face.state == "running":
        return ClockFace("extended", face.share, face.text, clock.approver)
    return face


def _face(reading: Reading, due_at: datetime, *, provisional: bool) -> ClockFace:
    if reading.state in ("overdue", "far_overdue"):
        words = _says("late", days=-reading.days) if reading.days < 0 else _says("late_today")
    elif reading.days == 0:
        words = _says("today") if _whole_day(due_at) else _says("today_at", time=time_words(timezone.localtime(due_at)))
    elif reading.days == 1:
        words = _says("tomorrow")
    else:
        words = _says("left", days=reading.days)
    return ClockFace(reading.state, reading.share, words + (_says("provisional") if provisional else ""))


def _reading(due_at: datetime, started_at: datetime, warn_at: datetime, at: datetime) -> Reading:
    zone = timezone.get_current_timezone()
    return read(due_at=due_at, started_at=started_at, warn_at=warn_at, moment=at, zone=zone, days=days())


def _paused(until: datetime) -> str:
    day = timezone.localtime(until - timedelta(microseconds=1))
    return _says("paused", month=day.month, day=day.day)


def _whole_day(due_at: datetime) -> bool:
    local = timezone.localtime(due_at)
    return (local.hour, local.minute) == (0, 0)


def _says(key: str, **values: str | int) -> str:
    return phrase("clock_says", key, language(), **values)
