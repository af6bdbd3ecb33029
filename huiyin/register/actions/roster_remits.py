"""Lines of what departments are there for: a function or item, and who answers for it on the four levels (R-052)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import Body, Post, Remit
from huiyin.register.models.periods import open_on, standing
from huiyin.register.models.staff import RESPONSIBILITIES
from huiyin.register.queries.days import today
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict

Seats = dict[str, set[UUID]]
"""Officials by staff number and by name."""


class Remits:
    """Some lines of functions and items, with the departments they name, who serves there and what stands."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.at, self.lines, self.day = at, lines, day
        self.bodies: dict[str, list[Body]] = {}
        for row in Body.objects.filter(until=None, name__in={line.values["body"] for line, _ in lines}):
            if by.sees(row.place_code):
                self.bodies.setdefault(row.name, []).append(row)
        found = [row.pk for rows in self.bodies.values() for row in rows]
        self.seats: dict[UUID, Seats] = {body: {} for body in found}
        self._seated(today(by, at), found)
        there = Remit.objects.filter(body__in=found, until=None, replaced_at=None)
        self.standing = {(row.body_id, row.name): row for row in there}

    def _seated(self, day: date, bodies: Sequence[UUID]) -> None:
        """Who serves in the bodies or in one directly under them, as on the page of a body; one question."""
        posts = Post.objects.filter(Q(body__in=bodies) | (Q(body__parent__in=bodies) & open_on(day, "body__")))
        columns = ("official_id", "official__number", "official__person__name", "body_id", "body__parent_id")
        for official, number, name, *near in posts.filter(standing(day)).values_list(*columns):
            for body in near:
                if body in self.seats:
                    for told in (number, name):
                        self.seats[body].setdefault(told, set()).add(official)

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [self._one(line) for line, _ in self.lines]

    def _one(self, line: Line) -> Verdict:
        bodies = self.bodies.get(line.values["body"], [])
        if len(bodies) != 1:
            return Verdict("refused", "body_of_list_several" if bodies else "body_unknown", column="body")
        held: dict[str, UUID] = {}
        for level in RESPONSIBILITIES:
            found = self.seats[bodies[0].pk].get(line.values[level], set())
            if len(found) != 1:
                return Verdict("refused", "seat_of_list_several" if found else "remit_not_here", column=level)
            (held[f"{level}_id"],) = found
        last = self.standing.get((bodies[0].pk, line.values["name"]))
        if last is not None and all(getattr(last, name) == official for name, official in held.items()):
            return Verdict("same")
        return self._planned(line, bodies[0], held, last)

    def _planned(self, line: Line, body: Body, held: dict[str, UUID], last: Remit | None) -> Verdict:
        """The record from the list's day on; what stood before ends then, or was a mistake of the same day."""
        plan = Written(self.day, self.at)
        begin = max(self.day, last.since if last is not None else body.since)
        if last is not None:
            plan.change(last, **({"replaced_at": self.at} if last.since == begin else {"until": begin}))
        state = {"id": fresh_id(), "body_id": str(body.pk), "name": line.values["name"], "since": begin.isoformat()}
        answer = {name: str(official) for name, official in held.items()}
        plan.add(Remit, state | answer | {"recorded_at": plan.moment})
        return Verdict("new" if last is None else "changed", plan=plan)
