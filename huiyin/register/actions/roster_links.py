"""Lines of links against the register: an official by staff number, a household by its code, nobody for their own."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import Household, Kin, Link, Resident
from huiyin.register.models.periods import standing
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict

ORIGIN = "roster"


class Links:
    """Some lines of links, with what is known of their officials and households."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, day
        numbers = {line.values["number"] for line, _ in lines}
        codes = {line.values["code"] for line, _ in lines}
        self.officials = {row.number: row for row in Official.objects.filter(number__in=numbers, until=None)}
        self.households = {row.code: row for row in Household.objects.filter(code__in=codes, until=None)}
        self.links: dict[UUID, list[Link]] = {}
        homes = [row.pk for row in self.households.values()]
        for link in Link.objects.filter(household__in=homes, until=None, replaced_at=None):
            if link.household_id is not None:
                self.links.setdefault(link.household_id, []).append(link)
        self.own = _own({row.person_id for row in self.officials.values()}, day)

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [self._one(line, decision) for line, decision in self.lines]

    def _one(self, line: Line, decision: str) -> Verdict:
        official = self.officials.get(line.values["number"])
        household = self.households.get(line.values["code"])
        if official is None:
            return Verdict("refused", "official_of_list_unknown", column="number")
        if household is None:
            return Verdict("refused", "household_of_list_unknown", column="household_code")
        if not self.by.sees(household.place_code):
            return Verdict("refused", "place_outside", column="household_code")
        if household.pk in self.own.get(official.person_id, ()):
            return Verdict("refused", "own_household", column="number")
        return self._linked(line, decision, official, household)

    def _linked(self, line: Line, decision: str, official: Official, household: Household) -> Verdict:
        kind, programme = line.values["kind"], line.values["programme"]
        there = [link for link in self.links.get(household.pk, ()) if link.programme == programme]
        mine = next((link for link in there if link.official_id == official.pk), None)
        if mine is not None and mine.kind == kind:
            return Verdict("same")
        lead = next((link for link in there if link.kind == "lead" and link.official_id != official.pk), None)
        if kind == "lead" and lead is not None and decision != "move":
            return Verdict("held", "lead_differs", about=[f"household:{household.pk}"])
        plan = Written(self.day, self.at)
        begin = date.fromisoformat(line.values["since"]) if line.values["since"] else self.day
        for former in (mine, lead if kind == "lead" else None):
            if former is not None:
                begin = max(begin, former.since)
                plan.change(former, until=begin)
        state = {
            "id": fresh_id(),
            "official_id": str(official.pk),
            "household_id": str(household.pk),
            "kind": kind,
            "programme": programme,
            "origin": ORIGIN,
            "since": begin.isoformat(),
            "recorded_at": plan.moment,
        }
        plan.add(Link, state)
        return Verdict("changed" if plan.changes else "new", plan=plan)


def _own(people: set[UUID], day: date) -> dict[UUID, set[UUID]]:
    """The households of each person and of their relatives, in two questions (SG-45)."""
    near: dict[UUID, set[UUID]] = {person: {person} for person in people}
    pairs = Kin.objects.filter(standing(day)).filter(Q(person__in=people) | Q(relative__in=people))
    for person, relative in pairs.values_list("person_id", "relative_id"):
        near.setdefault(person, {person}).add(relative)
        near.setdefault(relative, {relative}).add(person)
    everybody = set().union(*near.values()) if near else set()
    homes: dict[UUID, set[UUID]] = {}
    lives = Resident.objects.filter(standing(day), person__in=everybody).values_list("person_id", "household_id")
    for person, household in lives:
        homes.setdefault(person, set()).add(household)
    return {person: set().union(*(homes.get(one, set()) for one in kin)) for person, kin in near.items()}
