"""A due date in a year whose notice is missing is provisional, and is fixed when the notice is loaded."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin.casework.models import Clock, Matter
from huiyin.core.models import DayNotice, Event, SpecialDay
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
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
