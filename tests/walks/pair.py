"""The product beside the model: each thing is done by both, or refused by both, and then both say the same."""

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from huiyin.casework.actions import dismissing
from huiyin.casework.models import Clock, Joining, Matter, Move, Party, Reply
from huiyin.core.audit import verify
from huiyin.core.models import Event
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests.cast import Cast
from tests.walks.county import DIMENSIONS, PARTS, County, county
from tests.walks.model import ROLES, Case, No
from tests.walks.said import BODIES, Running

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Each walk begins here, whatever day the suite is run on: a Monday, 09:00 in the county."""


@dataclass
class Walked:
    """What the walks of a run came to: transitions taken by county, and how often what was done and refused."""

    taken: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    walks: int = 0
    steps: int = 0

    def lacking(self, names: tuple[str, ...], least: int) -> list[tuple[str, str, str, int]]:
        """Transitions of these counties' flows taken less often: county, state, step, times."""
        every = ((name, *one) for name in names for one in county(name).transitions())
        return [(*one, self.taken[one]) for one in every if self.taken[one] < least]


class Pair:
    """A handful of matters in the database and as the model has them; in a transaction that is rolled back."""

    def __init__(self, flow: County, cast: Cast, walked: Walked, chance: Random) -> None:
        self.county, self.cast, self.walked, self.chance = flow, cast, walked, chance
        self.at = BEGIN
        self.cases: dict[UUID, Case] = {}
        self.told: list[str] = []
        self._rows: dict[UUID, tuple[object, ...]] | None = None
        self._viewers: dict[tuple[str, date], Viewer] = {}
        self._names = {getattr(cast, name).person_id: name for name in ROLES}
        self._bodies = {getattr(cast.bodies, body): body for body in BODIES.values()}
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def end(self, *, proof: bool) -> None:
        """Compare everything once more; with `proof` the log is verified too. Always rolls back."""
        try:
            for one in self.cases:
                self.agree(one)
                self.once(one)
            if proof:
                seal_now(self.at)
                assert verify(self.at).told() == []
            for case in self.cases.values():
                self.walked.taken.update((self.county.name, *one) for one in case.taken)
            self.walked.walks += 1
        finally:
            self.leave()

    def leave(self) -> None:
        """Roll back."""
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    def both(
        self, what: str, expected: Callable[[dict[UUID, Case]], None], real: Callable[[], object], *touched: UUID
    ) -> bool:
        """Do it in the model and in the product; both do it or both refuse. True if it was done."""
        after = copy.deepcopy(self.cases)
        try:
            expected(after)
            may = True
        except No:
            may = False
        before = self._rows or self.rows()
        self.walked.steps += 1
        self.told.append(f"{self.at:%m-%d %H:%M} {what} {[list(self.cases).index(one) for one in touched]}")
        try:
            with transaction.atomic():
                real()
        except (Refused, Missing) as refused:
            assert not may, f"{what} must not be refused, was: {refused!r}"
            assert self.rows() == before, f"{what} was refused and still changed something"
            self.walked.refused[what] += 1
            self.told[-1] += " (refused)"
            return False
        assert may, f"{what} must be refused and was not"
        self.cases = after
        self.walked.done[what] += 1
        for one in touched:
            self.agree(one)
        self._rows = self.rows()
        rest = {one: row for one, row in self._rows.items() if one not in touched}
        assert rest == {one: row for one, row in before.items() if one not in touched}, f"{what} changed another matter"
        return True

    def rows(self) -> dict[UUID, tuple[object, ...]]:
        """Each matter of the walk in short: version, state, nearest due date, who has it."""
        short = ("id", "version", "state", "due_at", "handler_id")
        return {row[0]: row[1:] for row in Matter.objects.filter(id__in=list(self.cases)).values_list(*short)}

    def agree(self, one: UUID) -> None:
        """The database says of a matter what the model says, and nobody sees it who must not."""
        case = self.cases[one]
        real, modelled = self.real(one), self.modelled(case)
        wrong = {name: (real[name], modelled[name]) for name in modelled if real[name] != modelled[name]}
        assert not wrong, f"product and model differ in {sorted(wrong)}: {wrong}"
        for who in case.kept_from():
            seen = Matter.objects.reachable_by(self.viewer(who)).filter(id=one).exists()
            assert not seen, f"{who} sees a matter about {case.about}"
        if case.held or case.sealed:
            listed = Matter.objects.visible_to(self.viewer("zhou")).filter(id=one).exists()
            assert not listed, "a matter that lies aside stands in an ordinary list"

    def once(self, one: UUID) -> None:
        """Each deadline that ran out was told once, and none that did not."""
        events = Event.objects.filter(name="casework.matter_overdue", subject=str(one)).values_list("data", flat=True)
        told = Counter(data["clock"] for data in events)
        ran_out = Clock.objects.filter(matter_id=one, overdue_at__isnull=False).values_list("id", flat=True)
        assert told == Counter(map(str, ran_out)), "a deadline was told twice, or not at all"

    def real(self, one: UUID) -> dict[str, Any]:
        """A matter as the database has it."""
        row = Matter.objects.get(id=one)
        clocks = Clock.objects.filter(matter=row).values_list(
            *("name", "started_at", "first_due_at", "due_at", "overdue_at", "met_at", "ended_at"),
            *("paused_at", "pause_until"),
        )
        answers = Reply.objects.filter(matter=row).order_by("at", "id").values_list("text", "delivered_at")
        return {
            **{name: getattr(row, name) for name in ("state", "way", "level", "held", "sealed", "reopened")},
            "closed": row.closed_at,
            "classes": {name: getattr(row, name) for name in DIMENSIONS if getattr(row, name)},
            "parts": {part: self._names.get(getattr(row, f"{part}_id")) for part in PARTS},
            "owner": self._bodies.get(row.owner_body_id) if row.owner_body_id else None,
            "due": row.due_at,
            "clocks": sorted(map(str, clocks)),
            "answers": [(text, delivered is not None) for text, delivered in answers],
            "moves": list(Move.objects.filter(matter=row).order_by("seq").values_list("step", flat=True)),
            "follows": Joining.objects.filter(member=row, split_at=None).values_list("lead_id", flat=True).first(),
            "named": Party.objects.filter(matter=row, role="reporter", phone__isnull=False).exists(),
        }

    def modelled(self, case: Case) -> dict[str, Any]:
        """The same as the model has it."""
        own = ("state", "way", "level", "held", "sealed", "reopened", "closed", "parts", "owner", "moves", "named")
        ids = {id(other): key for key, other in self.cases.items()}
        return {
            **{name: getattr(case, name) for name in own},
            "classes": {name: value for name, value in case.classed.items() if value},
            "due": case.next_due,
            "clocks": sorted(str(_shown(one)) for one in case.clocks),
            "answers": [(one.text, one.delivered) for one in case.answers],
            "follows": ids[id(case.follows)] if case.follows else None,
        }

    def viewer(self, who: str) -> Viewer:
        """A member of the cast at this moment; posts do not change on a walk, so one a day is worked out."""
        key = who, self.at.date()
        if key not in self._viewers:
            self._viewers[key] = getattr(self.cast, who).viewer(self.at)
        return self._viewers[key].but(at=self.at)

    def ids(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Names of people and bodies as the product knows them."""
        found: dict[str, Any] = {part: getattr(self.cast, given[part]).person_id for part in PARTS if given.get(part)}
        if given.get("owner"):
            found["owner"] = getattr(self.cast.bodies, given["owner"])
        if given.get("leader"):
            found["leader"] = getattr(self.cast, given["leader"]).person_id
        if given.get("bodies"):
            found["bodies"] = [getattr(self.cast.bodies, one) for one in given["bodies"]]
        return found

    def dismiss(self, key: UUID, who: str, name: str, given: Mapping[str, Any], real: Mapping[str, Any]) -> None:
        """A complaint is ended by two people."""
        other = self.chance.choice(("sun", "sun", "zhou", "tang", "li"))

        def both() -> None:
            row = dismissing.propose(by=self.viewer(who), at=self.at, matter_id=key, step=name, given=real)
            dismissing.decide(by=self.viewer(other), at=self.at, dismissal_id=row.id, consent=True)

        self.both(name, lambda cases: cases[key].dismiss(who, other, name, self.at, given), both, key)


def _shown(one: Running) -> tuple[object, ...]:
    return (
        *(one.name, one.started, one.first_due, one.due, one.over, one.met, one.ended),
        *(one.paused, one.until),
    )
