"""Errors and gaps are looked for with equal effort: each review of support brings up a household without it."""

from datetime import date, datetime
from uuid import UUID

import pytest

from huiyin.core.audit import verify
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import categories, need
from huiyin.register.actions.categories import Heard, Into
from huiyin.register.models import NeedLook
from huiyin.register.queries import need as ask
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, SHIQIAO, Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

HARD = Into("echo", "hardship", "县民政局名单")


@pytest.fixture
def others(cast: Cast) -> set[UUID]:
    """Two more households of Zhang's village, and one elsewhere."""
    make.a_household(SHIQIAO)
    return {make.a_household(HUAISHUPING)[0], make.a_household(GROUP_THREE)[0]}


@row("SG-15")
def test_each_review_of_support_brings_up_one_household_of_the_village_without_it(
    cast: Cast, at: datetime, others: set[UUID]
) -> None:
    luo = cast.luo.viewer(at)
    key = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=HARD)
    assert not NeedLook.objects.exists(), "entering takes nothing away"
    for count in (1, 2, 2):  # of two others nobody is drawn twice
        key = categories.review(by=luo, at=at, membership_id=key)
        assert NeedLook.objects.count() == count
    assert set(NeedLook.objects.values_list("household_id", flat=True)) == others
    plain = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=Into("echo", "capable", "走访"))
    categories.review(by=luo, at=at, membership_id=plain)
    assert NeedLook.objects.count() == 2, "no support hangs on it"
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("SG-15")
def test_a_removal_brings_one_up_as_well(cast: Cast, at: datetime, others: set[UUID]) -> None:
    luo = cast.luo.viewer(at)
    bureau = appointed("闵科长", make.a_body("望川县民政局"), "official", "科长")
    key = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=HARD)
    office = bureau.viewer(at).but(scopes=((COUNTY[:6], COUNTY[:6] + "~"),))
    heard = Heard(date(2026, 11, 2), date(2026, 11, 16), "收入超过标准，听证会同意")
    categories.remove(by=office, at=at, membership_id=key, heard=heard)
    assert NeedLook.objects.get().household_id in others


@row("SG-15", "SG-14", "SG-46")
def test_who_looks_ticks_off_or_enters_and_others_see_nothing_of_it(
    cast: Cast, at: datetime, others: set[UUID]
) -> None:
    make.put_in_force(at=at)
    xu, luo = cast.xu.viewer(at), cast.luo.viewer(at)
    key = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=HARD)
    for _ in range(2):
        key = categories.review(by=luo, at=at, membership_id=key)
    first, second = ask.missed(xu, at).rows
    assert {first.household.id, second.household.id} == others
    assert ask.missed(cast.chen.viewer(at), at).rows == (), "what is highly sensitive is for who has its verb"
    with pytest.raises(Missing):
        need.not_in_need(by=cast.chen.viewer(at), at=at, look_id=first.id)
    with pytest.raises(Refused, match="not_allowed"):
        ask.missed(cast.zheng.viewer(at), at)
    for _ in range(2):
        need.not_in_need(by=xu, at=at, look_id=first.id)
    categories.enter(by=xu, at=at, household_id=second.household.id, into=HARD)
    found = ask.missed(xu, at)
    assert (found.rows, found.waiting, found.looked_at, found.found) == ((), 0, 2, None)
    assert NeedLook.objects.get(pk=second.id).found


@row("SG-15")
def test_the_page_of_who_was_left_out(cast: Cast, others: set[UUID]) -> None:
    at = now()
    make.put_in_force(at=at)
    luo = cast.luo.viewer(at)
    desk, page = seat(cast.xu), "/desk/households/missed/"
    assert "现在没有要看的" in desk.get(page).content.decode()
    assert page in desk.get("/desk/households/").content.decode()
    key = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=HARD)
    categories.review(by=luo, at=at, membership_id=key)
    shown = desk.get(page).content.decode()
    assert "有 1 户要看看是不是漏了" in shown
    assert "困难户" in shown
    look = NeedLook.objects.get()
    for _ in range(2):
        assert desk.post(page, {"look": str(look.pk)}).status_code == 302
    assert "现在没有要看的" in desk.get(page).content.decode()
    assert desk.post(page, {"look": "x"}).status_code == 404
    assert "Was anybody left out" in seat(cast.xu, language="en").get(page).content.decode()
