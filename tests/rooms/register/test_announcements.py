"""Households hear by SMS that their official changed: once, to who agreed, within the limit, and never why (R-094)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.channels.actions import inbox, outbox
from huiyin.channels.models import Message, Sending
from huiyin.channels.queries.messages import undelivered
from huiyin.core.models import Event, Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.county import Unasked
from huiyin.register import ticks
from huiyin.register.actions import (
    announcements,
    consents,
    handovers,
    links,
    roster_undo,
    roster_work,
    rosters,
    rounds,
    staff,
)
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Announcement, Household, Link, Phone, PhoneConsent
from huiyin.register.queries import announcements as ask
from huiyin.register.queries import handovers as handing
from huiyin.register.rules.consents import NOT_ASKED, STOPPED, Reach, choose, correction_of, grown, tells
from tests import factories as make
from tests.cast import HUAISHUPING, QINGSHI, ZHANG_PHONE, Cast
from tests.rooms.channels import wire
from tests.rooms.register.test_erasure import erased
from tests.rooms.register.test_rosters import LINKS, csv_of, staged
from tests.rooms.register.test_rounds import drawn
from tests.rows import row

SYSTEM = Viewer.system("tests")
DAY = timedelta(days=1)
HOMES = 4


@pytest.fixture(autouse=True)
def _wired(settings: Any) -> None:
    wire.on(settings)


def agreed(at: datetime, *homes: UUID) -> None:
    """Everybody of some households wants service messages."""
    for home in homes:
        for phone in Phone.objects.filter(person__residences__household_id=home):
            consents.say(by=SYSTEM, at=at, household_id=home, phone_id=phone.pk, purpose="service", said="agreed")


def passed(cast: Cast, at: datetime, homes: int = HOMES) -> UUID:
    """Luo hands over Zhang's household, which agreed, and some more: each with a number nobody asked about."""
    for number in range(homes):
        home, _ = make.a_household(HUAISHUPING, phone=f"1600001{number:04d}")
        make.a_link(cast.luo.official_id, home)
    agreed(at, cast.zhang_household)
    return hand_over(cast, at, cast.luo.official_id, cast.ma.official_id)


def hand_over(cast: Cast, at: datetime, old: UUID, new: UUID) -> UUID:
    by = cast.xu.viewer(at)
    to = {one.link_id: new for one in handing.plan(by, old, at).links}
    return handovers.hand_over(by=by, at=at, official_id=old, to=to, successor_id=new, why="transfer")


def states(cause: UUID) -> dict[str, int]:
    return ask.counts(SYSTEM, [cause])[cause]


@row("R-094", "SG-16")
def test_who_agreed_hears_who_leads_now_and_nobody_else_is_written_to(cast: Cast, at: datetime) -> None:
    handover = passed(cast, at)
    assert ticks.tell_households(at) == 0  # changes of one day are told together, on the next
    assert states(handover) == {"waiting": HOMES + 1}
    assert ticks.tell_households(at + DAY) == HOMES + 1
    assert states(handover) == {"queued": 1, "not_asked": HOMES}
    (gone,) = wire.out()
    assert (gone.address, gone.row.purpose, gone.row.about) == (
        ZHANG_PHONE,
        "service",
        f"household:{cast.zhang_household}",
    )
    assert cast.ma.name in gone.body
    assert "罗大勇" not in gone.body
    told = Event.objects.get(name="register.households_told")
    assert (told.data["queued"], told.data["not_asked"]) == (1, HOMES)
    assert ticks.tell_households(at + DAY) == 0
    assert Message.objects.count() == 1
    outbox.sent(by=SYSTEM, at=at + DAY, message_id=gone.row.pk, gateway_id="1")
    for arrived in (False, True):  # given up, and arrived after all
        outbox.reported(by=SYSTEM, at=at + DAY, message_id=gone.row.pk, arrived=arrived, channel="sms")
        wire.work(at + DAY)
    assert states(handover) == {"delivered": 1, "not_asked": HOMES}
    assert ask.summed(SYSTEM, [handover])[handover] == ask.Sum(waiting=0, sent=1, visit=HOMES)


