"""Pages that say in one place who is linked to whom: found by the official, heads of grids, another official wished."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.interfaces import desk
from huiyin.register import ticks
from huiyin.register.actions import categories
from huiyin.register.actions import household_file as files
from huiyin.register.actions.categories import Into
from huiyin.register.models import LinkWish, Post
from huiyin.register.queries import phones
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.register.test_announcements import passed
from tests.rooms.register.test_register_rows import HEADS
from tests.rooms.register.test_ties import FIXED, in_force
from tests.rows import row

pytestmark = pytest.mark.django_db
DESK = Path(desk.__file__).parent / "templates" / "desk"


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


@row("R-059", "AM-47", "R-054")
def test_bodies_and_officials_are_looked_up_as_of_a_day_and_a_body_is_renamed(clerk: Client, cast: Cast) -> None:
    yesterday = (now().date() - timedelta(days=1)).isoformat()
    assert 'href="/desk/staff/"' in clerk.get("/desk/people/").content.decode()
    listed = clerk.get("/desk/staff/").content.decode()
    hall = f"/desk/staff/{cast.bodies.centre}/"
    assert hall in listed
    assert "陈静" in clerk.get(hall).content.decode()
    refused = clerk.post(hall, {"name": "望川县审计局"})
    assert (refused.status_code, 'value="望川县审计局"' in refused.content.decode()) == (422, True)
    early = clerk.post(hall, {"name": "望川县政务服务中心", "on": "1890-01-01"})
    told = early.content.decode()
    assert (early.status_code, 'id="id_on-error"' in told, 'href="#id_on"' in told) == (422, True, True)
    assert "现在的名字是从那天起用的" in told
    assert clerk.post(hall, {"name": "望川县政务服务中心"}).status_code == 302
    page = clerk.get(hall).content.decode()
    assert "望川县政务服务中心" in page
    assert "以前叫什么" in page
    then = clerk.get(f"{hall}?day={yesterday}").content.decode()
    assert "<h1" in then
    assert "望川县群众诉求受理中心" in then
    assert "改名" not in then  # of a day that is over nothing is changed
    wrong = clerk.get(f"{hall}?day=9999-01-01")
    assert (wrong.status_code, "id_day-error" in wrong.content.decode()) == (422, True)
    official = clerk.get(f"/desk/staff/people/{cast.luo.person_id}/?day={yesterday}").content.decode()
    assert "张丽华" in official
    reader = seat(cast.chen)
    assert "改名" not in reader.get(hall).content.decode()
    assert reader.post(hall, {"name": "别的"}).status_code in (403, 422)


@row("R-050", "R-059", "SG-24")
def test_a_post_is_ended_at_the_desk_and_gives_nothing_from_that_day_on(clerk: Client, cast: Cast) -> None:
    page, day = f"/desk/staff/people/{cast.luo.person_id}/", now().date()
    shown = clerk.get(page).content.decode()
    assert "岗位到期、调走、退休" in shown
    assert f'href="/desk/links/handovers/{cast.luo.official_id}/"' in shown, "who still has households hands them over"
    given = {"key": str(uuid4()), "post": str(cast.luo.post_id)}
    early = clerk.post(page, given | {"until": "1999-01-01"})
    assert (early.status_code, "id_until-error" in early.content.decode()) == (422, True)
    for _ in range(2):  # pressed twice
        assert clerk.post(page, given | {"until": day.isoformat()}).status_code == 302
    post = Post.objects.get(pk=cast.luo.post_id)
    assert post.until == day
    assert Event.objects.filter(name="register.post_ended", subject=str(cast.luo.person_id)).count() == 1
    assert "岗位到期、调走、退休" not in clerk.get(page).content.decode(), "nothing is left to end"
    assert "罗大勇" in clerk.get("/desk/links/handovers/").content.decode()


def test_nobody_ends_a_post_out_of_their_scope_nor_their_own(clerk: Client, cast: Cast) -> None:
    own = f"/desk/staff/people/{cast.xu.person_id}/"
    assert "岗位到期" not in clerk.get(own).content.decode()
    assert clerk.post(own, {"key": str(uuid4()), "post": str(cast.xu.post_id)}).status_code == 404
    theirs, reader = f"/desk/staff/people/{cast.luo.person_id}/", seat(cast.chen)
    assert "岗位到期" not in reader.get(theirs).content.decode()
    assert reader.post(theirs, {"key": str(uuid4()), "post": str(cast.luo.post_id)}).status_code == 404
    assert clerk.post(theirs, {"key": str(uuid4()), "post": str(uuid4())}).status_code in (404, 422)
    assert not Post.objects.filter(pk__in=[cast.xu.post_id, cast.luo.post_id]).exclude(until=None).exists()


@row("R-059", "R-099")
def test_coverage_and_kinds_of_links_have_a_date_also_for_the_whole_county(clerk: Client, cast: Cast) -> None:
    yesterday = (now().date() - timedelta(days=1)).isoformat()
    page = "/desk/links/coverage/"
    assert 'name="day"' in clerk.get(page).content.decode()
    for under in (HUAISHUPING, COUNTY):
        then = clerk.get(f"{page}?under={under}&day={yesterday}")
        assert (then.status_code, "的样子，只能看" in then.content.decode()) == (200, True)
    kind = clerk.get(f"/desk/links/kinds/echo/grid_head/?day={yesterday}").content.decode()
    assert "的样子，只能看" in kind
    assert "加一条" not in kind


@row("SG-15", "R-042")
def test_a_category_of_an_office_cannot_be_ended_by_others_and_where_somebody_is_needs_a_reason(
    clerk: Client, cast: Cast
) -> None:
    make.a_body("东莞市厚街镇劳务站", kind="destination")
    at = now()
    into = Into("echo", "away", "本户自己说", person_id=cast.zhang_id, body="东莞市厚街镇劳务站", where="某鞋厂三车间")
    categories.enter(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, into=into)
    into = Into("echo", "hardship", "县民政局名单")
    categories.enter(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, into=into)
    home = f"/desk/households/{cast.zhang_household}/"
    page = clerk.get(home).content.decode()
    assert "东莞市厚街镇劳务站" in page
    assert "去处记了" in page
    assert "鞋厂" not in page
    seen = clerk.post(home, {"do": "reveal", "reason": "通知体检"}).content.decode()
    assert "某鞋厂三车间" in seen
    assert "只能由民政局告知、听证以后取消" in seen
    assert clerk.post(home, {"do": "reveal", "reason": ""}).status_code == 422


@row("R-044", "SG-46")
def test_what_is_too_small_to_be_told_is_neither_opened_nor_reckoned_from_its_neighbours(
    clerk: Client, cast: Cast
) -> None:
    for _ in range(11):
        make.a_household(SHIQIAO)
    for _ in range(14):
        make.a_household(SHANGHE)
    ticks.count_phones(now())
    viewer = cast.xu.viewer(now())
    villages = {one.name: one.few for one in phones.frame(viewer, now(), under=LIUWAN).parts}
    assert villages == {"槐树坪村": True, "石桥村": True}  # of the one household in 槐树坪村 the whole would tell
    page = clerk.get(f"/desk/phones/?under={HUAISHUPING}").content.decode()
    assert "不满 10 户，不列" in page
    assert "%" not in page.split("<h1")[1].split("</h1>")[0]
    assert "有电话的人" not in page


@row("R-044", "SG-16")
def test_the_reach_of_telephones_is_a_page_of_counts_that_names_no_number(clerk: Client, cast: Cast) -> None:
    assert "电话还没有数过" in clerk.get("/desk/phones/").content.decode()
    ticks.count_phones(now())
    page = clerk.get("/desk/phones/").content.decode()
    assert "望川县" in page
    assert "16000001234" not in page.replace("-", "")
    assert clerk.get(f"/desk/phones/?under={HUAISHUPING}").status_code == 200
    assert "望川县农业农村局" in clerk.get("/desk/phones/?system=农口").content.decode()
    assert clerk.get("/desk/phones/?under=123").status_code == 404


def test_no_table_of_the_register_slides_sideways_on_a_phone() -> None:
    """Its rows stack, each cell after the name of its column (`rows.ts`); only two or three narrow columns need not."""
    folders = ("links", "people", "cards", "households", "staff", "places", "rosters", "relief")
    pages = [page for folder in folders for page in sorted((DESK / folder).glob("*.html"))]
    assert len(pages) > 40
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "hy-scroll" not in text, page.name
        for look, head in re.findall(r'<table class="([^"]*)"><thead>(.*?)</thead>', text, re.S):
            assert "hy-stack" in look or head.count("<th") <= 3, page.name


@row("SG-16")
def test_what_may_be_sent_to_a_number_is_said_at_the_desk_and_by_the_household(clerk: Client, cast: Cast) -> None:
    home = f"/desk/households/{cast.zhang_household}/"
    there = f"{home}phones/"
    assert f'href="{there}"' in clerk.get(home).content.decode()
    page = clerk.get(there).content.decode()
    assert ("没问过，不发" in page, "窗口登记" in page, "160****" in page) == (True, True, False)  # spaced as told
    (phone,) = set(re.findall(r'name="phone" value="([^"]+)"', page))
    assert [clerk.post(there, {"phone": phone, "say": "service.agreed"}).status_code for _ in range(2)] == [302, 302]
    assert "同意 · " in clerk.get(there).content.decode()
    wrong = [{"phone": phone, "say": "x.y"}, {"phone": "", "say": "service.agreed"}, {"phone": phone}]
    assert [clerk.post(there, one).status_code for one in wrong] == [422, 422, 422]
    own = files.make_key(by=cast.xu.viewer(now()), at=now(), household_id=cast.zhang_household)
    shown = Client().post("/file/", {"key": own}).content.decode()
    assert "这些号码能不能给您发短信" in shown
    assert "收到了" not in shown  # nobody has objected to anything
    back = Client().post("/file/phones/", {"key": own, "phone": phone, "say": "service.declined"})
    assert (back.status_code, "记下了" in back.content.decode()) == (200, True)
    assert "不要 · " in clerk.get(there).content.decode()
    assert Client().post("/file/phones/", {"key": own, "phone": phone, "say": "nothing"}).status_code == 422
    assert Client().post("/file/phones/", {"key": "x", "phone": phone, "say": "service.agreed"}).status_code == 404


@row("R-094", "SG-16")
def test_a_hand_over_says_how_many_were_told_and_opens_to_whom_to_visit(clerk: Client, cast: Cast) -> None:
    passed(cast, now(), homes=2)
    while ticks.tell_households(in_daylight()):
        pass
    listed = clerk.get("/desk/links/handovers/").content.decode()
    (there,) = set(re.findall(r'href="(/desk/links/announced/[^"]+)"', listed))
    page = clerk.get(there).content.decode()
    assert ("要上门告诉" in page, "县里没有开通短信" in page, cast.ma.name in page, "data-print" in page) == (True,) * 4
    assert [clerk.get(f"{there}?show={one}").status_code for one in ("queued", "waiting", "x")] == [200, 200, 404]
    assert clerk.get(f"/desk/links/announced/{uuid4()}/").status_code == 404
    assert clerk.get(f"{there}?after=x-y").status_code == 404
    assert clerk.get(f"{there}?after={HUAISHUPING}-{cast.zhang_household}").status_code == 200
    home = clerk.get(f"/desk/households/{cast.zhang_household}/").content.decode()
    assert "起的联系干部：" in home
    assert "换联系干部的短信" in clerk.get(f"/desk/households/{cast.zhang_household}/phones/").content.decode()
    assert seat(cast.wu).get(there).status_code in (403, 404)  # another town sees none of them


def in_daylight() -> datetime:
    """The day after the next at ten in the morning of the county: no hour is quiet then."""
    return (now() + timedelta(days=2)).replace(hour=2, minute=0)
