"""One matter from the door to its end, and what may not happen on the way."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from huiyin.casework.actions.aside import recuse
from huiyin.casework.actions.extensions import ask, decide
from huiyin.casework.actions.feedback import (
    call_back,
    close_unreached,
    deliver,
    opened_by_resident,
    reopen,
    resident_word,
)
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.actions.sweep import run_out, warn
from huiyin.casework.models import CallBack, Clock, Judgement, Matter, Move, Reply
from huiyin.casework.queries import matters, one
from huiyin.casework.queries.matters import Filters
from huiyin.core.models import Event
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rows import row

MACHINE = Viewer.system("clock")
TWO_DAYS, AN_HOUR = timedelta(days=2), timedelta(hours=1)
ZONE = ZoneInfo("Asia/Shanghai")


@row("R-169", "R-170", "R-171", "R-172", "R-173", "R-175", "R-177", "R-178")
def test_a_matter_goes_from_the_telephone_to_its_end(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    closed = spine.called(cast, matter.id, at + TWO_DAYS + AN_HOUR * 3)
    assert closed.state == "closed"
    steps = list(Move.objects.filter(matter=matter).order_by("seq").values_list("step", flat=True))
    first = ["open", "accept", "classify", "assign", "take", "answer"]
    assert steps == [*first, "read_out", "deliver", "call_back", "close"]
    for move in Move.objects.filter(matter=matter):
        assert move.by_id or move.by_name
    page = one.one(cast.zhou.viewer(at), matter.id, at + timedelta(days=3))
    assert page.reporter and page.reporter.name == "张丽华"
    assert page.reporter.phone_masked == "160****1234"
    assert page.matter.channel == "phone" and page.matter.topic == "water"
    assert page.matter.handler_id == cast.li.person_id and page.matter.supervisor_id == cast.zhao.person_id
    assert [call.outcome for call in page.call_backs] == ["reached"]
    assert {"accept", "handling", "call_back"} <= {clock.name for clock in page.clocks}


def test_every_step_leaves_an_event_with_the_commitment_to_its_rows(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    events = Event.objects.filter(subject=str(matter.id)).order_by("id")
    assert [e.name for e in events][:2] == ["casework.matter_opened", "casework.matter_moved"]
    for event in events:
        assert f"casework.matter:{matter.id}" in event.rows
    assert all("张" not in str(event.data) and "160" not in str(event.data) for event in events)


@row("R-188")
def test_five_working_days_are_counted_from_the_day_after_and_end_at_midnight(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    clock = Clock.objects.get(matter=matter, name="handling")
    # Wednesday 18 November: 19, 20, (21, 22 weekend), 23, 24, 25.
    assert clock.due_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    assert matter.due_at == clock.due_at and not clock.provisional


@row("R-188")
def test_a_clock_warns_once_and_runs_out_once(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    soon = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    assert warn(by=MACHINE, at=soon) == 1 and warn(by=MACHINE, at=soon) == 0
    late = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    assert run_out(by=MACHINE, at=late) == 1 and run_out(by=MACHINE, at=late) == 0
    assert Event.objects.filter(name="casework.matter_overdue", subject=str(matter.id)).count() == 1


def test_handing_back_and_assigning_again_never_moves_the_due_date_later(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    due = Clock.objects.get(matter=matter, name="handling").due_at
    later = at + TWO_DAYS
    take_step(by=cast.li.viewer(later), at=later, matter_id=matter.id, step="transfer", given={"note": "不归我们管"})
    given = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    again = take_step(by=cast.zhou.viewer(later), at=later, matter_id=matter.id, step="assign", given=given)
    assert again.due_at == due
    assert Clock.objects.filter(matter=matter, name="handling").count() == 1


@row("R-231", "SG-32")
def test_handler_supervisor_and_caller_are_three_persons(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    same = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.li.person_id}
    with pytest.raises(Refused) as refused:
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=same)
    assert refused.value.code == "same_person"
    answered = spine.delivered(cast, at)
    later = at + timedelta(days=3)
    for wrong in (cast.li, cast.zhao):
        own, he = wrong.viewer(later), cast.he.viewer(later)
        assert wrong.person_id is not None
        for by in (own.but(verbs=own.verbs | {"matter.call_back"}), he.acting_for(wrong.person_id)):
            with pytest.raises(Refused, match="handler_may_not_call"):
                call_back(by=by, at=later, matter_id=answered.id, outcome="reached", solved="yes")


@row("R-209", "SG-32")
def test_nothing_closes_without_a_delivered_answer_and_the_residents_word(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    later = at + timedelta(days=3)
    with pytest.raises(Refused) as refused:
        close_unreached(by=cast.he.viewer(later), at=later, matter_id=matter.id)
    assert refused.value.code == "reply_not_delivered"
    deliver(by=cast.li.viewer(later), at=later, matter_id=matter.id, meaning="letter", note="本人签收")
    with pytest.raises(Refused) as refused:
        close_unreached(by=cast.he.viewer(later), at=later, matter_id=matter.id)
    assert refused.value.code == "attempts_missing"


@row("R-178", "R-209")
def test_attempts_over_days_and_parts_of_the_day_stand_in_for_the_residents_word(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    for hours in (3, 9, 27):
        spine.called(cast, matter.id, at + TWO_DAYS + timedelta(hours=hours), outcome="no_answer", solved="")
    later = at + timedelta(days=4)
    closed = close_unreached(by=cast.he.viewer(later), at=later, matter_id=matter.id)
    assert closed.state == "closed"
    assert CallBack.objects.filter(matter=matter).count() == 3
    assert not Judgement.objects.filter(matter=matter).exists()


@row("R-178", "R-209", "SG-32")
@pytest.mark.parametrize("before", ["attempts", "word"])
def test_neither_attempts_nor_a_word_about_an_earlier_answer_close_a_later_one(
    cast: Cast, at: datetime, before: str
) -> None:
    """Whoever could close by what was said of the first answer would need nothing for the second."""
    matter, later = spine.delivered(cast, at), at + timedelta(days=4)
    tries: tuple[dict[str, Any], ...] = ({"outcome": "no_answer", "solved": ""},) * 3 if before == "attempts" else ({},)
    for hours, said in zip((3, 9, 27), tries, strict=False):
        spine.called(cast, matter.id, at + TWO_DAYS + timedelta(hours=hours), **said)
    resident_word(by=Viewer.resident(), at=later, matter_id=matter.id, source="web", solved="no", words="又停了")
    if before == "word":
        Judgement.objects.filter(matter=matter, solved="no").get()
    spine.answered_again(cast, matter, later + AN_HOUR)
    spine.read_out(cast, Matter.objects.get(id=matter.id), later + AN_HOUR * 2)
    soon = later + AN_HOUR * 6
    with pytest.raises(Refused, match="attempts_missing"):
        close_unreached(by=cast.he.viewer(soon), at=soon, matter_id=matter.id)


def test_a_second_attempt_right_after_the_first_is_refused(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    spine.called(cast, matter.id, at + TWO_DAYS + AN_HOUR * 2, outcome="busy", solved="")
    with pytest.raises(Refused) as refused:
        spine.called(cast, matter.id, at + TWO_DAYS + AN_HOUR * 3, outcome="busy", solved="")
    assert refused.value.code == "attempt_too_soon"


@row("R-214", "R-213")
def test_not_solved_reopens_with_history_kept_and_is_counted(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    reopened = spine.called(cast, matter.id, at + TWO_DAYS + AN_HOUR * 3, solved="no", grade=1, words="晚上还是没水")
    assert reopened.state == "reopened" and reopened.version > matter.version
    assert Reply.objects.filter(matter=matter).count() == 1
    again = Matter.objects.get(id=matter.id)
    # Somebody owes it again from now on: to hand it out within a working day.
    assert again.due_at == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert Move.objects.filter(matter=matter, step="reopen").get().note == "晚上还是没水"


@row("R-214")
def test_a_closed_matter_may_be_reopened_for_thirty_days_and_no_longer(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    spine.called(cast, matter.id, at + TWO_DAYS + AN_HOUR * 3)
    with pytest.raises(Refused) as refused:
        resident_word(
            by=Viewer.resident(), at=at + timedelta(days=40), matter_id=matter.id, source="proof", solved="no"
        )
    assert refused.value.code == "reopen_too_late"
    # The day it closed is not counted; the last one is, to its end.
    closed = Matter.objects.get(id=matter.id).closed_at
    assert closed is not None
    ended = datetime.combine(closed.astimezone(ZONE).date(), time(), ZONE)
    first_too_late = ended + timedelta(days=31)
    with pytest.raises(Refused, match="reopen_too_late"):
        resident_word(by=Viewer.resident(), at=first_too_late, matter_id=matter.id, source="proof", solved="no")
    soon = first_too_late - timedelta(seconds=1)
    again = resident_word(by=Viewer.resident(), at=soon, matter_id=matter.id, source="proof", solved="no")
    assert again.state == "reopened" and again.reopened == 1


@row("R-213")
def test_the_handler_learns_why_never_the_grade(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    spine.called(cast, matter.id, at + TWO_DAYS + AN_HOUR * 3, solved="part", grade=2, words="只好了一半")
    seen_by_li = one.one(cast.li.viewer(at), matter.id, at + timedelta(days=3)).judgements[0]
    assert seen_by_li.grade is None and seen_by_li.words == "只好了一半"
    for member in (cast.zhao, cast.zhou):  # nor who supervises it or gave it out
        assert one.one(member.viewer(at), matter.id, at + timedelta(days=3)).judgements[0].grade is None
    assert one.one(cast.he.viewer(at), matter.id, at + timedelta(days=3)).judgements[0].grade == 2


@row("R-177", "R-209")
def test_opening_with_the_proof_delivers_a_click_of_staff_does_not(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    reply = Reply.objects.get(matter=matter)
    assert reply.sent_at and reply.delivered_at is None
    with pytest.raises(Refused):
        deliver(by=cast.li.viewer(at), at=at, matter_id=matter.id, meaning="proof")
    later = at + timedelta(days=3)
    assert opened_by_resident(by=Viewer.resident(), at=later, matter_id=matter.id)
    assert not opened_by_resident(by=Viewer.resident(), at=later, matter_id=matter.id)
    assert Reply.objects.get(matter=matter).meaning == "proof"


@row("R-177", "SG-01")
def test_an_answer_is_read_also_where_its_resident_has_complained_of_who_gave_it(cast: Cast, at: datetime) -> None:
    matter, later = spine.answered(cast, at), at + timedelta(days=3)
    add_words(by=Viewer.resident(), at=later, matter_id=matter.id, words="李卫东收了我的钱才肯来修。")
    matter.refresh_from_db()
    assert matter.held and matter.handler_id == cast.li.person_id
    assert opened_by_resident(by=Viewer.resident(), at=later, matter_id=matter.id)
    assert Reply.objects.get(matter=matter).meaning == "proof"


def test_a_resident_is_heard_also_where_their_flow_knows_no_arrival(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether an arrival is a step is the flow's to say, of whatever state."""
    matter, later = spine.answered(cast, at), at + timedelta(days=3)
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    steps = tuple(one for one in flow.steps if one.name != "deliver")
    monkeypatch.setitem(flow.__dict__, "steps", steps)
    heard = resident_word(by=Viewer.resident(), at=later, matter_id=matter.id, source="web", solved="unsure")
    assert heard.state == "answered" and matter.judgements.get().solved == "unsure"


