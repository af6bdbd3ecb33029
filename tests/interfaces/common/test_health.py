"""What the three health addresses tell, and to whom."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.core import health
from tests.cast import Cast
from tests.interfaces.desk.seat import seat


@pytest.mark.django_db
def test_live_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = Client().get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "parts": []})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_names_what_is_looked_at() -> None:
    answer = Client().get("/health/ready")
    assert [part["name"] for part in answer.json()["parts"]] == ["database", "migrations", "disk", "clock"]


@pytest.mark.django_db
def test_a_full_disk_turns_ready_red_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "DISK_LEAST_MEGABYTES", 10**12)
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert [part["name"] for part in answer.json()["parts"] if not part["ok"]] == ["disk"]


def test_deep_is_found_only_by_those_who_may_see_the_log(cast: Cast) -> None:
    assert Client().get("/health/deep").status_code == 404
    assert seat(cast.chen).get("/health/deep").status_code == 404
    answer = seat(cast.qian).get("/health/deep")
    assert answer.status_code in (200, 503)
    assert {"unsealed", "deliveries", "worker"} <= {part["name"] for part in answer.json()["parts"]}
