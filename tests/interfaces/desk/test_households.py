"""Households at the desk: the list, the file, putting it right beside somebody else, reveal, key, erasure by two."""

import re
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from huiyin.casework import ticks
from huiyin.casework.models import Matter
from huiyin.casework.queries import matters
from huiyin.core.models import Look, Person
from huiyin.core.now import now
from huiyin.register.actions import household_file, people
from huiyin.register.models import Erasure, FileKey, Membership, Objection, Resident
from huiyin.register.queries import household_file as ask
from tests import factories as make
from tests.cast import GROUP_THREE, LIUWAN, ZHANG_PHONE, Cast
from tests.conftest import Clock
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
HOME = "/desk/households/"


@pytest.fixture
def luo(cast: Cast) -> Client:
    """The linked official of Zhang's household, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.luo)


def text(client: Client, path: str, status: int = 200) -> str:
    """A page's words."""
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


@row("R-029", "SG-17")
def test_the_file_shows_sections_officials_and_no_number_in_full(luo: Client, cast: Cast) -> None:
    assert "张丽华" in text(luo, HOME)
    page = text(luo, f"{HOME}{cast.zhang_household}/")
    for words in (
        "张丽华家",
        "户主",
        "基本情况",
        "困难问题",
        "致富愿望",
        "工作建议",
        "发展计策",
        "罗大勇",
        "另外匿名问",
    ):
        assert words in page
    assert ZHANG_PHONE not in page
    assert "三组12号" not in page


def test_who_may_not_see_the_household_is_told_nothing(cast: Cast) -> None:
    make.put_in_force(at=now())
    path = f"{HOME}{cast.zhang_household}/"
    for member in (cast.wu, cast.zheng, cast.qian):
        for address in (path, f"{path}history/", f"{path}print/", f"{path}change/?what=door"):
            assert seat(member).get(address).status_code in (403, 404)
            assert "张丽华" not in seat(member).get(address).content.decode()


