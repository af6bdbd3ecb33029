"""Matters that go together: nobody's number, dates, answer or word gets lost, and nothing closes (R-235, R-236)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.casework.actions import feedback, joining
from huiyin.casework.actions.aside import name_subjects, recuse
from huiyin.casework.actions.joining import Another
from huiyin.casework.actions.shares import instruct
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Joining, Matter, Move, Reply
from huiyin.casework.queries import joining as query
from huiyin.casework.queries import track
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.worker import drain
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import SHIQIAO, Cast
from tests.flows import work_as
from tests.interfaces.desk.made import a_matter, answered_with_its_cause
from tests.rows import row


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def two(cast: Cast, at: datetime, *, lead: str = "take", **more: str) -> tuple[Matter, Matter]:
    """A matter in Li's hands, and what somebody else said of it, accepted by the clerk."""
    other = {"reporter_name": "李大山", "reporter_phone": "16000005678"} | more
    return a_matter(cast, at, lead), a_matter(cast, at, "accept", **other)


def joined(cast: Cast, lead: Matter, member: Matter, at: datetime | None = None, **more: Any) -> Matter:
    at = at or now()
    joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=member.id, **more)
    member.refresh_from_db()
    return member


@row("R-236")
def test_a_joined_matter_comes_to_the_leads_people_and_keeps_its_number_and_its_first_date(cast: Cast) -> None:
    lead, member = two(cast, now())
    clocks = {row.name: row.due_at for row in Clock.objects.filter(matter=member)}
    member = joined(cast, lead, member)
    assert (member.handler_id, member.supervisor_id, member.state) == (lead.handler_id, lead.supervisor_id, "assigned")
    assert member.closed_at is None
    after = {row.name: row.due_at for row in Clock.objects.filter(matter=member)}
    assert {name: after[name] for name in clocks} == clocks
    assert [move.step for move in Move.objects.filter(matter=member)] == [
        *("open", "accept", "join", "classify", "assign"),
    ]
    assert Event.objects.filter(subject=str(member.id), name="casework.matter_joined").count() == 1


@row("R-236", "R-209", "R-213")
def test_the_answer_to_the_lead_goes_to_each_as_their_own_and_each_ones_word_counts_by_itself(cast: Cast) -> None:
    lead, member = two(cast, now() - timedelta(hours=9))
    member, at = joined(cast, lead, member), now()
    li = cast.li.viewer(at)
    with pytest.raises(Refused, match="lead_not_answered"):
        joining.answer_member(by=li, at=at, member_id=member.id, reply="换了泵")
    from huiyin.casework.actions.steps import take_step

    take_step(by=li, at=at, matter_id=lead.id, step="answer", given={"reply": "加压泵换新了。"})
    found = query.family(li, lead.code)
    assert [one.row.id for one in found.ready] == [member.id]
    joining.answer_member(by=li, at=at, member_id=member.id, reply=f"{found.lead_answer}您家的表也看过了。")
    assert {one.matter_id: one.text for one in Reply.objects.all()} == {
        lead.id: "加压泵换新了。",
        member.id: "加压泵换新了。您家的表也看过了。",
    }
    later = at + timedelta(hours=1)
    feedback.resident_word(by=make.SYSTEM, at=later, matter_id=lead.id, source="page", solved="yes", grade=5)
    lead.refresh_from_db()
    member.refresh_from_db()
    assert (lead.state, member.state) == ("closed", "answered")
    feedback.resident_word(
        by=make.SYSTEM, at=later, matter_id=member.id, source="page", solved="no", words="我家还没水"
    )
    lead.refresh_from_db()
    member.refresh_from_db()
    assert (lead.state, member.state, member.reopened) == ("closed", "reopened", 1)


@row("R-236", "R-211")
def test_joining_solves_and_answers_nothing_in_any_count(cast: Cast) -> None:
    from huiyin.core.models import Tally

    lead, member = two(cast, now())
    drain(now())
    before = dict(Tally.objects.values_list("key", "count"))
    joined(cast, lead, member)
    drain(now())
    after = dict(Tally.objects.values_list("key", "count"))
    grown = {key for key in after if after[key] != before.get(key, 0)}
    assert not {key for key in grown if key.startswith(("word", "answered", "closed", "reasonable"))}
    assert query.counted(cast.zhou.viewer(now())) == (2, 1)


