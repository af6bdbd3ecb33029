"""Pages that say in one place who is linked to whom: found by the official, heads of grids, another official wished."""

import re

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.actions import household_file as files
from huiyin.register.models import LinkWish
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.register.test_register_rows import HEADS
from tests.rooms.register.test_ties import FIXED, in_force
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


@row("R-060")
def test_the_name_of_an_official_leads_to_their_households_in_one_step(clerk: Client, cast: Cast) -> None:
    page = clerk.post("/desk/people/", {"q": "罗大勇"}).content.decode()
    assert "叫这个名字的联户干部" in page
    assert "您这里没有这个人" not in page
    (link,) = re.findall(r'href="(/desk/households/[?]lead=[^"]+)"', page)
    listed = clerk.get(link).content.decode()
    assert "罗大勇联系的户" in listed
    assert "张丽华" in listed
    assert clerk.get("/desk/households/?lead=x").status_code == 404


@row("R-093")
def test_the_chart_of_a_village_leads_to_where_its_head_is_named(clerk: Client, cast: Cast) -> None:
    in_force(now(), FIXED + HEADS)
    chart = clerk.get(f"/desk/links/grid/?under={HUAISHUPING}").content.decode()
    page = "/desk/links/kinds/echo/grid_head/"
    assert f'href="{page}"' in chart
    given = {"do": "tie", "giver": str(cast.ma.official_id), "target": HUAISHUPING}
    refused = clerk.post(page, given)
    assert (refused.status_code, "要从联系这里住户的干部里定" in refused.content.decode()) == (422, True)
    assert clerk.post(page, {**given, "giver": str(cast.luo.official_id)}).status_code == 302
    assert "小网格负责人" in clerk.get(f"/desk/links/grid/?under={HUAISHUPING}").content.decode()


@row("SG-54")
def test_another_official_is_wished_at_the_desk_and_with_the_households_own_key(clerk: Client, cast: Cast) -> None:
    home = f"/desk/households/{cast.zhang_household}/"
    page = clerk.get(home).content.decode()
    assert "这户想换一位" in page
    (key,) = re.findall(r'name="key" value="([^"]+)"><input type="hidden" name="official"', page)
    sent = {"do": "wish", "key": key, "official": str(cast.luo.official_id)}
    assert [clerk.post(home, sent).status_code for _ in range(2)] == [302, 302]
    assert LinkWish.objects.count() == 1
    own = files.make_key(by=cast.xu.viewer(now()), at=now(), household_id=cast.zhang_household)
    answer = Client().post("/file/another/", {"key": own, "official": str(cast.luo.official_id)})
    assert (answer.status_code, "您想换一位" in answer.content.decode()) == (200, True)
    assert LinkWish.objects.count() == 1
    assert Client().post("/file/another/", {"key": "x", "official": str(cast.luo.official_id)}).status_code == 404
    assert Client().post("/file/another/", {"key": own, "official": "x"}).status_code == 422
    assert "这户想换一位" not in seat(cast.luo).get(home).content.decode()  # who may not edit the register
