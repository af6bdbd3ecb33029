"""What a step asks and writes beside its matter's own row: for one matter at once, for many in hand all together.

Fifty matters given to one unit are fifty steps with an event each, but one question for all their clocks and one
statement for all their moves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from huiyin.casework.actions import books
from huiyin.casework.models import Clock, Matter, Move
from huiyin.casework.queries import mediation
from huiyin.core import four_eyes
from huiyin.core.kept import Kept
from huiyin.core.questions import NOBODY, ask, whole
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import BodyRow


class Hand:
    """The matters an action has locked. What is asked about one is asked about all of them, the first time.

    Each has one step taken: what is known of it here is that from before the step.
    """

    def __init__(self, matters: Sequence[Matter]) -> None:
        self.matters = matters
        self._clocks: dict[UUID, list[Clock]] | None = None
        self._last: dict[UUID, int] | None = None
        self._excluded: dict[UUID, frozenset[UUID]] | None = None
        self._families: dict[UUID, frozenset[UUID]] | None = None
        self._stood: Mapping[str, frozenset[tuple[UUID, UUID]]] | None = None
        self._bodies: dict[UUID, BodyRow] = {}

    def clocks(self, matter: Matter) -> list[Clock]:
        """The clocks of a matter that run or stand still, the oldest first."""
        if self._clocks is None:
            self._clocks = {one.id: [] for one in self.matters}
            for row in whole("hand.clocks", _running, NOBODY, tuple(self._clocks)):
                self._clocks[row.matter_id].append(row)
        return self._clocks[matter.id]

    def next_seq(self, matter: Matter) -> int:
        """The number of a matter's next move."""
        if self._last is None:
            self._last = dict(ask("hand.last", _last, NOBODY, tuple(one.id for one in self.matters)))
        return self._last.get(matter.id, 0) + 1

    def excluded(self, by: Viewer, matter: Matter, at: datetime) -> frozenset[UUID]:
        """Who may have no part in a matter (`books.excluded`), reckoned for each by itself."""
        if self._excluded is None:
            self._excluded = books.excluded_from(by, self.matters, at)
        return self._excluded[matter.id]

    def family(self, by: Viewer, matter: Matter, at: datetime) -> frozenset[UUID]:
        """Sides of a matter that is a dispute, and their families."""
        if self._families is None:
            self._families = mediation.families(by, [one.id for one in self.matters], today(by, at))
        return self._families.get(matter.id, frozenset())

    def stood(self, matter: Matter) -> frozenset[tuple[UUID, UUID]]:
        """Who has acted in a matter in whose stead."""
        if self._stood is None:
            self._stood = four_eyes.stood_in([one.id for one in self.matters])
        return self._stood.get(str(matter.id), frozenset())

    def body(self, by: Viewer, body_id: UUID) -> BodyRow:
        """A body a matter is given to. Raises Refused("body_unknown")."""
        if body_id not in self._bodies:
            try:
                self._bodies[body_id] = staff.body(by, body_id)
            except Missing as missing:
                raise Refused("body_unknown", field="owner") from missing
        return self._bodies[body_id]

    def change(self, row: Kept) -> None:
        """Write a row that is there already."""
        row.save()

    def add(self, *rows: Kept) -> None:
        """Write new rows of one table."""
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)


def _running(_viewer: Viewer, matters: tuple[UUID, ...]) -> QuerySet[Clock]:
    return Clock.objects.filter(matter__in=matters, met_at__isnull=True, ended_at__isnull=True)


def _last(_viewer: Viewer, matters: tuple[UUID, ...]) -> QuerySet[Move, Any]:
    return Move.objects.filter(matter__in=matters).order_by().values_list("matter_id").annotate(last=Max("seq"))


class FullHand(Hand):
    """Several matters, each a step: what one of them writes waits for the others; what a refused one would have
    written is let go. Nothing that was written may be read again before `put_down`.
    """

    def __init__(self, matters: Sequence[Matter]) -> None:
        super().__init__(matters)
        self._changed: list[Kept] = []
        self._added: list[Kept] = []

    @contextmanager
    def one(self) -> Iterator[None]:
        """Around the step of one matter."""
        changed, added = len(self._changed), len(self._added)
        try:
            yield
        except Refused:
            del self._changed[changed:], self._added[added:]
            raise

    def change(self, row: Kept) -> None:
        """Write a row later."""
        self._changed.append(row)

    def add(self, *rows: Kept) -> None:
        """Write new rows later."""
        self._added += rows

    def put_down(self) -> None:
        """Write it all, table by table in the order in which they were first named."""
        for model, rows in _by_table(self._changed):
            model._default_manager.rewrite(rows)
        for model, rows in _by_table(self._added):
            model._default_manager.bulk_create(rows)
        self._changed, self._added = [], []


def _by_table(rows: Iterable[Kept]) -> Iterable[tuple[type[Any], list[Kept]]]:
    found: dict[type[Any], list[Kept]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found.items()