@row("SG-49")
def test_a_look_at_what_is_sealed_needs_a_reason_and_is_shown_once(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    refused = luo.post(path, {"do": "reveal", "reason": " "})
    assert refused.status_code == 422
    assert Look.objects.count() == 0
    shown = luo.post(path, {"do": "reveal", "reason": "送低保证"}).content.decode()
    assert "160-0000-1234" in shown
    assert "槐树坪村三组12号" in shown
    assert ZHANG_PHONE not in text(luo, path)
    assert "送低保证" in text(luo, f"{path}history/")


@row("SG-17")
def test_two_people_put_the_same_household_right_and_nobodys_words_are_lost(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/change/"
    clerk = seat(cast.chen)
    first, second = (looked(text(one, f"{path}?what=hardship")) for one in (clerk, luo))
    saved = clerk.post(path, {"what": "hardship", "words": "水压低，老人提水", **first})
    assert saved.status_code == 302
    late = luo.post(path, {"what": "hardship", "words": "屋后水沟堵了", **second})
    page = late.content.decode()
    assert late.status_code == 422
    assert "别人改过" in page
    assert "水压低，老人提水" in page
    assert "屋后水沟堵了" in page
    again = luo.post(path, {"what": "hardship", "words": "水压低；屋后水沟堵了", **looked(page)})
    assert again.status_code == 302
    assert "水压低；屋后水沟堵了" in text(luo, f"{HOME}{cast.zhang_household}/")


def test_a_relation_is_put_right_with_a_reason(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/change/"
    form = text(luo, f"{path}?what=relation&person={cast.zhang_id}")
    given = {"what": "relation", "person": str(cast.zhang_id), "words": "spouse", **looked(form)}
    refused = luo.post(path, given)
    assert refused.status_code == 422
    assert 'id="id_reason-error"' in refused.content.decode()
    given["reason"] = "户口本上是配偶"
    assert [luo.post(path, given).status_code for _ in range(2)] == [302, 302], "a double click"
    assert Resident.objects.get(person_id=cast.zhang_id, replaced_at=None).relation == "spouse"
    again = text(luo, f"{path}?what=relation&person={cast.zhang_id}")
    assert '<option value="spouse" selected>' in again, "whoever saves too soon changes nothing"
    assert "户口本上是配偶" in text(luo, f"{HOME}{cast.zhang_household}/history/")
    assert luo.get(f"{path}?what=nothing").status_code == 404


@row("R-032", "SG-12")
def test_a_category_is_entered_reviewed_and_left(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    given = {"do": "enter", "category": "echo.capable", "source": "走访", "key": form_key(text(luo, path), "enter")}
    assert luo.post(path, {**given, "source": "钉子户"}).status_code == 422
    assert luo.post(path, given).status_code == 302
    one = Membership.objects.get()
    assert "致富能手" in text(luo, path)
    given = {"do": "review", "membership": str(one.pk), "key": form_key(text(luo, path), "review")}
    assert [luo.post(path, given).status_code for _ in range(2)] == [302, 302], "a double click"
    standing = Membership.objects.get(replaced_at=None)
    given = {"do": "leave", "membership": str(standing.pk), "key": form_key(text(luo, path), "leave")}
    assert [luo.post(path, given).status_code for _ in range(2)] == [302, 302], "a double click"
    assert luo.post(path, {**given, "key": form_key(text(luo, path))}).status_code == 404, "another press, later"
    given = {"do": "enter", "category": "echo.hardship", "source": "走访", "key": form_key(text(luo, path), "enter")}
    assert luo.post(path, given).status_code == 302
    assert "困难户" not in text(luo, path).split("归进一类")[0]
    assert "困难户" in luo.post(path, {"do": "reveal", "reason": "核对"}).content.decode().split("归进一类")[0]
    assert "不足 10" in text(luo, HOME)


@row("R-037", "SG-14")
def test_what_is_highly_sensitive_is_reviewed_where_it_is_opened_and_its_certificate_renewed(
    luo: Client, cast: Cast
) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    given = {"do": "enter", "category": "echo.disabled", "source": "本人持证", "person": str(cast.zhang_id)}
    wrong = luo.post(path, {**given, "paper": "明年", "key": form_key(text(luo, path), "enter")})
    assert (wrong.status_code, 'id="id_paper-error"' in wrong.content.decode()) == (422, True)
    given |= {"paper": "2099-03-01", "key": form_key(text(luo, path), "enter")}
    assert luo.post(path, given).status_code == 302
    shut = text(luo, path)
    assert "残疾证到" not in shut
    assert 'value="review"' not in shut
    opened = luo.post(path, {"do": "reveal", "reason": "问要不要换证"}).content.decode()
    assert "残疾证到" in opened
    assert "2099年3月1日" in opened
    assert "换了残疾证，到哪天" in opened
    one = Membership.objects.get()
    given = {"do": "review", "membership": str(one.pk), "paper": "2109-03-01", "key": form_key(opened, "review")}
    assert [luo.post(path, given).status_code for _ in range(2)] == [302, 302], "a double click"
    assert str(Membership.objects.get(replaced_at=None).paper_until) == "2109-03-01"


def test_the_past_can_be_looked_at_and_not_changed(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    page = text(luo, f"{path}?day=2026-02-01")
    assert "只能看" in page
    assert "归进一类" not in page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("never", "这不是日期"),
        ("2026-02-31", "这不是日期"),
        ("2999-01-01", "这一天还没到"),
        ("1999-01-01", "才登记，那天还没有它的档"),
    ],
)
def test_a_day_without_a_file_is_told_beside_todays(luo: Client, cast: Cast, day: str, sentence: str) -> None:
    page = text(luo, f"{HOME}{cast.zhang_household}/?day={day}", 422)
    assert page.count(sentence) == 2, "on top and at the field"
    assert "归进一类" in page
    assert "张丽华家" in page


def test_nothing_is_chosen_beforehand_of_a_category_and_all_that_is_missing_is_told_at_once(
    luo: Client, cast: Cast
) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    form = text(luo, path).split("归进一类")[1].split("</form>")[0]
    assert re.search(r'<select name="category"[^>]*>\s*<option value="" selected>', form)
    assert not re.search(r'name="source"[^>]*value="[^"]', form)
    answer = luo.post(path, {"do": "enter", "category": "", "source": " ", "matter": "1111-1111-1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("还没有选归进哪一类", "请写从哪知道的", "在您这里查不到这个编号的事项"):
        assert page.count(sentence) == 2, "on top and at the field"
    assert not Membership.objects.exists()
    assert luo.post(path, {"do": "enter", "category": "echo.capable"}).status_code == 422


def test_a_category_pressed_twice_is_entered_once_and_answered_alike(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    page = text(luo, path)
    assert form_key(page, "enter") != form_key(page)
    assert 'id="id_key"' not in page, "two forms, no id twice"
    given = {"do": "enter", "category": "echo.capable", "source": "走访", "key": form_key(page, "enter")}
    assert [luo.post(path, given).status_code for _ in range(2)] == [302, 302]
    assert Membership.objects.count() == 1
    later = luo.post(path, {**given, "key": form_key(text(luo, path), "enter")})
    assert later.status_code == 422
    assert "已经在这一类里了" in later.content.decode()
    other = luo.post(path, {**given, "source": "村里的名单"})
    assert other.status_code == 422
    assert "和那次不一样" in other.content.decode()
    assert form_key(other.content.decode(), "enter") != given["key"]


@row("SG-01")
def test_a_matter_that_is_held_is_as_unknown_to_a_category_as_one_that_is_not_there(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=now())
    path, chen = f"{HOME}{cast.zhang_household}/", seat(cast.chen)
    held = a_matter(cast, now(), text="罗大勇收了五百块红包，我要投诉。")
    assert held.held
    told = []
    for code in (held.code, "4730-1168-5", "不是编号"):
        given = {"do": "enter", "category": "echo.capable", "source": "县里的名单", "matter": code}
        answer = chen.post(path, given)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "县里的名单" in page
        assert code in page
        told.append(re.findall(r'class="hy-error".*?</p>', page))
    assert told[0] == told[1] == told[2] != []
    assert matters.by_code(cast.zhou.viewer(now()), held.code) == held.id, "they do hold it"
    assert matters.ordinary(cast.zhou.viewer(now()), held.code) is None


def test_an_objection_pressed_twice_is_one_and_other_words_with_its_key_are_asked_about(
    luo: Client, cast: Cast
) -> None:
    path = f"{HOME}{cast.zhang_household}/"
    given = {"do": "object", "about": "phones", "words": "号码不是我的", "key": form_key(text(luo, path))}
    assert [luo.post(path, given).status_code for _ in range(2)] == [302, 302]
    assert Objection.objects.count() == 1
    other = luo.post(path, {**given, "words": "门牌也不对"})
    page = other.content.decode()
    assert other.status_code == 422
    assert "和那次不一样" in page
    assert "门牌也不对" in page
    assert luo.post(path, {**given, "words": "门牌也不对", "key": form_key(page)}).status_code == 302
    assert Objection.objects.count() == 2


def test_an_objection_that_is_too_long_is_refused_whole(luo: Client, cast: Cast) -> None:
    path, words = f"{HOME}{cast.zhang_household}/", "水" * 2001
    page = text(luo, path)
    assert "maxlength" not in page.split('name="words"')[1].split(">")[0], "a browser would cut it silently"
    answer = luo.post(path, {"do": "object", "about": "phones", "words": words, "key": form_key(page)})
    assert answer.status_code == 422
    assert "写得太长了" in answer.content.decode()
    assert words in answer.content.decode()
    assert not Objection.objects.exists()


def test_whoever_wrote_a_section_is_told_that_it_is_saved(luo: Client, cast: Cast) -> None:
    path = f"{HOME}{cast.zhang_household}/change/"
    given = {"what": "hardship", "words": "水压低", **looked(text(luo, f"{path}?what=hardship"))}
    assert "存好了。" in luo.post(path, given, follow=True).content.decode()
    assert "存好了。" not in text(luo, f"{HOME}{cast.zhang_household}/"), "once"


@row("SG-17")
def test_the_household_opens_its_file_with_the_key_of_the_slip_and_objects(luo: Client, cast: Cast) -> None:
    assert "户档码请别的同事来给" in text(luo, f"{HOME}{cast.zhang_household}/"), "an official of it gives none"
    assert luo.post(f"{HOME}{cast.zhang_household}/key/").status_code == 403
    slip = seat(cast.xu).post(f"{HOME}{cast.zhang_household}/key/").content.decode()
    found = re.search(
        r"\b([2-9A-Z]{4})\W+([2-9A-Z]{4})\W+([2-9A-Z]{4})\W+([2-9A-Z]{4})\b", re.sub("<[^>]+>", " ", slip)
    )
    assert found is not None
    key = "".join(found.groups())
    public = Client()
    assert public.get("/file/").status_code == 200
    assert public.post("/file/", {"key": "A" * 16}).status_code == 404
    page = public.post("/file/", {"key": " ".join(found.groups()).lower()}).content.decode()
    assert "张丽华" in page
    assert ZHANG_PHONE not in page
    again = re.search(r'name="again" value="([^"]+)"', page)
    assert again is not None
    given = {"key": key, "again": again.group(1), "about": "phones", "words": "号码不是我的"}
    assert public.post("/file/objection/", {**given, "words": " "}).status_code == 422
    for _ in range(2):
        answer = public.post("/file/objection/", given)
        assert "收到了" in answer.content.decode()
    assert Objection.objects.count() == 1
    assert "号码不是我的" in text(seat(cast.ma), f"{HOME}{cast.zhang_household}/")
    given = {"do": "answer", "objection": str(Objection.objects.get().pk), "outcome": "corrected", "words": "改好了"}
    given["key"] = form_key(text(seat(cast.ma), f"{HOME}{cast.zhang_household}/"), "answer")
    assert luo.post(f"{HOME}{cast.zhang_household}/", given).status_code == 404
    for _ in range(2):  # a double click
        assert seat(cast.ma).post(f"{HOME}{cast.zhang_household}/", given).status_code == 302
    assert "改好了" in public.post("/file/", {"key": key}).content.decode()


def test_an_empty_file_key_is_told_apart_from_a_wrong_one(cast: Cast) -> None:
    make.put_in_force(at=now())
    for typed in ("", "   "):
        answer = Client().post("/file/", {"key": typed})
        assert answer.status_code == 422
        assert "请填户档码" in answer.content.decode()


def test_the_households_own_words_are_refused_whole_where_they_are_too_long_or_its_form_is_used(
    luo: Client, cast: Cast
) -> None:
    key = household_file.make_key(by=cast.xu.viewer(now()), at=now(), household_id=cast.zhang_household)
    given = {"key": key, "about": "notes", "again": "6b1f4a53-0d52-4a86-9a4f-2f7f7a4f6b11"}
    words = "水" * 5600
    page = Client().post("/file/objection/", {**given, "words": words}).content.decode()
    assert "多了 3600 个" in page
    assert words in page
    assert '<option value="notes" selected>' in page
    assert not Objection.objects.exists()
    Client().post("/file/objection/", {**given, "words": "号码不对"})
    other = Client().post("/file/objection/", {**given, "words": "门牌也不对"})
    assert other.status_code == 422
    assert "和那次不一样" in other.content.decode()
    assert "门牌也不对" in other.content.decode()
    assert given["again"] not in other.content.decode()


def test_wrong_keys_are_counted_and_no_key_stands_in_an_address(cast: Cast, clock: Clock) -> None:
    make.put_in_force(at=now())
    clock(now())  # they are counted by the minute
    public = Client()
    answers = [public.post("/file/", {"key": "B" * 16}).status_code for _ in range(22)]
    assert answers[-1] == 429
    assert set(answers[:-2]) == {404}
    assert public.get("/file/", {"key": "B" * 16}).status_code == 200


@row("SG-17")
def test_an_erasure_is_asked_for_on_the_page_and_decided_by_another(cast: Cast) -> None:
    make.put_in_force(at=now())
    home, person = make.a_household(GROUP_THREE, head="王秀兰")
    xu, ma = seat(cast.xu), seat(cast.ma)
    given = {"do": "erase", "person": "", "reason": "wish", "key": form_key(text(xu, f"{HOME}{home}/"), "erase")}
    refused = xu.post(f"{HOME}{home}/", given).content.decode()
    assert "请从给出的几项里选" in refused.split('id="erase-error"')[1], "in the form"
    given["person"] = str(person)
    assert [xu.post(f"{HOME}{home}/", given).status_code for _ in range(2)] == [302, 302], "a double click"
    found = str(Erasure.objects.get().pk)
    assert "您申请的" in text(xu, "/desk/erasures/")
    sent = {"do": "erase", "erasure": found, "key": form_key(text(ma, "/desk/erasures/"), "erase")}
    assert xu.post("/desk/erasures/", sent | {"sure": "1"}).status_code == 422
    assert ma.post("/desk/erasures/", sent).status_code == 422
    pressed = [ma.post("/desk/erasures/", sent | {"sure": "1"}).status_code for _ in range(2)]
    assert pressed == [302, 302], "a double click"
    assert "1 份正在删" in text(ma, "/desk/erasures/")
    assert Person.objects.get(pk=person).name == "王秀兰"
    ticks.erasures(now())
    assert Person.objects.get(pk=person).name == ""
    page = text(ma, "/desk/erasures/")
    assert "已销毁" in page
    assert "王秀兰" not in page
    assert seat(cast.chen).get("/desk/erasures/").status_code == 404
    assert seat(cast.xu).get(f"{HOME}{home}/").status_code == 200


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.once
def test_the_file_costs_the_same_questions_however_full_it_is(
    cast: Cast, at: datetime, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.put_in_force(at=now())
    home, viewer = cast.zhang_household, cast.luo.viewer(at)
    for number in range(count):
        people.add_resident(by=make.SYSTEM, at=at, household_id=home, name=f"张{number}", relation="child")
        household_file.object_to(by=viewer, at=at, household_id=home, about="notes", words="不对")
    with django_assert_max_num_queries(12):
        assert len(ask.household_file(viewer, home, at).objections) == count
    with django_assert_max_num_queries(10):
        assert home in {row.id for row in ask.listed(viewer, at, place_code=LIUWAN).rows}


@pytest.mark.once
def test_the_page_of_a_household_asks_no_more_than_a_page_of_one_thing_may(
    cast: Cast, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make.put_in_force(at=now())
    home, client = f"{HOME}{cast.zhang_household}/", seat(cast.chen)
    named = partial(people.add_resident, by=make.SYSTEM, at=at, household_id=cast.zhang_household, name="张小满")
    named(relation="child", phone="16000005678")
    assert client.get(home).status_code == 200
    with django_assert_max_num_queries(15):
        page = client.get(home).content.decode()
    assert "张小满" in page and "5678" in page


def test_a_key_is_kept_as_a_blind_index_only(luo: Client, cast: Cast) -> None:
    seat(cast.xu).post(f"{HOME}{cast.zhang_household}/key/")
    assert len(bytes(FileKey.objects.get().blind)) == 16
    back = luo.get(f"{HOME}{cast.zhang_household}/key/")
    assert (back.status_code, back["Location"]) == (302, f"{HOME}{cast.zhang_household}/")
    assert "民情信息档案" in text(luo, f"{HOME}{cast.zhang_household}/print/")


def form_key(page: str, do: str = "object") -> str:
    """The key of a form, by what its button does: an objection, or into a category."""
    form = next(one for one in page.split("<form")[1:] if f'value="{do}"' in one.split("</form>")[0])
    found = re.search(r'name="key" value="([^"]+)"', form)
    assert found is not None
    return found.group(1)


def looked(page: str) -> dict[str, str]:
    """What the form of a correction says was looked at, and its key."""
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("seen", "key")}


def test_an_unknown_household_is_missing(luo: Client) -> None:
    assert luo.get(f"{HOME}{UUID(int=5)}/").status_code == 404


@row("SG-01")
def test_an_objection_that_speaks_of_an_official_is_a_complaint_and_reaches_none_of_them(
    cast: Cast, at: datetime
) -> None:
    make.put_in_force(at=now())
    key = household_file.make_key(by=cast.xu.viewer(now()), at=now(), household_id=cast.zhang_household)
    said = "罗大勇收了我家五百块红包，我要投诉他。"
    form = {"key": key, "about": "notes", "words": said, "again": "6b1f4a53-0d52-4a86-9a4f-2f7f7a4f6b11"}
    for _ in range(2):  # a double click
        page = Client().post("/file/objection/", form).content.decode()
        assert "收到了，另外办" in page
    matter = Matter.objects.get(text=said)
    assert matter.held
    assert not Objection.objects.exists()
    proof = re.search(r"查询码 ([A-Z0-9 ]{19})", page)
    assert proof is not None
    assert said[:8] in Client().post("/track/", {"key": proof[1]}).content.decode()
    for member in (cast.luo, cast.li, cast.ma, cast.chen):
        assert "红包" not in seat(member).get(f"{HOME}{cast.zhang_household}/").content.decode()
    xu = seat(cast.xu)
    path = f"{HOME}{cast.zhang_household}/"
    given = {"do": "object", "about": "notes", "words": "罗大勇乱写，要投诉。", "key": form_key(text(xu, path))}
    answer = xu.post(path, given)
    assert answer["Location"] == f"{path}#objections"  # an address stays in histories and logs
    assert "不放在户档里" in xu.get(answer["Location"]).content.decode()
    assert "不放在户档里" not in xu.get(answer["Location"]).content.decode()
    assert not Objection.objects.exists()
    assert Matter.objects.filter(held=True).count() == 2


@row("SG-01", "SG-17")
def test_why_others_looked_is_told_to_the_household_and_the_audit_not_to_its_official(cast: Cast) -> None:
    make.put_in_force(at=now())
    people.reveal_household(
        by=cast.xu.viewer(now()), at=now(), household_id=cast.zhang_household, reason="核实对罗大勇的投诉"
    )
    history = f"{HOME}{cast.zhang_household}/history/"
    assert "核实对罗大勇" not in text(seat(cast.luo), history)
    assert "核实对罗大勇" in text(seat(cast.xu), history)  # their own
    key = household_file.make_key(by=cast.xu.viewer(now()), at=now(), household_id=cast.zhang_household)
    assert "核实对罗大勇" in Client().post("/file/", {"key": key}).content.decode()