@row("R-094")
def test_several_changes_of_a_day_are_one_message_and_there_and_back_is_none(cast: Cast, at: datetime) -> None:
    passed(cast, at, homes=0)
    again = hand_over(cast, at, cast.ma.official_id, cast.li.official_id)
    ticks.tell_households(at + DAY)
    (gone,) = wire.out()
    assert cast.li.name in gone.body
    assert cast.ma.name not in gone.body
    assert states(again) == {"queued": 1}
    there = hand_over(cast, at + DAY, cast.li.official_id, cast.ma.official_id)
    hand_over(cast, at + DAY, cast.ma.official_id, cast.li.official_id)
    ticks.tell_households(at + 2 * DAY)
    assert states(there) == {"nothing": 1}
    assert Message.objects.count() == 1


@row("SG-16")
def test_what_is_over_the_limit_is_not_sent_and_stands_with_the_household(cast: Cast, at: datetime) -> None:
    passed(cast, at, homes=0)
    pair = (cast.ma.official_id, cast.li.official_id)
    for turn in range(3):
        day = at + turn * 2 * DAY
        last = hand_over(cast, day, *(pair if turn % 2 else reversed(pair))) if turn else None
        ticks.tell_households(day + DAY)
    assert Message.objects.count() == 2
    assert last is not None
    assert states(last) == {"over_limit": 1}
    assert [state for _, state in ask.of_household(SYSTEM, cast.zhang_household)] == ["over_limit", "queued", "queued"]


@row("SG-16")
def test_one_number_of_several_households_is_not_written_to_more_often_for_it(cast: Cast, at: datetime) -> None:
    homes = [make.a_household(HUAISHUPING, phone="16000003333")[0] for _ in range(3)]
    for home in homes:
        make.a_link(cast.luo.official_id, home)
    agreed(at, *homes)
    handover = passed(cast, at, homes=0)
    ticks.tell_households(at + DAY)
    assert states(handover) == {"queued": 3, "over_limit": 1}


@row("SG-16")
def test_stop_between_the_change_and_its_telling_is_heeded(cast: Cast, at: datetime) -> None:
    handover = passed(cast, at, homes=0)
    inbox.stop(by=SYSTEM, at=at, channel="sms", address=ZHANG_PHONE, stopped=True)
    ticks.tell_households(at + DAY)
    assert states(handover) == {"declined": 1}
    assert not Message.objects.exists()


def test_nothing_is_told_in_the_quiet_hours_or_while_the_gateway_is_behind(cast: Cast, at: datetime) -> None:
    handover = passed(cast, at, homes=0)
    night = (at + DAY).replace(hour=15, minute=0)  # eleven in the evening
    assert ticks.tell_households(night) == 0
    some = [outbox.Outgoing(f"k{one}", "x:1", f"1600002{one:04d}", "…") for one in range(announcements.BATCH)]
    outbox.send_many(by=SYSTEM, at=at, channel="sms", purpose="notice", letters=some)
    assert Sending.objects.count() == announcements.BATCH
    assert ticks.tell_households(at + DAY) == 0
    assert states(handover) == {"waiting": 1}
    assert outbox.send_many(by=SYSTEM, at=at, channel="sms", purpose="notice", letters=some) == 0  # each key once


@row("R-094")
def test_who_the_gateway_does_not_reach_is_to_be_visited_and_so_is_everybody_without_one(
    cast: Cast, at: datetime, settings: Any
) -> None:
    handover = passed(cast, at, homes=0)
    ticks.tell_households(at + DAY)
    message = Message.objects.get()
    outbox.sent(by=SYSTEM, at=at + DAY, message_id=message.pk, gateway_id="1")
    outbox.reported(by=SYSTEM, at=at + DAY, message_id=message.pk, arrived=False, channel="sms")
    for _ in range(2):
        wire.work(at + DAY)
    assert states(handover) == {"failed": 1}
    assert undelivered(SYSTEM, at + DAY) == []  # a county's round hides no matter's message
    message.refresh_from_db()
    assert message.body is None  # no word is kept longer than it takes to send it
    settings.HUIYIN_SMS_URL = ""
    other = hand_over(cast, at + 2 * DAY, cast.ma.official_id, cast.li.official_id)
    ticks.tell_households(at + 3 * DAY)
    assert states(other) == {"no_gateway": 1}


