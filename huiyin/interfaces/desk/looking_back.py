"""A page as of a day: the day asked for as `day=`, who asks for it, and what the date control and the banner show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.pages import Asked
from huiyin.programme.refusal import Refused
from huiyin.register.queries import days


@dataclass(frozen=True)
class Back:
    """Who asks, as of the day asked for: `viewer` is given to queries. Without a day, or with one that is refused in
    `problem`, it is today's."""

    viewer: Viewer
    day: date | None
    problem: str

    @property
    def kept(self) -> dict[str, str]:
        """What addresses carry on to stay on the day."""
        return {"day": self.day.isoformat()} if self.day else {}

    @property
    def status(self) -> int:
        """What the page is answered with."""
        return 422 if self.problem else 200

    def context(self, **kept: str) -> dict[str, Any]:
        """What `desk/parts/day.html` shows, with what the page was asked beside the day."""
        return day_context(self.day, self.problem, **kept)


def looked(request: Asked) -> Back:
    """The day looked back to. One before the county began, in the future or no day at all is a sentence beside it."""
    viewer, at = request.viewer, request.at
    try:
        then = days.back(viewer, at, typed.dated(request.GET.get("day", ""), field="day"))
    except Refused as refused:
        return Back(viewer, None, refused.sentence(language()))
    return Back(then, then.back, "")


def asked_day(request: Asked) -> tuple[date | None, str]:
    """The day looked back to, None for today; and why what was written is none."""
    back = looked(request)
    return back.day, back.problem


def day_context(day: date | None, problem: str, **kept: str) -> dict[str, Any]:
    """What the part `desk/parts/day.html` shows: the day, what is wrong with it, and what the page was asked beside."""
    return {"day": day, "day_problem": problem, "day_kept": [(key, value) for key, value in kept.items() if value]}