@row("R-177", "R-209", "SG-32")
def test_a_letter_is_delivered_by_who_signed_for_it_and_not_by_a_click(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    li: dict[str, Any] = {"by": cast.li.viewer(at), "at": at, "matter_id": matter.id, "meaning": "letter"}
    for nothing in ("", "  "):
        with pytest.raises(Refused, match="letter_needs_receipt") as refused:
            deliver(**li, note=nothing)
        assert refused.value.field == "note"
    assert Reply.objects.get().delivered_at is None
    deliver(**li, note="11月20日张丽华本人签收")
    assert Reply.objects.get().delivered_at == at
    assert Move.objects.get(step="deliver").note == "11月20日张丽华本人签收"


def test_more_time_is_asked_for_by_the_handler_and_granted_by_another(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    asked = ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=3, reason="等配件")
    with pytest.raises(Refused):
        decide(by=cast.li.viewer(at), at=at, extension_id=asked.id, approve=True)
    granted = decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=True)
    clock = Clock.objects.get(id=granted.clock_id)
    assert clock.due_at == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert clock.first_due_at == datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    assert Matter.objects.get(id=matter.id).due_at == clock.due_at
    with pytest.raises(Refused) as refused:
        ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=8, reason="还要等")
    assert refused.value.code == "extension_over"


