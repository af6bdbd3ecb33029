"""What residents are told on the way: each thing once, by their wire, nothing after STOP, nothing of sealed words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from huiyin.casework.actions import extensions, retaining, withdrawing
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.actions.sweep import run_out
from huiyin.casework.events import MatterOverdue
from huiyin.casework.models import Clock, Matter
from huiyin.core import worker
from huiyin.core.models import Delivery, Event
from huiyin.core.viewer import Viewer
from huiyin.programme.words import phrase
from tests.cast import GROUP_THREE, Cast
from tests.conftest import Clock as Stop
from tests.rooms.casework import spine, ways
from tests.rooms.channels import wire
from tests.rooms.channels.test_messages import TEXT, answered, sent_and_arrived
from tests.rooms.channels.wire import NUMBER, gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
ZONE = ZoneInfo("Asia/Shanghai")
CLASSED = {"topic": "water", "nature": "problem"}
pytestmark = pytest.mark.usefixtures("gateways", "cast")


def handled(cast: Cast, at: datetime, **more: object) -> Matter:
    """A matter by SMS that Li has taken."""
    words = {"text": TEXT, "channel": "sms", "place_code": GROUP_THREE, "reporter_phone": NUMBER, "answer_by": "sms"}
    matter = open_matter(by=Viewer.resident(), at=at, words=Words(**{**words, **more})).matter  # type: ignore[arg-type]  # named as Words names them
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    classed = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="classify", given=classed)
    given = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=given)
    return take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})


def told(at: datetime) -> list[str]:
    """What has been written down to go out, in clear, after all that was owed is done twice."""
    worker.drain(at)
    Delivery.objects.filter(consumer__endswith="tell_resident").update(done_at=None, due_at=at)
    worker.drain(at)
    return [one.body for one in wire.out()]


@row("R-172", "R-209")
def test_a_resident_who_is_asked_for_more_reads_what_for_once(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    matter = handled(cast, at)
    given = {"note": "是几组的哪根电杆？"}
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="ask_more", given=given)
    (body,) = told(at)
    assert "是几组的哪根电杆？" in body and matter.code[:4] in body
    assert wire.out()[0].row.purpose == "ask_more" and wire.out()[0].address == NUMBER


@row("R-188", "R-209")
def test_more_time_is_told_with_its_reason_the_new_day_and_the_old_one(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    matter = handled(cast, at)
    asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=2, reason="等水泵到货")
    before = Clock.objects.get(id=asked.clock_id).due_at
    assert told(at) == [], "asking alone tells nobody"
    extensions.decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=True)
    (body,) = told(at)
    for moment in (before, Clock.objects.get(id=asked.clock_id).due_at):
        on = (moment - timedelta(microseconds=1)).astimezone(ZONE).date()
        assert phrase("messages", "a_day", month=on.month, day=on.day) in body
    assert "等水泵到货" in body


@row("R-192", "R-209")
def test_handing_back_and_going_a_level_up_are_told_and_that_the_deadline_stays(
    cast: Cast, at: datetime, clock: Stop
) -> None:
    clock(at)
    matter = handled(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "归农业办"})
    (body,) = told(at)
    assert "退了回来" in body and "归农业办" not in body, "a note stays inside"


@row("R-209", "R-214")
def test_the_end_is_told_with_the_day_until_when_it_may_be_taken_up_again(
    cast: Cast, at: datetime, clock: Stop
) -> None:
    clock(at)
    matter, _ = answered(cast, at)
    wire.work(at)
    sent_and_arrived(at)
    spine.called(cast, matter.id, at + timedelta(hours=1))
    bodies = told(at + timedelta(hours=1))
    on = (at + timedelta(days=30, hours=1)).astimezone(ZONE).date()
    assert len(bodies) == 2 and "办结了" in bodies[-1]
    assert phrase("messages", "a_day", month=on.month, day=on.day) in bodies[-1]


@row("R-209", "SG-32")
def test_whoever_has_the_telephone_is_told_that_it_is_to_be_taken_back(cast: Cast, at: datetime, clock: Stop) -> None:
    """Whoever had the slip in hand may have asked for it (S21): the resident reads of it while there is time."""
    clock(at)
    matter = handled(cast, at)
    withdrawing.ask(by=Viewer.resident(), at=at, matter_id=matter.id, words="不用办了")
    (body,) = told(at)
    on = (at + timedelta(hours=72)).astimezone(ZONE).date()
    assert phrase("messages", "a_day", month=on.month, day=on.day) in body
    assert "撤回" in body and "不用办了" not in body
    withdrawing.stay(by=Viewer.resident(), at=at, matter_id=matter.id)
    withdrawing.ask(by=Viewer.resident(), at=at, matter_id=matter.id)
    withdrawing.stay(by=Viewer.resident(), at=at, matter_id=matter.id)
    assert len(told(at)) == 1, "what was undone before it was told is no news"


@row("R-183", "SG-35")
def test_who_is_told_that_it_is_kept_is_told_of_the_right_to_object(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    words = {"text": TEXT, "channel": "sms", "place_code": GROUP_THREE, "reporter_phone": NUMBER, "answer_by": "sms"}
    matter = open_matter(by=Viewer.resident(), at=at, words=Words(**words)).matter  # type: ignore[arg-type]  # named as Words names them
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    asked = retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=CLASSED | ways.keeping(at))
    assert told(at) == [], "one person alone keeps nothing"
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=asked.id, consent=True)
    (body,) = told(at)
    assert Matter.objects.get().state == "retained" and "不同意" in body


@row("R-209")
def test_after_stop_nothing_of_this_goes_out(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    matter = handled(cast, at)
    wire.brought("TD")
    wire.work(at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="ask_more", given={"note": "哪根电杆？"})
    told(at)
    assert [one.row.state for one in wire.out()] == ["stopped"]


@row("SG-01")
def test_of_a_held_matter_a_message_says_nothing_but_that_there_is_news(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    matter = handled(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="ask_more", given={"note": "谁收了烟？"})
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收了我的烟。")
    assert Matter.objects.get().held
    (body,) = told(at)
    assert "不写内容" in body and "谁收了烟" not in body and matter.code[:4] not in body


@row("SG-01")
def test_who_has_a_held_matter_is_no_news_for_a_message(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    matter = handled(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "退回"})
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收了我的烟。")
    assert told(at) == []


def test_imported_matters_and_those_without_a_way_tell_nobody(cast: Cast, at: datetime, clock: Stop) -> None:
    clock(at)
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "归农业办"})
    run_out(by=Viewer.system("clock"), at=at + timedelta(days=40))
    assert told(at + timedelta(days=40)) == []


def test_what_goes_to_a_resident_goes_out_in_the_next_turn_before_thousands_of_notices_to_staff(
    cast: Cast, at: datetime, clock: Stop
) -> None:
    clock(at)
    matter = handled(cast, at)
    worker.drain(at)
    owed = [
        Event(
            name=MatterOverdue.NAME,
            at=at,
            recorded_at=at,
            subject=str(matter.id),
            data={"clock": str(Clock.objects.filter(matter=matter)[0].id)},
        )
        for _ in range(5000)
    ]
    Event.objects.bulk_create(owed)
    to_staff = "casework.consumers.tell_staff"
    Delivery.objects.bulk_create(Delivery(event=one, consumer=to_staff, due_at=at) for one in owed)
    later = at + timedelta(minutes=1)
    clock(later)
    given = {"note": "是几组的哪根电杆？"}
    take_step(by=cast.li.viewer(later), at=later, matter_id=matter.id, step="ask_more", given=given)
    worker.deliver(later)
    (gone,) = wire.out()
    assert "是几组的哪根电杆？" in gone.body
    assert Delivery.objects.filter(consumer=to_staff, done_at__isnull=True).count() > 4800
