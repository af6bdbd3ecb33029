"""Nobody buries a complaint by not coming: what waits too long goes on, or is taken up again (trust.md S16)."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import dismissing
from huiyin.casework.models import Dismissal, Matter
from huiyin.casework.queries import dismissing as ask
from huiyin.casework.rules import dismissing as rules
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.invariants.test_s16_dismissed import complaint, dismissed, proposed
from tests.rows import row

pytestmark = pytest.mark.django_db
MACHINE = Viewer.system("clock")


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def around(found: Dismissal) -> tuple[datetime, datetime]:
    """A moment before its day is over, and the one after."""
    ends = ask.until(MACHINE, found).at
    return ends - timedelta(minutes=1), ends


@row("SG-01", "SG-35")
def test_one_that_was_drawn_and_nobody_looked_at_is_taken_up_again_by_itself_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SHARE", 1000)
    at = now()
    matter = complaint(cast, at)
    found = dismissed(cast, at, matter)
    assert found.drawn and not ask.waiting(cast.zhou.viewer(at)) and not ask.waiting(cast.sun.viewer(at))
    before, late = around(found)
    assert late - at > timedelta(days=15)
    assert dismissing.lapse(by=MACHINE, at=before) == 0
    assert [dismissing.lapse(by=MACHINE, at=late) for _ in range(3)] == [1, 0, 0]
    again = Matter.objects.get(id=matter.id)
    assert (again.state, again.closed_at, again.sealed) == ("reopened", None, True)
    assert Dismissal.objects.get(id=found.id).ended_why == "lapsed"
    told = Event.objects.get(name="casework.dismissal_lapsed", subject=str(matter.id))
    assert told.data == {"dismissal": str(found.id), "drawn": True}


@row("SG-01")
def test_a_proposal_nobody_decides_on_ends_and_the_matter_goes_on_in_its_time(cast: Cast) -> None:
    at = now()
    matter = complaint(cast, at)
    due = Matter.objects.get(id=matter.id).due_at
    found = proposed(cast, at, matter)
    before, late = around(found)
    assert [dismissing.lapse(by=MACHINE, at=moment) for moment in (before, late, late)] == [0, 1, 0]
    still = Matter.objects.get(id=matter.id)
    assert (still.state, still.closed_at, still.due_at) == ("received", None, due)
    assert not ask.waiting(cast.sun.viewer(at))
    proposed(cast, late, matter)  # and may be proposed anew


@row("SG-01")
def test_what_a_third_person_upheld_or_was_never_drawn_does_not_come_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "SHARE", 0)
    at = now()
    found = dismissed(cast, at, complaint(cast, at))
    _, late = around(found)
    assert dismissing.lapse(by=MACHINE, at=late + timedelta(days=30)) == 0
    assert Matter.objects.get(id=found.matter_id).state == "declined"


@row("SG-01")
def test_the_list_says_until_when_and_what_is_near(cast: Cast) -> None:
    at = now() - timedelta(days=1)
    found = proposed(cast, at, complaint(cast, at))
    (line,) = ask.waiting(cast.sun.viewer(now()))
    assert line.until is not None and line.until.at == ask.until(MACHINE, found).at
    assert not line.soon(at) and line.soon(line.until.at - timedelta(days=2))
    page = seat(cast.sun).get("/desk/dismissed/").content.decode()
    assert "最迟" in page and "快到了" not in page
    assert "没人定就照常办" in seat(cast.sun).get(f"/desk/dismissed/{found.id}/").content.decode()
