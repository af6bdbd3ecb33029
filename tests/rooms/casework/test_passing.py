"""Open matters follow a hand-over: new owners by name, deadlines unmoved, never somebody who stands too near."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import models
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from huiyin.casework.actions import aside, intake
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Move
from huiyin.casework.queries import apart, one, owners, passing, track
from huiyin.core import health
from huiyin.core.models import Official
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.register import ticks
from huiyin.register.actions import handovers, links, people, roster_undo, roster_work, rosters, rounds, staff
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Household, ImportRun, Link, Phone
from huiyin.register.queries import apart as register_apart
from huiyin.register.queries import handovers as ask
from tests import factories as make
from tests import lists
from tests.cast import HUAISHUPING, Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed
from tests.rooms.register.test_rosters import LINKS, SYSTEM, apply, csv_of, staged
from tests.rows import row

MACHINE = Viewer.system("tests")


def handed_over(cast: Cast, at: datetime, to: Member) -> None:
    """li, who handles matters and leads for a household, hands both over."""
    home = make.a_household("990101101202")[0]
    link = make.a_link(cast.li.official_id, home)
    handovers.hand_over(
        by=cast.xu.viewer(at),
        at=at,
        official_id=cast.li.official_id,
        to={link: to.official_id},
        successor_id=to.official_id,
        why="transfer",
    )


@row("R-094")
def test_open_matters_get_a_new_owner_and_keep_their_deadlines(cast: Cast, at: datetime) -> None:
    matter = a_matter(cast, at, upto="take")
    assert matter.handler_id == cast.li.person_id
    due = matter.due_at
    handed_over(cast, at, cast.ma)
    assert ask.under_way(MACHINE, [cast.li.person_id])[cast.li.person_id].new == "马国强"
    drain(now())
    matter.refresh_from_db()
    assert (matter.handler_id, matter.due_at) == (cast.ma.person_id, due)
    move = Move.objects.filter(matter=matter).latest("seq")
    assert (move.step, move.person_id, move.source, move.target) == (
        "hand_over",
        cast.ma.person_id,
        "working",
        "working",
    )
    assert ask.under_way(MACHINE, [cast.li.person_id]) == {}
    assert ask.recent(cast.xu.viewer(at), at)[0].matters == 1
    drain(now())
    assert Move.objects.filter(matter=matter, step="hand_over").count() == 1


@row("SG-29", "R-094")
def test_what_is_kept_from_the_successors_new_unit_goes_to_somebody_of_the_old_one(cast: Cast, at: datetime) -> None:
    matter = a_matter(cast, at, upto="take")
    models.QuerySet(Matter).filter(pk=matter.pk).update(topic="policing")
    colleague = make.an_official(cast.bodies.town, name="同事甲", role="handler")
    police = appointed("钟警官", make.a_body("望川县公安局"), "handler", "民警")
    handed_over(cast, at, police)
    drain(now())
    matter.refresh_from_db()
    assert (matter.handler_id, matter.owner_body_id) == (colleague.person_id, cast.bodies.town)


def test_who_supervises_a_matter_does_not_become_its_handler(cast: Cast, at: datetime) -> None:
    matter = a_matter(cast, at, upto="take")
    make.an_official(cast.bodies.town, name="同事甲", role="handler")
    handed_over(cast, at, cast.zhao)  # zhao supervises it
    drain(now())
    matter.refresh_from_db()
    assert matter.handler_id not in (cast.zhao.person_id, cast.li.person_id, None)
    assert matter.supervisor_id == cast.zhao.person_id


def test_an_answer_that_waits_for_the_resident_passes_too(cast: Cast, at: datetime) -> None:
    matter = a_matter(cast, at, upto="take")
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="answer", given={"reply": "水泵换了，晚上有水。"})
    handed_over(cast, at, cast.ma)
    drain(now())
    matter.refresh_from_db()
    assert matter.handler_id == cast.ma.person_id  # answered is not closed: the resident has not said so yet


@row("R-094")
def test_a_matter_with_nobody_to_turn_to_turns_health_red_after_a_minute(cast: Cast, at: datetime) -> None:
    moment = now()
    a_matter(cast, at, upto="take")
    minute = timedelta(minutes=1)
    assert owners.unreachable(MACHINE, moment, since=minute) == 0
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id)
    assert owners.unreachable(MACHINE, now(), since=minute) == 0  # left this moment
    later = now() + timedelta(minutes=2)
    assert owners.unreachable(MACHINE, later, since=minute) == 1
    part = next(one for one in health.deep(later).parts if one.name == "owned")
    assert (part.ok, part.value) == (False, 1)


def of_li(cast: Cast, at: datetime) -> str:
    """A matter from the village that li has in hand."""
    return a_matter(cast, at, upto="take").code


@row("R-094")
def test_a_list_that_moves_the_last_leads_of_a_village_moves_its_open_matters(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    homes = [make.a_household(HUAISHUPING)[0] for _ in range(2)]
    for home in homes:
        make.a_link(cast.li.official_id, home)
    code = of_li(cast, at)
    numbers = dict(Official.objects.values_list("pk", "number"))
    codes = dict(Household.objects.values_list("pk", "code"))

    def moved(home: UUID) -> UUID:
        lines = [[numbers[cast.ma.official_id], codes[home], "主", ""]]
        run = staged(csv_of(tmp_path, lines, LINKS), at, "links")
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="move")
        apply(run, at)
        drain(now())
        return run

    moved(homes[0])
    assert Matter.objects.get(code=code).handler_id == cast.li.person_id  # li still leads for one there
    last = moved(homes[1])
    assert Matter.objects.get(code=code).handler_id == cast.ma.person_id
    assert ask.recent(MACHINE, now()) == ()
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=last, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, last)) == "undone"
    drain(now())
    assert Matter.objects.get(code=code).handler_id == cast.ma.person_id  # ma leads for the other one still
    first = ImportRun.objects.exclude(pk=last).get().pk
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=first, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, first)) == "undone"
    drain(now())
    assert Matter.objects.get(code=code).handler_id == cast.li.person_id


@row("R-094")
def test_a_round_that_moves_the_households_of_who_left_moves_their_open_matters(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=at)
    home = make.a_household(HUAISHUPING)[0]
    make.a_link(cast.li.official_id, home)
    code = of_li(cast, at)
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id)
    round_id = rounds.ask(by=MACHINE, at=at, programme="echo", pairing="fixed")
    ticks.link_rounds(at)
    rounds.confirm(by=MACHINE, at=at, round_id=round_id)
    ticks.link_rounds(at)
    drain(now())
    handler = Matter.objects.get(code=code).handler_id
    assert handler not in (None, cast.li.person_id)
    assert Link.objects.get(household_id=home, until=None).official.person_id == handler


@row("SG-01", "SG-45")
def test_a_household_is_never_linked_to_whom_it_complained_about(cast: Cast, at: datetime) -> None:
    matter = a_matter(cast, at, text="村支书罗大勇吃拿卡要，要投诉。", subject="投诉", nature="complaint")
    by = cast.zhou.viewer(at)
    assert (cast.zhang_household, cast.luo.person_id, False) in apart.complained(MACHINE, at)
    aside.name_subjects(by=by, at=at, matter_id=matter.id, persons=[cast.ma.person_id])
    assert (cast.zhang_household, cast.ma.person_id, True) in apart.complained(MACHINE, at)
    day = at.date()
    assert register_apart.is_apart(by, at, day=day, household_id=cast.zhang_household, official_id=cast.ma.official_id)
    with pytest.raises(Exception, match="kept_apart"):
        links.link(
            by=make.SYSTEM, at=at, official_id=cast.ma.official_id, household_id=cast.zhang_household, kind="supporting"
        )
    plan = ask.plan(cast.xu.viewer(at), cast.luo.official_id, at)
    assert cast.ma.official_id not in [one.official_id for one in plan.links[0].candidates]
    with pytest.raises(PermissionError):
        apart.complained(by, at)


@row("SG-01", "SG-45")
def test_some_households_are_asked_about_alike_from_either_end(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    matter = a_matter(cast, at, text="村支书罗大勇吃拿卡要，要投诉。", subject="投诉", nature="complaint")
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.ma.person_id])
    homes = [cast.zhang_household, *(make.a_household(HUAISHUPING)[0] for _ in range(3))]
    with django_assert_num_queries(3):  # the rulebook in force, their telephones, the complaints
        few = apart.complained(MACHINE, at, homes)
    monkeypatch.setattr(apart, "FEW", 0)
    assert sorted(few) == sorted(apart.complained(MACHINE, at, homes)) == sorted(apart.complained(MACHINE, at))
    assert (cast.zhang_household, cast.ma.person_id, True) in few
    assert apart.complained(MACHINE, at, homes[1:]) == []
    monkeypatch.setattr(apart, "FEW", 100)
    assert apart.complained(MACHINE, at, homes[1:]) == []


@row("SG-01", "SG-45")
@pytest.mark.parametrize("few", [0, 100])
def test_a_number_that_two_households_share_keeps_both_apart(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    matter = a_matter(cast, at, text="村支书罗大勇吃拿卡要，要投诉。", subject="投诉", nature="complaint")
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.ma.person_id])
    parents = make.a_household(HUAISHUPING)[0]
    (number,) = register_apart.numbers_of(MACHINE, [cast.zhang_household], day=at.date())
    people.add_resident(by=make.SYSTEM, at=at, household_id=parents, name="张父", phone=number)
    monkeypatch.setattr(apart, "FEW", few)
    homes = [cast.zhang_household, parents]
    assert {home for home, person, _ in apart.complained(MACHINE, at, homes) if person == cast.ma.person_id} == {*homes}


def test_a_number_that_cannot_be_read_is_left_out_and_the_others_are_known(cast: Cast, at: datetime) -> None:
    day, homes = at.date(), [cast.zhang_household]
    before = register_apart.numbers_of(MACHINE, homes, day=day)
    people.add_resident(by=make.SYSTEM, at=at, household_id=homes[0], name="张父", phone=lists.a_phone(73))
    assert len(register_apart.numbers_of(MACHINE, homes, day=day)) == len(before) + 1
    newest = Phone.objects.order_by("-recorded_at", "-pk")[0]
    QuerySet(Phone).filter(pk=newest.pk).update(number=bytes(newest.number)[:-1] + b"\x00")  # as SQL by hand would
    assert register_apart.numbers_of(MACHINE, homes, day=day) == before


@row("SG-01", "SG-45")
def test_who_has_two_numbers_is_known_by_either(cast: Cast, at: datetime, tmp_path: Path) -> None:
    rows = lists.households(1)
    numbers = {lists.a_phone(71), lists.a_phone(72)}
    rows[0][7] = "、".join(sorted(numbers))
    apply(staged(csv_of(tmp_path, rows), at), at)
    found = register_apart.households_with(MACHINE, at, numbers, day=at.date())
    home = Household.objects.get(code=rows[0][0])
    assert found == {number: {home.pk} for number in numbers}


@row("R-094")
def test_desk_and_resident_are_told_of_both_until_the_new_owner_is_there(cast: Cast, at: datetime) -> None:
    opened = intake.open_matter(
        by=cast.chen.viewer(at),
        at=at,
        words=intake.Words(
            subject="三组停水",
            text="三组傍晚停水半个月了。",
            place_code="990101101201",
            channel="phone",
            first_asked=cast.chen.person_id,
        ),
    )
    for who, step, given in (
        (cast.chen, "accept", {}),
        (
            cast.zhou,
            "assign",
            {
                "owner": cast.bodies.town,
                "handler": cast.li.person_id,
                "supervisor": cast.zhao.person_id,
                "topic": "water",
                "nature": "problem",
                "way": "pass_for_handling",
            },
        ),
    ):
        take_step(by=who.viewer(at), at=at, matter_id=opened.matter.id, step=step, given=given)
    handed_over(cast, at, cast.ma)
    page = one.one(cast.zhou.viewer(at), opened.matter.id, at)
    assert page.passing is not None
    assert (page.passing.old, page.passing.new) == ("李卫东", "马国强")
    told = track.by_proof(Viewer.resident(), opened.proof, at)
    assert (told.handler, told.successor, told.taken_over_at) == ("李卫东", "马国强", None)
    drain(now())
    assert one.one(cast.zhou.viewer(at), opened.matter.id, at).passing is None
    told = track.by_proof(Viewer.resident(), opened.proof, at)
    assert (told.handler, told.successor) == ("马国强", "")
    assert told.taken_over_at is not None


@row("R-094")
def test_ten_open_matters_have_new_owners_within_ten_seconds(cast: Cast, at: datetime) -> None:
    matters = [a_matter(cast, at, upto="take", subject=f"第{number}件") for number in range(10)]
    handed_over(cast, at, cast.ma)
    began = time.process_time()
    drain(now())
    assert time.process_time() - began < 10
    for matter in matters:
        matter.refresh_from_db()
    assert {matter.handler_id for matter in matters} == {cast.ma.person_id}
    assert ask.recent(cast.xu.viewer(at), at)[0].matters == 10


@row("R-094", "SG-01")
def test_before_a_hand_over_only_matters_the_viewer_may_read_are_counted(cast: Cast, at: datetime) -> None:
    of_li(cast, at)
    villages = {HUAISHUPING: cast.ma.person_id}
    for viewer, expected in (
        (cast.zhou.viewer(at), {cast.ma.person_id: 1}),
        (cast.wu.viewer(at), {}),
    ):
        found = passing.by_taker(viewer, cast.li.person_id, villages=villages, successor=cast.luo.person_id)
        assert found == expected
    elsewhere = passing.by_taker(cast.zhou.viewer(at), cast.li.person_id, villages={}, successor=cast.luo.person_id)
    assert elsewhere == {cast.luo.person_id: 1}
