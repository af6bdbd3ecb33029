"""Ways in which a matter goes to others: no hand-over buries it, and nobody sees it who must not."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin.casework.actions import aside, feedback, held, shares, sweep
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Alarm, Clock, Matter, Move, Promise, Share
from huiyin.casework.models.matters import Conflict
from huiyin.casework.queries import one
from huiyin.casework.queries.offered import offered
from huiyin.casework.queries.shares import before_me
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries.staff import viewer_for
from tests import factories as make
from tests.cast import Cast
from tests.rooms.casework import spine, ways
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

MACHINE = Viewer.system("clock")


def order(cast: Cast, **more: object) -> dict[str, object]:
    """What a leader writes: their words and who is to act on them."""
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    return {"instruction": "请镇里三天内解决", **to, **more}


@row("R-186")
def test_the_leaders_words_are_the_assignment(cast: Cast, at: datetime) -> None:
    matter = ways.submitted(cast, at)
    assert matter.state == "submitted"
    order = {
        "instruction": "请水利局牵头，一周内让三组傍晚有水。",
        "owner": cast.bodies.farming,
        "handler": cast.bai.person_id,
        "supervisor": cast.zhao.person_id,
    }
    done = shares.instruct(by=cast.tang.viewer(at), at=at, matter_id=matter.id, given=order)
    assert (done.state, done.way, done.owner_body_id, done.handler_id) == (
        "assigned",
        "leader_instruction",
        cast.bodies.farming,
        cast.bai.person_id,
    )
    move = Move.objects.get(matter=matter, step="instruct")
    assert move.data["instruction"] == order["instruction"] and move.by_id == cast.tang.person_id
    assert Clock.objects.filter(matter=matter, name="handling", met_at__isnull=True).exists()
    share = Share.objects.get(matter=matter, part="leader")
    assert share.read_at == at and share.ended_at == at


@row("R-186")
def test_only_the_leader_it_lies_before_instructs_or_gives_it_back(cast: Cast, at: datetime) -> None:
    matter = ways.submitted(cast, at)
    order = {"instruction": "照办", "owner": cast.bodies.town, "handler": cast.li.person_id}
    order |= {"supervisor": cast.zhao.person_id}
    with pytest.raises(Refused) as refused:
        shares.instruct(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=order)
    assert refused.value.code == "not_allowed"
    with pytest.raises(Refused) as refused:
        take_step(by=cast.tang.viewer(at), at=at, matter_id=matter.id, step="instruct", given=order)
    assert refused.value.code == "step_unknown"
    with pytest.raises(Refused) as refused:
        take_step(by=cast.tang.viewer(at), at=at, matter_id=matter.id, step="send_back", given={"reason": "不用我批"})
    assert refused.value.code == "not_your_instruction"
    back = shares.give_back(by=cast.tang.viewer(at), at=at, matter_id=matter.id, reason="按程序办就行")
    assert back.state == "accepted"
    with pytest.raises(Refused):
        shares.give_back(by=cast.tang.viewer(at), at=at, matter_id=matter.id, reason="再退")


def test_laying_it_before_a_leader_stops_no_clock_and_a_leader_only_makes_it_due_sooner(
    cast: Cast, at: datetime
) -> None:
    matter = ways.submitted(cast, at)
    assert Clock.objects.get(matter=matter, name="assign").met_at is None
    order = {
        "instruction": "尽快",
        "owner": cast.bodies.town,
        "handler": cast.li.person_id,
        "supervisor": cast.zhao.person_id,
    }
    sooner = shares.instruct(
        by=cast.tang.viewer(at), at=at, matter_id=matter.id, given=order | {"until": ways.tomorrow(at)}
    )
    row_ = Clock.objects.get(matter=sooner, name="handling")
    assert row_.due_at < row_.first_due_at and sooner.due_at == row_.due_at
    other = ways.submitted(cast, at)
    far = (at + timedelta(days=90)).date()
    later = shares.instruct(by=cast.tang.viewer(at), at=at, matter_id=other.id, given=order | {"until": far})
    row_ = Clock.objects.get(matter=later, name="handling")
    assert row_.due_at == row_.first_due_at


@row("R-186")
def test_what_a_leader_does_not_answer_in_time_comes_back_exactly_once(cast: Cast, at: datetime) -> None:
    matter = ways.submitted(cast, at)
    due = Clock.objects.get(matter=matter, name="instruction").due_at
    sweep.run_out(by=MACHINE, at=due - timedelta(seconds=1))
    matter.refresh_from_db()
    assert matter.state == "submitted"
    for _ in range(4):
        sweep.run_out(by=MACHINE, at=due)
    matter.refresh_from_db()
    assert matter.state == "accepted"
    assert Move.objects.filter(matter=matter, step="come_back").count() == 1
    kinds = list(Alarm.objects.filter(matter=matter, clock__name="instruction").values_list("kind", "role"))
    assert sorted(kinds) == [("came_back", "dispatcher"), ("escalated", "dispatcher"), ("overdue", "dispatcher")]
    with pytest.raises(Refused) as refused:
        shares.instruct(by=cast.tang.viewer(due), at=due, matter_id=matter.id, given=order(cast))
    assert refused.value.code == "not_your_instruction"
    assert not before_me(cast.tang.viewer(due)).rows and not before_me(cast.tang.viewer(due), done=True).rows
    assert ways.assign(cast, due, matter).state == "assigned"


@row("R-186")
def test_a_leader_it_lay_before_once_instructs_nothing_that_lies_before_another(cast: Cast, at: datetime) -> None:
    matter = ways.submitted(cast, at)
    withdraw(by=Viewer.resident(), at=at, matter_id=matter.id)
    feedback.take_up(by=Viewer.resident(), at=at, matter_id=matter.id, words="还是没水")
    made = make.an_official(cast.bodies.office, name="方文清", role="leader", title="副县长")
    other = viewer_for(make.account_of(made), at, "zh-hans")
    ways.step(cast.zhou, at, matter, "submit", leader=other.person_id, note="请另一位领导定")
    with pytest.raises(Refused) as refused:
        shares.instruct(by=cast.tang.viewer(at), at=at, matter_id=matter.id, given=order(cast))
    assert refused.value.code == "not_your_instruction"
    with pytest.raises(Refused) as refused:
        shares.give_back(by=cast.tang.viewer(at), at=at, matter_id=matter.id, reason="不归我")
    assert refused.value.code == "not_your_instruction"
    assert shares.instruct(by=other, at=at, matter_id=matter.id, given=order(cast)).state == "assigned"


@row("R-186", "SG-01")
def test_what_turns_out_to_be_about_somebody_comes_back_from_the_leader_at_once(cast: Cast, at: datetime) -> None:
    matter = ways.submitted(cast, at)
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="唐县长的亲戚李卫东收了我的钱。")
    matter.refresh_from_db()
    assert matter.held and not before_me(cast.tang.viewer(at)).rows
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.tang.person_id])
    matter.refresh_from_db()
    assert (matter.state, matter.sealed) == ("accepted", True)
    assert Share.objects.get(matter=matter, part="leader").ended_at == at
    assert not Clock.objects.filter(matter=matter, name="instruction", met_at=None, ended_at=None).exists()
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    given = held.hand_over(
        by=cast.zhou.viewer(at), at=at, matter_id=matter.id, topic="water", way="pass_for_handling", parts=parts
    )
    assert given.state == "assigned"


def test_without_a_leader_nothing_is_submitted_and_the_field_is_named(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    with pytest.raises(Refused) as refused:
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="submit", given={"note": "请批示"})
    assert (refused.value.code, refused.value.field) == ("needs_leader", "leader")


def test_whoever_may_not_instruct_or_stands_too_near_is_no_leader_for_it(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    for person, code in ((cast.li.person_id, "leader_unknown"), (cast.tang.person_id, "conflict_excluded")):
        if code == "conflict_excluded":
            aside.recuse(by=cast.tang.viewer(at), at=at, matter_id=matter.id, person=cast.tang.person_id)
        with pytest.raises(Refused) as refused:
            ways.step(cast.zhou, at, matter, "submit", leader=person, note="请定")
        assert refused.value.code == code


@row("R-184")
def test_passing_for_reading_tells_the_body_and_the_resident_and_never_solves(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    given = {"way": "pass_for_reading", "reason": "和农业农村局的规划有关", "reply": "已转农业农村局阅知。"}
    with pytest.raises(Refused) as refused:
        ways.step(cast.zhou, at, matter, "pass", **given)
    assert refused.value.code == "needs_bodies"
    done = ways.step(cast.zhou, at, matter, "pass", **given, bodies=[cast.bodies.farming])
    assert done.state == "passed" and done.replies.get().text == given["reply"]
    share = Share.objects.get(matter=matter)
    with pytest.raises(Missing):
        shares.read(by=cast.wu.viewer(at), at=at, share_id=share.id)
    shares.read(by=cast.bai.viewer(at), at=at, share_id=share.id)
    later = at + timedelta(hours=3)
    shares.read(by=cast.bai.viewer(later), at=later, share_id=share.id)
    share.refresh_from_db()
    assert (share.read_at, share.read_by_id) == (at, cast.bai.person_id)
    with pytest.raises(Refused) as refused:
        shares.answer(by=cast.bai.viewer(at), at=at, share_id=share.id, answer="知道了")
    assert refused.value.code == "share_answers_nothing"


@row("R-021")
def test_a_professional_body_is_asked_and_answers_while_the_clock_goes_on(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    owed = ways.promise(matter)
    ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.farming], question="这段管子能不能先接临时泵？")
    share = Share.objects.get(matter=matter)
    shares.answer(by=cast.bai.viewer(at), at=at, share_id=share.id, answer="可以，压力表要看住。")
    share.refresh_from_db()
    assert share.answered_by_id == cast.bai.person_id
    matter.refresh_from_db()
    assert (matter.state, matter.handler_id, ways.promise(matter)) == ("working", cast.li.person_id, owed)
    with pytest.raises(Refused) as refused:
        shares.answer(by=cast.bai.viewer(at), at=at, share_id=share.id, answer="再说一遍")
    assert refused.value.code == "already_done"


def test_several_bodies_help_each_with_its_own_part_and_one_owns(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    given = {"question": "各查各的管段", "until": ways.tomorrow(at)}
    both = [cast.bodies.farming, cast.bodies.other_town]
    ways.step(cast.zhou, at, matter, "bring_in", bodies=both, **given)
    for body in both:
        with pytest.raises(Refused) as refused:
            ways.step(cast.zhou, at, matter, "bring_in", bodies=[body], **given)
        assert refused.value.code == "body_called"
    with pytest.raises(Refused) as refused:
        ways.step(cast.zhou, at, matter, "bring_in", bodies=[cast.bodies.town], **given)
    assert refused.value.code == "body_owns"
    parts = Share.objects.filter(matter=matter, part="help")
    assert {one.body_id for one in parts} == set(both) and {one.due_on for one in parts} == {given["until"]}
    mine = parts.get(body_id=cast.bodies.other_town)
    with pytest.raises(Missing):
        shares.answer(by=cast.bai.viewer(at), at=at, share_id=mine.id, answer="替他们答")
    shares.answer(by=cast.wu.viewer(at), at=at, share_id=mine.id, answer="上游阀门已查，正常。")
    matter.refresh_from_db()
    assert matter.owner_body_id == cast.bodies.town


@row("R-182")
def test_a_unit_is_invited_to_a_call_and_says_whether_it_comes(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    ways.step(cast.chen, at, matter, "invite", bodies=[cast.bodies.farming], question="今天下午三点三方通话，请派人")
    share = Share.objects.get(matter=matter, part="call")
    shares.answer(by=cast.bai.viewer(at), at=at, share_id=share.id, answer="三点，白雪梅参加。")
    given = {
        "way": "three_party_call",
        "participants": "居民、受理中心陈静、农业农村局白雪梅",
        "outcome": "三方都同意先接临时泵",
        "promise": "二十日前接好临时泵",
        "promised_on": (at + timedelta(days=2)).date(),
        "reply": "二十日前接好临时泵。",
    }
    done = ways.step(cast.chen, at, matter, "answer", **given)
    assert done.state == "answered"
    kept = Move.objects.get(matter=matter, step="answer").data
    assert (kept["participants"], kept["outcome"]) == (given["participants"], given["outcome"])
    promised = Promise.objects.get(matter=matter)
    assert (promised.what, promised.due_on) == (given["promise"], given["promised_on"])


def test_who_is_called_on_reads_the_matter_and_takes_no_step_in_it(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    wu = cast.wu.viewer(at)
    assert not Matter.objects.readable_by(wu).filter(id=matter.id).exists()
    ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.other_town], question="你们那里怎么解决的？")
    assert Matter.objects.readable_by(wu).filter(id=matter.id).exists()
    assert not Matter.objects.reachable_by(wu).filter(id=matter.id).exists()
    assert not Matter.objects.visible_to(wu).filter(id=matter.id).exists()
    with pytest.raises(Missing):
        take_step(by=wu, at=at, matter_id=matter.id, step="ask_more", given={"note": "请补充"})


@row("SG-01")
def test_who_stands_too_near_is_reached_by_no_call_whatever_body_was_called(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.farming], question="怎么看？")
    share = Share.objects.get(matter=matter)
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, person=cast.bai.person_id)
    bai = cast.bai.viewer(at)
    assert not Matter.objects.readable_by(bai).filter(id=matter.id).exists()
    for act in (shares.read, lambda **found: shares.answer(answer="我来答", **found)):
        with pytest.raises(Missing):
            act(by=bai, at=at, share_id=share.id)


@row("SG-01")
def test_a_matter_that_is_held_later_is_shared_with_nobody_any_more(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.other_town], question="怎么看？")
    wu, share = cast.wu.viewer(at), Share.objects.get(matter=matter)
    assert Matter.objects.readable_by(wu).filter(id=matter.id).exists()
    _hold(matter, cast, at)
    assert not Matter.objects.readable_by(wu).filter(id=matter.id).exists()
    with pytest.raises(Missing):
        shares.read(by=wu, at=at, share_id=share.id)


def _hold(matter: Matter, cast: Cast, at: datetime) -> None:
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收了我的钱，还骂人。")
    matter.refresh_from_db()
    assert matter.held


def test_a_sealed_matter_calls_on_nobody(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    _hold(matter, cast, at)
    machine = Viewer.system("test")
    with pytest.raises(Refused) as refused:
        take_step(
            by=machine,
            at=at,
            matter_id=matter.id,
            step="ask_expert",
            given={"bodies": [cast.bodies.farming], "question": "怎么看？"},
        )
    assert refused.value.code == "apart_not_shared"


@pytest.mark.parametrize(
    ("topic", "body"),
    [("relocation", "望川县征迁指挥部"), ("relocation", "望川县自然资源局"), ("policing", "望川县公安局")],
)
@row("SG-29", "SG-30")
def test_a_body_a_topic_must_stand_apart_from_neither_owns_such_a_matter_nor_is_called_on(
    cast: Cast, at: datetime, topic: str, body: str
) -> None:
    matter = spine.accepted(cast, at)
    other = make.a_body(body)
    to = {"handler": cast.li.person_id, "supervisor": cast.zhao.person_id, "topic": topic}
    with pytest.raises(Refused) as refused:
        ways.step(cast.zhou, at, matter, "assign", owner=other, **to)
    assert refused.value.code == "body_apart"
    for name in ("ask_expert", "pass"):
        given = {"topic": topic, "way": "pass_for_reading", "reason": "了解情况", "reply": "已转阅。"}
        with pytest.raises(Refused) as refused:
            ways.step(cast.zhou, at, matter, name, bodies=[other], question="怎么看？", **given)
        assert refused.value.code == "body_apart"
    assert not Share.objects.filter(matter=matter).exists()
    assert ways.step(cast.zhou, at, matter, "assign", owner=cast.bodies.town, **to).topic == topic
    zhou = cast.zhou.viewer(at)
    bodies = {body_.id for body_ in offered(zhou, one.by_code(zhou, matter.code, at), at, parts=["bodies"]).bodies}
    assert cast.bodies.farming in bodies and other not in bodies, "nor is it offered"


def test_units_hand_it_round_twice_then_the_county_decides_and_it_stays(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    owed = ways.promise(matter)
    assert ways.step(cast.li, at, matter, "transfer", note="不归镇里").state == "accepted"
    ways.assign(cast, at, matter)
    assert ways.step(cast.li, at, matter, "transfer", note="还是不归镇里").state == "disputed"
    with pytest.raises(Refused) as refused:
        ways.assign(cast, at, matter)
    assert refused.value.code == "step_not_allowed"
    word = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    with pytest.raises(Refused):
        ways.step(cast.zhou, at, matter, "decide", **word, reason="属地管理")
    assert ways.step(cast.tang, at, matter, "decide", **word, reason="属地管理").state == "assigned"
    with pytest.raises(Refused) as refused:
        ways.step(cast.li, at, matter, "transfer", note="不服")
    assert refused.value.code == "transfer_decided"
    assert ways.promise(matter) == owed


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    walk=st.lists(st.sampled_from(["transfer", "assign", "raise", "take", "apply", "send_back", "take_up"]), max_size=9)
)
def test_whoever_has_it_in_hand_the_residents_clock_stays(cast: Cast, at: datetime, walk: list[str]) -> None:
    matter = spine.assigned(cast, at)
    owed, now = ways.promise(matter), at
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    who = {"transfer": cast.li, "take": cast.li, "apply": cast.li, "take_up": cast.sun, "send_back": cast.sun}
    for name in walk:
        now += timedelta(hours=1)
        given = {**(to if name == "assign" else {}), "note": "转", "reason": "下面办不了"}
        try:
            ways.step(who.get(name, cast.zhou), now, matter, name, **given)
        except Refused:
            continue
    assert ways.promise(matter) == owed
    assert Clock.objects.filter(matter=matter, name="handling").count() == 1
    handed = Move.objects.filter(matter=matter, step="transfer").count()
    assert handed <= 2


def test_who_called_and_who_read_stands_in_the_log_by_ids_only(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    ways.step(cast.li, at, matter, "ask_expert", bodies=[cast.bodies.farming], question="能不能先接临时泵？")
    share = Share.objects.get(matter=matter)
    shares.read(by=cast.bai.viewer(at), at=at, share_id=share.id)
    told = Event.objects.filter(subject=str(matter.id), name__startswith="casework.share")
    assert [one.data["share"] for one in told] == [str(share.id)]
    assert not any("临时泵" in str(one.data) for one in Event.objects.filter(subject=str(matter.id)))
    assert not Conflict.objects.filter(matter=matter).exists()
