"""A day that a leader sets with their instruction: when it warns, who set it, and what it replaces (R-186)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import QuerySet

from huiyin.casework.actions import books, extensions, shares
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter
from huiyin.casework.queries import track
from huiyin.casework.queries.one import by_code
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import brought_forward, due, seeded
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.matters import Special
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine, ways
from tests.rooms.casework.test_ways import order
from tests.rows import row

MACHINE = Viewer.system("clock")
ZONE = ZoneInfo("Asia/Shanghai")


@row("R-188")
def test_a_limit_cut_short_counts_what_counted_up_to_its_new_last_day() -> None:
    """From Wednesday 18 November 2026 five working days end on the 25th; Monday the 23rd is the third of them."""
    whole = due(datetime(2026, 11, 18, 9, tzinfo=ZONE), Limit(amount=5, unit="working_days"), ZONE, seeded([2026]))
    assert whole.on == date(2026, 11, 25)
    cut = brought_forward(whole, date(2026, 11, 23))
    assert cut is not None and (cut.on, cut.limit.amount) == (date(2026, 11, 23), 3)
    assert cut.reaches(1 / 3) == datetime(2026, 11, 20, tzinfo=ZONE), "the weekend uses nothing"
    assert brought_forward(whole, date(2026, 11, 25)) is brought_forward(whole, date(2026, 12, 1)) is None
    hours = due(datetime(2026, 11, 18, 9, tzinfo=ZONE), Limit(amount=48, unit="hours"), ZONE, seeded([2026]))
    cut = brought_forward(hours, date(2026, 11, 18))
    assert cut is not None and cut.reaches(0.5) == datetime(2026, 11, 18, 16, 30, tzinfo=ZONE)


@row("R-186", "R-188")
def test_an_earlier_day_warns_by_the_programmes_share_and_says_who_set_it(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the counted days, not three quarters of the hours; and the sum names day, leader and the old limit."""
    matter = ways.submitted(cast, at)
    known = version(matter.rulebook_id).matters(matter.programme).clocks["handling"]
    monkeypatch.setitem(known.__dict__, "warn_at_share", 0.5)
    day = (at + timedelta(days=3)).date()
    shares.instruct(by=cast.tang.viewer(at), at=at, matter_id=matter.id, given=order(cast, until=day))
    clock = Clock.objects.get(matter=matter, name="handling")
    zone = version(matter.rulebook_id).county.tz
    whole = due(clock.started_at, Limit(amount=clock.amount, unit=clock.unit), zone, books.days())
    cut = brought_forward(whole, day)
    assert cut is not None and (clock.due_at, clock.warn_at) == (cut.at, cut.reaches(0.5))
    shown = {one.name: one for one in by_code(cast.zhou.viewer(at), matter.code, at).clocks}["handling"]
    assert shown.sooner is not None and (shown.sooner.day, shown.sooner.by) == (day, cast.tang.name)
    assert shown.first_due_at == whole.at and not shown.approver
    page = seat(cast.zhou).get(f"/desk/matters/{matter.code}/").content.decode()
    assert f"{cast.tang.name}批示提前到" in page and "批准延期" not in page
    told = track._tracked(Viewer.resident(), Matter.objects.get(id=matter.id), at, full=True)
    assert told.deadline is not None and told.deadline.sooner == shown.sooner and not told.extended


@row("R-186", "R-188")
def test_a_leaders_day_stays_when_a_notice_fixes_the_limit(cast: Cast, at: datetime) -> None:
    matter = ways.submitted(cast, at)
    shares.instruct(by=cast.tang.viewer(at), at=at, matter_id=matter.id, given=order(cast, until=ways.tomorrow(at)))
    clock = Clock.objects.get(matter=matter, name="handling")
    QuerySet.update(Clock.objects.filter(id=clock.id), provisional=True)  # as if its year had no notice then
    extensions.fix_provisional(by=MACHINE, at=at, year=clock.due_at.year)
    fixed = Clock.objects.get(id=clock.id)
    assert (fixed.due_at, fixed.provisional) == (clock.due_at, False)


@row("R-188")
def test_what_is_called_stricter_is_due_earlier_and_never_later_by_being_called_back(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going round by another class gives nobody time (trust.md S17)."""
    matter = spine.opened(cast, at).matter
    known = version(matter.rulebook_id).matters(matter.programme).clocks["assign"]
    monkeypatch.setitem(known.__dict__, "limit", Limit(amount=5, unit="working_days"))
    strict = Special(natures=("suggestion",), limit=Limit(amount=2, unit="working_days"))
    monkeypatch.setitem(known.__dict__, "special", (strict,))
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    before = Matter.objects.get(id=matter.id).due_at
    given, seen = {"topic": "water", "way": "pass_for_handling"}, []
    for nature in ("suggestion", "problem"):
        take_step(
            by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="classify", given=given | {"nature": nature}
        )
        clock = Clock.objects.get(matter=matter, name="assign")
        seen.append((clock.due_at, clock.amount, Matter.objects.get(id=matter.id).due_at))
    assert before is not None and seen[0] == seen[1]
    assert seen[0][0] < before and seen[0][1] == 2