@row("R-094", "SG-54")
def test_a_round_tells_the_households_it_moved_and_no_word_of_a_wish(cast: Cast, at: datetime) -> None:
    make.a_household(HUAISHUPING)
    agreed(at, cast.zhang_household)
    staff.end_post(by=SYSTEM, at=at, post_id=cast.luo.post_id)
    by = cast.xu.viewer(at)
    found = drawn(by, at)
    rounds.confirm(by=by, at=at, round_id=found)
    ticks.link_rounds(at)
    assert Announcement.objects.count() == 1  # who had nobody before is told only where that was chosen
    ticks.tell_households(at + DAY)
    (gone,) = wire.out()
    (lead,) = Link.objects.filter(household_id=cast.zhang_household, until=None)
    assert lead.official.person.name in gone.body
    page = ask.page(by, at + DAY, found, "queued")
    assert [one.home.id for one in page.rows] == [cast.zhang_household]


@pytest.mark.once
def test_telling_many_households_asks_no_more_than_telling_one(cast: Cast, at: datetime) -> None:
    asked = []
    for homes in (0, 20):
        passed(cast, at, homes)
        for home in Announcement.objects.filter(state="waiting").values_list("household_id", flat=True):
            agreed(at, home)
        with CaptureQueriesContext(
            connection,
        ) as found:
            announcements.tell(by=SYSTEM, at=at + DAY)
        asked.append(len(found))
        hand_over(cast, at + DAY, cast.ma.official_id, cast.luo.official_id)
        announcements.tell(by=SYSTEM, at=at + 2 * DAY)
    assert asked[1] <= asked[0] + 2  # events are put in by another statement from sixteen on


@row("SG-16")
def test_a_place_shows_its_own_households_only(cast: Cast, at: datetime) -> None:
    handover = passed(cast, at)
    assert ask.counts(cast.xu.viewer(at), [handover]) == {handover: {"waiting": HOMES + 1}}
    assert not any(code.startswith(QINGSHI) for code in Announcement.objects.values_list("place_code", flat=True))


@row("SG-16")
@pytest.mark.parametrize(
    ("numbers", "not_asked", "chosen"),
    [
        ([], "wait", ("", "no_number")),
        ([("1", True, "agreed", 0)], "wait", ("1", "")),
        ([("1", True, NOT_ASKED, 0)], "wait", ("", "not_asked")),
        ([("1", True, NOT_ASKED, 0)], "write", ("1", "")),
        ([("1", False, NOT_ASKED, 0)], "write", ("", "not_asked")),  # another adult is asked first in any case
        ([("2", False, "agreed", 0), ("1", True, "agreed", 0)], "wait", ("1", "")),
        ([("1", True, "declined", 0), ("2", False, "agreed", 0)], "wait", ("2", "")),
        ([("1", True, STOPPED, 0)], "write", ("", "declined")),
        ([("1", True, "agreed", 2), ("2", False, NOT_ASKED, 0)], "wait", ("", "over_limit")),
        ([("1", True, "agreed", 2), ("2", False, "agreed", 1)], "wait", ("2", "")),
    ],
)
def test_which_number_is_written_to_or_why_none(
    numbers: list[tuple[str, bool, str, int]], not_asked: Any, chosen: tuple[str, str]
) -> None:
    assert choose([Reach(*one) for one in numbers], Unasked(not_asked=not_asked)) == chosen


def test_nobody_is_grown_of_whom_it_is_not_certain() -> None:
    assert [grown(born, 2026) for born in (None, 2010, 2008, 2007)] == [False, False, False, True]


@row("SG-16", "SG-48")
def test_a_year_later_nobody_can_say_to_which_number_it_went(cast: Cast, at: datetime) -> None:
    passed(cast, at)
    ticks.tell_households(at + DAY)
    late = at + 400 * DAY
    make.put_in_force(at=late)
    ticks.forget_records(at + DAY)
    assert Announcement.objects.count() == HOMES + 1
    ticks.forget_records(late)
    assert not Announcement.objects.exists()
    gone = Message.objects.get()
    assert (gone.address, gone.address_blind, gone.state) == (None, None, "erased")


@row("SG-17")
def test_an_erased_person_leaves_no_word_and_no_message_behind(cast: Cast, at: datetime) -> None:
    home, person = make.a_household(HUAISHUPING, head="王秀兰", phone="16000007788")
    make.a_link(cast.luo.official_id, home)
    agreed(at, home)
    passed(cast, at, homes=0)
    ticks.tell_households(at + DAY)
    assert {one.row.about for one in wire.out()} == {f"household:{home}", f"household:{cast.zhang_household}"}
    erased(cast, at + DAY, person)
    assert not PhoneConsent.objects.filter(person_id=person).exists()
    assert not Announcement.objects.filter(household_id=home).exists()
    assert Message.objects.get(about=f"household:{home}").address is None
    assert Message.objects.get(about=f"household:{cast.zhang_household}").address is not None


