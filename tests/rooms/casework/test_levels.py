"""A matter climbs: by a dispatcher, by application, or by time alone, and then exactly once (R-191, R-192)."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from huiyin.casework.actions import sweep
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.models import Alarm, Clock, Matter, Move
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests.cast import GROUP_THREE, Cast
from tests.flows import work_as
from tests.rooms.casework import spine, ways
from tests.rows import row

MACHINE = Viewer.system("clock")


@row("R-191", "R-192")
def test_the_next_level_takes_what_was_applied_for_and_the_clock_goes_on(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    owed, was = ways.promise(matter), matter.level
    with pytest.raises(Refused) as refused:
        ways.step(cast.li, at, matter, "apply")
    assert refused.value.code == "needs_reason"
    assert ways.step(cast.li, at, matter, "apply", reason="要跨镇调水").state == "applied"
    taken = ways.step(cast.sun, at, matter, "take_up", note="县里来协调")
    assert (taken.state, taken.level, was) == ("raised", "county", "town")
    assert ways.promise(taken) == owed
    assert taken.handler_id == cast.li.person_id  # who had it answers for it until somebody else has


@row("R-191")
def test_it_is_given_back_with_a_word_and_goes_on_where_it_was(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    owed = ways.promise(matter)
    ways.step(cast.li, at, matter, "apply", reason="要跨镇调水")
    with pytest.raises(Refused):
        ways.step(cast.sun, at, matter, "send_back")
    back = ways.step(cast.sun, at, matter, "send_back", reason="先查表前阀，县里派人陪着一起看")
    assert (back.state, back.level, ways.promise(back)) == ("working", "town", owed)


def test_nobody_answers_their_own_application_nor_one_that_is_above_them(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    ways.step(cast.li, at, matter, "apply", reason="要跨镇调水")
    with pytest.raises(Refused) as refused:
        ways.step(cast.ma, at, matter, "take_up", note="镇里接")
    assert refused.value.code == "level_too_low"


@row("R-191", "R-197")
def test_from_the_county_it_goes_beyond_and_no_further(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    for level in ("county", "beyond"):
        ways.step(cast.li, at, matter, "apply", reason="要市里的水源")
        taken = ways.step(cast.sun, at, matter, "take_up", note="已报上级，由县里盯着")
        assert taken.level == level
        ways.assign(cast, at, matter)
        ways.step(cast.li, at, matter, "take")
    with pytest.raises(Refused) as refused:
        ways.step(cast.li, at, matter, "apply", reason="再往上")
    assert refused.value.code == "level_top"


def test_what_a_body_is_given_stands_on_its_level_and_never_lower(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    assert ways.step(cast.zhou, at, matter, "raise", note="村里办不了").level == "town"
    assert ways.assign(cast, at, matter).level == "town"
    to = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    other = spine.accepted(cast, at)
    assert ways.step(cast.zhou, at, other, "assign", **to).level == "county"


@row("R-192")
def test_an_application_nobody_answers_climbs_by_itself_exactly_once(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    owed = ways.promise(matter)
    ways.step(cast.li, at, matter, "apply", reason="要跨镇调水")
    due = Clock.objects.get(matter=matter, name="application").due_at
    assert (
        sweep.run_out(by=MACHINE, at=due - timedelta(seconds=1)) == 0
        or Matter.objects.get(id=matter.id).level == "village"
    )
    for _ in range(4):
        sweep.run_out(by=MACHINE, at=due)
    matter.refresh_from_db()
    assert (matter.state, matter.level) == ("raised", "county")
    assert Move.objects.filter(matter=matter, step="climb").count() == 1
    assert ways.promise(matter) == owed
    kinds = list(Alarm.objects.filter(matter=matter, clock__name="application").values_list("kind", "role"))
    assert sorted(kinds) == [("climbed", "dispatcher"), ("escalated", "dispatcher"), ("overdue", "dispatcher")]


@row("R-188")
def test_what_a_clock_told_is_kept_with_its_reason_and_rulebook(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    row_ = Clock.objects.get(matter=matter, name="handling")
    sweep.warn(by=MACHINE, at=row_.warn_at)
    sweep.run_out(by=MACHINE, at=row_.due_at)
    told = {one.kind: one for one in Alarm.objects.filter(clock=row_)}
    assert set(told) == {"warned", "overdue", "escalated"}
    assert told["warned"].role == "handler,supervisor" and told["escalated"].role == "head"
    assert told["overdue"].data == {"limit": 5, "unit": "working_days", "percent": 100, "due": row_.due_at.isoformat()}
    assert all(one.rulebook_id == matter.rulebook_id for one in told.values())
    event = Event.objects.get(name="casework.matter_escalated", data__clock=str(row_.id))
    assert (event.data["role"], event.data["rulebook"]) == ("head", str(matter.rulebook_id))


@row("R-193", "R-214")
def test_what_is_taken_up_again_keeps_its_history_and_may_climb_again(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    later = at + timedelta(days=3)
    spine.called(cast, matter.id, later, solved="no", grade=1)
    ways.assign(cast, later, matter)
    ways.step(cast.li, later, matter, "take")
    ways.step(cast.li, later, matter, "apply", reason="第二次了，镇里自己解决不了")
    raised = ways.step(cast.sun, later, matter, "take_up", note="县里接")
    steps = list(raised.moves.order_by("seq").values_list("step", flat=True))
    assert steps.count("answer") == 1 and steps[-3:] == ["take", "apply", "take_up"] and raised.reopened == 1


@row("R-192", "AM-27")
def test_what_is_said_in_a_group_of_a_village_climbs_from_the_villages_rung(cast: Cast, at: datetime) -> None:
    work_as("yishui-2013", at)
    words = Words(text=spine.TEXT, place_code=GROUP_THREE, channel="visit", nature="appeal", topic="roads")
    matter = open_matter(by=cast.luo.viewer(at), at=at, words=words).matter
    ways.step(cast.chen, at, matter, "accept")
    taken = ways.step(cast.luo, at, matter, "take")
    assert taken.level == "group"
    clock = Clock.objects.get(matter=matter, name="village")
    sweep.run_out(by=MACHINE, at=clock.due_at)
    matter.refresh_from_db()
    assert (matter.state, matter.level) == ("raised", "town")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_four_schedulers_at_once_let_it_climb_once(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    ways.step(cast.li, at, matter, "apply", reason="要跨镇调水")
    due = Clock.objects.get(matter=matter, name="application").due_at
    gate, failed = Barrier(4), list[BaseException]()

    def tick() -> None:
        gate.wait()
        try:
            sweep.run_out(by=MACHINE, at=due)
        except BaseException as wrong:
            failed.append(wrong)
        finally:
            connection.close()

    threads = [Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert Move.objects.filter(matter=matter, step="climb").count() == 1
    assert Alarm.objects.filter(matter=matter, kind="climbed").count() == 1
