"""Plain values of the rooms as the components show them to residents."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from huiyin.casework.queries.track import Promise, Stage, Tracked
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import ClockFace, Step
from huiyin.interfaces.common.templatetags.hy import came, day_words, phone_link
from huiyin.interfaces.common.templatetags.hy import date as day_of
from huiyin.interfaces.common.templatetags.hy import datetime as moment_of
from huiyin.interfaces.public.words import word
from huiyin.programme.clock import Reading
from huiyin.programme.words import of_method

MARKED = {
    "accept": "accept_mark",
    "assign": "assign_step",
    "take": "take_mark",
    "answer": "answer_step",
    "call_back": "close_step",
    "close": "close_mark",
}
"""The steps residents have words for, and which."""


_NUMBER = re.compile(r"1\d{2}-\d{4}-\d{4}|0\d{2,3}-\d{7,8}")


def ringing(words: str) -> SafeString:
    """A county's own sentence with the telephone numbers in it as links that ring and do not break."""
    return mark_safe(_NUMBER.sub(lambda found: phone_link(found[0]), escape(words)))  # noqa: S308 - escaped before


def last_day(due_at: datetime | None) -> datetime | None:
    """The day people are told: a limit that ends at midnight ends on the day before."""
    return due_at - timedelta(microseconds=1) if due_at else None


def face(reading: Reading | None, *, extended: bool = False) -> ClockFace:
    """A clock's reading as shape and words."""
    if reading is None:
        return ClockFace("not_timed", 0.0, word("not_timed"))
    state = "extended" if extended and reading.state in ("running", "soon") else reading.state
    return ClockFace(state, reading.share, reading_words(reading))


def reading_words(reading: Reading) -> str:
    """ "There are 4 days left", "late by 2 days"."""
    days = abs(reading.days)
    if reading.state in ("met", "paused", "not_timed"):
        return word(reading.state)
    if reading.state == "missed":
        return word("missed", n=days)
    if reading.state in ("overdue", "far_overdue"):
        return word("late_days", n=days) if days else word("late_today")
    return word("left_days", n=days) if days else word("due_today")


def steps(tracked: Tracked) -> list[Step]:
    """Where the matter is: the county's line of the flow, and a red mark where the promise was not kept."""
    found: list[Step] = []
    overdue = tracked.late
    for stage in tracked.stages:
        if tracked.closed_at and not stage.at:
            continue  # a step that a closed matter did not need
        here = stage.now and not overdue
        state: Any = "now" if here else "done" if stage.at else "next"
        title = word("reopened_step") if tuple(stage.steps) == ("reopen",) else _called(stage)
        found.append(Step(state=state, title=title, when=moment_of(stage.at) if stage.at else _to_come(stage)))
        if stage.now and overdue:
            found.append(Step(state="late", title=word("late_step"), when=day_of(last_day(tracked.due_at))))
    if tracked.state == "withdrawn":
        found.append(Step(state="outline", title=word("withdrawn_step"), when=moment_of(tracked.closed_at)))
    return found


def _called(stage: Stage) -> str:
    return of_method("step", stage.steps[0], stage.title, language()) if stage.steps else stage.title


def _to_come(stage: Stage) -> str:
    """What a step to come is, in everyday words: its title is the county's and may be an office's."""
    return next((word(MARKED[step]) for step in stage.steps if step in MARKED), "")


def owed(tracked: Tracked) -> str:
    """What is to be done by the promised day, in a resident's words; empty where there is no word for it."""
    step = tracked.deadline.step if tracked.deadline else ""
    return word(f"{step}_step") if step else ""


def promises(tracked: Tracked, promised: Sequence[Promise]) -> list[Step]:
    """What happens next, with dates: so that silence can be recognised."""
    found = [Step(state="done", title=word("opened_step"), when=came(tracked.opened_at))]
    for number, one in enumerate(promised):
        span: dict[str, str | int] = {"amount": one.limit.amount, "unit": word(f"unit_{one.limit.unit}")}
        if one.due:
            when = word("by_day", day=day_words(one.due.on, ""))
        else:
            when = word("after_answer" if one.step == "close" else "within", **span)
        found.append(
            Step(
                state="now" if number == 0 else "next",
                title=word(f"{one.step}_step"),
                when=when,
                text=word(f"{one.step}_text"),
            )
        )
    return found
