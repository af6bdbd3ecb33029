"""Whoever lives somewhere finds who heads the grid there, on the page and by API, and never who lives in it."""

from uuid import UUID

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.actions import duty, grids, staff
from huiyin.register.models import Household, Post
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_force(cast: Cast) -> None:
    make.put_in_force(at=now())


def headed(places: list[str], body: UUID, name: str, *, kind: str = "small_grid", grid: str, phone: str = "") -> UUID:
    """A grid over places with its head, who has a post of that name in a body; the post over the grid."""
    key = make.a_grid(places, kind=kind, name=grid)
    held = make.an_official(body, name=name, duty_phone=phone)
    grids.head(by=make.SYSTEM, at=now(), overlay_id=key, post_id=held.post_id, reason="镇里的会")
    return key


def told(client: Client, place: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Name, title, grid and groups of those told by API for a place."""
    rows = client.get("/api/officials", {"place": place}).json()
    return [(one["name"], one["title"], one["grid"], tuple(one["groups"])) for one in rows if one["grid"]]


@row("R-096", "R-026")
def test_a_village_names_the_heads_of_its_grids_the_narrowest_first(client: Client, cast: Cast) -> None:
    town, village = cast.bodies.town, cast.bodies.village
    headed([HUAISHUPING, SHIQIAO], town, "孔片长", kind="medium_grid", grid="第一工作片", phone="160-0000-3301")
    headed([GROUP_THREE], village, "毕格长", grid="三组网格", phone="160-0000-3302")
    headed([SHIQIAO], village, "邹格长", grid="石桥网格")
    here = [("毕格长", "网格长", "三组网格", ("三组",)), ("孔片长", "片长", "第一工作片", ())]
    assert told(client, HUAISHUPING) == here
    assert [one[0] for one in told(client, GROUP_THREE)] == ["毕格长", "孔片长"]
    assert [one[0] for one in told(client, SHIQIAO)] == ["邹格长", "孔片长"]
    assert told(client, LIUWAN) == []
    page = client.get(f"/officials/{HUAISHUPING}/").content.decode()
    assert page.index("毕格长") < page.index("160-0000-3302") < page.index("孔片长") < page.index(cast.tang.name)
    assert "三组网格（三组）" in page
    assert "邹格长" not in page
    assert "张丽华" not in page
    assert "槐树坪村三组12号" not in page


@row("R-096", "R-338")
def test_the_head_of_a_grid_stands_with_the_hours_and_is_gone_the_day_the_post_ends(client: Client, cast: Cast) -> None:
    key = headed([HUAISHUPING], cast.bodies.village, "毕格长", grid="槐树坪网格")
    post = Post.objects.get(overlay=key)
    duty.set_hours(by=make.SYSTEM, at=now(), official_id=post.official_id, words="周一至周五上午")
    assert "周一至周五上午" in client.get(f"/officials/{HUAISHUPING}/").content.decode()
    staff.end_post(by=make.SYSTEM, at=now(), post_id=post.pk)
    assert told(client, HUAISHUPING) == []
    assert "毕格长" not in client.get(f"/officials/{HUAISHUPING}/").content.decode()


@row("R-096", "R-026")
def test_a_grid_of_households_by_name_and_a_clerk_over_a_grid_are_not_told(client: Client, cast: Cast) -> None:
    """The name of the first may say who lives there; the second is no head, and nobody made the post public."""
    home, _ = make.a_household(HUAISHUPING)
    code = Household.objects.get(pk=home).code
    key = grids.lay(
        by=make.SYSTEM, at=now(), kind="small_grid", name="测试户那一片", place_codes=[], homes=[code], reason="会"
    )
    held = make.an_official(cast.bodies.village, name="毕格长")
    grids.head(by=make.SYSTEM, at=now(), overlay_id=key, post_id=held.post_id, reason="会")
    laid = make.a_grid([SHIQIAO], name="石桥网格")
    make.an_official(cast.bodies.town, name="龚录入", title="录入员", place_code=LIUWAN, overlay_id=laid)
    for place in (HUAISHUPING, SHIQIAO, GROUP_THREE):
        page = client.get(f"/officials/{place}/").content.decode()
        assert not any(word in page for word in ("测试户", "毕格长", "龚录入"))
        assert told(client, place) == []


@row("R-338")
def test_a_public_post_over_a_grid_is_told_where_that_lies_and_nowhere_else(client: Client, cast: Cast) -> None:
    laid = make.a_grid([SHIQIAO], name="石桥网格")
    make.an_official(cast.bodies.town, name="龚联络", title="联络员", place_code=LIUWAN, overlay_id=laid, listed=True)
    assert "龚联络" in client.get(f"/officials/{SHIQIAO}/").content.decode()
    assert "龚联络" not in client.get(f"/officials/{HUAISHUPING}/").content.decode()
