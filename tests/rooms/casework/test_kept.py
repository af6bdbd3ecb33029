"""Keeping without action takes two persons and a day; numbered supervision lasts until the resident's word (SG-35)."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import retaining, supervision
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter, Numbered, Retention
from huiyin.casework.queries import retained as queries
from huiyin.casework.queries import supervision as numbers
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.refusal import Refused
from tests.cast import Cast
from tests.rooms.casework import spine, ways
from tests.rows import row

MACHINE = Viewer.system("clock")


@row("R-183", "SG-35")
def test_one_person_alone_keeps_nothing(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    with pytest.raises(Refused) as refused:
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="retain", given=ways.keeping(at))
    assert refused.value.code == "step_unknown"
    row_ = retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=ways.keeping(at))
    matter.refresh_from_db()
    assert (matter.state, matter.closed_at) == ("accepted", None) and not matter.replies.exists()
    assert Clock.objects.get(matter=matter, name="assign").met_at is None
    with pytest.raises(Refused) as refused:
        retaining.decide(by=cast.zhou.viewer(at), at=at, retention_id=row_.id, consent=True)
    assert refused.value.code == "retain_needs_other"
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=row_.id, consent=True)
    matter.refresh_from_db()
    assert matter.state == "retained" and matter.replies.get().text == ways.keeping(at)["reply"]


@row("SG-35")
def test_what_the_second_person_does_not_want_stays_in_the_queue(cast: Cast, at: datetime) -> None:
    row_ = ways.proposed(cast, at)
    with pytest.raises(Refused) as refused:
        retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=row_.id, consent=False)
    assert refused.value.code == "needs_refusal"
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=row_.id, consent=False, refusal="现在就能办")
    matter = Matter.objects.get(id=row_.matter_id)
    assert matter.state == "accepted" and matter.closed_at is None
    retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=ways.keeping(at))


@pytest.mark.parametrize(("days", "code"), [(0, "review_past"), (-3, "review_past"), (181, "review_too_late")])
def test_the_day_of_the_review_is_neither_past_nor_far_away(cast: Cast, at: datetime, days: int, code: str) -> None:
    matter = spine.accepted(cast, at)
    with pytest.raises(Refused) as refused:
        retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=ways.keeping(at, days))
    assert refused.value.code == code


@row("R-183", "SG-35")
def test_the_resident_objects_and_it_comes_back_however_late(cast: Cast, at: datetime) -> None:
    row_ = ways.retained(cast, at, days=120)
    later = at + timedelta(days=60)
    matter = retaining.objected(by=Viewer.resident(), at=later, matter_id=row_.matter_id, words="我家天天没水，等不了")
    assert (matter.state, matter.closed_at) == ("reopened", None)
    row_.refresh_from_db()
    assert (row_.ended_why, row_.objection) == ("objected", "我家天天没水，等不了")
    with pytest.raises(Refused):
        retaining.objected(by=Viewer.resident(), at=later, matter_id=row_.matter_id, words="再说一次")


@row("SG-35")
def test_on_its_day_it_stands_on_a_list_and_when_nobody_looks_it_is_taken_up_by_itself(
    cast: Cast, at: datetime
) -> None:
    row_ = ways.retained(cast, at, days=10)
    zhou, before = cast.zhou, at + timedelta(days=9)
    assert not queries.kept(zhou.viewer(before), before, "due")
    assert retaining.remind(by=MACHINE, at=before) == 0
    day = at + timedelta(days=10, hours=2)
    assert [retaining.remind(by=MACHINE, at=day) for _ in range(4)] == [1, 0, 0, 0]
    assert [line.row.id for line in queries.kept(zhou.viewer(day), day, "due")] == [row_.id]
    assert retaining.lapse(by=MACHINE, at=day) == 0
    late = at + timedelta(days=25)
    assert [retaining.lapse(by=MACHINE, at=late) for _ in range(4)] == [1, 0, 0, 0]
    matter = Matter.objects.get(id=row_.matter_id)
    assert matter.state == "reopened" and matter.closed_at is None
    assert matter.moves.order_by("at", "id").values_list("note", flat=True).last() == "到日子没有再看，照规定重新办。"
    assert Retention.objects.get(id=row_.id).ended_why == "lapsed"
    assert Event.objects.filter(name="casework.retention_due", subject=str(matter.id)).count() == 1


def test_it_is_kept_longer_only_by_two_again(cast: Cast, at: datetime) -> None:
    first = ways.retained(cast, at, days=10)
    day = at + timedelta(days=10)
    again = retaining.propose(by=cast.zhou.viewer(day), at=day, matter_id=first.matter_id, given=ways.keeping(day, 40))
    assert Retention.objects.get(id=first.id).ended_at is None
    retaining.decide(by=cast.sun.viewer(day), at=day, retention_id=again.id, consent=True)
    first.refresh_from_db()
    assert first.ended_why == "longer"
    assert Matter.objects.get(id=first.matter_id).replies.count() == 2
    assert retaining.lapse(by=MACHINE, at=at + timedelta(days=25)) == 0


def test_looking_at_it_again_takes_it_up(cast: Cast, at: datetime) -> None:
    row_ = ways.retained(cast, at, days=10)
    from huiyin.casework.actions.feedback import reopen

    later = at + timedelta(days=90)
    reopen(by=cast.zhao.viewer(later), at=later, matter_id=row_.matter_id, note="项目批下来了")
    row_.refresh_from_db()
    assert row_.ended_why == "reviewed"


def test_how_much_is_kept_is_seen_by_town_with_its_base(cast: Cast, at: datetime) -> None:
    ways.retained(cast, at)
    for _ in range(9):
        spine.opened(cast, at)
    drain(at)
    found = queries.shares(cast.zhou.viewer(at), at)
    assert [(one.kept, one.opened, one.percent) for one in found] == [(1, 10, "10.0")]


@row("R-225")
def test_a_numbered_matter_is_watched_until_the_residents_word_has_closed_it(cast: Cast, at: datetime) -> None:
    first, second = spine.assigned(cast, at), spine.delivered(cast, at)
    zhao = cast.zhao.viewer(at)
    one = supervision.number(by=zhao, at=at, matter_id=first.id, reason="一个月里第三次提到")
    two = supervision.number(by=zhao, at=at, matter_id=second.id, reason="牵涉两个镇")
    assert (one.year, one.number, two.number) == (2026, 1, 2)
    assert one.supervisor_id == cast.zhao.person_id
    with pytest.raises(Refused) as refused:
        supervision.number(by=zhao, at=at, matter_id=first.id, reason="再挂一次")
    assert refused.value.code == "numbered_already"
    with pytest.raises(Refused) as refused:
        supervision.strike(by=zhao, at=at, numbered_id=two.id, note="快好了")
    assert refused.value.code == "number_still_open"
    later = at + timedelta(days=4)
    spine.called(cast, second.id, later)
    supervision.strike(by=cast.zhao.viewer(later), at=later, numbered_id=two.id, note="水压正常，居民说解决了")
    assert [line.number for line in numbers.numbered(cast.zhao.viewer(later))] == [1]
    assert [line.number for line in numbers.numbered(cast.zhao.viewer(later), struck=True)] == [2]


@row("R-225", "SG-01")
def test_a_sealed_matter_has_no_number_and_the_list_does_not_show_what_was_held_later(cast: Cast, at: datetime) -> None:
    from huiyin.casework.actions.more import add_words

    matter = spine.assigned(cast, at)
    supervision.number(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, reason="督办")
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收了我的钱，还骂人。")
    for member in (cast.zhao, cast.li, cast.zhou, cast.tang):
        assert not numbers.numbered(member.viewer(at))
    other = spine.opened(cast, at, text="我要举报李卫东收钱不办事。").matter
    with pytest.raises(Refused):
        supervision.number(by=MACHINE, at=at, matter_id=other.id, reason="督办")
    assert Numbered.objects.count() == 1


def test_who_handles_it_neither_numbers_nor_strikes_off(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    with pytest.raises(Refused):
        supervision.number(by=cast.li.viewer(at), at=at, matter_id=matter.id, reason="自己挂")
