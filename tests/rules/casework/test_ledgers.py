"""The months of a ledger: cut-offs, what is carried over, and that the sums always reconcile."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework.rules.ledgers import Month, Totals, kept_at, stretches, totals
from tests.rows import row

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
TURNS = st.lists(st.tuples(st.integers(0, 500), st.booleans()), max_size=7)


@row("R-205", "AM-11")
@pytest.mark.parametrize(
    ("month", "last"),
    [
        ("2027-02", date(2027, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2026-04", date(2026, 4, 30)),
        ("2026-12", date(2026, 12, 30)),
    ],
)
def test_a_month_ends_with_the_thirtieth_or_its_last_day_at_midnight(month: str, last: date) -> None:
    found = Month.read(month)
    assert found
    assert found.last_day(30) == last
    cut = found.cut(30, ZONE)
    assert Month.of(cut - timedelta(microseconds=1), 30, ZONE) == found
    assert Month.of(cut, 30, ZONE) == found.moved(1)


@given(moment=MOMENTS, cut_day=st.integers(1, 31))
def test_every_moment_lies_in_exactly_the_month_that_says_so(moment: datetime, cut_day: int) -> None:
    found = Month.of(moment, cut_day, ZONE)
    from_, until = found.period(cut_day, ZONE)
    assert from_ <= moment < until
    assert found.moved(1).period(cut_day, ZONE)[0] == until


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-00", "0001-01", "２０２６-01", "2026-1", "x026-01"])
def test_what_is_no_month_is_none(text: str) -> None:
    assert Month.read(text) is None


@row("R-204", "R-206")
@given(matters=st.lists(st.tuples(MOMENTS, TURNS), max_size=20))
def test_carried_and_new_less_crossed_off_is_what_is_left_month_after_month(
    matters: list[tuple[datetime, list[tuple[int, bool]]]],
) -> None:
    books = []
    for opened, turns in matters:
        moments, at = [], opened
        for days, ended in turns:
            at += timedelta(days=days)
            moments.append((at, ended))
        books.append(stretches(opened, moments))
    left = None
    month = Month(2023, 12)
    while month < Month(2028, 3):
        from_, until = month.period(30, ZONE)
        found = sum((totals(one, from_, until) for one in books), Totals())
        assert found.reconciles
        assert left is None or found.opening == left
        left, month = found.closing, month.moved(1)


def test_what_is_taken_up_again_was_crossed_off_in_its_month_and_is_new_in_the_other() -> None:
    begin = datetime(2026, 1, 10, tzinfo=UTC)
    closed, again = begin + timedelta(days=10), begin + timedelta(days=50)
    found = stretches(begin, [(closed, True), (again, False)])
    january, march = Month(2026, 1).period(30, ZONE), Month(2026, 3).period(30, ZONE)
    assert totals(found, *january) == Totals(new=1, crossed=1)
    assert totals(found, *march) == Totals(new=1, closing=1)


def test_a_matter_stands_in_the_book_of_its_level_or_the_next_one_that_is_kept() -> None:
    levels = ("village", "county")
    assert [kept_at(one, levels) for one in ("group", "village", "town", "county")] == [  # type: ignore[arg-type]  # plain names
        *("village", "village", "county", "county"),
    ]
    assert kept_at("city", ("village", "town")) == "town"
