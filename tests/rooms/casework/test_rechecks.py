"""Calls made once more: drawn after the day by a seed that anybody can draw with again, asked by somebody else."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.casework.actions import rechecks
from huiyin.casework.actions.aside import reveal_to_check
from huiyin.casework.actions.feedback import call_back, close_unreached, opened_by_resident, resident_word
from huiyin.casework.models import CallDraw, Judgement, Matter, Recheck
from huiyin.casework.queries import rechecks as queries
from huiyin.casework.rules.rechecking import Heard, differing
from huiyin.core import rulebook
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.drawing import drawn
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import WORST
from huiyin.programme.schema.replies import Calls, Replies
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.seat import appointed
from tests.rooms.casework import spine
from tests.rows import row

MACHINE = Viewer.system("clock")


def every_call(at: datetime) -> None:
    """The cast's county with a programme that has every call made again."""
    book = make.county_book()
    echo = book.programmes["echo"].model_copy(update={"replies": Replies(calls=Calls(recheck=1.0))})
    changed = book.model_copy(update={"programmes": {**book.programmes, "echo": echo}})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=changed, in_force_from=at)


def waiting(cast: Cast, at: datetime, **said: object) -> tuple[Recheck, datetime]:
    """A call He recorded as solved, drawn on the day after."""
    every_call(at)
    matter = spine.answered(cast, at)
    called = at + timedelta(days=2, hours=1)
    spine.called(cast, matter.id, called, **said)
    after = called + timedelta(days=1)
    assert rechecks.draw_yesterday(by=MACHINE, at=after) == 1
    return Recheck.objects.get(), after


def other(cast: Cast) -> Member:
    return appointed("另一位", cast.bodies.office, "caller", "回访员")


def unanswered(cast: Cast, at: datetime) -> tuple[Matter, datetime]:
    """A matter He closed since nobody answered three times, and the day after."""
    every_call(at)
    matter = spine.answered(cast, at)
    last = at
    for hours in (1, 10, 25):
        last = at + timedelta(days=2, hours=hours)
        spine.called(cast, matter.id, last, outcome="no_answer", solved="")
    close_unreached(by=cast.he.viewer(last), at=last, matter_id=matter.id)
    return Matter.objects.get(id=matter.id), last + timedelta(days=1)


@row("SG-33", "R-231")
def test_what_was_closed_because_nobody_answered_is_drawn_and_asked_for_by_somebody_else(
    cast: Cast, at: datetime
) -> None:
    matter, after = unanswered(cast, at)
    assert rechecks.draw_yesterday(by=MACHINE, at=after) == 1
    recheck = Recheck.objects.get()
    assert (recheck.first, recheck.caller_id, recheck.matter_id) == (None, cast.he.person_id, matter.id)
    assert CallDraw.objects.get().of == 1
    assert not queries.to_check(cast.he.viewer(after), after)
    said: dict[str, Any] = {
        "recheck_id": recheck.id,
        "outcome": "reached",
        "solved": "no",
        "words": "没人来过电话，水还没通",
    }
    with pytest.raises(Refused, match="recheck_own"):
        rechecks.recheck(by=cast.he.viewer(after), at=after, **said)
    second = other(cast).viewer(after)
    row_, page = queries.checking(second, recheck.id, after)
    assert (row_.id, page.matter.id) == (recheck.id, matter.id)
    assert reveal_to_check(by=second, at=after, recheck_id=recheck.id, reason="抽查")
    rechecks.recheck(by=second, at=after, **said)
    assert Matter.objects.get(id=matter.id).state == "reopened"
    word = Judgement.objects.get(matter=matter)
    assert (word.source, word.solved, word.reply_id) == ("recheck", "no", matter.replies.get().pk)
    assert Recheck.objects.get().state == "same", "that somebody is at home today accuses no caller"


def test_what_its_resident_took_up_before_anybody_rang_is_not_asked_for(cast: Cast, at: datetime) -> None:
    matter, after = unanswered(cast, at)
    rechecks.draw_yesterday(by=MACHINE, at=after)
    second = other(cast).viewer(after)
    assert len(queries.to_check(second, after)) == 1
    resident_word(by=Viewer.resident(), at=after, matter_id=matter.id, source="sms", solved="no", words="还没通")
    assert not queries.to_check(second, after)
    with pytest.raises(Refused, match="already_done"):
        rechecks.recheck(by=second, at=after, recheck_id=Recheck.objects.get().id, outcome="reached", solved="yes")


