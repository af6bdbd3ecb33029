"""More time is asked for only where the flow lets somebody ask, and granted only to what still runs (trust.md S18)."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import extensions, sweep
from huiyin.casework.models import Clock
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests.cast import Cast
from tests.rooms.casework import ways
from tests.rows import row


@row("R-188")
def test_where_nothing_runs_nobody_asks_for_more_time(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    why = {"pause_reason": "season", "reason": "等雨停", "until": (at + timedelta(days=3)).date()}
    ways.step(cast.ma, at, matter, "pause", **why)
    with pytest.raises(Refused) as refused:
        extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=2, reason="等配件")
    assert refused.value.code == "step_not_allowed"
    ways.step(cast.li, at, matter, "resume")
    assert extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=2, reason="等配件").amount == 2


@row("R-188")
def test_what_was_answered_late_is_not_made_timely_by_a_grant_afterwards(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=5, reason="等配件")
    clock = Clock.objects.get(matter=matter, name="handling")
    late = clock.due_at + timedelta(hours=1)
    ways.step(cast.li, late, matter, "answer", reply="泵换好了。")
    with pytest.raises(Refused) as refused:
        extensions.decide(by=cast.zhao.viewer(late), at=late, extension_id=asked.id, approve=True)
    assert refused.value.code == "no_clock"
    assert extensions.decide(by=cast.zhao.viewer(late), at=late, extension_id=asked.id, approve=False).approved is False
    clock.refresh_from_db()
    assert clock.met_at is not None and clock.met_at > clock.due_at


@row("R-188")
def test_nobody_asks_for_more_time_once_it_has_run_out(cast: Cast, at: datetime) -> None:
    matter = ways.working(cast, at)
    late = Clock.objects.get(matter=matter, name="handling").due_at
    soon = late - timedelta(seconds=1)
    with pytest.raises(Refused, match="extension_after_due"):
        extensions.ask(by=cast.li.viewer(late), at=late, matter_id=matter.id, amount=1, reason="忘了")
    assert extensions.ask(by=cast.li.viewer(soon), at=soon, matter_id=matter.id, amount=1, reason="等配件").amount == 1


@row("R-188")
def test_all_pauses_of_a_matter_together_last_no_longer_than_the_programme_says(cast: Cast, at: datetime) -> None:
    """Stopping the clock again and again (S18): what earlier pauses used is kept."""
    matter, moment = ways.working(cast, at), at
    why = {"pause_reason": "season", "reason": "等雨停"}
    for days in (4, 90):
        ways.step(cast.ma, moment, matter, "pause", **why, until=(moment + timedelta(days=days)).date())
        clock = Clock.objects.get(matter=matter, name="handling")
        assert clock.pause_until is not None
        moment = clock.pause_until
        assert sweep.end_pauses(by=Viewer.system("clock"), at=moment) == 1
    clock = Clock.objects.get(matter=matter, name="handling")
    assert clock.pause_used == 10
    with pytest.raises(Refused, match="pause_used_up"):
        ways.step(cast.ma, moment, matter, "pause", **why, until=(moment + timedelta(days=4)).date())
