"""Every matter has its turn within the hour, however many there are, have come meanwhile, or were missed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from huiyin.casework.rules import comparing
from tests.rows import row

BEGIN = datetime(2026, 12, 31, 1, 0, tzinfo=UTC)


def walked(going: comparing.Round, at: datetime, ids: list[UUID], most: int) -> tuple[comparing.Round, list[UUID]]:
    """One minute of the worker: slices until the round is not behind."""
    going, found = comparing.gone_on(going, at), []
    while comparing.behind(going, at):
        some = [one for one in ids if one > going.after][:most]
        found += some
        going = comparing.seen(going, some, most)
    return going, found


@row("R-229")
@pytest.mark.parametrize(
    ("many", "more", "most", "sleeps"),
    [(0, 0, 5, ()), (1, 0, 5, ()), (300, 0, 10, ()), (300, 120, 7, range(20, 50)), (97, 30, 50, range(80, 130))],
)
def test_each_is_seen_in_every_hour_and_what_has_come_since_too(
    many: int, more: int, most: int, sleeps: Sequence[int]
) -> None:
    ids = [UUID(int=one) for one in range(1, many + 1)]
    going, turn = comparing.Round(BEGIN), dict.fromkeys(ids, 0)
    for minute in range(181):
        if minute == 70:
            ids += [UUID(int=one) for one in range(many + 1, many + more + 1)]
        if minute in sleeps:
            continue
        at = BEGIN + timedelta(minutes=minute)
        going, found = walked(comparing.read(str(going), at), at, ids, most)
        for one in found:
            since = turn.get(one, 70)
            assert minute - since <= 61 + sum(1 for asleep in sleeps if asleep > since)
            turn[one] = minute
    assert set(turn) == set(ids)
    assert all(one > 119 for one in turn.values())


@row("R-229")
def test_a_round_is_spread_over_its_hour_once_it_is_known_how_many_there_are() -> None:
    ids = [UUID(int=one) for one in range(1, 601)]
    going, found = walked(comparing.Round(BEGIN), BEGIN, ids, 20)
    assert (len(found), going.through) == (600, True)
    shares = []
    for minute in range(1, 121):
        going, found = walked(going, BEGIN + timedelta(minutes=minute), ids, 20)
        shares.append(len(found))
    assert (max(shares), sum(shares)) == (20, 1200)


def test_hours_in_which_no_worker_ran_are_not_made_up_for_in_one_go() -> None:
    ids = [UUID(int=one) for one in range(1, 601)]
    going, _ = walked(comparing.Round(BEGIN), BEGIN, ids, 20)
    for minute in range(1, 21):
        going, _ = walked(comparing.read(str(going), BEGIN), BEGIN + timedelta(minutes=minute), ids, 20)
    later, shares = BEGIN + timedelta(hours=8), []
    for minute in range(41):
        going, found = walked(comparing.read(str(going), BEGIN), later + timedelta(minutes=minute), ids, 20)
        shares.append(len(found))
    assert (max(shares), sum(shares)) == (20, 600 - 240)


def test_what_an_earlier_release_wrote_down_is_gone_on_with() -> None:
    before = comparing.Round(BEGIN, UUID(int=7), 7, 40)
    text = str(before).rpartition(" ")[0]
    going = comparing.gone_on(comparing.read(text, BEGIN), BEGIN + timedelta(hours=3))
    assert (going.begun, going.after, going.seen, going.size) == (BEGIN, UUID(int=7), 7, 40)


def test_a_clock_that_was_set_back_begins_again() -> None:
    going = comparing.Round(BEGIN, comparing.END, 40, 40)
    back = comparing.gone_on(going, BEGIN - timedelta(days=1))
    assert (back.begun, back.after, back.size) == (BEGIN - timedelta(days=1), comparing.START, 40)
