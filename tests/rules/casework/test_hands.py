"""Who held it when and what was promised then, by rule alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from huiyin.casework.rules.hands import Promise, Taken, hands
from tests.rows import row

START = datetime(2026, 11, 2, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


MOVES = (
    Taken(day(0), "open", "received"),
    Taken(day(0.1), "accept", "accepted"),
    Taken(day(1), "assign", "assigned", "水利局", "白雪梅"),
    Taken(day(2), "take", "working", "", "白雪梅"),
    Taken(day(3), "transfer", "accepted"),
    Taken(day(4), "assign", "assigned", "柳湾镇", "李卫东"),
    Taken(day(9), "answer", "answered"),
    Taken(day(10), "close", "closed"),
)


@row("R-406")
def test_every_hand_is_named_with_its_time_and_what_ran_out_in_it() -> None:
    late = Promise("handling", day(1), day(6), day(6), day(9), None)
    found = hands(MOVES, ("closed",), [late], day(20))
    assert [(one.waits, one.body, one.person) for one in found] == [
        ("accepting", "", ""),
        ("dispatching", "", ""),
        ("taking", "水利局", "白雪梅"),
        ("handling", "水利局", "白雪梅"),
        ("dispatching", "", ""),
        ("taking", "柳湾镇", "李卫东"),
        ("calling", "", ""),
        ("over", "", ""),
    ]
    assert [one.missed for one in found] == [(), (), (), (), (), ("handling",), (), ()]
    assert all(one.until == other.from_ for one, other in pairwise(found))
    assert found[-1].until is None
    assert sum(one.covers(day(3.5)) for one in found) == 1
    assert found[5].seconds(day(20)) == 5 * 86_400


def test_what_was_promised_on_a_day_is_what_had_been_granted_until_then() -> None:
    promise = Promise("handling", day(1), day(6), day(12), None, None, ((day(5), day(9)), (day(8), day(12))))
    assert [promise.due_on(day(n)) for n in (2, 5, 7, 8)] == [day(6), day(9), day(9), day(12)]
    assert promise.missed_at is None
    assert hands(MOVES[:4], ("closed",), [promise], day(13))[-1].missed == ("handling",)
    assert (promise.runs_on(day(0)), promise.runs_on(day(30))) == (False, True)
    assert Promise("x", day(1), day(6), day(6), day(6), None).missed_at == day(6)
    assert Promise("x", day(1), day(6), day(6), day(5), None).missed_at is None
