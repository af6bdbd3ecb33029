"""Registering a body at the desk."""

import pytest

from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.register.models import Body
from tests import factories as make
from tests.cast import COUNTY, FOREIGN_VILLAGE, HUAISHUPING, LIUWAN, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/staff/new/"
KEY = "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f2"


@row("R-047", "R-049", "R-041")
def test_a_body_is_registered_where_one_looks_for_it(cast: Cast) -> None:
    make.put_in_force(at=now())
    desk = seat(cast.xu)
    assert f"{PAGE}?under={HUAISHUPING}" in desk.get(f"/desk/staff/?under={HUAISHUPING}").content.decode()
    page = desk.get(f"{PAGE}?under={HUAISHUPING}").content.decode()
    assert "重点项目" in page
    assert "隐患点" in page
    answer = desk.post(PAGE, {"key": f"{KEY}1", "under": HUAISHUPING, "phone": "160-0000-7000"})
    page = answer.content.decode()
    assert (answer.status_code, page.count('hy-error"'), "160-0000-7000" in page) == (422, 2, True)
    summary = page.split('class="hy-errors"')[1].split("</form>")[0]
    assert ("请写单位的名字。" in summary, "请选它是什么。" in summary, "没有填" in summary) == (True, True, False)
    sent = {"key": f"{KEY}2", "under": HUAISHUPING, "name": "后山滑坡点", "kind": "hazard_site"}
    for _ in range(2):
        assert desk.post(PAGE, sent).status_code == 302
    body = Body.objects.get(name="后山滑坡点")
    assert body.kind == "hazard_site"
    assert "隐患点" in desk.get(f"/desk/staff/{body.pk}/").content.decode()
    numbered = sent | {"key": f"{KEY}7", "name": "西山水厂", "phone": "问村主任"}
    told = desk.post(PAGE, numbered | {"kind": "gang"})
    assert (told.status_code, told.content.decode().count('hy-error"')) == (422, 2), "kind and telephone at once"
    for key, phone, kept in ((8, "１６０-0000-7000", "160-0000-7000"), (9, "12345", "12345")):
        assert (
            desk.post(PAGE, numbered | {"key": f"{KEY}{key}", "name": f"水厂{key}", "phone": phone}).status_code == 302
        )
        assert Body.objects.get(name=f"水厂{key}").phone == kept
    again = desk.post(PAGE, sent | {"key": f"{KEY}3"})
    assert again.status_code == 422
    assert desk.post(PAGE, sent | {"key": f"{KEY}4", "kind": "gang", "name": "别的"}).status_code == 422
    long = desk.post(PAGE, sent | {"key": f"{KEY}6", "name": "山" * 61})
    assert (long.status_code, "名字最多 60 个字" in long.content.decode()) == (422, True)
    assert 'maxlength="60"' in page
    make.a_body("望川县机关事务办公室", kind="government", place_code=COUNTY)
    assert '<option value="government">政府</option>' in desk.get(PAGE).content.decode()
    assert "Register a body" in seat(cast.xu, language="en").get(PAGE).content.decode()


def test_nobody_else_registers_one_nor_anybody_elsewhere(cast: Cast) -> None:
    make.put_in_force(at=now())
    assert seat(cast.ma).get(PAGE).status_code == 403
    sent = {"key": f"{KEY}5", "under": FOREIGN_VILLAGE, "name": "后山滑坡点", "kind": "hazard_site"}
    assert seat(cast.xu).post(PAGE, sent).status_code == 404
    assert seat(cast.zheng).post(PAGE, sent).status_code == 403
    assert not Body.objects.filter(name="后山滑坡点").exists()


@row("R-039")
def test_a_closed_enterprise_is_said_once_listed_and_followed_up(cast: Cast) -> None:
    make.put_in_force(at=now())
    mill = make.a_body("柳湾造纸厂", kind="enterprise", place_code=LIUWAN)
    desk, page = seat(cast.xu), f"/desk/staff/{mill}/"
    assert "按正常算" in desk.get(page).content.decode()
    assert f"{page}state/" in desk.get(page).content.decode()
    wrong = desk.post(f"{page}state/", {"key": f"{KEY}7", "on": "昨天", "note": "欠三个月工资"})
    text = wrong.content.decode()
    assert (wrong.status_code, text.count('hy-error"'), "欠三个月工资" in text) == (422, 2, True)
    sent = {"key": f"{KEY}8", "state": "closed", "on": "", "note": "欠三个月工资"}
    for _ in range(2):
        assert desk.post(f"{page}state/", sent).status_code == 302
    text = desk.get(page).content.decode()
    assert "关停" in text
    assert "没有人联系这里" in text
    listed = desk.get(f"/desk/staff/?under={LIUWAN}&state=closed").content.decode()
    assert listed.count("data-row") == 1
    assert "柳湾造纸厂" in listed
    assert "没有找到" in desk.get(f"/desk/staff/?under={LIUWAN}&state=stopped").content.decode()
    for words, count in (("造纸", 1), ("ZAOZHI", 1), ("钢铁", 0)):
        found = desk.get("/desk/staff/", {"under": LIUWAN, "q": words}).content.decode()
        assert (found.count("data-row"), "没有找到" in found) == (count, not count)
    assert "企业" in desk.get(page).content.decode()
    assert "Does something else" in seat(cast.xu, language="en").get(f"{page}state/").content.decode()
    assert seat(cast.ma).post(f"{page}state/", sent).status_code == 403
    assert desk.get(f"/desk/staff/{cast.bodies.town}/state/").status_code == 404


@row("R-045", "R-048")
def test_a_body_is_put_in_an_industry_and_telephones_are_counted_by_it(cast: Cast) -> None:
    make.put_in_force(at=now())
    desk, page = seat(cast.xu), f"/desk/staff/{cast.bodies.farming}/"
    wrong = desk.post(page, {"do": "classify", "system": "农口", "industry": "业" * 21})
    assert (wrong.status_code, 'id="id_industry-error"' in wrong.content.decode()) == (422, True)
    sent = {"do": "classify", "system": "农口", "industry": "农业"}
    for _ in range(2):
        assert desk.post(page, sent).status_code == 302
    body = Body.objects.get(pk=cast.bodies.farming)
    assert (body.system, body.industry) == ("农口", "农业")
    assert Event.objects.filter(name="register.body_classified").count() == 1, "pressed twice"
    assert '<option value="农业">' in desk.get(f"/desk/staff/{cast.bodies.town}/").content.decode()
    reach = desk.get("/desk/phones/?by=industry").content.decode()
    assert "没有写行业" in reach
    assert "industry=%E5%86%9C%E4%B8%9A" in reach
    units = desk.get("/desk/phones/?industry=农业").content.decode()
    assert body.name in units
    assert "在岗的人：农业" in units
    assert seat(cast.ma).post(page, sent).status_code == 404, "a body of the county"
    assert "By industry" in seat(cast.xu, language="en").get("/desk/phones/").content.decode()