@row("R-094")
def test_one_message_names_the_new_leads_of_two_programmes_and_nobody_who_stayed(cast: Cast, at: datetime) -> None:
    links.link(
        by=SYSTEM, at=at, official_id=cast.luo.official_id, household_id=cast.zhang_household, programme="relief"
    )
    links.link(by=SYSTEM, at=at, official_id=cast.bai.official_id, household_id=cast.zhang_household, programme="other")
    agreed(at, cast.zhang_household)
    by, new = cast.xu.viewer(at), (cast.ma.official_id, cast.li.official_id)
    held = handing.plan(by, cast.luo.official_id, at).links
    to = {one.link_id: new[number] for number, one in enumerate(held)}
    luo = cast.luo.official_id
    handover = handovers.hand_over(by=by, at=at, official_id=luo, to=to, successor_id=new[0], why="transfer")
    assert states(handover) == {"waiting": 1}
    ticks.tell_households(at + DAY)
    (gone,) = wire.out()
    assert [member.name in gone.body for member in (cast.ma, cast.li, cast.bai)] == [True, True, False]


@row("R-094")
@pytest.mark.parametrize(("tell", "told"), [("nobody", 0), ("all", 2)])
def test_whoever_confirms_a_round_says_who_hears_of_it(cast: Cast, at: datetime, tell: str, told: int) -> None:
    home, _ = make.a_household(HUAISHUPING, phone="16000001111")
    agreed(at, home, cast.zhang_household)
    staff.end_post(by=SYSTEM, at=at, post_id=cast.luo.post_id)
    by = cast.xu.viewer(at)
    found = drawn(by, at)
    with pytest.raises(Refused, match="value_unknown"):
        rounds.confirm(by=by, at=at, round_id=found, tell="everybody")
    rounds.confirm(by=by, at=at, round_id=found, tell=tell)
    ticks.link_rounds(at)
    ticks.tell_households(at + DAY)
    words = {one.row.about: one.body for one in wire.out()}
    assert len(words) == told
    assert ("换成了" in words.get(f"household:{cast.zhang_household}", "")) == (tell != "nobody")
    assert ("您家现在的联系干部是" in words.get(f"household:{home}", "")) == (tell == "all")


@pytest.mark.parametrize(
    ("tell", "first", "told"),
    [("nobody", False, False), ("moved", False, True), ("moved", True, False), ("all", True, True)],
)
def test_who_had_nobody_before_is_told_only_where_that_was_chosen(tell: str, first: bool, told: bool) -> None:
    assert tells(tell, first=first) == told


def a_list(cast: Cast, at: datetime, folder: Path, tell: str) -> tuple[UUID, UUID]:
    """A list that gives 张's household to 李 instead of 罗 and another, which agrees too, its first official, 马; the
    other household beside the run. A person has said of the one that was led already that it is to move."""
    home, _ = make.a_household(HUAISHUPING, phone="16000001111")
    agreed(at, home, cast.zhang_household)
    codes = dict(Household.objects.values_list("pk", "code"))
    numbers = dict(Official.objects.values_list("pk", "number"))
    moved = [numbers[cast.li.official_id], codes[cast.zhang_household], "主", ""]
    lines = [moved, [numbers[cast.ma.official_id], codes[home], "主", ""]]
    run = staged(csv_of(folder, lines, LINKS), at, "links")
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="move")
    rosters.begin(by=SYSTEM, at=at, run_id=run, tell=tell)
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "applied"
    return run, home


@row("R-094")
@pytest.mark.parametrize(("tell", "told"), [("moved", 1), ("all", 2)])
def test_whoever_applies_a_list_says_who_hears_of_it(
    cast: Cast, at: datetime, tmp_path: Path, tell: str, told: int
) -> None:
    run, home = a_list(cast, at, tmp_path, tell)
    ticks.tell_households(at + DAY)
    words = {one.row.about: one.body for one in wire.out()}
    assert len(words) == told == sum(ask.counts(SYSTEM, [run]).get(run, {}).values())
    zhang = words.get(f"household:{cast.zhang_household}", "")
    assert "换成了" in zhang and cast.li.name in zhang
    first = words.get(f"household:{home}", "")
    assert ("您家现在的联系干部是" in first and cast.ma.name in first) == (tell == "all")


