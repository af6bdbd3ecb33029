"""What matters count as: made from their rows, the same however often; never of what is held or sealed."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework import ticks
from huiyin.casework.actions import aside, files, issues, judging, tallies
from huiyin.casework.actions.feedback import call_back, resident_word
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import CaseTally, Matter
from huiyin.casework.queries import tallying
from huiyin.casework.rules.figures import FOUR, MEASURES, SHARES
from huiyin.casework.rules.issues import About
from huiyin.core import journal, rulebook
from huiyin.core.files import Examined
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import Unfinished, drain
from tests import factories as make
from tests.cast import GROUP_THREE, Cast
from tests.interfaces.desk.seat import appointed
from tests.rooms.casework import spine, ways
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

MACHINE = Viewer.system("tally")


def of(matter: Matter) -> CaseTally:
    return CaseTally.objects.get(pk=matter.id)


@row("R-211", "R-229", "AM-24")
def test_a_matter_counts_as_solved_once_the_resident_said_so(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    drain(at + timedelta(days=3))
    waiting = of(matter)
    assert (waiting.collected, waiting.answered, waiting.delivered, waiting.in_time) == (1, 1, 1, 1)
    assert (waiting.called, waiting.solved, waiting.result, waiting.limit) == (0, 0, "answered", "5 working_days")
    spine.called(cast, matter.id, at + timedelta(days=3))
    drain(at + timedelta(days=4))
    said = of(matter)
    assert (said.called, said.heard, said.solved, said.satisfied, said.points) == (1, 1, 1, 1, 100)
    assert (said.result, said.call, said.channel, said.topic) == ("solved", "reached", "phone", "water")
    assert (said.body_id, said.handler_id, said.supervisor_id) == (
        cast.bodies.town,
        cast.li.person_id,
        cast.zhao.person_id,
    )


@row("R-178", "R-419")
def test_the_four_parts_count_what_was_told_outside_the_handling_body_each_to_its_own_base(
    cast: Cast, at: datetime
) -> None:
    matter = spine.delivered(cast, at)
    spine.called(cast, matter.id, at + timedelta(days=3), contacted=None, true=True, solved="unsure", grade=None)
    drain(at + timedelta(days=4))
    one = of(matter)
    assert (one.said_contacted, one.said_true, one.was_true, one.said_solved, one.said_grade) == (0, 1, 1, 0, 0)
    resident_word(by=Viewer.resident(), at=at + timedelta(days=5), matter_id=matter.id, source="page", solved="yes")
    drain(at + timedelta(days=5))
    one = of(matter)
    assert (one.was_true, one.said_solved, one.was_solved) == (1, 1, 1)  # what was said before is kept
    shares = {name: (one.__dict__[part], one.__dict__[base]) for name, (part, base) in SHARES.items() if name in FOUR}
    assert shares == {
        "four_contacted": (0, 0),
        "four_true": (1, 1),
        "four_solved": (1, 1),
        "four_satisfied": (0, 0),
    }


def _colleagues_may_ring(at: datetime) -> None:
    """A county whose programme does not keep callers out of the handling body."""
    book = make.county_book("wangchuan")
    echo = book.programmes["echo"]
    assert echo.replies is not None
    calls = echo.replies.calls.model_copy(update={"apart": False})
    page = echo.model_copy(update={"replies": echo.replies.model_copy(update={"calls": calls})})
    changed = book.model_copy(update={"programmes": {**book.programmes, "echo": page}})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=changed, in_force_from=at)


@row("R-178", "SG-33")
def test_a_word_taken_down_by_a_colleague_of_the_handler_is_in_none_of_the_four(cast: Cast, at: datetime) -> None:
    _colleagues_may_ring(at)
    matter = spine.delivered(cast, at)
    near = appointed("钟小云", cast.bodies.town, "caller", "回访员").viewer(at)
    later = at + timedelta(days=3)
    call_back(
        by=near,
        at=later,
        matter_id=matter.id,
        outcome="reached",
        contacted=True,
        true=True,
        solved="yes",
        grade=5,
    )
    drain(at + timedelta(days=4))
    one = of(matter)
    assert (one.solved, one.satisfied) == (1, 1)
    assert not any(one.__dict__[name] for name in MEASURES if name.startswith(("said_", "was_")))


@row("SG-33", "R-214")
def test_what_is_not_solved_is_taken_up_again_and_counts_as_unanswered(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    spine.called(cast, matter.id, at + timedelta(days=3), solved="no", grade=1)
    drain(at + timedelta(days=4))
    found = of(matter)
    assert (found.answered, found.delivered, found.solved, found.graded, found.result) == (0, 0, 0, 0, "open")
    assert (found.reopened, found.answered_on) == (1, None)


@row("SG-33", "R-211")
def test_a_second_answer_in_time_does_not_make_a_late_one_timely(cast: Cast, at: datetime) -> None:
    matter, late = spine.assigned(cast, at), at + timedelta(days=40)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    take_step(by=cast.li.viewer(late), at=late, matter_id=matter.id, step="answer", given={"reply": "修好了。"})
    spine.read_out(cast, matter, late)
    spine.called(cast, matter.id, late + timedelta(days=1), solved="no", grade=1)
    matter.refresh_from_db()
    spine.answered_again(cast, matter, late + timedelta(days=2))
    drain(late + timedelta(days=3))
    found = of(matter)
    assert (found.answered, found.in_time, found.reopened) == (1, 0, 1)
    assert (found.called, found.heard, found.graded) == (0, 0, 0), "what was said was of the first answer"


@row("SG-33", "R-211")
@pytest.mark.parametrize(("before", "in_time"), [(timedelta(0), 0), (timedelta(microseconds=1), 1)])
def test_what_is_answered_when_its_last_day_is_over_is_late(
    cast: Cast, at: datetime, before: timedelta, in_time: int
) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    then = ways.promise(matter) - before
    take_step(by=cast.li.viewer(then), at=then, matter_id=matter.id, step="answer", given={"reply": "修好了。"})
    drain(then + timedelta(hours=1))
    assert (of(matter).answered, of(matter).in_time) == (1, in_time)


@row("SG-33")
def test_a_kept_matter_is_never_solved(cast: Cast, at: datetime) -> None:
    kept = ways.retained(cast, at)
    drain(at)
    found = of(kept.matter)
    assert (found.result, found.solved, found.answered) == ("retained", 0, 1)


@row("SG-33")
def test_a_matter_passed_for_reading_is_never_solved(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    given = {
        "way": "pass_for_reading",
        "reason": "等上级的方案。",
        "reply": "先转阅。",
        "bodies": [cast.bodies.farming],
    }
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="pass", given=given)
    drain(at)
    found = of(matter)
    assert (found.result, found.solved, found.answered) == ("passed", 0, 1)


@row("SG-33")
def test_a_withdrawn_matter_is_never_solved(cast: Cast, at: datetime) -> None:
    matter = spine.opened(cast, at).matter
    withdraw(by=Viewer.resident(), at=at, matter_id=matter.id)
    drain(at)
    assert (of(matter).result, of(matter).solved) == ("withdrawn", 0)


@row("SG-01")
def test_what_is_held_is_in_no_figure_and_leaves_them_when_it_is_held_later(cast: Cast, at: datetime) -> None:
    held = spine.opened(cast, at, text="村支书罗大勇收了我的钱不办事。").matter
    later = spine.opened(cast, at).matter
    drain(at)
    assert list(CaseTally.objects.values_list("pk", flat=True)) == [later.id]
    add_words(by=Viewer.resident(), at=at, matter_id=later.id, words="村支书罗大勇收了我的钱。")
    everybody = Viewer.system("figures")
    assert not CaseTally.objects.visible_to(everybody).exists()  # at once, before anything is counted anew
    drain(at)
    assert not CaseTally.objects.exists()
    aside.clear(by=cast.zhou.viewer(at), at=at, matter_id=held.id, note="说的是外村的人。")
    drain(at)
    assert list(CaseTally.objects.values_list("pk", flat=True)) == [held.id]


@row("SG-01")
def test_whatever_holds_a_matter_takes_it_out_of_the_figures_themselves(cast: Cast, at: datetime) -> None:
    by_file, by_review = spine.assigned(cast, at), spine.assigned(cast, at)
    tang = cast.tang.viewer(at)
    judging.judge_reasonable(by=tang, at=at, matter_id=by_review.id, reasonable=False, reason="已经补过一次")
    drain(at)
    assert CaseTally.objects.count() == 2
    one = Examined("image/png", "李卫东收钱.png", b"x")
    files.give(by=Viewer.resident(), at=at, matter_id=by_file.id, given=[one])
    judging.ask_review(by=Viewer.resident(), at=at, matter_id=by_review.id, words="李卫东收了红包才这样定")
    drain(at)
    assert not CaseTally.objects.exists()


def test_counting_twice_changes_nothing_and_everything_can_be_counted_anew(cast: Cast, at: datetime) -> None:
    first, second = spine.delivered(cast, at), spine.opened(cast, at, place_code=GROUP_THREE[:12]).matter
    drain(at + timedelta(days=3))
    before = list(CaseTally.objects.order_by("pk").values())
    assert tallies.count(by=MACHINE, at=at, ids={first.id, second.id}) == 0
    assert tallies.rebuild(by=MACHINE, at=at) == 2
    assert list(CaseTally.objects.order_by("pk").values()) == before
    CaseTally.objects.filter(pk=first.id).delete()
    assert tallies.count_missing(by=MACHINE, at=at + tallies.TOLD_WITHIN) == 0, "its event tells of it"
    assert tallies.count_missing(by=MACHINE, at=at + tallies.TOLD_WITHIN + timedelta(seconds=1)) == 1
    assert list(CaseTally.objects.order_by("pk").values()) == before


@row("SG-33")
@pytest.mark.usefixtures("english_terminal")
def test_a_planted_drift_is_found_and_named(cast: Cast, at: datetime) -> None:
    matter, other = spine.delivered(cast, at), spine.opened(cast, at).matter
    drain(at + timedelta(days=3))
    assert list(tallying.verify(MACHINE)) == []
    out = StringIO()
    call_command("tally", "verify", stdout=out)
    assert "what the matters say" in out.getvalue()
    CaseTally.objects.filter(pk=matter.id).update(solved=1)
    CaseTally.objects.filter(pk=other.id).delete()
    errors = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("tally", "verify", stderr=errors)
    assert ended.value.code == 1
    assert f"{matter.code}: solved" in errors.getvalue()
    assert f"{other.code}: missing" in errors.getvalue()
    call_command("tally", "rebuild", stdout=out)
    assert list(tallying.verify(MACHINE)) == []


@row("R-229", "SG-49")
def test_within_an_hour_a_figure_changed_by_hand_is_red_and_stands_for_the_auditor_until_it_is_mended(
    cast: Cast, at: datetime
) -> None:
    """Whoever changes figures past the worker (trust.md S23)."""
    matter, other = spine.delivered(cast, at), spine.opened(cast, at).matter
    later = (now() + timedelta(hours=2)).replace(minute=0)
    drain(later)
    hour = [later + timedelta(minutes=one) for one in range(60)]
    assert sum(tallies.compare(by=MACHINE, at=one) for one in hour) == 0
    assert ticks.figures(later, "zh-Hans").ok
    CaseTally.objects.filter(pk=matter.id).update(solved=1)
    CaseTally.objects.filter(pk=other.id).delete()
    assert sum(tallies.compare(by=MACHINE, at=one) for one in hour) == 2
    part = ticks.figures(hour[-1], "zh-Hans")
    assert (part.ok, part.value) == (False, 2)
    told = {(one.subject, one.reason) for one in journal.alarms(cast.qian.viewer(later), hour[-1])}
    assert told == {(str(matter.id), "solved"), (str(other.id), "missing")}
    for more in (1, 21, 24):
        for one in hour:
            tallies.compare(by=MACHINE, at=one + timedelta(hours=more))
    assert len(journal.alarms(cast.qian.viewer(later), hour[-1])) == 4, "once a day each, not at every look"
    assert not ticks.figures(hour[-1] + timedelta(hours=24), "zh-Hans").ok
    tallies.rebuild(by=MACHINE, at=later)
    assert ticks.figures(hour[-1], "zh-Hans").ok


@row("R-229")
def test_a_figure_of_what_is_in_none_is_found_too(cast: Cast, at: datetime) -> None:
    """A row put in by hand for a matter that is held, which no figure has."""
    held, other = spine.opened(cast, at, text="李卫东收了我的烟，水也没修。").matter, spine.opened(cast, at).matter
    drain(at)
    row_ = CaseTally.objects.get(pk=other.id)
    row_.pk = held.id
    CaseTally.objects.bulk_create([row_])
    assert tallying.among(MACHINE, [held.id, other.id], now() + timedelta(hours=1)) == [(held.id, ("extra",))]


def test_what_just_happened_and_is_not_counted_yet_is_no_wrong_figure(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    drain(at)
    CaseTally.objects.filter(pk=matter.id).update(solved=1)
    assert tallying.among(MACHINE, [matter.id], now()) == []
    assert tallying.among(MACHINE, [matter.id], now() + timedelta(hours=1)) == [(matter.id, ("solved",))]


@row("R-229")
def test_the_round_of_an_hour_goes_on_where_it_stopped_and_never_counts_all(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each slice is as long as the first, wherever it stands, and the deliveries come between two of them."""
    monkeypatch.setattr(tallies, "SLICE", 2)
    wrong = max(spine.opened(cast, at).matter.id for _ in range(5))
    later = (now() + timedelta(hours=2)).replace(minute=0)
    drain(later)
    CaseTally.objects.filter(pk=wrong).update(solved=1)
    first = tallies.compare(by=MACHINE, at=later)
    assert (first, type(first)) == (0, Unfinished)
    with CaptureQueriesContext(connection) as asked:
        second = tallies.compare(by=MACHINE, at=later)
    assert (second, type(second)) == (0, Unfinished)
    assert not [one["sql"] for one in asked if "OFFSET" in one["sql"] or "COUNT(" in one["sql"]]
    assert [tallies.compare(by=MACHINE, at=later) for _ in range(3)] == [1, 0, 0], "the whole round was made"
    rest = [later + timedelta(minutes=one) for one in range(1, 51)]
    assert sum(tallies.compare(by=MACHINE, at=one) for one in rest) == 1, "and the next one, spread over its hour"


@row("R-229")
def test_what_is_under_a_common_issue_counts_so_until_it_is_taken_out(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    zhou = cast.zhou.viewer(at)
    about = About(title="三组傍晚水小", text="好几户都说水小。", place_code=GROUP_THREE[:12], topic="water")
    issue = issues.register(by=zhou, at=at, about=about)
    issues.gather(by=zhou, at=at, issue_id=issue.id, matters=[matter.id])
    drain(at)
    assert of(matter).common == 1
    issues.take_out(by=zhou, at=at, issue_id=issue.id, matter_id=matter.id, reason="不是一回事。")
    drain(at)
    assert of(matter).common == 0
    assert list(tallying.verify(MACHINE)) == []
