"""A page as of a day: the day that was asked for, and what its date control shows."""

from datetime import date
from typing import Any

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked
from huiyin.programme.refusal import Refused
from huiyin.register.queries import bodies
from huiyin.register.queries.days import today


def asked_day(request: Asked) -> tuple[date | None, str]:
    """The day looked back to, None for today; and why what was written is none."""
    words = request.GET.get("day", "")
    try:
        day = typed.dated(words, field="day")
        now = today(request.viewer, request.at)
        bodies.day_of(request.viewer, request.at, day)
    except Refused as refused:
        return None, refused.sentence(language())
    return (None if day == now else day), ""


def day_context(day: date | None, problem: str, **kept: str) -> dict[str, Any]:
    """What the part `desk/parts/day.html` shows: the day, what is wrong with it, and what the page was asked beside."""
    return {"day": day, "day_problem": problem, "day_kept": [(key, value) for key, value in kept.items() if value]}
