"""Lines of categories against the register: households and people that an office's list names, each with its source.

Nothing comes in by list that stands with a matter (SG-13), keeps where somebody is, or that only an office ends
(SG-15); what is highly sensitive only from who may see it (SG-14). Everything ends on its day and has a day of review.
A line of a later day than the entry that stands says that it still holds: review and end begin anew.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.people import Category
from huiyin.register.actions.roster_bodies import bodies_by_kind
from huiyin.register.actions.roster_meant import Meant
from huiyin.register.actions.roster_named import Named
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import Household, Membership
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules.lines import Line
from huiyin.register.rules.months import later, review_day
from huiyin.register.rules.verdicts import Verdict, judged

Kind = tuple[str, str, Category]
"""A programme, the name of one of its categories, and the category."""
Key = tuple[UUID, UUID | None, str, str, UUID | None]
"""An entry: household, person where it is a person's, programme, category, body where it names one."""


class Entries:
    """Some lines of categories, with what is known of those they name."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day, self.now = by, at, lines, day, today(by, at)
        values = [line.values for line, _ in lines]
        programmes = rulebook.current(at).rulebook.programmes
        self.titles = {name: programme.about.title for name, programme in programmes.items()}
        self.kinds = [
            (name, key, one)
            for name, programme in programmes.items()
            for key, one in (programme.people.categories.items() if programme.people else ())
        ]
        self.meant = Meant(by, [one for one in values if one["name"] or one["id"]])
        self.named = Named(by, self.now, values)
        coded = {one["code"] for one in values if one["code"]}
        reach = {row.household_id for row in self.meant.homes.values()} | self.named.homes()
        rows = Household.objects.filter(Q(code__in=coded) | Q(pk__in=reach), until=None)
        self.homes = {row.pk: row for row in rows}
        self.coded = {row.code: row for row in self.homes.values()}
        self.bodies = bodies_by_kind({one["body"] for one in values} - {""}, self.now)
        self.there: dict[Key, Membership | None] = {}
        """Entries that stand; None for one that a line before has brought."""
        for entry in Membership.objects.filter(standing(self.now), household__in=self.homes):
            self.there[entry.household_id, entry.person_id, entry.programme, entry.category, entry.body_id] = entry

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [judged(self._judged, line.values) for line, _ in self.lines]

    def _judged(self, values: dict[str, Any]) -> Verdict:
        kind = self._kind(values)
        body = self._body(values, kind[2])
        home = self._home(values, kind[2])
        if isinstance(home, Verdict):
            return home
        household, person = home
        if not self.by.sees(household.place_code):
            raise Refused("place_beyond", field="household_code")
        return self._entered(values, kind, (household.pk, person, kind[0], kind[1], body))

    def _kind(self, values: dict[str, Any]) -> Kind:
        """The category that is written, by its title or name. Raises Refused: category_unknown, category_several,
        category_closed, category_not_by_list, category_sensitive."""
        written, programme = values["category"], values["programme"]
        some = [
            one
            for one in self.kinds
            if written in (one[1], one[2].title) and programme in ("", one[0], self.titles[one[0]])
        ]
        if len(some) != 1:
            raise Refused("category_several" if some else "category_unknown", field="category")
        kind = some[0][2]
        if kind.closed:
            raise Refused("category_closed", field="category")
        if kind.with_matter or kind.where or kind.office:
            raise Refused("category_not_by_list", field="category")
        if kind.sensitivity == "high" and not self.by.may("register.sensitive"):
            raise Refused("category_sensitive", field="category")
        return some[0]

    def _body(self, values: dict[str, Any], kind: Category) -> UUID | None:
        """The body that is written, where the category asks for one. Raises Refused: category_needs_body,
        body_unknown."""
        if not kind.bodies:
            return None
        if not values["body"]:
            raise Refused("category_needs_body", field="body")
        for one in kind.bodies:
            if found := self.bodies.get((values["body"], one)):
                return found
        raise Refused("body_unknown", field="body")

    def _home(self, values: dict[str, Any], kind: Category) -> tuple[Household, UUID | None] | Verdict:
        """Whose entry it is: the household, and the person where the category is of persons."""
        if kind.of == "person" or values["id"]:
            if not (values["id"] or values["code"]):
                raise Refused("client_who_missing", field="household_code")
            person = self.meant.who(values)
            if isinstance(person, Verdict):
                return person
            lives = self.meant.homes.get(person.pk)
            home = self.homes.get(lives.household_id) if lives is not None else None
            if home is None:
                raise Refused("person_of_list_unknown", field="name")
            return home, person.pk if kind.of == "person" else None
        if values["code"]:
            home = self.coded.get(values["code"])
            if home is None:
                raise Refused("household_of_list_unknown", field="household_code")
            named = not values["name"] or self.meant.lives(values["code"], values["name"])
            if not named and self.by.sees(home.place_code):  # beyond the scope no name is tried
                raise Refused("person_of_list_unknown", field="name")
            return home, None
        found = self.named.household(values["name"], values["place"])
        return found if isinstance(found, Verdict) else (self.homes[found], None)

    def _entered(self, values: dict[str, Any], kind: Kind, key: Key) -> Verdict:
        """A new entry, or a day of review and an end anew for one that stands and is said to hold from a later day."""
        category = kind[2]
        since = date.fromisoformat(values["since"]) if values["since"] else self.day
        paper = date.fromisoformat(values["paper"]) if values["paper"] and category.paper else None
        until = later(since, category.lasts_months)
        if until <= self.now:
            months, day = category.lasts_months, until.isoformat()
            return Verdict("refused", "category_run_out", column="since", values={"months": months, "day": day})
        review = review_day(since, category.review_months, paper)
        if values["review"] > since.isoformat():
            review = min(review, date.fromisoformat(values["review"]))
        plan = Written(self.day, self.at)
        if key in self.there:
            last = self.there[key]
            if last is None or not values["since"] or last.until is None or until <= last.until:
                return Verdict("same")
            more = {"paper_until": paper.isoformat()} if paper is not None else {}
            plan.replace(last, until=until.isoformat(), review_on=review.isoformat(), **more)
            self.there[key] = None
            return Verdict("changed", plan=plan)
        self.there[key] = None
        household, person, programme, name, body = key
        state = {
            "id": fresh_id(),
            "household_id": str(household),
            "person_id": str(person) if person is not None else None,
            "programme": programme,
            "category": name,
            "high": category.sensitivity == "high",
            "source": values["source"] or category.source,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "review_on": review.isoformat(),
            "paper_until": paper.isoformat() if paper is not None else None,
            "body_id": str(body) if body is not None else None,
            "recorded_at": plan.moment,
            "by_id": str(self.by.person_id) if self.by.person_id else None,
        }
        plan.add(Membership, state)
        return Verdict("new", plan=plan)
