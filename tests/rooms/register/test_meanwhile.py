"""Two people who do the same thing at once: the second finds what the first has done, and nothing is done twice."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction

from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import cards, categories, finding, kit
from huiyin.register.actions.categories import Into
from huiyin.register.models import Enquiry, KitGiven, Membership, PrintRun
from tests import factories as make
from tests.cast import HUAISHUPING, SHIQIAO, ZHANG_PHONE, Cast, gather

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RESIDENT = Viewer.resident()
PATIENCE = 120.0
SEEN = 20.0
"""So long the first waits until the second is seen to wait for it; then it goes on all the same."""
WAITING = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


@pytest.fixture
def everybody() -> Cast:
    """The county, committed, so that another connection sees it."""
    return gather(by=make.SYSTEM, at=make.BEGIN)


def meanwhile(first: Callable[[], object], second: Callable[[], object]) -> object:
    """What becomes of `second` that began before `first` was committed: what it gave, or what it raised."""
    became: list[object] = []

    def other() -> None:
        try:
            became.append(second())
        except Exception as problem:
            became.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        first()
        thread.start()
        until = time.monotonic() + SEEN
        while thread.is_alive() and not _somebody_waits() and time.monotonic() < until:
            time.sleep(0.02)
    thread.join(PATIENCE)
    [found] = became
    return found


def _somebody_waits() -> bool:
    """Whether somebody waits for this very transaction."""
    with connection.cursor() as cursor:
        # Not of pg_stat_activity, which within a transaction goes on telling of those who were connected at first.
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def test_one_of_two_clerks_has_rung_back(everybody: Cast, at: datetime) -> None:
    cards.ask_by_phone(by=RESIDENT, at=at, phone=ZHANG_PHONE)
    row = Enquiry.objects.get()
    chen, zhou = everybody.chen.viewer(at), everybody.zhou.viewer(at)
    found = meanwhile(
        lambda: cards.told(by=chen, at=at, enquiry_id=row.pk), lambda: cards.told(by=zhou, at=at, enquiry_id=row.pk)
    )
    assert isinstance(found, Missing)
    row.refresh_from_db()
    assert row.told_by_id == chen.person_id


def test_a_number_that_asks_twice_at_once_waits_once(everybody: Cast, at: datetime) -> None:
    def ask() -> None:
        cards.ask_by_phone(by=RESIDENT, at=at, phone=ZHANG_PHONE)

    assert meanwhile(ask, ask) is None
    assert Enquiry.objects.count() == 1


def test_papers_that_are_asked_for_twice_at_once_are_under_way(everybody: Cast, at: datetime) -> None:
    xu = everybody.xu.viewer(at)
    found = meanwhile(
        lambda: cards.ask_for(by=xu, at=at, kind="card", place_codes=[HUAISHUPING, SHIQIAO]),
        lambda: cards.ask_for(by=xu, at=at, kind="card", place_codes=[SHIQIAO, HUAISHUPING]),
    )
    assert isinstance(found, Refused)
    assert found.code == "print_under_way"
    assert PrintRun.objects.count() == 2


def test_a_category_that_two_review_at_once_stands_once(everybody: Cast, at: datetime) -> None:
    luo = everybody.luo.viewer(at)
    member = categories.enter(
        by=luo,
        at=at,
        household_id=everybody.zhang_household,
        into=Into("echo", "hardship", "走访时本户说"),
    )

    def review() -> object:
        return categories.review(by=luo, at=at, membership_id=member)

    assert isinstance(meanwhile(review, review), Missing)
    assert Membership.objects.filter(replaced_at=None).count() == 1


def test_what_two_write_down_as_handed_over_at_once_was_handed_over_once(everybody: Cast, at: datetime) -> None:
    xu, luo = everybody.xu.viewer(at), everybody.luo.official_id

    def hand_over() -> object:
        return kit.hand_over(by=xu, at=at, item="echo.diary", official_ids=[luo])

    def strike() -> object:
        return kit.strike(by=xu, at=at, item="echo.diary", official_id=luo)

    assert meanwhile(hand_over, hand_over) == 0
    assert meanwhile(strike, strike) is None
    assert KitGiven.objects.count() == 1
    assert Event.objects.filter(name="register.kit_struck").count() == 1


def test_the_last_look_of_a_day_is_taken_once(everybody: Cast, at: datetime) -> None:
    chen = everybody.chen.viewer(at)
    most = make.county_book().county.lookups_a_day
    Look.objects.bulk_create(
        Look(at=at, person_id=chen.person_id, kind="people", subject="search:name") for _ in range(most - 1)
    )

    def look() -> object:
        return finding.look_up(by=chen, at=at, typed="没有人")

    found = meanwhile(look, look)
    assert isinstance(found, Refused)
    assert found.code == "lookups_spent"
    assert Look.objects.count() == most
