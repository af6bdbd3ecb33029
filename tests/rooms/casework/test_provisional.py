"""A due date in a year whose notice is missing is provisional, and is fixed when the notice is loaded."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import books, extensions, sweep
from huiyin.casework.models import Clock, Matter
from huiyin.core import rulebook
from huiyin.core.models import DayNotice, Event, SpecialDay
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import Cast
from tests.rooms.casework import spine, ways
from tests.rows import row

pytestmark = pytest.mark.django_db
MACHINE = Viewer.system("calendar")
LATE = datetime(2026, 12, 30, 2, tzinfo=UTC)
NOTICE = "day,kind,name\n2027-01-01,holiday,元旦\n2027-01-04,holiday,元旦\n2027-01-09,makeup,元旦\n"


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """Given out two days before the new year, of which nobody knows the notice yet."""
    make.put_in_force(at=LATE)
    found = spine.assigned(cast, LATE)
    drain(LATE)
    return found


@row("R-188")
def test_loading_the_notice_fixes_what_was_provisional_and_tells_it(matter: Matter, tmp_path: Path) -> None:
    clock = Clock.objects.get(matter=matter, name="handling")
    before = clock.due_at
    assert clock.provisional
    file = tmp_path / "notice.csv"
    file.write_text(NOTICE, encoding="utf-8")
    out = StringIO()
    call_command("import", "days", str(file), "--year", "2027", "--language", "zh-Hans", stdout=out)
    assert "2027 年的放假安排已载入，3 天" in out.getvalue()
    drain(LATE)
    clock.refresh_from_db()
    matter.refresh_from_db()
    assert not clock.provisional
    # 12-31, 1-5, 1-6, 1-7, 1-8: the first and the fourth of January are free.
    assert (clock.due_at, before.date()) == (datetime(2027, 1, 8, 16, tzinfo=UTC), date(2027, 1, 7))
    assert clock.first_due_at == before
    assert not matter.due_provisional
    assert Event.objects.filter(name="casework.due_fixed", subject=str(matter.id)).exists()


@row("R-188")
def test_what_a_pause_gave_back_is_not_taken_away_by_the_notice(matter: Matter, cast: Cast) -> None:
    """The resident asked to wait for two days; the notice says which days count, not that nobody waited."""
    ways.step(cast.li, LATE, matter, "take")
    until = date(2027, 1, 4)
    ways.step(cast.ma, LATE, matter, "pause", pause_reason="resident", reason="人在外地", until=until)
    back = datetime(2027, 1, 3, 16, tzinfo=UTC)
    assert sweep.end_pauses(by=MACHINE, at=back) == 1
    paused = Clock.objects.get(matter=matter, name="handling")
    assert paused.provisional and paused.pause_used == 1
    rulebook.load_days(by=MACHINE, at=back, year=2027, days=[], source="test")  # no day is free but weekends
    drain(back)
    fixed = Clock.objects.get(matter=matter, name="handling")
    # 12-31 is given back, so six days: 12-31, 1-1, 1-4, 1-5, 1-6, 1-7.
    assert (fixed.due_at, fixed.provisional) == (datetime(2027, 1, 7, 16, tzinfo=UTC), False)


@row("R-188")
@pytest.mark.postgres
def test_what_a_notice_fixes_is_locked_before_it_is_written(matter: Matter) -> None:
    """Matter and clock are written whole: a step that somebody takes in the same moment would be undone."""
    rulebook.load_days(by=MACHINE, at=LATE, year=2027, days=[], source="test")
    books.forget()
    with CaptureQueriesContext(connection) as asked:
        assert extensions.fix_provisional(by=MACHINE, at=LATE, year=2027) > 0
    told = [one["sql"] for one in asked.captured_queries]
    locked = [number for number, sql in enumerate(told) if "FOR UPDATE" in sql and "casework_matter" in sql]
    read = [number for number, sql in enumerate(told) if sql.startswith("SELECT") and 'FROM "casework_clock"' in sql]
    assert locked and locked[0] <= read[0]  # which matters there are is asked with the lock


@pytest.mark.parametrize(
    "line",
    [
        "2027-02-30,holiday,x",
        "2026-01-01,holiday,x",
        "2027-01-06,makeup,x",
        "2027-01-02,free,x",
        "2027-01-01,holiday,x",
    ],
)
def test_a_notice_is_taken_whole_or_not_at_all(cast: Cast, tmp_path: Path, line: str) -> None:
    file = tmp_path / "notice.csv"
    file.write_text(NOTICE + line + "\n", encoding="utf-8")
    with pytest.raises(CommandError, match="1"):
        call_command("import", "days", str(file), "--year", "2027", stdout=StringIO(), stderr=StringIO())
    assert not SpecialDay.objects.filter(day__year=2027).exists()
    assert not DayNotice.objects.filter(year=2027).exists()