@row("R-094", "SG-16")
def test_a_list_that_is_taken_back_tells_those_once_more_who_were_told_and_nobody_else(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    run, home = a_list(cast, at, tmp_path, "all")
    Announcement.objects.filter(household_id=home).update(on=at.date() - DAY)
    assert ticks.tell_households(at) == 1
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run)
    roster_work.work(Job(SYSTEM, lambda: at, run))
    assert (states(run), states(correction_of(run))) == ({"queued": 1}, {"waiting": 1})
    assert [ticks.tell_households(at + days * DAY) for days in (1, 2)] == [1, 0]
    (gone,) = wire.out(made_at__gt=at)
    assert (gone.row.about, "眼下没有联系干部" in gone.body) == (f"household:{home}", True)


@row("R-094", "SG-16")
def test_whoever_was_told_by_a_list_and_wants_no_sms_by_then_is_visited(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    run, home = a_list(cast, at, tmp_path, "all")
    ticks.tell_households(at + DAY)
    inbox.stop(by=SYSTEM, at=at + DAY, channel="sms", address="16000001111", stopped=True)
    roster_undo.begin_undo(by=SYSTEM, at=at + DAY, run_id=run)
    roster_work.work(Job(SYSTEM, lambda: at + DAY, run))
    ticks.tell_households(at + 2 * DAY)
    assert states(correction_of(run)) == {"declined": 1, "queued": 1}
    (gone,) = wire.out(made_at__gt=at + DAY)
    assert cast.luo.name in gone.body
    assert [state for _, state in ask.of_household(SYSTEM, home)] == ["declined", "queued"]


@row("R-094")
@pytest.mark.parametrize(("tell", "told"), [("nobody", 0), ("moved", 1)])
def test_whoever_ends_a_link_or_hands_over_says_whether_the_household_hears_of_it(
    cast: Cast, at: datetime, tell: str, told: int
) -> None:
    agreed(at, cast.zhang_household)
    by, luo = cast.xu.viewer(at), cast.luo.official_id
    some: Any = {"to": {cast.zhang_link: cast.ma.official_id}, "why": "rotation"}
    for wrong in (
        lambda: links.end_link(by=by, at=at, link_id=cast.zhang_link, tell="everybody"),
        lambda: handovers.hand_over_some(by=by, at=at, official_id=luo, tell="everybody", **some),
    ):
        with pytest.raises(Refused, match="value_unknown"):
            wrong()
    handovers.hand_over_some(by=by, at=at, official_id=luo, tell=tell, **some)
    ticks.tell_households(at + DAY)
    assert Message.objects.count() == told
    (link,) = Link.objects.filter(household_id=cast.zhang_household, until=None)
    links.end_link(by=by, at=at + DAY, link_id=link.pk, tell=tell)
    assert ask.counts(SYSTEM, [link.pk]) == ({link.pk: {"waiting": 1}} if told else {})
    ticks.tell_households(at + 2 * DAY)
    assert ["眼下没有联系干部" in one.body for one in wire.out()] == [False, True][: 2 * told]


@row("R-094")
def test_a_household_with_two_programmes_in_a_list_is_told_once(cast: Cast, at: datetime, tmp_path: Path) -> None:
    home, _ = make.a_household(HUAISHUPING, phone="16000001111")
    agreed(at, home)
    code = Household.objects.get(pk=home).code
    numbers = dict(Official.objects.values_list("pk", "number"))
    lines = [[numbers[cast.ma.official_id], code, "主", ""], [numbers[cast.li.official_id], code, "主", "relief"]]
    run = staged(csv_of(tmp_path, lines, (*LINKS[:3], "工作法")), at, "links")
    rosters.begin(by=SYSTEM, at=at, run_id=run, tell="all")
    roster_work.work(Job(SYSTEM, lambda: at, run))
    ticks.tell_households(at + DAY)
    assert states(run) == {"queued": 1}
    (gone,) = wire.out()
    assert cast.ma.name in gone.body and cast.li.name in gone.body
    later = announcements.Changed(home, HUAISHUPING, ["other"], None, at.date())
    announcements.owe(by=SYSTEM, at=at + DAY, cause_id=run, changed=[later], tell="all")
    assert states(run) == {"waiting": 1}  # what comes later of the same list is told by itself
    assert Announcement.objects.get().programmes == ["other"]
