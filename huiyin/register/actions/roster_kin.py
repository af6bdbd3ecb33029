"""Lines of relatives and friends against the register: an official by staff number, the other by home or numbers.

Who stands near whom is a ground to keep apart (SG-45), so nobody is made for it: both are registered before. Where an
official is there for the household of one who is near, a person decides; taking the line ends that link the same day.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.models import Official, Person
from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_meant import Meant
from huiyin.register.actions.roster_rows import Written
from huiyin.register.models import Kin, Link, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict


class Relatives:
    """Some lines of relatives, with what is known of those they name."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, day
        values = [line.values for line, _ in lines]
        numbers = {one["number"] for one in values} | {one["other"] for one in values if one["other"]}
        found = Official.objects.filter(number__in=numbers, until=None).select_related("person")
        self.officials = {row.number: row for row in found}
        self.meant = Meant(by, values, self.officials)
        self.homes = self.meant.homes
        self.kin = self._known()
        self.planned: set[UUID] = set()
        """Those that lines before have brought: they stand in no table yet, so nothing can take their place."""
        self.led = self._led()
        day_ = today(by, at)
        here = Post.objects.filter(standing(day_), by.scope("place_code"), official__in=list(self.officials.values()))
        self.serving = set(here.values_list("official_id", flat=True))

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [self._one(line, decision) for line, decision in self.lines]

    def _known(self) -> dict[frozenset[UUID], Kin]:
        """Those of the officials who stand as near to somebody already."""
        persons = [row.person_id for row in self.officials.values()]
        rows = Kin.objects.filter(Q(person_id__in=persons) | Q(relative_id__in=persons), until=None, replaced_at=None)
        return {frozenset((row.person_id, row.relative_id)): row for row in rows}

    def _led(self) -> set[tuple[UUID, UUID]]:
        """Household and official of the links that stand."""
        rows = Link.objects.filter(until=None, replaced_at=None, official__in=list(self.officials.values()))
        homes = {row.household_id for row in self.homes.values()}
        return set(rows.filter(household__in=homes).values_list("household__pk", "official_id"))

    def _one(self, line: Line, decision: str) -> Verdict:
        official = self.officials.get(line.values["number"])
        if official is None or (official.pk not in self.serving and not self.by.everything):
            return Verdict("refused", "official_of_list_unknown", column="number")
        other = self.meant.who(line.values)
        if isinstance(other, Verdict):
            return other
        home = self.homes.get(other.pk)
        if home is not None and not self.by.sees(home.household.place_code):
            return Verdict("refused", "place_beyond", column="household_code")
        if other.pk == official.person_id:
            return Verdict("refused", "kin_of_oneself", column="name")
        known = self.kin.get(frozenset((official.person_id, other.pk)))
        if known is not None and (known.pk in self.planned or line.values["relation"] in ("", known.relation)):
            return Verdict("same")
        if decision != "end" and self._linked(official, other):
            return Verdict("held", "kin_linked", about=[f"person:{other.pk}"])
        return self._planned(line, official, other, known)

    def _linked(self, official: Official, other: Person) -> bool:
        """Whether one of the two is there for the household of the other."""
        pairs = [(other.pk, official.pk)]
        pairs += [(official.person_id, row.pk) for row in self.officials.values() if row.person_id == other.pk]
        return any(
            person in self.homes and (self.homes[person].household_id, leads) in self.led for person, leads in pairs
        )

    def _planned(self, line: Line, official: Official, other: Person, known: Kin | None) -> Verdict:
        """A new record, or the same with another relation; lines that follow know of it."""
        plan = Written(self.day, self.at)
        relation, since = line.values["relation"], line.values["since"] or self.day.isoformat()
        if known is not None:
            plan.replace(known, relation=relation)
            return Verdict("changed", plan=plan)
        fresh = Kin(id=uuid7(), person_id=official.person_id, relative_id=other.pk, relation=relation)
        plan.add(
            Kin,
            {
                "id": str(fresh.pk),
                "person_id": str(official.person_id),
                "relative_id": str(other.pk),
                "relation": relation,
                "since": since,
                "recorded_at": plan.moment,
            },
        )
        self.kin[frozenset((official.person_id, other.pk))] = fresh
        self.planned.add(fresh.pk)
        return Verdict("new", plan=plan)
