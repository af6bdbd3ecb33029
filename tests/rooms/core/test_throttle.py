"""Throttling: counted exactly, across processes, under names nobody can make again."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from huiyin.core.models import Throttle
from huiyin.core.throttle import Wait, allow, purge
from huiyin.core.worker import ticks

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AT = datetime(2026, 11, 18, 1, 44, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: object) -> None:
    settings.HUIYIN_HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings take any name


def tries(count: int, *, at: datetime = AT, who: str = "203.0.113.5", limit: int = 30) -> list[Wait | None]:
    return [allow("intake", who, limit=limit, window=MINUTE, at=at) for _ in range(count)]


@pytest.mark.django_db
def test_beyond_thirty_a_minute_one_address_waits_for_the_rest_of_the_minute() -> None:
    answers = tries(32)
    assert answers[:30] == [None] * 30
    assert answers[30:] == [Wait(50), Wait(50)]
    assert tries(1, at=AT + timedelta(seconds=50)) == [None]


@pytest.mark.django_db
def test_another_address_and_another_purpose_do_not_wait() -> None:
    tries(31)
    assert tries(1, who="203.0.113.6") == [None]
    assert allow("track", "203.0.113.5", limit=5, window=HOUR, at=AT) is None


@pytest.mark.django_db
def test_a_code_is_tried_five_times_an_hour() -> None:
    answers = [allow("track", "47301168", limit=5, window=HOUR, at=AT) for _ in range(6)]
    assert answers[:5] == [None] * 5
    assert answers[5] == Wait(15 * 60 + 50)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["", "\x00", "a\ud800", "地" * 100_000, "'; --"])
def test_any_text_can_be_counted(who: str) -> None:
    assert tries(2, who=who, limit=1) == [None, Wait(50)]


@pytest.mark.django_db
def test_no_bucket_holds_an_address_or_is_the_same_under_another_salt(tmp_path: Path, settings: object) -> None:
    tries(1)
    first = Throttle.objects.get()
    assert "203.0.113.5" not in first.bucket
    assert first.expires_at - AT <= DAY
    settings.HUIYIN_HOME = tmp_path / "other"  # type: ignore[attr-defined]  # pytest-django's settings take any name
    tries(1)
    assert Throttle.objects.count() == 2


@pytest.mark.django_db
def test_counters_and_salts_are_gone_within_a_day(tmp_path: Path) -> None:
    tries(3)
    salts = list((tmp_path / "keys").glob("throttle-*"))
    assert len(salts) == 1
    assert salts[0].stat().st_mode & 0o077 == 0
    assert purge(at=AT) == 0
    assert tries(1, limit=3) == [Wait(50)]
    assert purge(at=AT + DAY) == 1
    assert not salts[0].exists()
    assert Throttle.objects.count() == 0


@pytest.mark.django_db
def test_a_day_of_a_county_turns_at_its_own_midnight_and_keeps_its_salt_until_then(tmp_path: Path) -> None:
    county = ZoneInfo("Asia/Shanghai")
    midnight = datetime(2026, 11, 18, 16, tzinfo=UTC)

    def once(at: datetime) -> Wait | None:
        return allow("pages", "7", limit=1, window=DAY, at=at, zone=county)

    assert (once(midnight - HOUR), once(midnight - MINUTE), once(midnight)) == (None, Wait(60), None)
    purge(at=midnight, zone=county)
    assert once(midnight + HOUR) == Wait(23 * 3600)
    purge(at=midnight + 8 * HOUR, zone=county)
    assert once(midnight + 8 * HOUR) == Wait(16 * 3600), "UTC's midnight ends no day of the county"
    purge(at=midnight + DAY, zone=county)
    assert len(list((tmp_path / "keys").glob("throttle-*"))) <= 1
    assert Throttle.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("window", [timedelta(0), timedelta(seconds=-1), timedelta(days=2)])
def test_a_window_is_between_a_second_and_a_day(window: timedelta) -> None:
    with pytest.raises(ValueError, match="between a second and a day"):
        allow("intake", "a", limit=1, window=window, at=AT)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_counter_waits_for_no_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'core_throttle'")
        assert cursor.fetchone() == ("u",), "unlogged: eight clients of one address would queue for the disk"


@pytest.mark.postgres  # the tests' SQLite lies in memory, where threads share one cache
@pytest.mark.django_db(transaction=True)
def test_eight_threads_are_counted_exactly() -> None:
    answers: list[Wait | None] = []

    def visit() -> None:
        answers.extend(tries(10))
        connection.close()

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), answers.count(None)) == (80, 30)


@pytest.mark.django_db
def test_the_worker_sweeps_counters_and_files() -> None:
    names = {ticking.name: ticking for ticking in ticks()}
    tries(2)
    assert names["core.housekeeping.forget_tries"].run(AT + DAY) == 1
    assert names["core.housekeeping.sweep_files"].run(AT) == 0
