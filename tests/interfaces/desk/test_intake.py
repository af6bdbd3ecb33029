"""The telephone: what a clerk may do at once, what happens twice, what is kept and what is refused."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from huiyin.casework.models import Matter, Move
from huiyin.casework.queries import track
from huiyin.core import rulebook
from huiyin.core.caches import forget_all
from huiyin.core.models import Draft, Event, Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, ZHANG_PHONE, Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE, DONE, SLIP = "/desk/intake/", "/desk/intake/done/", "/desk/intake/slip/"
KEY = re.compile(r'name="key" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def typed(client: Client, **more: str) -> dict[str, str]:
    """A plain case as it stands in the form, with the form's own key."""
    found = KEY.search(client.get(PAGE).content.decode())
    assert found
    said = {"key": found[1], "reporter_phone": ZHANG_PHONE, "text": "自来水停了三天", "place_text": "槐树坪村"}
    return said | {"way": "z", "disclosure": "named", "channel": "phone", "nature": "problem", "topic": "water"} | more


def sent(client: Client, **more: str) -> Matter:
    """A case that was taken."""
    answer = client.post(PAGE, typed(client, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Matter.objects.order_by("-opened_at").first()  # type: ignore[return-value]  # one was just taken


@row("R-157", "R-189")
def test_a_clerk_takes_accepts_and_classifies_in_one_go_and_answers_for_it_until_somebody_has_it(cast: Cast) -> None:
    matter = sent(seat(cast.chen), owner=str(cast.bodies.farming))
    assert (matter.state, matter.topic, matter.nature, matter.way) == (
        "accepted",
        "water",
        "problem",
        "pass_for_handling",
    )
    assert matter.place_code == HUAISHUPING
    assert matter.first_asked_id == cast.chen.person_id
    moves = list(Move.objects.filter(matter=matter).values_list("step", flat=True))
    assert moves == ["open", "accept", "classify"]
    assert "农业农村局" in Move.objects.get(matter=matter, step="classify").note


@row("R-181")
def test_an_answer_on_the_spot_is_an_answer_and_waits_for_the_call_of_somebody_else(cast: Cast) -> None:
    matter = sent(seat(cast.chen), way="d", reply="明天上午十点来水，通知贴在村口。")
    assert (matter.state, matter.way, matter.handler_id) == ("answered", "direct_answer", cast.chen.person_id)
    assert matter.code not in seat(cast.chen).get("/desk/intake/").content.decode()


def test_a_dispatcher_at_the_telephone_assigns_at_once(cast: Cast) -> None:
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    matter = sent(seat(cast.zhou), **{name: str(one) for name, one in parts.items()})
    assert (matter.state, matter.owner_body_id, matter.handler_id) == ("assigned", cast.bodies.town, cast.li.person_id)


@row("R-169")
def test_the_number_is_read_out_and_the_slip_shows_the_proof_once_more(cast: Cast) -> None:
    client = seat(cast.chen)
    matter = sent(client)
    code = f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}"
    assert code in client.get(DONE).content.decode()
    slip = client.get(SLIP).content.decode()
    proof = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", slip)
    assert proof
    found = track.by_proof(Viewer.resident(), proof[0], now())
    assert found.code == matter.code
    assert seat(cast.zhou).get(DONE).status_code == 404, "somebody else's last matter is nobody's business"


def test_whoever_leaves_no_name_leaves_no_number_and_is_told_to_keep_the_slip(cast: Cast) -> None:
    client = seat(cast.chen)
    assert sent(client, disclosure="anonymous").parties.count() == 0
    assert "要凭回执上的查询码查" in client.get(DONE).content.decode()


def test_the_same_form_sent_twice_is_one_matter(cast: Cast) -> None:
    client = seat(cast.chen)
    form = typed(client)
    assert [client.post(PAGE, form).status_code for _ in range(3)] == [302, 302, 302]
    assert Matter.objects.count() == 1


def test_the_same_key_with_other_words_is_refused_and_the_next_press_is_a_new_matter(cast: Cast) -> None:
    client = seat(cast.chen)
    form = typed(client)
    client.post(PAGE, form)
    answer = client.post(PAGE, form | {"text": "路灯也不亮了"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "这次写的和那次不一样，还没有存" in html
    assert "路灯也不亮了" in html
    fresh = KEY.search(html)
    assert fresh
    assert fresh[1] != form["key"]
    assert client.post(PAGE, form | {"text": "路灯也不亮了", "key": fresh[1]}).status_code == 302
    assert Matter.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("text", "", "还没有写事情。"),
        ("text", "水" * 20_001, "写得太长了"),
        ("reporter_phone", "1600000", "手机号"),
        ("place_text", "没有这个村", "没有找到这个地方"),
        ("topic", "", "还没有选是哪方面的事"),
        ("topic", "astrology", "没有这个类别"),
        ("nature", "omen", "没有这种性质"),
        ("channel", "pigeon", "没有这个渠道"),
        ("disclosure", "sometimes", "请从给出的几项里选"),
        ("way", "x", "没有这种办理方式"),
        ("key", "not-a-key", "请求编号不是规定的格式"),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_nothing_typed_is_lost(
    cast: Cast, field: str, value: str, sentence: str
) -> None:
    client = seat(cast.chen)
    answer = client.post(PAGE, typed(client, reporter_name="张丽华", **{field: value}))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert 'value="张丽华"' in html
    assert Matter.objects.count() == 0


def test_all_that_is_missing_or_wrong_is_told_at_once(cast: Cast) -> None:
    client = seat(cast.chen)
    wrong = {"text": " ", "topic": "", "place_text": "没有这个村", "reporter_phone": "123", "way": "d", "reply": ""}
    html = client.post(PAGE, typed(client, **wrong)).content.decode()
    for sentence in ("还没有写事情。", "还没有选是哪方面的事", "没有找到这个地方", "还没有写答复"):
        assert sentence in html
    assert "还差 5 处" in html
    assert Matter.objects.count() == 0


def test_the_callers_earlier_matters_stay_beside_a_form_that_is_refused(cast: Cast) -> None:
    spine.accepted(cast, now() - timedelta(days=3))
    client = seat(cast.chen)
    html = client.post(PAGE, typed(client, text="", disclosure="sometimes")).content.decode()
    assert "这个号码以前的 1 件" in html
    assert "补到那件里" in html


def test_a_direct_answer_needs_its_words(cast: Cast) -> None:
    client = seat(cast.chen)
    assert "还没有写答复" in client.post(PAGE, typed(client, way="d", reply=" ")).content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>停水",
        "停水\x00三天",
        "=cmd|' /C calc'!A0 停水",
        "停水\u202e三天😀",
        "{{ 7*7 }}停水",
        "水\r\n" * 500,
    ],
)
def test_hostile_words_are_kept_or_refused_with_a_sentence_and_never_executed(cast: Cast, text: str) -> None:
    client = seat(cast.chen)
    answer = client.post(PAGE, typed(client, text=text))
    assert answer.status_code in (302, 422)
    html = client.get(PAGE).content.decode() + answer.content.decode()
    assert "<script>alert" not in html
    if answer.status_code == 302:
        assert "\x00" not in Matter.objects.get().text


@row("R-165", "SG-01")
def test_words_about_an_official_are_held_and_the_clerk_learns_no_more(cast: Cast) -> None:
    client = seat(cast.chen)
    matter = sent(client, text="柳湾镇的李卫东态度很差，要钱才给办。")
    assert matter.held
    assert matter.state == "received"
    html = client.get(DONE).content.decode()
    assert "先由县里的派单员看过" in html
    assert "李卫东" not in html
    assert client.get(f"/desk/matters/{matter.code}/").status_code == 404


def test_the_callers_earlier_matters_stand_beside_by_number_and_looking_leaves_a_trace(cast: Cast) -> None:
    spine.accepted(cast, now() - timedelta(days=3))
    client = seat(cast.chen)
    looks = Look.objects.count()
    answer = client.post(PAGE, {"do": "caller", "reporter_phone": ZHANG_PHONE}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert "这个号码以前的 1 件" in html
    assert "张丽华" in html
    assert "<html" not in html
    assert Look.objects.count() == looks + 1
    whole = client.post(PAGE, typed(client) | {"do": "caller"}).content.decode()
    assert "这个号码以前的 1 件" in whole
    assert "自来水停了三天" in whole


@row("SG-01", "SG-23")
def test_no_number_that_is_typed_tells_who_reported_in_confidence(cast: Cast) -> None:
    """Whoever handles a matter could try the telephones of a village one after another, without a reason or a trace."""
    kept = a_matter(cast, now() - timedelta(days=3), "accept", disclosure="confidential")
    client = seat(cast.chen)
    for more in ({}, {"text": kept.text}):
        page = client.post(PAGE, typed(client, **more) | {"do": "caller"}).content.decode()
        assert "这个号码以前的 0 件" in page
        assert 'name="add_to"' not in page and 'name="again_of"' not in page
    assert kept.title in page, "by its words it is found as any other"


@row("SG-49", "SG-16")
def test_so_many_different_numbers_a_day_are_looked_up_and_the_words_are_taken_all_the_same(cast: Cast) -> None:
    book = make.county_book("wangchuan")
    county = book.county.model_copy(update={"numbers_a_day": 2})
    rulebook.activate(
        by=make.SYSTEM, at=now(), rulebook=book.model_copy(update={"county": county}), in_force_from=now()
    )
    client = seat(cast.chen)

    def told(number: str) -> str:
        given = {"do": "caller", "reporter_phone": number}
        return client.post(PAGE, given, headers={"HX-Request": "true"}).content.decode()

    for number in ("16000009001", "16000009002", "16000009001"):  # nobody's, which a trace by household would not show
        assert "用完了" not in told(number)
    forget_all()
    for _ in range(2):
        page = told(ZHANG_PHONE)
        assert "用完了" in page and "张丽华" not in page
    assert Look.objects.filter(kind="phone.spent").count() == 1
    assert sent(client).parties.count() == 1


def test_a_number_that_is_none_is_told_kindly(cast: Cast) -> None:
    answer = seat(cast.chen).post(PAGE, {"do": "caller", "reporter_phone": "12"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'role="status"' in answer.content.decode()


@row("R-165")
def test_topics_are_suggested_by_the_words_that_hit_and_a_choice_of_the_clerks_own_stays(cast: Cast) -> None:
    client = seat(cast.chen)
    look = {"do": "look", "text": "自来水停水，水管也坏了，小区路灯不亮", "place_code": HUAISHUPING}
    html = client.post(PAGE, look, headers={"HX-Request": "true"}).content.decode()
    assert re.search(r'value="water" data-key="1" checked', html)
    assert "<mark>停水</mark>" in html
    assert "水利局" in html
    other = client.post(PAGE, look | {"topic": "construction", "suggested": "water"}, headers={"HX-Request": "true"})
    assert re.search(r'value="construction" data-key="2" checked', other.content.decode())


def test_similar_matters_of_the_village_are_offered_for_going_on(cast: Cast) -> None:
    spine.accepted(cast, now() - timedelta(days=1))
    look = {"do": "look", "text": spine.TEXT, "place_code": HUAISHUPING}
    html = seat(cast.chen).post(PAGE, look, headers={"HX-Request": "true"}).content.decode()
    assert "打开那件看" in html


@pytest.mark.parametrize("text", ["hsp", "huaishuping", "槐树", "990101101201"])
def test_a_place_is_found_by_name_pinyin_initials_or_code(cast: Cast, text: str) -> None:
    answer = seat(cast.chen).post(PAGE, {"do": "places", "place_text": text}, headers={"HX-Request": "true"})
    assert f'data-code="{HUAISHUPING}"' in answer.content.decode()


def test_a_place_is_found_through_what_nobody_sees(cast: Cast) -> None:
    assert sent(seat(cast.chen), place_text="\u202e槐树\u200b坪村 ").place_code == HUAISHUPING


def test_without_a_script_several_places_of_a_name_are_listed_to_choose_from(cast: Cast) -> None:
    client = seat(cast.chen)
    make.lay_places([("990101102202", "槐树坪村")])
    form = typed(client)
    answer = client.post(PAGE, form)
    assert answer.status_code == 422
    assert 'value="990101102202"' in answer.content.decode()
    picked = client.post(PAGE, form | {"pick": "990101102202"}).content.decode()
    assert 'name="place_code" value="990101102202"' in picked


def test_a_place_that_is_not_given_is_the_county(cast: Cast) -> None:
    assert sent(seat(cast.chen), place_text="").place_code == make.COUNTY
    assert sent(seat(cast.chen), place_text="柳湾镇").place_code == LIUWAN


def test_what_is_typed_is_kept_sealed_and_is_there_after_a_dropped_line(cast: Cast) -> None:
    client = seat(cast.chen)
    kept = client.post("/desk/intake/draft/", typed(client))
    assert re.fullmatch(r"\d{1,2}:\d\d", kept.content.decode())  # when, by the server's clock
    assert b"\xe8\x87\xaa" not in bytes(Draft.objects.get().body), "not in clear"
    html = client.get(PAGE).content.decode()
    assert "自来水停了三天" in html
    assert "上次没交的还在" in html
    assert "自来水停了三天" not in seat(cast.zhou).get(PAGE).content.decode()
    client.post(PAGE, {"do": "drop"})
    assert "自来水停了三天" not in client.get(PAGE).content.decode()


def test_a_draft_that_comes_after_its_matter_was_taken_does_not_come_back(cast: Cast) -> None:
    client = seat(cast.chen)
    form = typed(client)
    client.post(PAGE, form)
    client.post("/desk/intake/draft/", form)
    assert Draft.objects.count() == 0


def test_put_aside_is_there_again(cast: Cast) -> None:
    client = seat(cast.chen)
    assert client.post(PAGE, typed(client) | {"do": "keep"}).status_code == 302
    assert "自来水停了三天" in client.get(PAGE).content.decode()


@row("R-188")
def test_the_deadline_stands_with_its_sum_and_as_a_sentence_to_read_out(cast: Cast) -> None:
    html = seat(cast.chen).get(PAGE).content.decode()
    assert "答复期限到" in html
    assert "收到，当天不算" in html
    assert "念给居民听" in html


def test_no_telephone_number_stands_in_an_address_or_an_event(cast: Cast) -> None:
    sent(seat(cast.chen))
    assert not [event for event in Event.objects.all() if ZHANG_PHONE in str(event.data)]
    assert seat(cast.chen).get(PAGE, {"reporter_phone": ZHANG_PHONE}).content.decode().count(ZHANG_PHONE) == 0


@pytest.mark.parametrize(("who", "status"), [("chen", 200), ("zhou", 200), ("luo", 200), ("li", 404), ("qian", 404)])
def test_only_whoever_takes_matters_has_the_page(cast: Cast, who: str, status: int) -> None:
    member: Member = getattr(cast, who)
    for answer in (seat(member).get(PAGE), seat(member).post(PAGE, {"do": "look"})):
        assert answer.status_code == status


def test_a_village_official_takes_words_and_others_accept_them(cast: Cast) -> None:
    matter = sent(seat(cast.luo))
    assert (matter.state, matter.first_asked_id) == ("received", cast.luo.person_id)


def test_nobody_else_gets_there_without_signing_in(cast: Cast) -> None:
    for address in (PAGE, DONE, SLIP):
        assert Client().get(address)["Location"].startswith("/account/login/")


@pytest.mark.once
def test_the_page_costs_the_same_with_one_matter_and_with_many(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = seat(cast.chen)
    look: dict[str, Any] = {"do": "look", "text": spine.TEXT, "place_code": HUAISHUPING}
    moment: datetime = now()
    client.get(PAGE)
    for n in range(3):
        spine.opened(cast, moment - timedelta(hours=n + 1))
        with django_assert_max_num_queries(12):
            client.get(PAGE)
        with django_assert_max_num_queries(14):
            client.post(PAGE, look, headers={"HX-Request": "true"})


@row("R-155")
def test_what_is_typed_in_from_a_letter_asks_for_its_day_and_says_so_afterwards(cast: Cast) -> None:
    client, day = seat(cast.chen), timezone.localtime(now()).date() - timedelta(days=3)
    matter = sent(client, channel="letter", paper_on=day.isoformat())
    assert matter.local_day == day
    shown = seat(cast.zhou).get(f"/desk/matters/{matter.code}/").content.decode()
    assert "照纸上的日子" in shown and "0:00" not in shown, "of a paper no hour is known"
    answer = client.post(PAGE, typed(client, paper_on="11月3日"))
    assert answer.status_code == 422 and "id_paper_on-error" in answer.content.decode()
    ahead = client.post(PAGE, typed(client, paper_on=(day + timedelta(days=9)).isoformat()))
    assert ahead.status_code == 422 and "这一天还没到" in ahead.content.decode()


@row("R-155")
def test_a_card_and_a_written_objection_keep_the_day_that_stands_on_them(cast: Cast) -> None:
    client, day = seat(cast.chen), timezone.localtime(now()).date() - timedelta(days=3)
    home = f"/desk/households/{cast.zhang_household}/"
    key = KEY.search(client.get(f"{home}change/?what=wishes").content.decode())
    assert key
    said = {"key": key[1], "what": "wishes", "person": "", "seen": "-", "words": "想把井修好"}
    assert client.post(f"{home}change/", said | {"paper_on": day.isoformat()}).status_code == 302
    written = {"key": str(uuid4()), "do": "object", "about": "notes", "words": "没有这回事"}
    assert client.post(home, written | {"paper_on": day.isoformat()}).status_code == 302
    shown = client.get(home).content.decode()
    assert shown.count("纸上是") == 2 + 1, "the note, the objection, and the field for the next"
    ahead = {"paper_on": (day + timedelta(days=9)).isoformat(), "key": str(uuid4())}
    refused = client.post(home, written | ahead)
    assert refused.status_code == 422 and "这一天还没到" in refused.content.decode()