@row("R-236")
def test_it_is_split_again_with_its_history_and_may_follow_another_then(cast: Cast) -> None:
    lead, member = two(cast, now())
    member, at = joined(cast, lead, member), now()
    with pytest.raises(Refused, match="needs_reason"):
        joining.split(by=cast.zhou.viewer(at), at=at, member_id=member.id, reason=" ")
    joining.split(by=cast.zhou.viewer(at), at=at, member_id=member.id, reason="是另一根管子")
    member.refresh_from_db()
    assert member.handler_id == lead.handler_id
    assert Move.objects.filter(matter=member).last().step == "split"  # type: ignore[union-attr]  # it was just made
    found = query.family(cast.zhou.viewer(at), lead.code)
    assert (found.members, [one.split_reason for one in found.before]) == ([], ["是另一根管子"])
    with pytest.raises(Refused, match="not_joined"):
        joining.split(by=cast.zhou.viewer(at), at=at, member_id=member.id, reason="再来")
    joined(cast, lead, member)


@pytest.mark.parametrize("case", ["itself", "already", "chain", "leads", "closed"])
def test_what_would_lose_somebody_is_refused(cast: Cast, case: str) -> None:
    lead, member = two(cast, now())
    third = a_matter(cast, now(), "accept", reporter_phone="16000005679")
    pair = {"itself": (lead, lead), "already": (third, member), "chain": (member, third), "leads": (third, lead)}
    if case == "closed":
        lead = a_matter(cast, now(), "answer")
        feedback.resident_word(by=make.SYSTEM, at=now(), matter_id=lead.id, source="page", solved="yes")
        code, (one, other) = "join_lead_closed", (lead, member)
    else:
        if case != "itself":
            joined(cast, lead, member)
        code, (one, other) = f"join_{case}", pair[case]
    with pytest.raises(Refused, match=code):
        joined(cast, one, other)


def test_matters_of_different_villages_are_joined_only_with_a_reason(cast: Cast) -> None:
    lead, member = two(cast, now(), place_code=SHIQIAO)
    with pytest.raises(Refused, match="needs_reason"):
        joined(cast, lead, member)
    joined(cast, lead, member, reason="同一座加压站")
    assert Joining.objects.get().reason == "同一座加压站"


@row("SG-01", "R-236")
def test_joining_across_a_conflict_is_refused_both_ways(cast: Cast) -> None:
    lead, member = two(cast, now())
    recuse(by=cast.zhou.viewer(now()), at=now(), matter_id=member.id, person=cast.li.person_id)
    with pytest.raises(Refused, match="join_conflict"):
        joined(cast, lead, member)
    with pytest.raises(Refused, match="join_conflict"):
        joined(cast, member, lead)
    assert not Joining.objects.exists()


@row("SG-01")
def test_held_and_sealed_matters_join_nothing_and_vanish_from_both_pages(cast: Cast) -> None:
    lead, member = two(cast, now())
    held = a_matter(cast, now(), nature="complaint", reporter_phone="16000005670")
    zhou = cast.zhou.viewer(now())
    for one, other in ((lead, held), (held, lead)):
        with pytest.raises(Missing):
            joining.join(by=zhou, at=now(), lead_id=one.id, member_id=other.id, reason="一样")
    joined(cast, lead, member)
    name_subjects(by=zhou, at=now(), matter_id=member.id, persons=[cast.luo.person_id])
    for who in (cast.zhou, cast.li, cast.luo):
        viewer = who.viewer(now())
        if who is not cast.luo:
            assert query.family(viewer, lead.code).members == []
        assert query.counted(viewer)[0] == query.counted(viewer)[1]
    with pytest.raises(Missing):
        query.family(zhou, member.code)
    from huiyin.casework.queries.one import by_code

    assert by_code(zhou, lead.code, now()).matter.followers_many == 0  # type: ignore[attr-defined]  # a column asked for


