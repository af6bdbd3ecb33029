"""Whatever is done, in whatever order: nobody gets two leads, themselves, a relative or whom they complained of."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.core import apart as sources
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register import ticks
from huiyin.register.actions import handovers, links, people, rounds, staff
from huiyin.register.models import Household, Link, LinkRound, Post
from huiyin.register.queries import apart
from huiyin.register.queries import handovers as ask
from huiyin.register.queries import rounds as round_queries
from tests import factories as make
from tests.cast import HUAISHUPING, SHIQIAO, Cast
from tests.rows import row

STEPS = ("round", "adjust", "confirm", "link", "leave", "hand_over", "kin", "wish", "move_in", "complain", "day")
Doing = tuple[str, int, int]


class County:
    """A small county to which things happen; what is refused is refused, and nothing else may go wrong."""

    def __init__(self, cast: Cast, at: datetime) -> None:
        self.cast, self.at, self.by = cast, at, make.SYSTEM
        self.homes = [cast.zhang_household, *(make.a_household(place)[0] for place in (HUAISHUPING, SHIQIAO, SHIQIAO))]
        self.officials = [cast.luo, cast.li, cast.ma, cast.bai]
        self.complaints: set[tuple[UUID, UUID, bool]] = set()

    def do(self, step: str, one: int, other: int) -> None:
        """Let one thing happen."""
        home, official = self.homes[one % len(self.homes)], self.officials[other % len(self.officials)]
        try:
            getattr(self, step)(home, official)
        except Refused:
            return  # refused in words: allowed at any time

    def round(self, _home: UUID, _official: object) -> None:
        rounds.ask(by=self.by, at=self.at, programme="echo", pairing="fixed")
        ticks.link_rounds(self.at)

    def adjust(self, home: UUID, official: object) -> None:
        found = self._open()
        rounds.adjust(by=self.by, at=self.at, round_id=found, household_id=home, official_id=official.official_id)  # type: ignore[attr-defined]  # a member of the cast

    def confirm(self, _home: UUID, _official: object) -> None:
        rounds.confirm(by=self.by, at=self.at, round_id=self._open())
        ticks.link_rounds(self.at)

    def link(self, home: UUID, official: object) -> None:
        links.link(by=self.by, at=self.at, official_id=official.official_id, household_id=home, programme="echo")  # type: ignore[attr-defined]  # as above

    def leave(self, _home: UUID, official: object) -> None:
        staff.end_post(by=self.by, at=self.at, post_id=official.post_id)  # type: ignore[attr-defined]  # as above

    def hand_over(self, _home: UUID, official: object) -> None:
        plan = ask.plan(self.by, official.official_id, self.at)  # type: ignore[attr-defined]  # as above
        to = {one.link_id: one.suggested for one in plan.links if one.suggested}
        successor = next(iter(to.values()), self.cast.wu.official_id)
        handovers.hand_over(
            by=self.by,
            at=self.at,
            official_id=plan.official_id,
            to=to,
            successor_id=successor,
            why="transfer",
        )

    def kin(self, home: UUID, official: object) -> None:
        self._free(home, official)
        head = Household.objects.get(pk=home).people(self.at.date()).first()
        assert head is not None
        people.add_kin(by=self.by, at=self.at, person_id=official.person_id, relative_id=head.pk)  # type: ignore[attr-defined]  # as above

    def move_in(self, home: UUID, official: object) -> None:
        self._free(home, official)
        people.add_resident(by=self.by, at=self.at, household_id=home, person_id=official.person_id, relation="child")  # type: ignore[attr-defined]  # as above

    def wish(self, home: UUID, official: object) -> None:
        self._free(home, official)
        links.wish(by=self.by, at=self.at, household_id=home, official_id=official.official_id)  # type: ignore[attr-defined]  # as above

    def complain(self, home: UUID, official: object) -> None:
        self._free(home, official)
        self.complaints.add((home, official.person_id, True))  # type: ignore[attr-defined]  # as above

    def day(self, _home: UUID, _official: object) -> None:
        self.at += timedelta(days=1)

    def _free(self, home: UUID, official: object) -> None:
        """A standing link is ended first: nobody may stand in the way of living with one's family."""
        for found in Link.objects.filter(household_id=home, official_id=official.official_id, until=None):  # type: ignore[attr-defined]  # as above
            links.end_link(by=self.by, at=self.at, link_id=found.pk)

    def _open(self) -> UUID:
        found = round_queries.in_state(self.by, "proposed")
        if not found:
            raise Refused("round_not_open")
        return found[0]

    def holds(self) -> None:
        """What must be so after every step."""
        open_ = Link.objects.filter(until=None, replaced_at=None, household__isnull=False)
        twice = open_.filter(kind="lead").values("household", "programme").annotate(n=Count("pk")).filter(n__gt=1)
        assert not twice.exists()
        never = apart.pairs(self.by, self.at, day=self.at.date())
        assert not {(home, official) for home, official in open_.values_list("household_id", "official_id")} & never
        assert LinkRound.objects.filter(state__in=("asked", "proposed", "confirming")).count() <= 1
        assert Post.objects.exists()


@pytest.mark.django_db
@given(doings=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.integers(0, 7)), max_size=14))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@row("SG-45", "SG-01", "R-063", "AM-33")
def test_nobody_is_ever_linked_to_whom_they_must_not_be(cast: Cast, at: datetime, doings: list[Doing]) -> None:

    with transaction.atomic():
        county = County(cast, at)
        ask_complaints = sources.source(lambda _viewer, _at, _homes: county.complaints)
        try:
            for step, one, other in doings:
                county.do(step, one, other)
                county.holds()
        finally:
            sources.forget(ask_complaints)
        transaction.set_rollback(True)


def test_nobody_but_the_machine_asks_who_is_kept_apart(at: datetime) -> None:
    with pytest.raises(PermissionError):
        sources.known(Viewer(), at)


@row("SG-45")
def test_of_some_households_as_much_is_asked_as_of_one_and_the_same_is_answered(cast: Cast, at: datetime) -> None:
    own, _ = make.a_household(HUAISHUPING)
    near, kin = make.a_household(HUAISHUPING)
    people.add_kin(by=make.SYSTEM, at=at, person_id=cast.luo.person_id, relative_id=kin)
    homes = [own, near, *(make.a_household(HUAISHUPING)[0] for _ in range(20))]
    day = at.date()

    def counted(some: list[UUID]) -> tuple[int, set[tuple[UUID, UUID]]]:
        with CaptureQueriesContext(connection) as queries:
            found = apart.pairs(make.SYSTEM, at, day=day, household_ids=some)
        return len(queries), found

    (one, none), (many, found) = counted([own]), counted(homes)
    assert one == many
    assert (none, found) == (set(), {(near, cast.luo.official_id)})
    everything = apart.pairs(make.SYSTEM, at, day=day)
    assert {pair for pair in everything if pair[0] in homes} == found
