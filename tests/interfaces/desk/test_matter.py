"""The page of one matter: who sees it, its steps through forms, what is refused and how, what is revealed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.casework.actions import extensions, feedback, judging, supervision
from huiyin.casework.actions.aside import clear, name_subjects
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Conflict, Extension, Matter, Move, Reply
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.core.worker import drain
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter, warm
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine, ways
from tests.rows import row

pytestmark = pytest.mark.django_db
ANSWER = "加压泵已经换新，11月23日起傍晚自来水的水压够二楼用。"


def at_page(matter: Matter, rest: str = "") -> str:
    return f"/desk/matters/{matter.code}/{rest}"


def text_of(client: Client, matter: Matter, rest: str = "") -> str:
    answer = client.get(at_page(matter, rest))
    assert answer.status_code == 200, answer.content.decode()[-600:]
    content: str = answer.content.decode()
    return content


def take(client: Client, matter: Matter, step: str, **given: Any) -> Any:
    matter.refresh_from_db()
    return client.post(at_page(matter, f"step/{step}/"), {"seen": matter.version, **given})


def assignment(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "topic": "water",
        "nature": "problem",
        "way": "pass_for_handling",
        "owner": f"{cast.bodies.town}:{cast.li.person_id}",
        "supervisor": str(cast.zhao.person_id),
        **more,
    }


def without_the_address(answer: Any, *codes: str) -> str:
    page: str = answer.content.decode()
    for code in codes:
        page = page.replace(code, "…")
    return re.sub(r'value="[\w-]{40,}"|\d{1,2}:\d{2}', "", page)


# --- who sees it -----------------------------------------------------------------------------------------------------


@row("SG-01")
def test_absent_foreign_and_sealed_are_one_and_the_same_page(cast: Cast) -> None:
    at = now()
    ordinary = a_matter(cast, at)
    held = a_matter(cast, at, text="镇里的李卫东收了我家两条烟才给办事。")
    absent = "123456789"
    answers = {
        "foreign": seat(cast.zheng).get(at_page(ordinary)),
        "sealed": seat(cast.zheng).get(at_page(held)),
        "absent": seat(cast.zheng).get(f"/desk/matters/{absent}/"),
        "nonsense": seat(cast.zheng).get("/desk/matters/%F0%9F%98%80/"),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 404)
    pages = {without_the_address(answer, ordinary.code, held.code, absent) for answer in answers.values()}
    pages = {re.sub(r"/language/[^\"]+", "", page) for page in pages}
    assert len(pages) == 1
    assert "在您这里查不到" in pages.pop()


@pytest.mark.parametrize("rest", ["", "print/", "step/assign/", "recuse/"])
def test_the_subject_of_a_complaint_finds_nothing_on_any_of_its_pages(cast: Cast, rest: str) -> None:
    at = now()
    held = a_matter(cast, at, text="镇里的李卫东收了我家两条烟才给办事。")
    for member in (cast.li, cast.ma, cast.wu):
        assert seat(member).get(at_page(held, rest)).status_code == 404, member.name
        assert seat(member).post(at_page(held, "step/accept/"), {}).status_code == 404
        assert seat(member).post(at_page(held, "hints/"), {"reply": "x"}).status_code == 404
        assert seat(member).post(at_page(held, "reveal/"), {"what": "phone", "reason": "x"}).status_code == 404


def test_a_subject_added_while_the_page_is_open_gets_404_on_the_next_request(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "take", text="村里的自来水没人管。")
    client = seat(cast.li)
    assert client.get(at_page(matter)).status_code == 200
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])
    assert client.get(at_page(matter)).status_code == 404
    assert take(client, matter, "answer", reply=ANSWER).status_code == 404
    assert not Reply.objects.exists()


def test_a_neighbour_without_a_part_reads_and_takes_no_step(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    page = text_of(seat(cast.bai), matter)
    assert "送出答复" not in page
    refused = take(seat(cast.bai), matter, "answer", reply=ANSWER)
    assert refused.status_code == 422
    assert "这一步由这件事的承办人来做，您不是" in refused.content.decode()
    assert ANSWER in refused.content.decode(), "what was typed is not lost"


def test_a_sealed_matter_is_plum_without_a_subject_line_and_leaves_a_trace(cast: Cast) -> None:
    at = now()
    held = a_matter(cast, at, subject="办事收烟", text="镇里的李卫东收了我家两条烟才给办事。")
    page = text_of(seat(cast.zhou), held)
    assert "hy-seal-band" in page
    head = page[: page.index("居民说的") if "居民说的" in page else page.index("反映的内容")]
    assert "办事收烟" not in head
    assert "hy-nav-count" not in page, "no counts beside it"
    assert Look.objects.filter(kind="matter.sealed", person_id=cast.zhou.person_id).count() == 1
    assert seat(cast.zhou).get(at_page(held, "print/")).status_code == 403
    clear(by=cast.zhou.viewer(at), at=at, matter_id=held.id, note="说的是外地人")
    assert "hy-seal-band" not in text_of(seat(cast.zhou), held)


# --- the steps, through forms ----------------------------------------------------------------------------------------


def test_all_that_a_step_lacks_is_told_at_once_each_at_its_field(cast: Cast) -> None:
    matter, dispatcher = a_matter(cast, now()), seat(cast.zhou)
    take(seat(cast.chen), matter, "accept")
    for given in ({"nature": "problem"}, {"owner": "nobody", "until": "tomorrow"}):
        answer = take(dispatcher, matter, "assign", **given)
        page = answer.content.decode()
        assert answer.status_code == 422
        for name in ("topic", "way", "owner"):
            assert f'id="id_{name}-error"' in page, name
            assert page.count(f'href="#id_{name}"') == 1, name
    assert take(dispatcher, matter, "assign", **assignment(cast)).status_code == 302


@row("R-171", "R-172", "R-173", "R-175", "R-177", "R-189")
def test_a_matter_goes_from_hand_to_hand_through_the_pages(cast: Cast) -> None:
    matter = a_matter(cast, now())
    clerk, dispatcher, handler = seat(cast.chen), seat(cast.zhou), seat(cast.li)
    assert "受理" in text_of(clerk, matter)
    assert take(clerk, matter, "accept")["Location"] == at_page(matter)
    form = text_of(dispatcher, matter, "step/assign/")
    assert f'value="{cast.bodies.town}:{cast.li.person_id}"' in form
    assert '<option value="water" selected>' in form, "suggested by the resident's words"
    assert take(dispatcher, matter, "assign", **assignment(cast)).status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.handler_id, matter.supervisor_id, matter.topic) == (
        "assigned",
        cast.li.person_id,
        cast.zhao.person_id,
        "water",
    )
    assert take(handler, matter, "take").status_code == 302
    page = text_of(handler, matter)
    assert "送出答复" in page
    assert take(handler, matter, "answer", reply=ANSWER, public_text="加压泵换新。").status_code == 302
    page = text_of(handler, matter)
    for words in ("收到", "受理", "交办 柳湾镇人民政府", "承办人接受", "已送出，还没有送到", "陈静", ANSWER):
        assert words in page, words
    assert list(Move.objects.filter(matter=matter).values_list("step", flat=True)) == [
        "open",
        "accept",
        "assign",
        "take",
        "answer",
    ]


@row("R-174")
def test_a_difficult_matter_is_discussed_and_its_minutes_kept(cast: Cast) -> None:
    matter = a_matter(cast, now(), "accept")
    assert take(seat(cast.zhou), matter, "discuss", note="水利、住建两家一起看过，由水利牵头。").status_code == 302
    assert "由水利牵头" in text_of(seat(cast.zhou), matter)


@row("R-181", "R-182")
def test_a_direct_answer_and_a_call_of_three_ask_for_what_they_need(cast: Cast) -> None:
    clerk = seat(cast.chen)
    direct = a_matter(cast, now(), "accept")
    given = {"topic": "water", "nature": "question", "way": "direct_answer", "reply": ANSWER}
    assert take(clerk, direct, "answer", **given).status_code == 302
    direct.refresh_from_db()
    assert (direct.state, direct.handler_id) == ("answered", cast.chen.person_id)
    three = a_matter(cast, now(), "accept")
    refused = take(clerk, three, "answer", **given | {"way": "three_party_call"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "请写明谁参加了" in page
    assert ANSWER in page
    done = take(clerk, three, "answer", **given, **{"participants": "水利站 周工", "outcome": "三方说定"})
    assert done.status_code == 302 or take(
        clerk, three, "answer", **given | {"way": "three_party_call", "participants": "周工", "outcome": "说定"}
    )


@row("R-231")
def test_handler_supervisor_and_caller_cannot_be_one_person(cast: Cast) -> None:
    matter = a_matter(cast, now(), "accept")
    refused = take(seat(cast.zhou), matter, "assign", **assignment(cast, supervisor=str(cast.li.person_id)))
    assert refused.status_code == 422
    assert "承办、督办、回访不能是同一个人" in refused.content.decode()
    matter.refresh_from_db()
    assert matter.state == "accepted"


def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(cast: Cast) -> None:
    matter = a_matter(cast, now(), "accept")
    refused = take(seat(cast.zhou), matter, "assign", **assignment(cast, owner="", note="先看看"))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'id="id_owner-error"' in page
    assert "还没有写明交给哪个单位" in page
    assert "先看看" in page
    assert "data-focus-first" in page


@pytest.mark.parametrize(
    "given", [{"owner": "x"}, {"supervisor": "1'; drop table"}, {"topic": "nonsense"}, {"way": "😀"}]
)
def test_a_value_that_is_none_is_refused_with_a_sentence(cast: Cast, given: dict[str, str]) -> None:
    matter = a_matter(cast, now(), "accept")
    assert take(seat(cast.zhou), matter, "assign", **assignment(cast, **given)).status_code == 422


def test_somebody_elses_change_in_between_is_told_and_the_text_kept(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "take")
    seen = matter.version
    take_step(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, step="supervise", given={"note": "请抓紧"})
    answer = seat(cast.li).post(at_page(matter, "step/answer/"), {"seen": seen, "reply": ANSWER})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这件事刚才有人动过" in page
    assert ANSWER in page
    assert not Reply.objects.exists()
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    assert seat(cast.li).post(at_page(matter, "step/answer/"), {"seen": again[1], "reply": ANSWER}).status_code == 302


def test_a_second_press_changes_nothing_and_is_no_error(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    client, given = seat(cast.li), {"seen": matter.version, "reply": ANSWER}
    first = client.post(at_page(matter, "step/answer/"), given)
    second = client.post(at_page(matter, "step/answer/"), given)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Reply.objects.count() == 1


def test_a_step_that_does_not_exist_is_no_page(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    assert seat(cast.li).get(at_page(matter, "step/fly/")).status_code == 404
    assert seat(cast.li).get(at_page(matter, "step/accept/")).status_code == 403


def test_an_answer_is_looked_through_and_never_barred(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    client = seat(cast.li)
    part = client.post(at_page(matter, "hints/"), {"reply": "高度重视，正在研究，请耐心等待。"}).content.decode()
    for words in ("没有说什么时候", "没有答到“自来水”", "“高度重视”居民不好懂"):
        assert words in part, words
    assert "<html" not in part
    page = client.post(at_page(matter, "step/answer/"), {"seen": 1, "reply": ANSWER, "do": "check"}).content.decode()
    assert "说了什么时候办好" in page
    assert ANSWER in page
    assert not Reply.objects.exists()
    assert take(client, matter, "answer", reply="高度重视，正在研究，请耐心等待。").status_code == 302


def test_a_delivery_needs_a_second_person_or_a_signature(cast: Cast) -> None:
    matter = a_matter(cast, now(), "answer")
    client = seat(cast.li)
    form = text_of(client, matter, "step/deliver/")
    assert f'value="{cast.ma.person_id}"' in form
    assert f'value="{cast.luo.person_id}"' in form, "who serves in the village may have been there"
    assert f'value="{cast.li.person_id}"' not in form, "nobody signs for themselves"
    assert "挂号信的号码" in form and 'name="note"' in form
    unsigned = take(client, matter, "deliver", meaning="letter")
    assert unsigned.status_code == 422 and "谁在哪一天签收" in unsigned.content.decode()
    refused = take(client, matter, "deliver", meaning="read_out")
    assert refused.status_code == 422
    assert "另一位在场的同事" in refused.content.decode()
    assert (
        take(
            client, matter, "deliver", meaning="read_out", second=str(cast.ma.person_id), note="在院里念的"
        ).status_code
        == 302
    )
    assert Move.objects.get(step="read_out").note == "在院里念的"
    reply = Reply.objects.get()
    assert reply.delivered_at is None
    page = text_of(client, matter)
    assert "才算送到" in page and "“送达”做好了" not in page
    assert f"等 {cast.ma.name} 确认" in page
    assert "不用再送一遍" in page and "等不到，另写一位" in page
    main = re.search(r"<a [^>]*data-main[^>]*>", page)
    assert main is None or "/step/deliver/" not in main.group(0), "it waits; sending it once more is not what to do"
    assert "/step/deliver/" in page, "a letter may still be sent"
    present = seat(cast.ma)
    assert "去说一声" in text_of(present, matter)
    assert "念答复时在场，等我确认" in present.get("/desk/").content.decode()
    address = f"/desk/read-out/{reply.id}/"
    assert address in present.get("/desk/read-out/").content.decode()
    assert address in text_of(present, matter) and address not in text_of(client, matter)
    assert present.post(address, {"do": "no"}).status_code == 422
    assert client.post(address, {"do": "yes"}).status_code == 404
    assert present.post(address, {"do": "yes"}).status_code == 302
    late = present.post(address, {"do": "no", "words": "没去"})
    assert late.status_code == 404 and "已经不等您说了" in late.content.decode()
    reply.refresh_from_db()
    assert (reply.meaning, reply.delivered_at) == ("read_out", reply.read_out_at)
    assert f"{cast.li.name} 念给本人听，{cast.ma.name} 在场" in text_of(client, matter)


@row("R-178", "R-213")
def test_the_handler_sees_why_it_came_back_and_never_the_grade(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at - timedelta(hours=1), "deliver")
    feedback.call_back(
        by=cast.he.viewer(at), at=at, matter_id=matter.id, outcome="reached", solved="no", grade=2, words="晚上还是没水"
    )
    page = text_of(seat(cast.li), matter)
    assert "没有解决" in page
    assert "晚上还是没水" in page
    assert not re.search(r"[评打]?2 ?分", page)
    assert "重新办理" in page


# --- clocks ----------------------------------------------------------------------------------------------------------


def test_a_clock_is_shown_with_its_sum(cast: Cast) -> None:
    page = text_of(seat(cast.li), a_matter(cast, now(), "take"))
    assert "办理答复的期限怎么算的" in page
    assert "收到，当天不算" in page
    assert "共5个工作日" in page


def test_more_time_is_asked_for_on_one_page_and_granted_on_another(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    handler, supervisor = seat(cast.li), seat(cast.zhao)
    assert take(handler, matter, "extend", amount="3", reason="配件还在路上").status_code == 302
    asked = Extension.objects.get()
    address = at_page(matter, f"extensions/{asked.id}/")
    assert "配件还在路上" in text_of(supervisor, matter)
    assert address not in text_of(handler, matter), "nobody grants their own"
    refused = handler.post(address, {"do": "grant"})
    assert refused.status_code == 422
    assert seat(cast.zheng).post(address, {"do": "grant"}).status_code == 404
    assert supervisor.post(address, {"do": "grant"})["Location"] == at_page(matter)
    assert supervisor.post(address, {"do": "grant"}).status_code == 302, "a second press does nothing"
    clock = Clock.objects.get(matter=matter, name="handling")
    assert clock.due_at > clock.first_due_at
    page = text_of(handler, matter)
    assert "赵敏批准" in page
    assert "原来到" in page


@pytest.mark.parametrize(("amount", "words"), [("99", "几次延期合起来最多"), ("三", "要填数字"), ("", "要填数字")])
def test_too_much_time_is_refused_with_the_limit(cast: Cast, amount: str, words: str) -> None:
    matter = a_matter(cast, now(), "take")
    refused = take(seat(cast.li), matter, "extend", amount=amount, reason="配件还在路上")
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert "配件还在路上" in refused.content.decode()


def test_an_extension_of_another_matter_is_not_decided_through_this_one(cast: Cast) -> None:
    at = now()
    matter, other = a_matter(cast, at, "take"), a_matter(cast, at, "take")
    asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=other.id, amount=1, reason="等件")
    assert seat(cast.zhao).post(at_page(matter, f"extensions/{asked.id}/"), {"do": "grant"}).status_code == 404
    asked.refresh_from_db()
    assert asked.decided_at is None


# --- people ----------------------------------------------------------------------------------------------------------


def test_a_number_is_masked_until_it_is_opened_with_a_reason_and_then_shown_once(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    client = seat(cast.li)
    page = text_of(client, matter)
    assert "160-****-1234" in page
    assert "16000001234" not in page.replace("-", "")
    assert not Look.objects.exists(), "a masked page leaves no trace"
    refused = client.post(at_page(matter, "reveal/"), {"what": "phone", "reason": " "})
    assert refused.status_code == 422
    assert "请写明理由" in refused.content.decode()
    opened = client.post(at_page(matter, "reveal/"), {"what": "phone", "reason": "约他看现场"})
    assert opened.status_code == 200
    assert opened["Cache-Control"] == "no-store"
    assert "160-0000-1234" in opened.content.decode()
    trace = Look.objects.get(kind="matter.phone")
    assert (trace.person_id, trace.reason) == (cast.li.person_id, "约他看现场")
    assert Event.objects.filter(name="casework.identity_revealed").count() == 1
    assert "160-0000-1234" not in text_of(client, matter)


def test_nobody_without_the_verb_opens_a_number(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    client = seat(cast.zhao)
    assert "看全号" not in text_of(client, matter)
    assert client.post(at_page(matter, "reveal/"), {"what": "phone", "reason": "想看"}).status_code == 422
    assert not Look.objects.exists()


def test_a_confidential_reporter_has_no_name_for_the_handler(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take", disclosure="confidential")
    page = text_of(seat(cast.li), matter)
    assert "张丽华" not in page
    assert "1234" not in page.replace(matter.code, "")
    assert "要求保密" in page
    assert seat(cast.li).post(at_page(matter, "reveal/"), {"what": "phone", "reason": "想看"}).status_code == 404


def test_whoever_steps_back_hands_everything_back_and_sees_it_no_more(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    client = seat(cast.li)
    assert "我要回避这件事" in text_of(client, matter, "recuse/")
    assert client.post(at_page(matter, "recuse/"))["Location"] == "/desk/"
    matter.refresh_from_db()
    assert matter.handler_id is None
    assert Conflict.objects.get().kind == "recused"
    assert client.get(at_page(matter)).status_code == 404


@row("R-212")
def test_an_appeal_is_judged_reasonable_before_the_outcome_by_another_body_with_a_reason(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    leader = seat(cast.tang)
    assert "写下认定" in text_of(leader, matter)
    assert "写下认定" not in text_of(seat(cast.ma), matter), "the body that handles it does not judge"
    refused = leader.post(at_page(matter, "reasonable/"), {"reasonable": "yes", "reason": ""})
    assert refused.status_code == 422
    assert leader.post(at_page(matter, "reasonable/"), {"reason": "确实停水"}).status_code == 422
    assert leader.post(at_page(matter, "reasonable/"), {"reasonable": "yes", "reason": "确实停水"}).status_code == 302
    matter.refresh_from_db()
    assert (matter.reasonable, matter.reasonable_by_id) == (True, cast.tang.person_id)
    assert "确实停水" in text_of(leader, matter)
    assert seat(cast.ma).post(at_page(matter, "reasonable/"), {"reasonable": "no", "reason": "x"}).status_code == 422


@row("R-190")
def test_who_was_asked_first_stands_on_the_page_to_the_end(cast: Cast) -> None:
    for upto in ("open", "take", "deliver"):
        page = text_of(seat(cast.zhou), a_matter(cast, now(), upto))
        assert re.search(r"首问人</dt><dd>陈静", page), upto


# --- the rest --------------------------------------------------------------------------------------------------------


def test_a_work_order_on_paper_names_no_resident(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    page = text_of(seat(cast.li), matter, "print/")
    assert "办件单" in page
    assert "每天傍晚五点以后" in page
    for secret in ("张丽华", "1234", "16000001234"):
        assert secret not in page.replace(matter.code, "").replace("-", ""), secret


def test_the_page_is_complete_in_english_and_never_stored(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    answer = seat(cast.li, language="en").get(at_page(matter))
    assert answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    for words in ("What the resident said", "Send the answer", "Step back"):
        assert words in page, words
    for title, words in (("办理答复", "Handling and reply"), ("转处", "Passed for handling"), ("回访", "Call back")):
        assert words in page
        assert title not in page


def test_html_in_a_residents_words_stays_words(cast: Cast) -> None:
    matter = a_matter(
        cast, now(), "take", text='<script>alert(1)</script> <img src=x onerror="x">', subject="<b>水</b>"
    )
    page = text_of(seat(cast.li), matter)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_the_page_holds_its_budget_with_everything_on_it(cast: Cast, django_assert_max_num_queries: Any) -> None:
    at = now()
    matter = a_matter(cast, at - timedelta(hours=2), "take")
    asked = extensions.ask(
        by=cast.li.viewer(at), at=at - timedelta(hours=2), matter_id=matter.id, amount=1, reason="等件"
    )
    extensions.decide(by=cast.zhao.viewer(at), at=at - timedelta(hours=2), extension_id=asked.id, approve=True)
    take_step(
        by=cast.li.viewer(at), at=at - timedelta(hours=1), matter_id=matter.id, step="answer", given={"reply": ANSWER}
    )
    feedback.deliver(
        by=cast.li.viewer(at), at=at - timedelta(hours=1), matter_id=matter.id, meaning="letter", note="本人签收"
    )
    feedback.call_back(
        by=cast.he.viewer(at), at=at, matter_id=matter.id, outcome="reached", solved="no", words="还是没水"
    )
    for member in (cast.li, cast.zhou, cast.zhao):
        client = seat(member)
        warm(client, at_page(matter))
        with django_assert_max_num_queries(15):
            assert client.get(at_page(matter)).status_code == 200
    held = a_matter(cast, at, text="镇里的李卫东收了我家两条烟才给办事。")
    client = seat(cast.zhou)
    warm(client, at_page(held))
    with django_assert_max_num_queries(15):
        assert client.get(at_page(held)).status_code == 200


def test_a_matter_that_is_numbered_shared_judged_and_promised_about_holds_it_too(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    at = now() - timedelta(hours=3)
    matter = spine.accepted(cast, at)
    judging.judge_reasonable(by=cast.tang.viewer(at), at=at, matter_id=matter.id, reasonable=True, reason="水是大家的")
    given = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    ways.step(cast.zhou, at, matter, "assign", **given)
    ways.step(cast.li, at, matter, "take")
    helps = {"bodies": [cast.bodies.farming], "question": "机井归谁管？", "until": ways.tomorrow(at)}
    ways.step(cast.zhou, at, matter, "bring_in", **helps)
    supervision.number(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, reason="拖得久")
    asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=1, reason="等件到货")
    extensions.decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=True)
    said = {"reply": ANSWER, "promise": "月底通水", "promised_on": (at + timedelta(days=9)).date()}
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="answer", given=said)
    drain(now())
    for member in (cast.li, cast.zhou, cast.zhao):
        client = seat(member)
        warm(client, at_page(matter))
        with django_assert_max_num_queries(15):
            assert client.get(at_page(matter)).status_code == 200
