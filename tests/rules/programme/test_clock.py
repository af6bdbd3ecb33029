"""Working days and due dates, by hand-reckoned cases and by generated ones."""

import csv
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.programme.clock import (
    NotLoaded,
    TableDay,
    WorkingDays,
    due,
    explain,
    fixed_by_law,
    lengthened,
    read,
    resumed,
    seed_days,
    seeded,
)
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Limit
from tests.conftest import data_folder
from tests.rows import row

ZONE = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
DAYS = seeded(range(2004, 2028))
FIVE = Limit(amount=5, unit="working_days")
FIVE_CALENDAR = Limit(amount=5, unit="calendar_days")

FEW = settings(max_examples=50)


def moment(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@row("R-188", "AM-12", "BC-13")
def test_five_days_from_friday_with_a_holiday_on_monday() -> None:
    table = WorkingDays([TableDay(date(2026, 8, 10), "holiday", "试")], [2026])
    friday = moment("2026-08-07T10:00")
    assert due(friday, FIVE, ZONE, table).on == date(2026, 8, 17)
    assert due(friday, FIVE_CALENDAR, ZONE, table).on == date(2026, 8, 12)


@pytest.mark.parametrize(
    ("start", "last", "provisional"),
    [
        ("2026-09-30T16:00", date(2026, 10, 13), False),
        ("2026-02-13T10:00", date(2026, 2, 27), False),
        ("2026-11-25T13:00", date(2026, 12, 2), False),
        ("2026-12-24T09:00", date(2026, 12, 31), False),
        ("2026-12-28T09:00", date(2027, 1, 5), True),
        ("2027-02-01T09:00", date(2027, 2, 10), True),
        ("2027-02-28T09:00", date(2027, 3, 5), True),
        ("2028-02-29T09:00", date(2028, 3, 7), True),
        ("2028-02-25T09:00", date(2028, 3, 3), True),
    ],
)
@row("R-188")
def test_a_limit_in_working_days_ends_on_the_day_reckoned_by_hand(start: str, last: date, provisional: bool) -> None:
    found = due(moment(start), FIVE, ZONE, DAYS)
    assert (found.on, found.provisional) == (last, provisional)
    assert found.at == datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=ZONE)


def test_the_hour_of_receipt_makes_no_difference_to_a_limit_in_days() -> None:
    first, last = moment("2026-11-18T00:00"), moment("2026-11-18T23:59:59")
    assert due(first, FIVE, ZONE, DAYS).at == due(last, FIVE, ZONE, DAYS).at


def test_the_day_of_receipt_is_the_county_s_own_day() -> None:
    """17:00 UTC is already the next day in China."""
    assert due(datetime(2026, 11, 17, 17, tzinfo=UTC), FIVE, ZONE, DAYS).on == date(2026, 11, 25)


def test_a_limit_in_hours_is_exact_over_weekends_holidays_and_clock_changes() -> None:
    day = Limit(amount=24, unit="hours")
    assert due(moment("2026-10-01T09:30"), day, ZONE, DAYS).at == moment("2026-10-02T09:30")
    spring = moment("2026-03-07T12:00", NEW_YORK)
    assert due(spring, day, NEW_YORK, DAYS).at - spring == timedelta(hours=24)


def test_midnight_stays_midnight_where_clocks_change() -> None:
    found = due(moment("2026-03-06T12:00", NEW_YORK), Limit(amount=2, unit="calendar_days"), NEW_YORK, DAYS)
    assert found.at.astimezone(NEW_YORK) == moment("2026-03-09T00:00", NEW_YORK)


def test_calendar_days_are_never_provisional() -> None:
    assert not due(moment("2027-05-01T09:00"), FIVE_CALENDAR, ZONE, DAYS).provisional


def test_a_naive_start_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(datetime(2026, 1, 1), FIVE, ZONE, DAYS)  # noqa: DTZ001 - the naive moment is what is tested


@pytest.mark.parametrize("text", ["9999-12-31T12:00", "9999-12-29T12:00"])
@pytest.mark.parametrize("unit", ["hours", "working_days", "calendar_days"])
def test_the_end_of_the_calendar_is_refused_with_a_sentence(text: str, unit: str) -> None:
    limit = Limit.model_validate({"amount": 100, "unit": unit})
    with pytest.raises(Refused, match="date_out_of_range"):
        due(moment(text), limit, ZONE, DAYS)


def test_the_beginning_of_the_calendar_is_reckoned_or_refused() -> None:
    assert due(moment("0001-01-05T12:00"), FIVE, ZONE, DAYS).provisional
    with pytest.raises(Refused, match="date_out_of_range"):
        due(datetime(1, 1, 1, tzinfo=UTC), FIVE, NEW_YORK, DAYS)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
