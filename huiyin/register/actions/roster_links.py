"""Lines of links against the register: an official by staff number or name and unit, a household by its code or its
head's name and village, nobody kept apart."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.register.actions.announcements import Changed
from huiyin.register.actions.roster_named import Named
from huiyin.register.actions.roster_rows import Written
from huiyin.register.models import Household, Link, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import apart, conflict
from huiyin.register.queries.days import today
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import Verdict

ORIGIN = "roster"


def leads(written: Written) -> list[Changed]:
    """Households to which some lines gave a lead, with who led before; one question."""
    ended = [row for row, _ in written.changes.values() if isinstance(row, Link) and row.kind == "lead"]
    before = {(link.household_id, link.programme): link.official_id for link in ended}
    made = [state for state in written.news.get(Link, ()) if state["kind"] == "lead"]
    homes = {UUID(state["household_id"]) for state in made}
    places = dict(Household.objects.filter(pk__in=homes).values_list("pk", "place_code")) if homes else {}
    found = []
    for state in made:
        home, programme = UUID(state["household_id"]), state["programme"]
        on = date.fromisoformat(state["since"])
        found.append(Changed(home, places[home], [programme], before.get((home, programme)), on))
    return found


class Links:
    """Some lines of links, with what is known of their officials and households."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, day
        self.now = today(by, at)
        self.named = Named(by, self.now, [line.values for line, _ in lines])
        numbers = {line.values["number"] for line, _ in lines} - {""}
        codes = {line.values["code"] for line, _ in lines} - {""}
        officials = Official.objects.filter(Q(number__in=numbers) | Q(pk__in=self.named.officials()), until=None)
        self.officials = {row.number: row for row in officials}
        living = Household.objects.filter(Q(code__in=codes) | Q(pk__in=self.named.homes()), until=None)
        self.households = {row.code: row for row in living}
        self.serving = {row.pk: row for row in self.officials.values()}
        self.homes = {row.pk: row for row in self.households.values()}
        self.links: dict[UUID, list[Link]] = {}
        self.planned: set[UUID] = set()
        """Links that lines before have brought: they stand in no table yet, so nothing can take their place."""
        homes = list(self.homes)
        for link in Link.objects.filter(household__in=homes, until=None, replaced_at=None):
            if link.household_id is not None:
                self.links.setdefault(link.household_id, []).append(link)
        # A link lasts from its day on: who is kept apart now is, whatever day the list begins on.
        self.apart = apart.pairs(by, at, day=self.now, household_ids=homes)
        self.side = conflict.own_side(by)
        self.heads = self._heads({one.values["code"] for one, _ in lines if one.values.get("head")})

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [self._one(line, decision) for line, decision in self.lines]

    def _one(self, line: Line, decision: str) -> Verdict:
        official, household = self._official(line), self._household(line)
        if isinstance(official, Verdict):
            return official
        if isinstance(household, Verdict):
            return household
        if not self.by.sees(household.place_code):
            return Verdict("refused", "place_beyond", column="household_code")
        head = line.values.get("head", "")
        if head and not decision and head not in self.heads.get(household.pk, (head,)):
            return Verdict("held", "code_other_head", about=[f"household:{household.pk}"])
        return self._linked(line, decision, official, household)

    def _heads(self, numbers: set[str]) -> dict[UUID, set[str]]:
        """The heads of the households whose codes some lines write with a name; no question for none."""
        rows = Resident.objects.filter(standing(self.now), relation="head", household__code__in=numbers)
        found: dict[UUID, set[str]] = {}
        for home, name in rows.values_list("household_id", "person__name") if numbers else ():
            found.setdefault(home, set()).add(name)
        return found

    def _official(self, line: Line) -> Official | Verdict:
        """By staff number, else by name and unit."""
        if not line.values["number"]:
            key = self.named.official(line.values["official"], line.values["body"])
            return key if isinstance(key, Verdict) else self.serving[key]
        found = self.officials.get(line.values["number"])
        return found if found is not None else Verdict("refused", "official_of_list_unknown", column="number")

    def _household(self, line: Line) -> Household | Verdict:
        """By its code, else by the name of its head and the village."""
        if not line.values["code"]:
            key = self.named.household(line.values["name"], line.values["place"], "head")
            return key if isinstance(key, Verdict) else self.homes[key]
        found = self.households.get(line.values["code"])
        return found if found is not None else Verdict("refused", "household_of_list_unknown", column="household_code")

    def _linked(self, line: Line, decision: str, official: Official, household: Household) -> Verdict:
        kind, programme = line.values["kind"], line.values["programme"]
        there = [link for link in self.links.get(household.pk, ()) if link.programme == programme]
        mine = next((link for link in there if link.official_id == official.pk), None)
        if mine is not None and mine.kind == kind:
            return Verdict("same")
        if official.person_id in self.side:
            # Before anything is said of the household: whether it complained about them is not to be read from a list.
            return Verdict("refused", "official_near", column="number")
        if (household.pk, official.pk) in self.apart:
            # One word for every reason: a complaint must not be told from a wish or from kin (SG-01, SG-45).
            return Verdict("refused", "kept_apart", column="number")
        lead = next((link for link in there if link.kind == "lead" and link.official_id != official.pk), None)
        former = [link for link in (mine, lead if kind == "lead" else None) if link is not None]
        settled = decision == "move" and not any(link.pk in self.planned for link in former)
        if kind == "lead" and lead is not None and not settled:
            return Verdict("held", "lead_differs", about=[f"household:{household.pk}"])
        return self._planned(line, official, household, former)

    def _planned(self, line: Line, official: Official, household: Household, former: Sequence[Link]) -> Verdict:
        """A link instead of those of before; lines that follow know of it."""
        plan = Written(self.day, self.at)
        begin = date.fromisoformat(line.values["since"]) if line.values["since"] else self.day
        for link in former:
            begin = max(begin, link.since)
            plan.change(link, until=begin)
        fresh = Link(
            id=uuid7(),
            official_id=official.pk,
            household_id=household.pk,
            kind=line.values["kind"],
            programme=line.values["programme"],
            since=begin,
        )
        state = {
            "id": str(fresh.pk),
            "official_id": str(official.pk),
            "household_id": str(household.pk),
            "kind": fresh.kind,
            "programme": fresh.programme,
            "origin": ORIGIN,
            "since": begin.isoformat(),
            "recorded_at": plan.moment,
        }
        plan.add(Link, state)
        standing = [link for link in self.links.get(household.pk, ()) if link not in former]
        self.links[household.pk] = [*standing, fresh]
        self.planned.add(fresh.pk)
        return Verdict("changed" if plan.changes else "new", plan=plan)
