"""When a matter is truly finished."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from huiyin.casework.rules import closing
from huiyin.casework.rules.closing import Attempt, counts_as_solved, day_part, exhausted, may_attempt, may_close
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import CallBack, Closing
from huiyin.programme.schema.replies import Calls
from tests.rows import row

START = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
RULE = Closing(attempts=3, day_parts=2, days=2)


def tried(*when: tuple[int, str], outcome: str = "no_answer") -> list[Attempt]:
    """Attempts on days counted from the first, at parts of the day."""
    return [Attempt(START + timedelta(days=d), date(2026, 11, 18) + timedelta(days=d), p, outcome) for d, p in when]


@pytest.mark.parametrize(
    ("attempts", "enough"),
    [
        (tried((0, "morning"), (0, "evening"), (1, "morning")), True),
        (tried((0, "morning"), (0, "evening")), False),
        (tried((0, "morning"), (1, "evening")), False),  # days and parts enough, one attempt short
        (tried((0, "morning"), (0, "afternoon"), (0, "evening")), False),
        (tried((0, "morning"), (1, "morning"), (2, "morning")), False),
        (tried((0, "morning"), (0, "evening"), (1, "morning"), outcome="reached"), False),
        ([], False),
    ],
)
def test_attempts_count_over_days_and_parts_of_the_day(attempts: list[Attempt], enough: bool) -> None:
    assert exhausted(RULE, attempts) is enough


@row("SG-32", "R-209")
def test_the_residents_no_is_never_overruled_by_attempts() -> None:
    attempts = tried((0, "morning"), (0, "evening"), (1, "morning"))
    with pytest.raises(Refused, match="needs_word"):
        may_close(closing=RULE, delivered=True, word="no", attempts=attempts)


@row("R-209")
def test_an_answer_that_never_arrived_closes_nothing() -> None:
    with pytest.raises(Refused, match="reply_not_delivered"):
        may_close(closing=RULE, delivered=False, word="yes", attempts=[])


def test_a_delivered_answer_and_a_yes_close() -> None:
    may_close(closing=RULE, delivered=True, word="yes", attempts=[])  # raises nothing
    assert not exhausted(RULE, []), "by the word alone, whatever was tried"


def test_two_attempts_need_hours_between_them() -> None:
    rule = CallBack(gap_hours=3)
    attempts = tried((0, "morning"))
    with pytest.raises(Refused, match="attempt_too_soon"):
        may_attempt(rule, attempts, START + timedelta(hours=2, minutes=59))
    may_attempt(rule, attempts, START + timedelta(hours=3))


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening"), (23, "evening")],
)
def test_the_day_has_three_parts(hour: int, part: str) -> None:
    assert day_part(hour) == part


@row("SG-33")
def test_kept_and_passed_on_never_count_as_solved() -> None:
    assert not counts_as_solved(way_counts=False, word="yes")
    assert not counts_as_solved(way_counts=True, word="part")
    assert not counts_as_solved(way_counts=True, word="")
    assert counts_as_solved(way_counts=True, word="yes")


def test_somebody_who_named_a_time_was_there_and_is_no_attempt_without_an_answer() -> None:
    named = START + timedelta(hours=1)
    tries = [closing.Attempt(START, START.date(), "morning", "call_again", named)]
    assert closing.next_attempt(CallBack(gap_hours=3), tries, START + timedelta(minutes=1)) == named
    closing.may_attempt(CallBack(gap_hours=3), tries, named)
    with pytest.raises(Refused, match="attempt_too_soon"):
        closing.may_attempt(CallBack(gap_hours=3), tries, named - timedelta(minutes=5))
    assert not closing.exhausted(Closing(attempts=2, day_parts=1, days=1), tries * 3)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(None, "needs_again_at"), (timedelta(0), "again_past"), (timedelta(days=31), "again_far")],
)
def test_a_named_time_is_written_and_not_over_and_not_far(wanted: timedelta | None, code: str) -> None:
    with pytest.raises(Refused, match=code):
        closing.again("call_again", START + wanted if wanted is not None else None, START, calls=Calls(), attempts=())


@row("R-178", "R-209")
def test_a_call_is_put_off_as_often_as_the_programme_says_and_no_more() -> None:
    """However a caller or a resident means it: what is always promised for later is never asked."""
    put_off = tried(*((day, "morning") for day in range(3)), outcome="call_again")
    at, later = START + timedelta(days=3), START + timedelta(days=4)
    assert closing.again("call_again", later, at, calls=Calls(), attempts=put_off[:2]) == later
    with pytest.raises(Refused, match="again_spent") as refused:
        closing.again("call_again", later, at, calls=Calls(), attempts=put_off)
    assert refused.value.values == {"times": 3}
    assert closing.again("call_again", later, at, calls=Calls(put_off=4), attempts=put_off) == later
    assert closing.again("refused", None, at, calls=Calls(), attempts=put_off) is None


@row("R-209", "R-178")
@pytest.mark.parametrize("outcome", ["another_caller", "call_again"])
def test_who_answered_is_no_attempt_that_closes_whatever_they_wanted(outcome: str) -> None:
    assert not exhausted(RULE, tried((0, "morning"), (0, "evening"), (1, "morning"), outcome=outcome))


def test_another_caller_may_ring_at_once_who_waits_for_them() -> None:
    asked, soon = tried((0, "morning"), outcome="another_caller"), START + timedelta(minutes=1)
    assert closing.next_attempt(CallBack(gap_hours=3), asked, soon) is None
    may_attempt(CallBack(gap_hours=3), asked, soon)


@pytest.mark.parametrize(
    ("wrong", "numbers", "missing"), [(0, 0, True), (0, 1, False), (1, 1, True), (1, 2, False), (2, 2, True)]
)
def test_a_number_is_missing_once_each_there_is_was_wrong(wrong: int, numbers: int, missing: bool) -> None:
    attempts = [*tried((0, "morning")), *tried(*((1, "morning") for _ in range(wrong)), outcome="wrong_number")]
    assert closing.number_missing(attempts, numbers) is missing


@row("R-178")
@pytest.mark.parametrize(
    ("outcome", "minutes", "followed", "code"),
    [
        ("busy", 10, False, ""),
        ("busy", 11, False, "call_back_late"),
        ("busy", 1, True, "call_followed"),
        ("reached", 1, False, "call_followed"),
        ("another_caller", 1, False, ""),
    ],
)
def test_only_a_fresh_mistake_nothing_came_of_is_taken_back(
    outcome: str, minutes: int, followed: bool, code: str
) -> None:
    found = ""
    try:
        closing.may_take_back(outcome=outcome, made_at=START, at=START + timedelta(minutes=minutes), followed=followed)
    except Refused as refused:
        found = refused.code
    assert found == code


@row("R-178")
@pytest.mark.parametrize(
    ("hour", "named", "expected"),
    [
        (9, None, None),
        (20, None, None),
        (21, None, (19, 8)),
        (0, None, (18, 8)),
        (7, None, (18, 8)),
        (22, (18, 22), None),  # they named it themselves
        (22, (18, 20), (19, 8)),  # … but long ago
        (20, (18, 23), (18, 23)),
    ],
)
def test_nobody_is_rung_at_night_who_did_not_name_that_time(
    hour: int, named: tuple[int, int] | None, expected: tuple[int, int] | None
) -> None:
    zone = ZoneInfo("Asia/Shanghai")

    def on(day: int, hour: int) -> datetime:
        return datetime(2026, 11, day, hour, tzinfo=zone)

    last = Attempt(on(17, 9), date(2026, 11, 17), "morning", "call_again", on(*named) if named else None)
    found = closing.ring_from(CallBack(), Calls(), [last] if named else [], on(18, hour), zone)
    assert found == (on(*expected) if expected else None)


def test_hours_of_calls_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="until_hour"):
        Calls(from_hour=20, until_hour=8)


@row("SG-32", "R-209")
def test_ringing_at_night_is_no_attempt_unless_they_named_that_time() -> None:
    zone, calls = ZoneInfo("Asia/Shanghai"), Calls()

    def made(day: int, hour: int, again_at: datetime | None = None) -> SimpleNamespace:
        at = datetime(2026, 11, day, hour, tzinfo=zone)
        outcome = "call_again" if again_at else "no_answer"
        part = day_part(hour)
        return SimpleNamespace(at=at, local_day=at.date(), day_part=part, outcome=outcome, again_at=again_at)

    night = [made(18, 23), made(19, 2), made(19, 5)]
    assert not exhausted(RULE, closing.attempts_of(calls, zone, night))
    with pytest.raises(Refused, match="attempts_missing") as refused:
        may_close(closing=RULE, delivered=True, word="", attempts=closing.attempts_of(calls, zone, night))
    assert refused.value.values["missing"] == 3
    assert exhausted(RULE, closing.attempts_of(calls, zone, [made(18, 20), made(19, 8), made(19, 12)]))
    named = made(18, 12, datetime(2026, 11, 18, 22, tzinfo=zone))
    with_named = closing.attempts_of(calls, zone, [made(18, 9), named, made(18, 22), made(19, 9)])
    assert [one.counts for one in with_named] == [True] * 4
    assert exhausted(RULE, with_named)