@row("R-181")
def test_a_direct_answer_makes_who_answers_the_handler_and_is_called_back_all_the_same(
    cast: Cast, at: datetime
) -> None:
    matter = spine.opened(cast, at).matter
    chen = cast.chen.viewer(at)
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "water", "nature": "question", "way": "direct_answer", "reply": "今晚七点恢复供水。"}
    answered = take_step(by=chen, at=at, matter_id=matter.id, step="answer", given=given)
    assert answered.state == "answered" and answered.handler_id == cast.chen.person_id
    assert spine.called(cast, matter.id, at + AN_HOUR).state == "closed"


@row("R-182")
def test_a_three_party_call_needs_who_took_part_and_its_outcome(cast: Cast, at: datetime) -> None:
    matter = spine.opened(cast, at).matter
    chen = cast.chen.viewer(at)
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "water", "nature": "question", "way": "three_party_call", "reply": "明天上门修。"}
    with pytest.raises(Refused) as refused:
        take_step(by=chen, at=at, matter_id=matter.id, step="answer", given=given)
    assert refused.value.code == "needs_participants"
    more = given | {"participants": "居民、受理中心、镇水利站", "outcome": "水利站答应明天上门"}
    assert take_step(by=chen, at=at, matter_id=matter.id, step="answer", given=more).state == "answered"
    assert Move.objects.get(matter=matter, step="answer").data["outcome"] == "水利站答应明天上门"


