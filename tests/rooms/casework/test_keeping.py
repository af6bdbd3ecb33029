"""Who reported a matter goes out of it when the county's months are up; what was said and done stays, counted."""

from datetime import datetime, timedelta

import pytest
from django.test import Client, TestCase

from huiyin.casework import ticks
from huiyin.casework.actions import aside, erasing, keeping, mediation
from huiyin.casework.actions.steps import take_step
from huiyin.casework.events.early import SideHeard
from huiyin.casework.models import CaseTally, Matter, Party, Side
from huiyin.core.actions import action
from huiyin.core.audit import verify
from huiyin.core.events import record
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.register.queries import keeping as schedule
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_disputes import mediated, registered
from tests.rooms.casework import spine
from tests.rooms.register.test_keeping import keeps
from tests.rows import row

pytestmark = pytest.mark.django_db
MONTHS = 24
YEARS = timedelta(days=740)


def over(cast: Cast, at: datetime, **answer: object) -> Matter:
    """A matter that was answered, called back and closed."""
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="answer", given={"reply": "修好了。", **answer})
    spine.read_out(cast, matter, at)
    spine.called(cast, matter.id, at + timedelta(days=1))
    matter.refresh_from_db()
    assert matter.closed_at is not None
    return matter


@looking_as(OPEN)
def known(matter: Matter) -> bool:
    """Whether anything still says who reported it."""
    party = Party.objects.get(matter=matter, role="reporter")
    return any((party.name, party.phone, party.phone_blind, party.last_four))


@row("R-180", "SG-48")
def test_name_and_number_go_after_the_countys_months_and_the_words_and_the_count_stay(cast: Cast, at: datetime) -> None:
    gone, still_open = over(cast, at), spine.opened(cast, at).matter
    drain(at + timedelta(days=2))
    before = CaseTally.objects.filter(pk=gone.id).values().get()
    keeps(at, reporters=MONTHS)
    early, late = at + timedelta(days=MONTHS * 30), at + YEARS
    keeps(early, reporters=MONTHS)
    assert ticks.reporters_no_longer_kept(early) == 0 and known(gone), "nothing before its time"
    keeps(late, reporters=MONTHS)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert ticks.reporters_no_longer_kept(late) == 1
    assert not known(gone) and known(still_open)
    gone.refresh_from_db()
    assert gone.text == spine.TEXT and gone.replies.get().text == "修好了。"
    drain(late)
    assert CaseTally.objects.filter(pk=gone.id).values().get() == before, "what it counts as is the same"
    told = {one.kind: (one.months, one.deleted) for one in schedule.schedule(cast.xu.viewer(late), late)}
    assert told["reporters"] == (MONTHS, 1)
    assert ticks.reporters_no_longer_kept(late) == 0
    seal_now(late)
    assert verify(late, language="en").told() == []


@row("R-180", "SG-01")
def test_a_county_may_keep_for_good_a_promise_to_ask_about_keeps_and_sealed_ones_are_in_no_report(
    cast: Cast, at: datetime
) -> None:
    promised = over(cast, at, promise="再装一盏灯", promised_on=(at + timedelta(days=900)).date())
    sealed = over(cast, at)
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=sealed.id, persons=[cast.luo.person_id])
    late = at + YEARS
    keeps(late, reporters=0)
    assert keeping.forget(by=erasing.ERASER, at=late) == 0
    keeps(late, reporters=MONTHS)
    assert keeping.forget(by=erasing.ERASER, at=late) == 1
    assert known(promised) and not known(sealed)
    assert not Event.objects.filter(name="register.records_forgotten", subject="reporters").exists()


@row("R-180", "SG-17")
def test_the_public_page_and_the_file_tell_how_long(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(days=10))
    make.put_in_force(at=now())
    page = Client().get("/about/kept/").content.decode()
    assert "存多久" in page and "办完的事是谁提的" in page and "60 个月" in page
    matter = over(cast, now() - timedelta(days=5))
    assert "留到" in seat(cast.tang).get(f"/desk/matters/{matter.code}/file/").content.decode()
    running = a_matter(cast, now() - timedelta(minutes=5), "take")
    assert "留到" not in seat(cast.tang).get(f"/desk/matters/{running.code}/file/").content.decode()


@action
def closed(*, by: Viewer, at: datetime, matter: Matter) -> None:
    """A matter that is over, whatever came of it."""
    matter.refresh_from_db()
    matter.state, matter.closed_at = "closed", at
    matter.save()
    record(SideHeard(subject=str(matter.id)), by=by, at=at)


@row("R-180", "SG-48")
def test_the_months_begin_when_it_ends_however_long_it_took(cast: Cast, at: datetime) -> None:
    matter, late = spine.opened(cast, at).matter, at + YEARS
    closed(by=make.SYSTEM, at=late - timedelta(days=9), matter=matter)
    keeps(late, reporters=MONTHS)
    assert keeping.forget(by=erasing.ERASER, at=late) == 0 and known(matter)


@row("R-180", "SG-48")
def test_a_number_goes_also_where_nobody_gave_a_name(cast: Cast, at: datetime) -> None:
    matter = spine.opened(cast, at, reporter_name="").matter
    closed(by=make.SYSTEM, at=at, matter=matter)
    keeps(at + YEARS, reporters=MONTHS)
    assert known(matter) and keeping.forget(by=erasing.ERASER, at=at + YEARS) == 1 and not known(matter)


@row("R-180", "SG-48", "R-221")
def test_sides_of_a_dispute_stay_while_somebody_stands_between_them(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    matter = mediated(cast)
    closed(by=make.SYSTEM, at=at, matter=matter)
    keeps(at, reporters=MONTHS)
    late = at + YEARS

    def words() -> int:
        return Side.objects.filter(mediation__matter=matter, words__isnull=False).count()

    before = words()
    keeping.forget(by=make.SYSTEM, at=late)
    assert words() == before == 2
    mediation.fail(by=cast.luo.viewer(late), at=late, matter_id=matter.id)
    keeping.forget(by=make.SYSTEM, at=late)
    assert words() == 0


@row("R-180", "SG-48", "R-221")
def test_an_open_mediation_that_nobody_leads_keeps_nothing(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    matter = registered(cast)
    closed(by=make.SYSTEM, at=at, matter=matter)
    keeps(at, reporters=MONTHS)
    keeping.forget(by=make.SYSTEM, at=at + YEARS)
    assert not Side.objects.filter(mediation__matter=matter, name__isnull=False).exists()