@row("SG-01")
def test_what_one_is_recused_from_is_in_no_count_of_what_goes_together(cast: Cast) -> None:
    from huiyin.casework.queries.one import by_code

    lead, member = two(cast, now() - timedelta(minutes=5))
    joined(cast, lead, member)
    tang = cast.tang.viewer(now())
    assert query.crowded(tang, tell_from=2)[0][1] == 2
    assert by_code(tang, lead.code, now()).matter.followers_many == 1  # type: ignore[attr-defined]  # a column asked for
    recuse(by=cast.zhou.viewer(now()), at=now(), matter_id=member.id, person=cast.tang.person_id)
    assert query.crowded(tang, tell_from=2) == []
    assert by_code(tang, lead.code, now()).matter.followers_many == 0  # type: ignore[attr-defined]  # a column asked for
    assert query.counted(tang) == (1, 1)


@row("SG-01")
def test_who_may_not_see_the_lead_is_told_of_none(cast: Cast) -> None:
    from huiyin.casework.queries.one import by_code

    lead, member = two(cast, now() - timedelta(minutes=5))
    joined(cast, lead, member)
    name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=lead.id, persons=[cast.ma.person_id])
    zhao, li = cast.zhao.viewer(now()), cast.li.viewer(now())
    assert not by_code(zhao, member.code, now()).matter.follows_one  # type: ignore[attr-defined]  # a column asked for
    assert query.counted(zhao) == (1, 1)
    with pytest.raises(Refused, match="not_joined"):
        joining.answer_member(by=li, at=now(), member_id=member.id, reply="办好了")


def test_who_may_not_see_a_matter_cannot_join_it(cast: Cast) -> None:
    lead, member = two(cast, now())
    for who, wrong in ((cast.zheng, Missing), (cast.wu, Missing), (cast.li, Refused)):
        with pytest.raises(wrong):
            joining.join(by=who.viewer(now()), at=now(), lead_id=lead.id, member_id=member.id, reason="一样")


@row("R-235")
def test_one_more_resident_has_a_number_and_a_proof_of_their_own_and_many_are_told_to_a_supervisor(cast: Cast) -> None:
    lead, at = a_matter(cast, now(), "take"), now()
    chen, proofs = cast.chen.viewer(at), []
    for number in range(4):
        another = Another(name=f"居民{number}", phone=f"1600000900{number}", channel="counter", spokesperson=number < 2)
        proofs.append(joining.add_resident(by=chen, at=at, lead_id=lead.id, another=another).proof)
    seen = [track.by_proof(make.SYSTEM, proof, at) for proof in proofs]
    assert len({one.code for one in seen} | {lead.code}) == 5
    assert {one.text for one in seen} == {lead.text}
    found = query.family(chen, lead.code)
    assert [one.spokesperson for one in found.members] == [False, True, False, False]
    assert all(one.joint for one in found.members)
    told = Event.objects.get(name="casework.joint_crowded")
    assert (told.subject, told.data["residents"]) == (str(lead.id), 5)
    assert [(one.id, many) for one, many in query.crowded(cast.zhao.viewer(at), tell_from=5)] == [(lead.id, 5)]
    assert query.crowded(cast.zhao.viewer(at), tell_from=6) == []
    assert "petition" not in {lead.kind, lead.channel, *Matter.objects.values_list("kind", flat=True)}


def test_a_resident_without_a_name_is_one_only_where_none_is_kept(cast: Cast) -> None:
    lead, at = a_matter(cast, now(), "take"), now()
    with pytest.raises(Refused, match="name_missing"):
        joining.add_resident(
            by=cast.chen.viewer(at), at=at, lead_id=lead.id, another=Another(name=" ", channel="counter")
        )
    another = Another(name="", disclosure="anonymous", channel="counter")
    assert joining.add_resident(by=cast.chen.viewer(at), at=at, lead_id=lead.id, another=another).matter.code


