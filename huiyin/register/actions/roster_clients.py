"""Lines of service clients against the register: somebody registered, and the department that serves them (R-046).

Nobody is made for a list of clients, and no category that is highly sensitive, goes with a matter, keeps where somebody
is or is an office's to end (SG-15) comes in by one. A client of several departments has an entry for each.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.people import Category
from huiyin.register.actions.roster_bodies import bodies_by_kind
from huiyin.register.actions.roster_meant import Meant
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.models import Membership
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules.lines import Line
from huiyin.register.rules.months import later
from huiyin.register.rules.verdicts import Verdict

Kind = tuple[str, str, Category]
"""A programme, the name of one of its categories, and the category."""


class Clients:
    """Some lines of clients, with what is known of those they name."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.lines, self.day = by, at, lines, today(by, at)
        values = [line.values for line, _ in lines]
        self.kinds = offered(at)
        self.bodies = bodies_by_kind({one["body"] for one in values}, self.day)
        self.meant = Meant(by, values)
        homes = [row.household_id for row in self.meant.homes.values()]
        rows = Membership.objects.filter(standing(self.day), household__in=homes)
        wanted = ("programme", "category", "household_id", "person_id", "body_id")
        self.standing = set(rows.filter(body__isnull=False).values_list(*wanted))

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        return [self._one(line) for line, _ in self.lines]

    def _one(self, line: Line) -> Verdict:
        kind = self._kind(line)
        if kind is None:
            return Verdict("refused", "category_unknown", column="category")
        found = self.meant.who(line.values)
        if isinstance(found, Verdict):
            return found
        lives = self.meant.homes.get(found.pk)
        home = lives.household if lives is not None else None
        if home is None or home.until is not None:
            return Verdict("refused", "person_of_list_unknown", column="name")
        name = line.values["body"]
        body = next((self.bodies[name, one] for one in kind[2].bodies if (name, one) in self.bodies), None)
        if body is None:
            return Verdict("refused", "body_unknown", column="body")
        key = (kind[0], kind[1], home.pk, found.pk, body)
        if key in self.standing:
            return Verdict("same")
        self.standing.add(key)
        return self._planned(line, kind, key)

    def _kind(self, line: Line) -> Kind | None:
        """The category that is written, by its title or name; where nothing is, the only one there is."""
        written = line.values["category"]
        if not written:
            return self.kinds[0] if len(self.kinds) == 1 else None
        return next((one for one in self.kinds if written in (one[1], one[2].title)), None)

    def _planned(self, line: Line, kind: Kind, key: tuple[str, str, UUID, UUID, UUID]) -> Verdict:
        programme, category, household, person, body = key
        plan = Written(self.day, self.at)
        plan.add(
            Membership,
            {
                "id": fresh_id(),
                "household_id": str(household),
                "person_id": str(person),
                "programme": programme,
                "category": category,
                "source": line.values["source"] or kind[2].source,
                "since": self.day.isoformat(),
                "until": later(self.day, kind[2].lasts_months).isoformat(),
                "review_on": later(self.day, kind[2].review_months).isoformat(),
                "body_id": str(body),
                "recorded_at": plan.moment,
                "by_id": str(self.by.person_id) if self.by.person_id else None,
            },
        )
        return Verdict("new", plan=plan)


def offered(at: datetime) -> tuple[Kind, ...]:
    """The categories a list of clients may fill: those that name who serves, nothing seen on need only, and none on
    which support hangs: what comes in by list ends on its day."""
    return tuple(
        (name, key, one)
        for name, programme in rulebook.current(at).rulebook.programmes.items()
        for key, one in (programme.people.open().items() if programme.people else ())
        if one.bodies and one.of == "person" and one.sensitivity == "ordinary"
        if not (one.where or one.with_matter or one.office)
    )
