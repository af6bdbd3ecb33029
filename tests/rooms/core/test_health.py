"""Health: each part goes red on its own fault, and what cannot be found out is red."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import DatabaseError, connection

from huiyin.core import health, marks, sealing
from huiyin.core.models import Cosignature, DayNotice, Delivery, Event, Mark, RulebookVersion, Tick
from huiyin.core.now import now
from huiyin.programme.words import phrase
from tests import factories as make
from tests.evidence import people

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def well(at: datetime, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """An installation where everything is in order at the moment it gives; its custodians and
    dispatchers are a matter of casework."""
    monkeypatch.setattr("huiyin.casework.queries.compartment.custodians", lambda viewer: [None, None])
    monkeypatch.setattr("huiyin.casework.queries.held.dispatchers", lambda viewer, at: 2)
    settings.HUIYIN_NOW = "2026-11-18"
    make.notices_from(now())
    people(1, at)
    sealing.seal_now(at)
    moment = Event.objects.order_by("-id")[0].recorded_at
    Delivery.objects.update(done_at=moment)  # due at `at`, which a long run has left minutes behind
    for name in ("backup", "drill"):
        Mark.objects.create(name=name, at=moment - HOUR)
    Tick.objects.create(name="core.sealing.seal", due_at=moment, done_at=moment)
    newest = sealing.newest()
    assert newest is not None
    Cosignature.objects.create(checkpoint=newest, witness="city", key_id="0" * 8, at=moment, signature=b"x")
    return moment


def red(moment: datetime) -> set[str]:
    return {part.name for part in health.deep(moment, "en").parts if not part.ok}


def test_live_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "cursor", lambda: 1 / 0)
    assert health.live().ok


def test_all_is_well_and_says_so_in_both_languages(well: datetime) -> None:
    found = health.deep(well, "en")
    assert found.ok, found
    assert len(found.parts) == 21
    for part in health.deep(well, "zh-Hans").parts:
        assert part.title()
        assert part.title("en")
        assert part.says
    assert [part.name for part in health.ready(well).parts] == ["database", "migrations", "disk", "clock"]


def delivery(moment: datetime, **fields: Any) -> None:
    Delivery.objects.create(event=Event.objects.order_by("-id")[0], consumer="casework.consumers.tell", **fields)


class Disk(NamedTuple):
    total: int
    used: int
    free: int


HARM: dict[str, Callable[[datetime, Any], object]] = {
    "unsealed": lambda moment, patch: people(1, moment),
    "deliveries": lambda moment, patch: delivery(moment, due_at=moment),
    "parked": lambda moment, patch: delivery(moment, due_at=moment, parked_at=moment, fault="ValueError"),
    "worker": lambda moment, patch: Tick.objects.all().delete(),
    "backup": lambda moment, patch: Mark.objects.filter(name="backup").update(at=moment - 27 * HOUR),
    "drill": lambda moment, patch: Mark.objects.create(name="drill_failed", at=moment),
    "rulebook": lambda moment, patch: patch(
        RulebookVersion.objects, "filter", lambda **_: RulebookVersion.objects.none()
    ),
    "working_days": lambda moment, patch: patch(DayNotice.objects, "filter", lambda **_: DayNotice.objects.none()),
    "disk": lambda moment, patch: patch(shutil, "disk_usage", lambda path: Disk(1, 1, 100 * health.MEGABYTE)),
}


@pytest.mark.parametrize("name", HARM)
def test_a_part_goes_red_on_its_own_fault(name: str, well: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    HARM[name](well, monkeypatch.setattr)
    later = {"unsealed": 2 * MINUTE, "deliveries": 4 * MINUTE}.get(name, timedelta(0))
    Tick.objects.update(done_at=well + later)
    assert red(well + later) == {name}


def test_parked_deliveries_are_named(well: datetime) -> None:
    delivery(well, due_at=well, parked_at=well, fault="ValueError")
    part = next(part for part in health.deep(well, "en").parts if part.name == "parked")
    assert part.says == "casework.consumers.tell × 1 (ValueError)"


def test_time_alone_turns_worker_backup_drill_and_witness_red(well: datetime) -> None:
    people(1, well)
    sealing.seal_now(well)
    assert red(well + 2 * MINUTE) == {"worker"}
    Delivery.objects.update(done_at=well)  # what a change of people tells others is not what waits here
    Tick.objects.update(done_at=well + 27 * HOUR)
    assert red(well + 27 * HOUR) == {"backup", "witness"}
    Tick.objects.update(done_at=well + 9 * DAY)
    assert red(well + 9 * DAY) == {"backup", "witness", "drill"}


def test_a_year_without_its_working_days_is_red_from_the_countys_own_midnight_on(well: datetime) -> None:
    make.a_notice(2031)
    new_year = datetime(2030, 12, 31, 16, 0, tzinfo=UTC)
    assert "working_days" in red(new_year - MINUTE)
    assert "working_days" not in red(new_year)


def test_before_any_rulebook_was_in_force_what_needs_one_is_red_and_no_error_page(well: datetime) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    assert {"rulebook", "working_days", "owned", "clock"} <= red(long_ago)


def test_what_never_happened_is_red(well: datetime) -> None:
    Mark.objects.filter(name__in=["backup", "drill"]).delete()
    assert red(well) == {"backup", "drill"}


def test_a_drill_that_passed_after_one_that_failed_is_well_again(well: datetime) -> None:
    Mark.objects.create(name="drill_failed", at=well - 2 * HOUR)
    assert red(well) == set()


def test_a_clock_before_the_newest_event_is_red(well: datetime) -> None:
    assert "clock" in red(well - 2 * MINUTE)


@pytest.mark.postgres
def test_a_clock_far_from_the_servers_is_red(well: datetime, settings: Any) -> None:
    settings.HUIYIN_NOW = ""
    assert "clock" in red(well + HOUR)


def test_a_demo_owes_no_backup_and_no_witness(well: datetime) -> None:
    Mark.objects.create(name="demo", at=well)
    Mark.objects.filter(name__in=["backup", "drill"]).delete()
    try:
        assert red(well) == set()
    finally:
        marks.forget()


def test_what_cannot_be_found_out_is_red_and_no_error_page(well: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise DatabaseError("secret-host refused password")

    monkeypatch.setattr(connection, "cursor", gone)
    found = health.ready(well, "en")
    parts = {part.name: part for part in found.parts}
    assert not found.ok
    assert not parts["database"].ok
    assert parts["disk"].ok
    assert "secret" not in "".join(part.says for part in found.parts)


def test_a_key_store_that_lies_open_is_red(well: datetime, settings: Any, tmp_path: Path) -> None:
    settings.HUIYIN_HOME = tmp_path
    assert "vault" not in red(well)
    (tmp_path / "keys" / "vault.sqlite3").chmod(0o644)
    settings.HUIYIN_HOME = tmp_path / "."
    health.vault().store.close()  # type: ignore[attr-defined]  # the local store of the tests
    assert "vault" in red(well)


def test_missing_migrations_are_counted(well: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    class Behind:
        def __init__(self, connection: object) -> None:
            self.loader = self
            self.graph = self

        def leaf_nodes(self) -> list[str]:
            return ["core"]

        def migration_plan(self, nodes: list[str]) -> list[int]:
            return [1, 2]

    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health, "MigrationExecutor", Behind)
    part = next(part for part in health.ready(well, "en").parts if part.name == "migrations")
    assert (part.ok, part.value) == (False, 2)
    assert part.says == phrase("health", "behind", "en", count=2)
