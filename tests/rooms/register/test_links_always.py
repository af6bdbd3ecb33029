"""Whatever is done, in whatever order: nobody gets two leads, themselves, a relative or whom they complained of."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huiyin.core import apart as sources
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official, Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register import ticks
from huiyin.register.actions import (
    handovers,
    households,
    links,
    people,
    roster_undo,
    roster_work,
    rosters,
    rounds,
    staff,
)
from huiyin.register.actions.roster_people import ID_COLUMN
from huiyin.register.actions.roster_work import Job
from huiyin.register.events import PhoneSet
from huiyin.register.models import HeldLine, Household, Identity, Link, LinkRound, Post, Resident
from huiyin.register.queries import apart
from huiyin.register.queries import handovers as ask
from huiyin.register.queries import rounds as round_queries
from huiyin.register.rules.verdicts import CHOICES
from tests import factories as make
from tests.cast import HUAISHUPING, SHIQIAO, Cast
from tests.lists import an_id, csv_file
from tests.rooms.register.test_rosters import apply, staged
from tests.rows import row

STEPS = (
    *("round", "adjust", "confirm", "link", "leave", "hand_over", "kin", "wish", "move_in", "complain", "day"),
    *("list_links", "list_relatives", "list_moves_in", "undo", "split", "merge", "away"),
)
Doing = tuple[str, int, int]


@action
def identify(*, by: Viewer, at: datetime, person_id: UUID, number: str) -> None:
    """An official's ID number, as a list of residents would have brought it."""
    row = Identity(person_id=person_id, blind=vault().blind(ID_COLUMN, number))
    row.number = vault().seal(row.subject, table="identity", column="number", row=str(row.pk), text=number)
    row.save(force_insert=True)
    record(PhoneSet(subject=str(person_id)), by=by, at=at)


class County:
    """A small county to which things happen; what is refused is refused, and nothing else may go wrong."""

    lists: list[UUID]
    """Lists that came in and were not taken back."""

    def __init__(self, cast: Cast, at: datetime, folder: Path) -> None:
        self.cast, self.at, self.by = cast, at, make.SYSTEM
        self.homes = [cast.zhang_household, *(make.a_household(place)[0] for place in (HUAISHUPING, SHIQIAO, SHIQIAO))]
        self.officials = [cast.luo, cast.li, cast.ma, cast.bai]
        self.complaints: set[tuple[UUID, UUID, bool]] = set()
        self.folder, self.lists, self.number = folder, [], 0

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
        head = Household.objects.get(pk=home).people(self.at.date()).first()
        if head is None:
            raise Refused("person_unknown")  # everybody has moved out
        people.add_kin(by=self.by, at=self.at, person_id=official.person_id, relative_id=head.pk)  # type: ignore[attr-defined]  # as above

    def move_in(self, home: UUID, official: object) -> None:
        people.add_resident(by=self.by, at=self.at, household_id=home, person_id=official.person_id, relation="child")  # type: ignore[attr-defined]  # as above

    def wish(self, home: UUID, official: object) -> None:
        self._free(home, official)
        links.wish(by=self.by, at=self.at, household_id=home, official_id=official.official_id)  # type: ignore[attr-defined]  # as above

    def complain(self, home: UUID, official: object) -> None:
        self._free(home, official)
        self.complaints.add((home, official.person_id, True))  # type: ignore[attr-defined]  # as above

    def list_links(self, home: UUID, official: object) -> None:
        number = Official.objects.get(pk=official.official_id).number  # type: ignore[attr-defined]  # as above
        self._list(
            "links", ("工号", "户编号", "类别", "工作法"), [number, Household.objects.get(pk=home).code, "主", "echo"]
        )

    def list_relatives(self, home: UUID, official: object) -> None:
        number = Official.objects.get(pk=official.official_id).number  # type: ignore[attr-defined]  # as above
        found = Household.objects.get(pk=home)
        head = found.people(self.at.date()).first()
        if head is None:
            raise Refused("person_unknown")
        self._list("relatives", ("工号", "亲友姓名", "户编号"), [number, head.name, found.code])

    def list_moves_in(self, home: UUID, official: object) -> None:
        """By their ID number an official is known again in a list of residents."""
        person = Person.objects.get(pk=official.person_id)  # type: ignore[attr-defined]  # as above
        number = an_id(500 + self.officials.index(official))  # type: ignore[arg-type]  # as above
        if not Identity.objects.filter(person=person).exists():
            identify(by=self.by, at=self.at, person_id=person.pk, number=number)
        code = Household.objects.get(pk=home).code
        self._list("residents", ("户编号", "姓名", "与户主关系", "身份证号"), [code, person.name, "其他", number])

    def undo(self, _home: UUID, _official: object) -> None:
        if not self.lists:
            raise Refused("import_state")
        run = self.lists.pop()
        roster_undo.begin_undo(by=self.by, at=self.at, run_id=run, here=True)
        roster_work.work(Job(self.by, lambda: self.at, run))

    def split(self, home: UUID, _official: object) -> None:
        lives = list(Resident.objects.filter(household_id=home, until=None, replaced_at=None).order_by("pk"))
        if len(lives) < 2:
            raise Refused("value_missing")
        self.number += 1
        off = households.Off(
            (lives[-1].person_id,), lives[-1].person_id, f"P{self.number}", households.Whereto(SHIQIAO)
        )
        made = households.split(by=self.by, at=self.at, household_id=home, off=off)
        self.homes.append(made)

    def merge(self, home: UUID, _official: object) -> None:
        into = next(one for one in self.homes if one != home)
        households.merge(by=self.by, at=self.at, household_id=home, into=into)

    def away(self, home: UUID, _official: object) -> None:
        households.set_presence(by=self.by, at=self.at, household_id=home, status="away")

    def day(self, _home: UUID, _official: object) -> None:
        self.at += timedelta(days=1)

    def _list(self, kind: str, header: tuple[str, ...], line: list[str]) -> None:
        """A list of one line, all of it agreed to."""
        self.number += 1
        path = csv_file(self.folder / f"{kind}{self.number}.csv", [*header, "备考"], [[*line, str(self.number)]])
        run = staged(path, self.at, kind, by=self.by)
        for held in HeldLine.objects.filter(run_id=run):
            rosters.decide(by=self.by, at=self.at, run_id=run, line=held.number, decision=CHOICES[held.reason][0])
        apply(run, self.at, by=self.by)
        self.lists.append(run)

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
@given(doings=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 7), st.integers(0, 7)), max_size=16))
@example(doings=[("list_moves_in", 0, 0), ("undo", 0, 0)])
@example(doings=[("list_relatives", 0, 0), ("undo", 0, 0), ("list_relatives", 0, 1), ("list_links", 0, 1)])
@example(doings=[("kin", 0, 0), ("list_links", 0, 1), ("move_in", 0, 1)])
@example(doings=[("list_links", 1, 1), ("kin", 0, 1), ("merge", 0, 0), ("wish", 1, 1), ("undo", 0, 0)])
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@row("SG-45", "SG-01", "R-063", "AM-33")
def test_nobody_is_ever_linked_to_whom_they_must_not_be(
    cast: Cast, at: datetime, tmp_path: Path, doings: list[Doing]
) -> None:
    with transaction.atomic():
        county = County(cast, at, tmp_path)
        ask_complaints = sources.source(lambda _viewer, _at, _homes, _persons: county.complaints)
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