def test_what_was_taken_up_and_ended_otherwise_since_is_not_asked_for(cast: Cast, at: datetime) -> None:
    """Its resident has said how it went: nobody need ask on account of an ending that stands no more."""
    matter, after = unanswered(cast, at)
    rechecks.draw_yesterday(by=MACHINE, at=after)
    second, hour = other(cast).viewer(after), timedelta(hours=1)
    said: dict[str, Any] = {"by": Viewer.resident(), "matter_id": matter.id, "source": "web"}
    resident_word(at=after, solved="no", words="还没通", **said)
    spine.answered_again(cast, matter, after + hour)
    resident_word(at=after + 2 * hour, solved="yes", **said)
    assert Matter.objects.get(id=matter.id).state == "closed" and not queries.to_check(second, after + 3 * hour)
    with pytest.raises(Refused, match="already_done"):
        recheck_id = Recheck.objects.get().id
        rechecks.recheck(by=second, at=after + 3 * hour, recheck_id=recheck_id, outcome="reached", solved="yes")
    assert matter.judgements.count() == 2


def test_where_nobody_had_answered_no_caller_is_counted_as_agreeing(cast: Cast, at: datetime) -> None:
    _, after = unanswered(cast, at)
    rechecks.draw_yesterday(by=MACHINE, at=after)
    second = other(cast).viewer(after)
    rechecks.recheck(by=second, at=after, recheck_id=Recheck.objects.get().id, outcome="reached", solved="yes")
    assert not queries.by_caller(cast.tang.viewer(after), after)


def test_its_resident_reads_what_never_arrived_and_is_heard(cast: Cast, at: datetime) -> None:
    matter, after = unanswered(cast, at)
    assert matter.replies.get().delivered_at is None
    assert not opened_by_resident(by=Viewer.resident(), at=after, matter_id=matter.id)
    heard = resident_word(by=Viewer.resident(), at=after, matter_id=matter.id, source="web", solved="yes")
    assert heard.state == "closed" and matter.judgements.get().solved == "yes"


@row("SG-33")
def test_anybody_can_draw_again_by_the_seed_that_is_told_with_the_draw(cast: Cast, at: datetime) -> None:
    recheck, after = waiting(cast, at)
    made = CallDraw.objects.get()
    assert (made.of, made.drawn, recheck.caller_id) == (1, 1, cast.he.person_id)
    assert rechecks.draw_yesterday(by=MACHINE, at=after) == 0, "once a day"
    told = Event.objects.get(name="casework.calls_drawn")
    assert told.data["seed"] == made.seed
    ids = [str(number) for number in range(4000)]
    by_hand = [one for one in ids if int(hashlib.sha256(f"{made.seed}:{one}".encode()).hexdigest(), 16) < 0.05 * 2**256]
    assert [one for one in ids if drawn(made.seed, one, 50)] == by_hand
    assert 120 < len(by_hand) < 290


@row("SG-32", "R-231")
def test_only_somebody_else_asks_again_and_sees_nothing_of_what_was_recorded(cast: Cast, at: datetime) -> None:
    recheck, after = waiting(cast, at)
    for member in (cast.he, cast.li, cast.zhao):
        assert not queries.to_check(member.viewer(after), after)
        with pytest.raises(Missing):
            queries.checking(member.viewer(after), recheck.id, after)
    with pytest.raises(Refused, match="recheck_own"):
        rechecks.recheck(by=cast.he.viewer(after), at=after, recheck_id=recheck.id, outcome="reached", solved="yes")
    second = other(cast)
    assert [one.id for one in queries.to_check(second.viewer(after), after)] == [recheck.id]


@row("SG-33", "R-214")
def test_a_call_written_down_otherwise_than_it_was_shows_itself_and_what_is_said_now_counts(
    cast: Cast, at: datetime
) -> None:
    recheck, after = waiting(cast, at)
    by = other(cast).viewer(after)
    said = {"solved": "no", "contacted": False, "grade": 5, "words": "没人打过电话，水也没来"}
    rechecks.recheck(by=by, at=after, recheck_id=recheck.id, outcome="reached", **said)  # type: ignore[arg-type]  # named as recheck names them
    recheck.refresh_from_db()
    assert (recheck.state, recheck.differs) == ("differs", "contacted solved")
    assert Matter.objects.get().state == "reopened", "the resident's word is the resident's word"
    assert Judgement.objects.filter(source="recheck").count() == 1
    (seen,) = queries.compared(cast.tang.viewer(after), after)
    assert (seen.caller, seen.checker) == ("何芳", "另一位")
    assert [(one.name, one.checked, one.differs) for one in queries.by_caller(cast.tang.viewer(after), after)] == [
        ("何芳", 1, 1)
    ]
    assert queries.compared(cast.zhao.viewer(after), after) == [], "who supervised reads nothing of it"
    with pytest.raises(Missing):
        queries.compared(cast.li.viewer(after), after)
    with pytest.raises(Refused, match="already_done"):
        rechecks.recheck(by=by, at=after, recheck_id=recheck.id, outcome="reached", solved="yes")