@row("R-236")
def test_what_follows_a_matter_answered_directly_stays_with_nobody_and_is_answered_for_itself(cast: Cast) -> None:
    at = now()
    lead, member = two(cast, at, lead="accept")
    direct = {"topic": "water", "nature": "question", "way": "direct_answer", "reply": "今晚八点恢复供水。"}
    take_step(by=cast.chen.viewer(at), at=at, matter_id=lead.id, step="answer", given=direct)
    member = joined(cast, lead, member)
    assert (member.state, member.handler_id, member.way) == ("accepted", None, "direct_answer")
    (one,) = query.family(cast.chen.viewer(at), lead.code).members
    assert one.refused is None
    done = joining.answer_member(by=cast.chen.viewer(at), at=at, member_id=member.id, reply="今晚八点您那边也恢复。")
    assert (done.state, done.handler_id) == ("answered", cast.chen.person_id)


@row("R-236", "R-186")
def test_what_follows_a_matter_a_leader_instructed_is_handed_on_without_the_leaders_name(cast: Cast) -> None:
    at = now()
    lead, member = two(cast, at, lead="accept")
    laid = {"topic": "water", "nature": "problem", "leader": cast.tang.person_id, "note": "请定"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=lead.id, step="submit", given=laid)
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    instruct(by=cast.tang.viewer(at), at=at, matter_id=lead.id, given={"instruction": "抓紧", **to})
    member = joined(cast, lead, member)
    assert (member.state, member.handler_id, member.way) == ("assigned", cast.li.person_id, "pass_for_handling")


@row("R-236", "R-226", "R-227")
def test_with_the_federation_what_follows_gets_the_leads_plan_and_day_or_waits_for_its_own(cast: Cast) -> None:
    work_as("yongxing-2014", now())
    at = now() + timedelta(hours=9)
    said = {"channel": "visit", "nature": "need", "topic": "recovery", "heading": "outstanding", "handling": "later"}
    lead, member, late = (a_matter(cast, at, "accept", **said, reporter_phone=f"1600000567{n}") for n in range(3))
    day = (at + timedelta(days=20)).date()
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given = {**to, "way": "handle", "plan": "向省里申报一台", "deadline": day}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=lead.id, step="assign", given=given)
    member = joined(cast, lead, member, at)
    assert (member.state, member.deadline_on) == ("assigned", day)
    assert member.moves.get(step="assign").data["plan"] == given["plan"]
    after = at + timedelta(days=21)
    joining.join(by=cast.zhou.viewer(after), at=after, lead_id=lead.id, member_id=late.id)
    late.refresh_from_db()
    assert (late.state, late.handler_id) == ("accepted", None), "the lead's day is over: it waits for one of its own"
    with pytest.raises(Refused) as refused:
        joining.bring(by=cast.zhou.viewer(after), at=after, lead_id=lead.id)
    assert refused.value.code == "needs_deadline"


@row("R-236", "R-190")
def test_where_the_first_visitor_stays_to_the_end_what_follows_stays_with_them(cast: Cast) -> None:
    work_as("hubin", now())
    at = now() + timedelta(hours=9)
    said = {"channel": "visit", "nature": "need", "topic": "water", "heading": "hardship"}
    lead = a_matter(cast, at, "accept", **said, first_asked=None)
    own = a_matter(cast, at, "accept", **said, first_asked=cast.luo.person_id, reporter_phone="16000005678")
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given = {**to, "way": "handle", "deadline": (at + timedelta(days=20)).date()}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=lead.id, step="assign", given=given)
    own = joined(cast, lead, own, at)
    assert own.handler_id is None and own.first_asked_id == cast.luo.person_id
    took = {"deadline": given["deadline"]}
    assert take_step(by=cast.luo.viewer(at), at=at, matter_id=own.id, step="take", given=took).state == "working"


@row("R-236", "R-194")
def test_where_an_answer_asks_for_the_cause_each_ones_own_answer_has_it_too(cast: Cast) -> None:
    at = now() + timedelta(hours=9)
    lead, member = answered_with_its_cause(cast, at)
    li = cast.li.viewer(at)
    assert list(query.family(li, lead.code).asks) == ["cause"]
    with pytest.raises(Refused) as refused:
        joining.answer_member(by=li, at=at, member_id=member.id, reply="您门口那段也补好了。")
    assert refused.value.code == "needs_cause"
    more = {"cause": "没有排水沟"}
    done = joining.answer_member(by=li, at=at, member_id=member.id, reply="您门口那段也补好了。", more=more)
    assert done.state == "answered" and done.moves.get(step="answer").data["cause"] == more["cause"]
