"""One step for several matters leaves what single steps leave: rows, events, what is owed; each matter for itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import aside, books
from huiyin.casework.actions.steps import take_step
from huiyin.casework.actions.together import take_together
from huiyin.casework.models import Clock, Conflict, Matter, Move
from huiyin.core import audit, sealing
from huiyin.core.actions import action
from huiyin.core.canonical import row_state
from huiyin.core.models import Delivery, Event
from huiyin.core.viewer import Viewer
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rows import row

OWN = {"id", "code", "proof_key", "reporter_key", "matter_id"}
"""What is each row's own, however it came to be."""


def shape(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows without what is each one's own."""
    return [{name: value for name, value in row_state(one).items() if name not in OWN} for one in rows]


def left(matter_id: UUID) -> dict[str, Any]:
    """All that the steps of a matter left behind."""
    events = list(Event.objects.filter(subject=str(matter_id)).order_by("id"))
    owed = Delivery.objects.filter(event__in=events).order_by("event_id", "consumer")

    return {
        "matter": shape(Matter.objects.filter(id=matter_id)),
        "events": [(one.name, one.at, one.by_id, one.data) for one in events],
        "owed": [(events.index(one.event), one.consumer, one.attempts) for one in owed],
        "moves": shape(Move.objects.filter(matter_id=matter_id).order_by("seq")),
        "clocks": shape(Clock.objects.filter(matter_id=matter_id).order_by("started_at", "name")),
    }


def assigning(cast: Cast) -> dict[str, Any]:
    return {
        "owner": cast.bodies.town,
        "handler": cast.li.person_id,
        "supervisor": cast.zhao.person_id,
        "way": "pass_for_handling",
    }


def wanted(matters: list[Matter]) -> list[tuple[UUID, int]]:
    return [(one.id, one.version) for one in matters]


def refused(told: dict[UUID, Any]) -> dict[UUID, str]:
    return {one: str(why.code) for one, why in told.items() if why}


@action
def _about(*, by: Viewer, at: datetime, matter: Matter, person: UUID) -> None:
    """An ordinary matter about somebody; the actions seal such a one."""
    Conflict(matter=matter, person_id=person, kind="subject", at=at).save()
    books.note_move(by=by, at=at, matter=matter, step="supervise")


@row("R-171", "R-175")
def test_steps_taken_together_leave_what_single_ones_leave_and_the_log_verifies(cast: Cast, at: datetime) -> None:
    one, *others = (spine.opened(cast, at).matter for _ in range(4))
    viewer, later = cast.zhou.viewer(at), at + timedelta(hours=2)
    sorting = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    for step, given in (("accept", {}), ("classify", sorting), ("assign", assigning(cast))):
        later += timedelta(minutes=1)
        take_step(by=viewer, at=later, matter_id=one.id, step=step, given=given)
        told = take_together(by=viewer, at=later, wanted=wanted(others), step=step, given=given)
        assert not refused(told)
        for other in others:
            other.refresh_from_db()
    single = left(one.id)
    assert single["matter"][0]["state"] == "assigned" and len(single["moves"]) == 4 and len(single["clocks"]) > 1
    for other in others:
        assert left(other.id) == single
    sealing.seal_now(later)
    assert audit.verify(later + timedelta(seconds=1), [], "en").told() == []


@row("SG-01", "SG-32")
def test_each_is_refused_for_its_own_reason_and_leaves_nothing_while_the_others_are_done(
    cast: Cast, at: datetime
) -> None:
    fine, about, recused, stale, bare = *(spine.accepted(cast, at) for _ in range(4)), spine.opened(cast, at).matter
    viewer = cast.zhou.viewer(at)
    _about(by=viewer, at=at, matter=about, person=cast.ma.person_id)
    aside.recuse(by=viewer, at=at, matter_id=recused.id, person=cast.li.person_id)
    for one in (fine, about, recused, stale, bare):
        one.refresh_from_db()
    given = [*wanted([fine, about, recused, bare]), (stale.id, stale.version - 1)]
    before = {one.id: left(one.id) for one in (about, recused, stale, bare)}
    told = take_together(by=viewer, at=at, wanted=given, step="assign", given=assigning(cast))
    assert refused(told) == {
        about.id: "conflict_excluded",
        recused.id: "conflict_excluded",
        stale.id: "stale",
        bare.id: "step_not_allowed",
    }
    assert {one: left(one) for one in before} == before
    assert Matter.objects.get(id=fine.id).handler_id == cast.li.person_id


@row("SG-01")
def test_one_that_is_classed_as_about_officials_is_held_among_others(cast: Cast, at: datetime) -> None:
    matters = [spine.accepted(cast, at) for _ in range(2)]
    viewer = cast.zhou.viewer(at)
    given = {"topic": "water", "nature": "complaint", "way": "pass_for_handling"}
    take_together(by=viewer, at=at, wanted=wanted(matters), step="classify", given=given)
    assert set(Matter.objects.filter(id__in=[one.id for one in matters]).values_list("held", flat=True)) == {True}


@pytest.mark.once
def test_fifty_ask_no_more_than_three(cast: Cast, at: datetime) -> None:
    asked = []
    for many in (3, 30):
        matters = [spine.accepted(cast, at) for _ in range(many)]
        with CaptureQueriesContext(connection) as found:
            told = take_together(
                by=cast.zhou.viewer(at), at=at, wanted=wanted(matters), step="assign", given=assigning(cast)
            )
        assert not refused(told)
        asked.append(len(found))
    assert asked[1] <= asked[0], "questions and statements are for all of them together"


@pytest.mark.parametrize("fault", ["clocks", "moves"])
def test_a_fault_of_ours_undoes_the_slice_whole(
    cast: Cast, at: datetime, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    matters = [spine.accepted(cast, at) for _ in range(3)]
    before = Event.objects.count()
    broken = Clock if fault == "clocks" else Move

    def fail(*_rows: Any, **_options: Any) -> None:
        raise RuntimeError(fault)

    monkeypatch.setattr(type(broken.objects.all()), "bulk_create", fail)
    with pytest.raises(RuntimeError, match=fault):
        take_together(by=cast.zhou.viewer(at), at=at, wanted=wanted(matters), step="assign", given=assigning(cast))
    assert Event.objects.count() == before
    assert set(Matter.objects.filter(id__in=[m.id for m in matters]).values_list("state", flat=True)) == {"accepted"}
