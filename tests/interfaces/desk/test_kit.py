"""The kit at the desk: the list of a town, ticking what was handed over, an official's own page."""

import pytest

from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.register.models import KitGiven
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, LIUWAN, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/cards/kit/"


@row("R-119", "R-073")
def test_who_lacks_what_is_listed_and_what_was_handed_over_is_ticked(cast: Cast) -> None:
    make.put_in_force(at=now())
    desk = seat(cast.xu)
    page = desk.get(f"{PAGE}?town={LIUWAN}").content.decode()
    assert "有 1 名联户干部的东西不齐" in page
    assert "民情信息档案、联户通讯录、服务承诺书、入户日志、民情联系卡" in page
    answer = desk.post(PAGE, {"town": LIUWAN, "item": "echo.diary"})
    assert (answer.status_code, "请勾上发给了哪几位" in answer.content.decode()) == (422, True)
    sent = {"town": LIUWAN, "item": "echo.diary", "official": [str(cast.luo.official_id)]}
    assert desk.post(PAGE, sent).status_code == 302
    assert desk.post(PAGE, sent).status_code == 302
    assert KitGiven.objects.count() == 1
    assert "民情信息档案、联户通讯录、服务承诺书、民情联系卡" in desk.get(f"{PAGE}?town={LIUWAN}").content.decode()
    own = f"/desk/staff/people/{cast.luo.person_id}/"
    page = desk.get(own).content.decode()
    assert "手里还差 4 样" in page
    assert "民意调查员、政策宣传员、纠纷调解员、群众服务员、工作指导员" in page
    struck = {"item": "echo.diary", "official": str(cast.luo.official_id), "person": str(cast.luo.person_id)}
    for _ in range(2):
        assert desk.post(f"{PAGE}strike/", struck).status_code == 302
    assert desk.post(f"{PAGE}strike/", struck | {"item": "echo.letter"}).status_code == 404
    assert Event.objects.filter(name="register.kit_struck").count() == 1
    assert "手里还差 5 样" in desk.get(own).content.decode()
    assert PAGE in desk.get("/desk/cards/").content.decode()


def test_a_reader_sees_the_list_and_ticks_nothing(cast: Cast) -> None:
    make.put_in_force(at=now())
    reader = seat(cast.ma)
    page = reader.get(PAGE).content.decode()
    assert "有 1 名联户干部的东西不齐" in page
    assert "checkbox" not in page
    assert reader.post(PAGE, {"item": "echo.diary", "official": [str(cast.luo.official_id)]}).status_code == 422
    assert "lacks something" in seat(cast.ma, language="en").get(PAGE).content.decode()


def test_whoever_is_not_listed_is_counted_all_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.put_in_force(at=now())
    fresh = make.an_official(cast.bodies.village, name="新来的", role="official", title="干事", place_code=HUAISHUPING)
    home, _ = make.a_household(GROUP_THREE, head="孟庆有")
    make.a_link(fresh.official_id, home, now())
    monkeypatch.setattr("huiyin.register.queries.kit.LISTED", 1)
    page = seat(cast.xu).get(f"{PAGE}?town={LIUWAN}").content.decode()
    assert "有 2 名联户干部的东西不齐" in page
    assert page.count("data-row") == 1
    assert f"town={LIUWAN}&amp;after=1" in page
    rest = seat(cast.xu).get(f"{PAGE}?town={LIUWAN}&after=1").content.decode()
    assert rest.count("data-row") == 1
    assert 'rel="next"' not in rest
