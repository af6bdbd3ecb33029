"""A county lived through in one process, with kills, slow gateways and four workers; and faults that it has to find.

A short one each time; `huiyin simulate --seed 42 --days 30` is the long one (docs/howto/measure.md).
"""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from huiyin.casework.actions import files
from huiyin.casework.models import Clock
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.rules import closing
from huiyin.core import questions
from huiyin.core.actions import action
from huiyin.interfaces.api import matters as api
from tests.cast import Cast
from tests.rows import row
from tests.simulate import pursuits
from tests.simulate.machine import simulate

SEED = 20261126
lived = pytest.mark.django_db(transaction=True)


@row("SG-01", "SG-32")
@lived
@pytest.mark.slow(seconds=40)
def test_whatever_dies_and_whoever_is_slow_all_of_it_holds_after_every_step(cast: Cast) -> None:
    story = simulate(cast, seed=SEED, days=2, steps=60)
    assert story.faults == [], f"seed {SEED}, step {story.steps}: {list(story.last)}"
    assert story.steps == 120
    assert story.kills >= 3 and story.acknowledged >= 3, "a run in which nothing happens proves nothing"
    assert story.looked > 0, "nobody was complained about"
    assert story.looks["ended: closed"] and story.looks["taken up again"], story.looks


@lived
@pytest.mark.slow(seconds=40)
@pytest.mark.once
def test_a_key_that_is_ignored_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def every_time(*, run: Any, **_: Any) -> dict[str, Any]:
        with transaction.atomic():
            found: dict[str, Any] = run()
            return found

    monkeypatch.setattr(api, "once", every_time)
    story = simulate(cast, seed=SEED, days=4, steps=60)
    assert "was told" in story.faults[0] or "became 2 matters" in story.faults[0], story.faults


@lived
@pytest.mark.slow(seconds=40)
@pytest.mark.once
def test_a_deadline_that_moves_later_silently_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = files.take_step_with.__wrapped__  # type: ignore[attr-defined]  # the action without its transaction

    def patient(*, matter_id: Any, **given: Any) -> Any:
        """A bug: whoever takes a step has twice the time from then on."""
        found = real(matter_id=matter_id, **given)
        for clock in Clock.objects.filter(matter_id=matter_id, met_at=None, ended_at=None):
            clock.due_at += clock.due_at - clock.started_at
            clock.save()
        return found

    monkeypatch.setattr("huiyin.interfaces.desk.views.steps.take_step_with", action(patient))
    story = simulate(cast, seed=SEED, days=4, steps=60)
    assert "nobody said so" in story.faults[0], story.faults


@row("R-178", "SG-32")
@lived
@pytest.mark.slow(seconds=40)
@pytest.mark.once
def test_a_matter_closed_after_one_call_nobody_answered_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def tired(_: Any, attempts: Sequence[Any]) -> bool:
        """A bug: one call is enough."""
        return any(one.outcome not in closing.ANSWERED for one in attempts)

    monkeypatch.setattr(closing, "exhausted", tired)
    monkeypatch.setattr(pursuits, "WISHES", ("unreached",))
    story = simulate(cast, seed=SEED, days=5, steps=60)
    assert "was closed unreached after 1 of 3 attempts" in story.faults[0], story.faults


@row("SG-01")
@lived
@pytest.mark.slow(seconds=40)
def test_a_subject_who_reaches_a_matter_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "_made", {})  # texts made under the fault go with it
    for name in ("reachable_by", "readable_by"):
        monkeypatch.setattr(MatterQuerySet, name, lambda rows, viewer: rows.all())
    story = simulate(cast, seed=SEED, days=2, steps=60)
    if connection.vendor == "postgresql":  # the rows hide by themselves there, whatever a page asks for
        assert story.faults == [] and story.looked > 0
    else:
        assert "is a subject of" in story.faults[0], story.faults