limits = st.builds(Limit, amount=st.integers(1, 60), unit=st.sampled_from(["hours", "working_days", "calendar_days"]))
in_days = st.builds(Limit, amount=st.integers(1, 60), unit=st.sampled_from(["working_days", "calendar_days"]))


@row("R-188")
@FEW
@given(moments, moments, limits)
def test_a_later_start_is_never_due_earlier(one: datetime, two: datetime, limit: Limit) -> None:
    first, second = sorted((one, two))
    assert due(first, limit, ZONE, DAYS).at <= due(second, limit, ZONE, DAYS).at


@FEW
@given(moments, in_days)
def test_a_longer_limit_is_due_later(start: datetime, limit: Limit) -> None:
    longer = Limit(amount=limit.amount + 1, unit=limit.unit)
    assert due(start, limit, ZONE, DAYS).at < due(start, longer, ZONE, DAYS).at


@row("R-188")
@FEW
@given(moments, st.integers(1, 60))
def test_a_holiday_does_not_eat_the_limit(start: datetime, amount: int) -> None:
    found = due(start, Limit(amount=amount, unit="working_days"), ZONE, DAYS)
    first = start.astimezone(ZONE).date()
    assert DAYS.between(first, found.on) == amount
    assert DAYS.works(found.on)
    assert sum(entry.counted > 0 for entry in found.sum) == amount
    assert [entry.day for entry in found.sum] == [first + timedelta(days=n) for n in range(len(found.sum))]


@FEW
@given(moments, st.integers(1, 40), st.sets(st.dates(date(2020, 1, 1), date(2029, 12, 31)), max_size=40))
def test_one_more_day_off_never_makes_it_due_earlier(start: datetime, amount: int, off: set[date]) -> None:
    limit = Limit(amount=amount, unit="working_days")
    plain = WorkingDays([], range(2019, 2032))
    more = WorkingDays([TableDay(day, "holiday") for day in off], range(2019, 2032))
    assert due(start, limit, ZONE, plain).at <= due(start, limit, ZONE, more).at


@FEW
@given(moments, limits, st.lists(st.floats(0, 2), min_size=2, max_size=6))
def test_the_share_used_never_falls_and_ends_at_one(start: datetime, limit: Limit, points: list[float]) -> None:
    found = due(start, limit, ZONE, DAYS)
    shares = [found.share_used(start + (found.at - start) * point) for point in sorted(points)]
    assert shares == sorted(shares)
    assert found.share_used(start) == 0
    assert found.share_used(found.at) == 1


@FEW
@given(moments, limits, st.sampled_from([0.25, 0.5, 0.75, 0.9]))
def test_a_warning_comes_when_the_share_is_reached_and_before_it_is_due(
    start: datetime, limit: Limit, share: float
) -> None:
    found = due(start, limit, ZONE, DAYS)
    warn = found.reaches(share)
    assert start < warn < found.at
    assert found.share_used(warn) == pytest.approx(share, abs=1e-6)


def test_a_warning_at_three_quarters_of_five_days_falls_on_the_fourth() -> None:
    found = due(moment("2026-11-18T09:00"), FIVE, ZONE, DAYS)
    assert found.reaches(0.75) == moment("2026-11-24T18:00")


@row("R-188")
@FEW
@given(moments, in_days, in_days)
def test_an_extension_never_moves_a_due_date_forward_in_time(start: datetime, limit: Limit, more: Limit) -> None:
    first = due(start, limit, ZONE, DAYS)
    assert lengthened(first.at, more, ZONE, DAYS).at > first.at


@FEW
@given(moments, st.integers(1, 20), st.integers(1, 20))
def test_a_limit_and_its_extension_are_due_like_one_longer_limit(start: datetime, one: int, two: int) -> None:
    first = due(start, Limit(amount=one, unit="working_days"), ZONE, DAYS)
    whole = due(start, Limit(amount=one + two, unit="working_days"), ZONE, DAYS)
    assert lengthened(first.at, Limit(amount=two, unit="working_days"), ZONE, DAYS).at == whole.at