@row("R-174")
def test_a_consultation_is_minuted(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    given = {"note": "请水利局、镇政府一起商量"}
    held = take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="discuss", given=given)
    assert held.state == "discussing"
    assert Move.objects.get(matter=matter, step="discuss").note == given["note"]


@row("R-176")
def test_the_named_supervisor_reminds_and_nobody_else(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, step="supervise", given={"note": "请抓紧"})
    with pytest.raises(Refused):
        take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="supervise", given={"note": "自己催自己"})


@row("R-189")
def test_who_was_asked_first_answers_for_it_until_a_handler_has_taken_it(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    assert one.answerable(cast.zhou.viewer(at), Matter.objects.get(id=matter.id)) == cast.chen.person_id
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    assert one.answerable(cast.zhou.viewer(at), Matter.objects.get(id=matter.id)) == cast.li.person_id


def test_an_old_page_is_told_that_somebody_was_faster(cast: Cast, at: datetime) -> None:
    matter = spine.opened(cast, at).matter
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={}, seen=1)
    with pytest.raises(Refused) as refused:
        take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={}, seen=1)
    assert refused.value.code == "stale"


def test_a_foreign_town_and_a_foreign_county_find_nothing(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    for stranger in (cast.wu, cast.zheng, cast.qian):
        assert not matters.matters(stranger.viewer(at), matters.Filters(), at).rows
        with pytest.raises(Missing):
            one.one(stranger.viewer(at), matter.id, at)
        with pytest.raises(Missing):
            take_step(by=stranger.viewer(at), at=at, matter_id=matter.id, step="take", given={})


def test_who_stands_too_near_is_kept_out_at_the_next_read(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    assert one.one(cast.li.viewer(at), matter.id, at).matter == matter
    recuse(by=cast.li.viewer(at), at=at, matter_id=matter.id, person=cast.li.person_id)
    with pytest.raises(Missing):
        one.one(cast.li.viewer(at), matter.id, at)
    assert Matter.objects.get(id=matter.id).handler_id is None


def test_words_find_a_matter_among_open_ones_until_it_is_closed_and_again_when_it_is_reopened(
    cast: Cast, at: datetime
) -> None:
    matter = spine.delivered(cast, at)

    def sought(*, open_only: bool) -> int:
        return len(matters.matters(cast.zhou.viewer(at), Filters(text="水", open_only=open_only), at).rows)

    assert (sought(open_only=True), sought(open_only=False)) == (1, 1)
    later = at + timedelta(days=3)
    spine.called(cast, matter.id, later)
    assert (sought(open_only=True), sought(open_only=False)) == (0, 1)
    reopen(by=cast.zhao.viewer(later), at=later, matter_id=matter.id, note="晚上又没水了")
    assert (sought(open_only=True), sought(open_only=False)) == (1, 1)
