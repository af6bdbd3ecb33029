"""The list of matters: what is shown to whom, filters, views, pages, several at once."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import Matter
from huiyin.casework.queries import matters
from huiyin.core import questions
from huiyin.core.models import Look, SavedView
from huiyin.core.now import now
from huiyin.interfaces.desk.views import queue
from tests.cast import LIUWAN, SHANGHE, Cast
from tests.interfaces.desk.made import a_matter, some_matters, warm
from tests.interfaces.desk.seat import seat
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db
LIST = "/desk/matters/"


def titles(client: Client, query: str = "", **more: Any) -> list[str]:
    answer = client.get(f"{LIST}?{query}", **more)
    assert answer.status_code == 200
    return re.findall(r'class="hy-subject" href="[^"]+">([^<]+)<', answer.content.decode())


def test_each_sees_their_own_scope_and_nothing_else(cast: Cast) -> None:
    at = now()
    a_matter(cast, at, subject="柳湾的事")
    a_matter(cast, at, subject="青石的事", place_code=SHANGHE)
    assert sorted(titles(seat(cast.zhou))) == ["柳湾的事", "青石的事"]
    assert titles(seat(cast.li)) == ["柳湾的事"]
    assert titles(seat(cast.wu)) == ["青石的事"]
    assert titles(seat(cast.zheng)) == []
    for other in (cast.qian, cast.xu, cast.luo):
        assert seat(other).get(LIST).status_code == 403, other.name


def test_a_sealed_matter_is_in_no_list_and_in_no_count(cast: Cast) -> None:
    at = now()
    a_matter(cast, at, subject="普通的事")
    held = a_matter(cast, at, subject="李卫东收烟", text="镇里的李卫东收了我家两条烟才办事。")
    assert held.held
    for member in (cast.zhou, cast.li, cast.chen):
        page = seat(member).get(LIST).content.decode()
        assert "李卫东收烟" not in page
        assert "共 1 件" in page
        assert titles(seat(member), f"q={held.code}&open=all") == []
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=held.id, persons=[cast.li.person_id])
    assert "李卫东收烟" not in seat(cast.zhou).get(f"{LIST}?open=all").content.decode()


def test_filters_narrow_and_read_as_a_sentence(cast: Cast) -> None:
    at = now()
    a_matter(cast, at, "take", subject="水的事")
    a_matter(cast, at, subject="上河的事", place_code=SHANGHE, channel="web")
    client = seat(cast.zhou)
    assert titles(client, "state=working") == ["水的事"]
    assert titles(client, "topic=water") == ["水的事"]
    assert titles(client, "channel=web") == ["上河的事"]
    assert titles(client, f"place={LIUWAN}") == ["水的事"]
    assert titles(client, f"body={cast.bodies.town}") == ["水的事"]
    assert sorted(titles(client, "q=自来水")) == ["上河的事", "水的事"]
    page = client.get(f"{LIST}?place={LIUWAN}&state=working&body={cast.bodies.town}").content.decode()
    for words in ("柳湾镇", "办理中", "柳湾镇人民政府"):
        assert re.search(rf"is-on[^>]+>.{{0,800}}?<span>{words}</span>", page, re.S), words
    day = (at + timedelta(days=1)).date().isoformat()
    assert titles(client, f"from={day}") == []
    assert len(titles(client, f"until={day}")) == 2


def test_what_is_not_understood_is_left_out(cast: Cast) -> None:
    a_matter(cast, now())
    query = "state=nonsense&place=12&body=x&due=never&from=31.11.2026&until=&sort=size&part=other"
    query += "&after=zz&before=%F0%9F%98%80&q=%EF%BF%BF&near=x"
    answer = seat(cast.zhou).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert titles(seat(cast.zhou), "place=12&body=x&due=never&from=31.11.2026&sort=size&part=other&after=zz") == [
        "三组傍晚停水"
    ]


def test_a_place_is_found_while_typing_and_without_script(cast: Cast) -> None:
    a_matter(cast, now())
    client = seat(cast.zhou)
    part = client.get("/desk/matters/places/?near=柳湾", headers={"HX-Request": "true"}).content.decode()
    assert f"place={LIUWAN}" in part
    assert "<html" not in part
    assert titles(client, "near=石桥") == []
    assert "place=990101101202" in client.get(f"{LIST}?near=石桥").content.decode()
    assert "没有找到这个地方" in client.get(f"{LIST}?near=没有这里").content.decode()


def test_pages_follow_each_other_without_gap_or_double(cast: Cast) -> None:
    some_matters(cast, now(), 60)
    client = seat(cast.zhou)
    for sort in ("due", "new", "old"):
        seen: list[str] = []
        address = f"{LIST}?sort={sort}"
        steps = 0
        while address:
            page = client.get(address).content.decode()
            seen += re.findall(r'class="hy-subject" href="[^"]+">([^<]+)<', page)
            found = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
            address = LIST + found[1].replace("&amp;", "&") if found else ""
            steps += 1
        assert steps == 3, sort
        assert len(seen) == len(set(seen)) == 60, sort
    before = re.search(r'href="(\?[^"]*before=[^"]*)" rel="prev"', page)
    assert before is not None
    assert len(titles(client, before[1][1:].replace("&amp;", "&"))) == 25


@row("R-188")
@pytest.mark.parametrize("words", ["", "&q=灯"])
def test_a_list_of_all_has_what_is_still_to_be_done_first_and_then_what_ended_last(cast: Cast, words: str) -> None:
    """Oldest first, what was over years ago would stand before what is late today. Pages go over the seam both ways."""
    ended = [made.closed(cast, now() - timedelta(days=n), text=f"第{n}盏灯坏了。").title for n in (9, 20, 14)]
    waits = [made.working(cast, now() - timedelta(days=n), text=f"第{n}处灯不亮。").title for n in (3, 12, 5)]
    order = [waits[1], waits[2], waits[0], ended[0], ended[2], ended[1]]
    client = seat(cast.zhou)
    assert titles(client, f"open=all{words}") == order
    viewer = cast.zhou.viewer(now())
    asked = matters.Filters(open_only=False, text="灯" if words else "")
    for size in range(1, 7):
        seen: list[str] = []
        after, pages = "", []
        while True:
            page = matters.matters(viewer, asked, now(), after=after, size=size)
            seen += [one.title for one in page.rows]
            pages.append(page)
            after = page.after
            if not after:
                break
        assert seen == order, size
        back = [
            one.title
            for page in pages[:0:-1]
            for one in reversed(matters.matters(viewer, asked, now(), before=page.before, size=size).rows)
        ]
        assert back[::-1] == order[: len(back)] and len(back) == size * (len(pages) - 1), size


def test_htmx_gets_the_part_and_everybody_else_the_page(cast: Cast) -> None:
    a_matter(cast, now())
    client = seat(cast.zhou)
    part = client.get(LIST, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(LIST).content.decode()
    assert part.lstrip().startswith('<div id="hy-list">')
    assert "<html" not in part
    assert "三组傍晚停水" in part
    assert "<html" in whole
    assert "三组傍晚停水" in whole


def test_a_view_is_kept_shared_renamed_and_deleted_by_its_owner(cast: Cast) -> None:
    a_matter(cast, now())
    client = seat(cast.zhou)
    kept = client.post("/desk/matters/views/", {"name": "柳湾在办", "query": f"place={LIUWAN}&bogus=1", "share": "1"})
    assert kept["Location"] == f"{LIST}?place={LIUWAN}"
    view = SavedView.objects.get()
    assert (view.query, view.role) == (f"place={LIUWAN}", "dispatcher")
    assert re.search(r"柳湾在办\s+1<", client.get(LIST).content.decode())
    assert "柳湾在办" in seat(cast.sun).get(LIST).content.decode(), "shared with the role"
    assert "柳湾在办" not in seat(cast.chen).get(LIST).content.decode()
    address = f"/desk/matters/views/{view.pk}/"
    assert seat(cast.sun).get(address).status_code == 404, "a colleague may not change it"
    assert seat(cast.sun).post(address, {"do": "delete"}).status_code == 404
    assert client.post(address, {"name": "  "}).status_code == 422
    client.post(address, {"name": "柳湾的"})
    assert "柳湾的" in client.get(LIST).content.decode()
    client.post(address, {"do": "delete"})
    assert not SavedView.objects.exists()


def test_a_view_without_a_name_keeps_what_was_typed(cast: Cast) -> None:
    answer = seat(cast.zhou).post("/desk/matters/views/", {"name": " ", "query": "due=late"})
    assert answer.status_code == 422
    assert 'value="due=late"' in answer.content.decode()


@row("R-172")
def test_several_are_accepted_at_once_after_a_look_at_which(cast: Cast) -> None:
    at = now()
    matters = [*some_matters(cast, at, 3), a_matter(cast, at, "accept")]
    client = seat(cast.chen)
    codes = [matter.code for matter in matters]
    look = client.post("/desk/matters/bulk/", {"code": codes, "back": "due=today"})
    assert look.status_code == 200
    assert "受理这 3 件？" in look.content.decode()
    assert Matter.objects.filter(state="received").count() == 3, "nothing is done by looking"
    done = client.post("/desk/matters/bulk/", {"code": codes, "back": "due=today", "do": "accept"})
    assert done["Location"] == f"{LIST}?due=today"
    assert Matter.objects.filter(state="accepted").count() == 4
    assert "受理：做好了 3 件。" in client.get(LIST).content.decode()
    again = client.post("/desk/matters/bulk/", {"code": codes, "do": "accept"})
    assert again.status_code == 302, "a second press does nothing"


def test_several_are_not_accepted_by_somebody_without_the_verb_or_the_scope(cast: Cast) -> None:
    matters = some_matters(cast, now(), 2)
    codes = [matter.code for matter in matters]
    assert seat(cast.li).post("/desk/matters/bulk/", {"code": codes, "do": "accept"}).status_code == 403
    assert seat(cast.zheng).post("/desk/matters/bulk/", {"code": codes, "do": "accept"}).status_code == 302
    assert Matter.objects.filter(state="received").count() == 2
    assert 'name="code"' not in seat(cast.li).get(LIST).content.decode(), "no boxes for whom may not"


def test_bodies_to_narrow_by_are_a_page_of_links(cast: Cast) -> None:
    page = seat(cast.zhou).get("/desk/matters/bodies/?due=late").content.decode()
    links = [
        parse_qs(urlsplit(link.replace("&amp;", "&")).query)
        for link in re.findall(r'href="(/desk/matters/\?[^"]+)"', page)
    ]
    assert {"due": ["late"], "body": [str(cast.bodies.town)]} in links


def test_the_list_on_paper(cast: Cast) -> None:
    a_matter(cast, now())
    page = seat(cast.zhou).get("/desk/matters/print/?due=week").content.decode()
    assert "事项清单" in page
    assert "三组傍晚停水" in page
    assert "张丽华" not in page
    sheet = Look.objects.get(kind="matters.print")
    assert (sheet.person_id, sheet.reason) == (cast.zhou.person_id, "1 due=week"), "who printed, what and how many"
    found = seat(cast.zhou).get("/desk/matters/print/?due=week&q=张丽华").content.decode()
    assert "张丽华" in found, "the way back leads to the same list"
    assert Look.objects.filter(kind="matters.print").latest("id").reason == "0 due=week", "it may be a name"


def test_an_empty_list_says_why_and_leads_on(cast: Cast) -> None:
    client = seat(cast.zhou)
    nothing = client.get(f"{LIST}?q=没有这样的事").content.decode()
    assert "没有查到" in nothing
    assert "/desk/matters/print/" not in nothing, "nothing is offered of nothing"
    assert "这样筛下来一件也没有" in client.get(f"{LIST}?due=late").content.decode()


@pytest.mark.once
def test_the_list_costs_the_same_for_one_and_for_fifty(cast: Cast, django_assert_max_num_queries: Any) -> None:
    at = now()
    a_matter(cast, at, "take")
    client = seat(cast.zhou)
    client.post("/desk/matters/views/", {"name": "柳湾", "query": f"place={LIUWAN}"})
    warm(client, LIST)
    with django_assert_max_num_queries(12) as one:
        client.get(LIST)
    some_matters(cast, at, 49)
    warm(client, LIST)
    with django_assert_max_num_queries(12) as many:
        assert "共 50 件" in client.get(LIST).content.decode()
    assert len(one) == len(many)


def test_beyond_what_tabs_count_the_page_says_more_than_that(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    some_matters(cast, now(), 3)
    client = seat(cast.zhou)
    assert "共 3 件" in client.get(LIST).content.decode()
    for one in (matters, queue):
        monkeypatch.setattr(one, "TABS", 2)
    monkeypatch.setattr(questions, "_made", {})
    page = client.get(LIST).content.decode()
    assert "超过 999 件，本页 3 件" in page
    assert ">在办 1+<" in page


def test_the_list_is_never_stored_and_is_complete_in_english(cast: Cast) -> None:
    a_matter(cast, now())
    answer = seat(cast.zhou, language="en").get(LIST)
    assert answer["Cache-Control"] == "no-store"
    assert "Matters" in answer.content.decode()