@FEW
@given(
    moments,
    limits,
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_a_pause_gives_time_back_and_never_takes_it(start: datetime, limit: Limit, after: int, length: int) -> None:
    first = due(start, limit, ZONE, DAYS)
    paused = start + timedelta(hours=after)
    back = resumed(first.at, paused, paused + timedelta(hours=length), limit.unit, ZONE, DAYS)
    assert back >= first.at
    if limit.unit == "hours":
        assert back - first.at == timedelta(hours=length)


def test_a_pause_over_a_weekend_gives_back_working_days_only() -> None:
    first = due(moment("2026-11-18T09:00"), FIVE, ZONE, DAYS)
    back = resumed(first.at, moment("2026-11-20T15:00"), moment("2026-11-24T09:00"), "working_days", ZONE, DAYS)
    assert back == moment("2026-11-28T00:00")


def test_the_sum_is_told_as_one_would_tell_it() -> None:
    found = due(moment("2026-11-18T09:00"), FIVE, ZONE, DAYS)
    assert explain(found) == "11月18日收到，当天不算，11月21日、11月22日周末不算，到11月25日24:00止，共5个工作日。"
    assert explain(found, "en") == (
        "the day of receipt, 18/11, does not count; weekend not counted: 21/11, 22/11; "
        "due by the end of 25/11, 5 working days in all."
    )
    assert "週末不算" in explain(found, "zh-Hant")


def test_the_sum_names_exchanged_days_holidays_and_what_is_provisional() -> None:
    told = explain(due(moment("2026-09-30T16:00"), FIVE, ZONE, DAYS))
    assert "10月1日至10月7日国庆节放假不算" in told
    assert "10月10日国庆节调休上班，要算" in told
    assert "2027年放假安排还没公布" in explain(due(moment("2026-12-28T09:00"), FIVE, ZONE, DAYS))
    assert explain(due(moment("2026-11-18T09:00"), Limit(amount=2, unit="hours"), ZONE, DAYS)) == (
        "从11月18日09:00起2小时，到11月18日11:00止。"
    )


def test_a_year_without_a_notice_is_not_seeded() -> None:
    with pytest.raises(NotLoaded, match="2027"):
        seed_days(2027)
    assert 2027 not in DAYS.years
    assert {2025, 2026} <= DAYS.years


def test_a_year_without_a_notice_knows_the_holidays_the_law_fixes_and_guesses_no_exchange() -> None:
    law = fixed_by_law(2027)
    assert law[date(2027, 2, 5)] == "农历除夕"
    assert {date(2027, 1, 1), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15), date(2027, 10, 1)} <= set(law)
    assert date(2027, 2, 9) not in law
    assert DAYS.judge(date(2027, 2, 5)).provisional
    assert not DAYS.works(date(2027, 2, 5))


def test_loading_the_notice_fixes_a_provisional_date() -> None:
    start = moment("2027-02-01T09:00")
    notice = [TableDay(date(2027, 2, day), "holiday", "春节") for day in (5, 6, 7, 8, 9, 10, 11)]
    loaded = WorkingDays([*notice, TableDay(date(2027, 2, 13), "makeup", "春节")], [2027])
    before, after = due(start, FIVE, ZONE, DAYS), due(start, FIVE, ZONE, loaded)
    assert before.provisional
    assert (after.on, after.provisional) == (date(2027, 2, 13), False)


def test_a_county_may_correct_its_own_table() -> None:
    table = WorkingDays([TableDay(date(2026, 11, 24), "holiday", "县庆")], [2026])
    assert due(moment("2026-11-18T09:00"), FIVE, ZONE, table).on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("now", "met", "paused", "state", "left"),
    [
        ("2026-11-19T09:00", None, False, "running", 6),
        ("2026-11-24T18:00", None, False, "soon", 1),
        ("2026-11-25T23:59:59", None, False, "soon", 0),
        ("2026-11-26T00:00", None, False, "overdue", -1),
        ("2026-12-02T12:00", None, False, "overdue", -7),
        ("2026-12-03T12:00", None, False, "far_overdue", -8),
        ("2026-11-20T09:00", None, True, "paused", 5),
        ("2026-12-30T09:00", "2026-11-25T23:59", False, "met", 0),
        ("2026-12-30T09:00", "2026-11-26T00:00", False, "missed", -1),
    ],
)
def test_a_stored_clock_reads_as_shown(now: str, met: str | None, paused: bool, state: str, left: int) -> None:
    found = due(moment("2026-11-18T09:00"), FIVE, ZONE, DAYS)
    seen = read(
        due_at=found.at,
        started_at=found.start,
        warn_at=found.reaches(0.75),
        moment=moment(now),
        zone=ZONE,
        days=DAYS,
        met_at=moment(met) if met else None,
        paused=paused,
    )
    assert (seen.state, seen.days) == (state, left)


def test_a_matter_without_a_deadline_has_no_clock() -> None:
    now = moment("2026-11-18T09:00")
    assert read(due_at=None, started_at=now, warn_at=now, moment=now, zone=ZONE, days=DAYS).state == "not_timed"


@pytest.mark.realdata
@row("R-188")
def test_every_day_of_three_years_is_what_the_notices_say() -> None:
    """Against an independent compilation of the State Council's notices; 1,096 days."""
    with (data_folder() / "calendar" / "workdays_2024_2026.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    wrong = [line for line in lines if DAYS.works(date.fromisoformat(line["date"])) != (line["is_workday"] == "1")]
    assert len(lines) == 1096
    assert wrong == []
