"""Easy matters that staff ask for themselves make no figure look better: they are handled, marked, and in no sum."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest

from huiyin.casework.actions import aside, own_numbers
from huiyin.casework.actions.intake import Words, open_matters
from huiyin.casework.models import CaseTally, Matter, OwnNumber
from huiyin.casework.queries import counts, figures
from huiyin.casework.rules.spans import Wanted
from huiyin.core import tallies
from huiyin.core.now import now
from huiyin.core.viewer import Viewer, subtree
from huiyin.core.worker import drain
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
MACHINE = Viewer.system("tally")
PLANTED = 500


def counted(at: datetime) -> Wanted:
    """A week around a moment, the whole county."""
    day = at.date()
    return Wanted(from_=day - timedelta(days=7), until=day + timedelta(days=14), place=make.COUNTY)


def asked(at: datetime, phones: list[str], **more: Any) -> list[Matter]:
    """A matter from each of some numbers, all of them with a name."""
    said = {
        "text": "村口的路灯三天没有亮了，请修一修。",
        "channel": "web",
        "place_code": HUAISHUPING,
        "reporter_name": "王小红",
    }
    batch = [Words(**{**said, "reporter_phone": phone, **more}) for phone in phones]
    return [one.matter for one in open_matters(by=make.SYSTEM, at=at, batch=batch)]


@row("SG-33")
def test_of_five_hundred_planted_all_are_marked_and_none_is_in_any_sum(cast: Cast, at: datetime) -> None:
    duty = [f"160-0001-{number:04d}" for number in range(10)]
    for number in duty:
        make.an_official(cast.bodies.town, duty_phone=number)
    planted = asked(at, [duty[number % 10].replace("-", "") for number in range(PLANTED)])
    others = asked(at, ["16000007001", "16000007002"])
    drain(at)
    marked = set(OwnNumber.objects.values_list("matter_id", flat=True))
    assert marked == {one.id for one in planted}
    assert not marked & {one.id for one in others}
    sums = figures.whole(MACHINE, counted(at))
    assert sums["collected"] == len(others)
    assert figures.from_staff(MACHINE, counted(at)) == PLANTED


@row("SG-33")
def test_whose_number_it_was_is_asked_of_the_matters_own_day(cast: Cast, at: datetime) -> None:
    """Who leaves the service before the worker comes to it had it that day; who begins afterwards had not."""
    left = make.an_official(cast.bodies.town, duty_phone="160-0001-0001")
    gone, early = asked(at, ["16000010001", "16000010002"])
    later = at + timedelta(days=3)
    staff.end_post(by=make.SYSTEM, at=at + timedelta(days=1), post_id=left.post_id)
    make.an_official(cast.bodies.town, duty_phone="160-0001-0002", at=later, since=later.date())
    assert own_numbers.compare(by=MACHINE, at=later, ids=[gone.id, early.id]) == 1
    assert OwnNumber.objects.get().matter_id == gone.id


@row("SG-33", "R-211")
def test_what_staff_asked_for_is_handled_and_called_back_and_solves_nothing_in_the_figures(
    cast: Cast, at: datetime
) -> None:
    make.an_official(cast.bodies.village, name="张丽华", title="妇女主任", person_id=cast.zhang_id)
    matter = spine.delivered(cast, at)
    spine.called(cast, matter.id, at + timedelta(days=3))
    drain(at + timedelta(days=4))
    row_ = CaseTally.objects.get(pk=matter.id)
    assert (row_.staff, row_.closed, row_.solved, row_.result) == (True, 1, 1, "solved")
    sums = figures.whole(MACHINE, counted(at))
    assert (sums["collected"], sums["solved"], sums["satisfied"]) == (0, 0, 0)


@row("SG-33", "R-211")
def test_what_staff_asked_for_is_in_no_public_figure_either(cast: Cast, at: datetime) -> None:
    make.an_official(cast.bodies.village, name="张丽华", title="妇女主任", person_id=cast.zhang_id)
    matter = spine.delivered(cast, at)
    (other,) = asked(at, ["16000007001"])
    spine.called(cast, matter.id, at + timedelta(days=3))
    drain(at + timedelta(days=4))
    span = {"from_": at.date() - timedelta(days=7), "until": at.date() + timedelta(days=14)}
    sums = counts.figures(MACHINE, make.COUNTY, **span)
    assert (sums.opened, sums.answered, sums.in_time, sums.closed, sums.solved) == (1, 0, 0, 0, 0), other.code
    low, high = subtree(make.COUNTY)
    assert tallies.by_place(("said.solved", "said.other"), low=low, high=high, **span) == {}


@row("SG-01", "SG-23")
def test_who_asked_for_confidence_or_is_held_is_compared_with_nobody_until_it_goes_the_ordinary_way(
    cast: Cast, at: datetime
) -> None:
    make.an_official(cast.bodies.town, duty_phone="160-0000-7777")
    asked(at, ["16000007777"], disclosure="confidential")
    (held,) = asked(at, ["16000007777"], text="李卫东收了我家的烟才给办事。")
    drain(at)
    assert not OwnNumber.objects.exists()
    aside.clear(by=cast.zhou.viewer(at), at=at, matter_id=held.id, note="说的是办事的单位")
    drain(at + timedelta(minutes=1))
    assert OwnNumber.objects.get().matter_id == held.id


@row("SG-33")
def test_the_page_of_figures_tells_how_many_there_are_and_opens_them(cast: Cast) -> None:
    make.put_in_force(at=now())
    make.an_official(cast.bodies.village, name="张丽华", title="妇女主任", person_id=cast.zhang_id)
    matter = a_matter(cast, now() - timedelta(minutes=5), "take")
    drain(now())
    told = seat(cast.tang).get("/desk/figures/").content.decode()
    link = re.search(r'另有 1 件是用在岗干部的号码提的[^<]*<a href="([^"]+)"', told)
    assert link, told
    href = unescape(link[1])
    assert matter.code in seat(cast.tang).get(href).content.decode().replace("-", "")
    assert matter.code not in seat(cast.tang).get(href.replace("staff%3D1", "loose%3D1")).content.decode().replace(
        "-", ""
    )
