"""What an inspection, a finding and an improvement need, and whether a figure moved (R-395, R-403, R-405, R-421)."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from math import sqrt

from huiyin.casework.rules.figures import Share, wilson
from huiyin.programme.refusal import Refused

SEVERITIES = ("light", "serious", "grave")
UNITS = "unit_circulated"
DECISIONS = (UNITS, "person_circulated", "talked", "admonished", "held", "suspended")
"""What a competent body may have decided; all but the first count persons."""
WATCHED = ("replied", "in_time", "called", "solved", "satisfied", "reopened")
"""Shares by which one can see whether something got better."""
GOOD_IF_FEW = frozenset({"reopened"})
WINDOW = timedelta(days=90)
"""So long before an improvement was set and after it was done the figure is looked at."""
LEAST = 10
"""Under so many on either side nothing is said (SG-07)."""
FARTHEST = timedelta(days=3 * 366)


def plan(
    *, title: str, task: str, from_on: date | None, until_on: date | None, areas: Collection[str], today: date
) -> Iterator[Refused]:
    """All that an inspection's plan lacks, each with its field."""
    for name, value in (("title", title), ("task", task)):
        if not value.strip():
            yield Refused("text_empty", field=name)
    for name, day in (("from_on", from_on), ("until_on", until_on)):
        if day is None:
            yield Refused("not_a_date", field=name)
    if from_on and from_on < today:
        yield Refused("inspection_past", field="from_on")
    if from_on and until_on and not timedelta() <= until_on - from_on <= FARTHEST:
        yield Refused("inspection_days", field="until_on")
    if not areas:
        yield Refused("place_unknown", field="areas")


def task(*, because: str, text: str, due_on: date | None, figure: str, today: date) -> Iterator[Refused]:
    """All that an improvement lacks."""
    for name, value in (("because", because), ("task", text)):
        if not value.strip():
            yield Refused("text_empty", field=name)
    if due_on is None:
        yield Refused("not_a_date", field="due_on")
    elif not timedelta() <= due_on - today <= FARTHEST:
        yield Refused("promise_past" if due_on < today else "promise_far", field="due_on")
    if figure and figure not in WATCHED:
        yield Refused("value_unknown", field="figure")


def moved(before: Share, after: Share, *, over: bool) -> str:
    """Whether a share got better: early (the time after is not over), few (too few on a side), unclear (the 95 %
    interval of the difference holds nought; Newcombe 1998), better or worse."""
    if not over:
        return "early"
    if before.point is None or after.point is None or min(before.base, after.base) < LEAST:
        return "few"
    (low1, high1), (low2, high2) = wilson(before.part, before.base), wilson(after.part, after.base)
    change = after.point - before.point
    low = change - sqrt((after.point - low2) ** 2 + (high1 - before.point) ** 2)
    high = change + sqrt((high2 - after.point) ** 2 + (before.point - low1) ** 2)
    if low <= 0 <= high:
        return "unclear"
    return "better" if (change > 0) != (before.name in GOOD_IF_FEW) else "worse"