@row("SG-33", "R-214")
def test_the_worst_grade_said_once_more_takes_it_up_like_in_any_call(cast: Cast, at: datetime) -> None:
    recheck, after = waiting(cast, at)
    by = other(cast).viewer(after)
    rechecks.recheck(by=by, at=after, recheck_id=recheck.id, outcome="reached", solved="yes", grade=WORST)
    assert Matter.objects.get().state == "reopened"


def test_the_same_word_leaves_the_matter_closed_and_nobody_there_is_an_outcome(cast: Cast, at: datetime) -> None:
    recheck, after = waiting(cast, at)
    second = other(cast)
    for hours in (0, 4, 8):
        moment = after + timedelta(hours=hours)
        rechecks.recheck(by=second.viewer(moment), at=moment, recheck_id=recheck.id, outcome="no_answer")
    recheck.refresh_from_db()
    assert (recheck.state, recheck.tries, Matter.objects.get().state) == ("unreached", 3, "closed")


@row("SG-32", "SG-33")
def test_a_word_by_the_proof_is_asked_for_once_more_and_not_by_who_had_the_proof_in_hand(
    cast: Cast, at: datetime
) -> None:
    """Whoever took a matter down printed its slip: they could say “solved” with it in the resident's name."""
    every_call(at)
    took, second = appointed("记录的人", cast.bodies.office, "caller", "回访员"), other(cast)
    later = at + timedelta(days=3)
    for more in ({"first_asked": took.person_id}, {"disclosure": "anonymous"}):
        matter = spine.answered(cast, at, **more)
        resident_word(by=Viewer.resident(), at=later, matter_id=matter.id, source="web", solved="yes", grade=5)
    after = later + timedelta(days=1)
    rechecks.draw_yesterday(by=MACHINE, at=after)
    assert CallDraw.objects.get().of == 1, "who left no number is asked by nobody"
    found = Recheck.objects.get()
    assert found.caller_id is None
    assert not queries.to_check(took.viewer(after), after)
    with pytest.raises(Refused, match="recheck_own"):
        rechecks.recheck(by=took.viewer(after), at=after, recheck_id=found.id, outcome="reached", solved="yes")
    with pytest.raises(Refused, match="handler_may_not_call"):
        reveal_to_check(by=took.viewer(after), at=after, recheck_id=found.id, reason="抽查")
    assert [one.id for one in queries.to_check(second.viewer(after), after)] == [found.id]
    own = second.viewer(after)
    rechecks.recheck(by=own, at=after, recheck_id=found.id, outcome="reached", solved="no", words="我没答过")
    assert Matter.objects.get(id=found.matter_id).state == "reopened"
    (seen,) = queries.compared(cast.tang.viewer(after), after)
    assert (seen.caller, seen.row.differs) == ("", "solved")
    assert queries.by_caller(cast.tang.viewer(after), after) == [], "no caller had a hand in it"


def test_held_matters_are_in_no_draw(cast: Cast, at: datetime) -> None:
    every_call(at)
    matter = spine.answered(cast, at)
    called = at + timedelta(days=2, hours=1)
    words = "李卫东收了我的烟"
    call_back(by=cast.he.viewer(called), at=called, matter_id=matter.id, outcome="reached", solved="yes", words=words)
    assert Matter.objects.get().held
    rechecks.draw_yesterday(by=MACHINE, at=called + timedelta(days=1))
    assert CallDraw.objects.get().of == 0 and not Recheck.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (Heard(True, True, "yes", 5), Heard(True, True, "yes", 4), ()),
        (Heard(True, None, "yes", 5), Heard(None, False, "unsure", None), ()),
        (Heard(True, True, "yes", 5), Heard(False, False, "no", 1), ("contacted", "true", "solved", "satisfied")),
    ],
)
def test_only_an_answer_against_an_answer_differs(first: Heard, second: Heard, found: tuple[str, ...]) -> None:
    assert differing(first, second) == found
