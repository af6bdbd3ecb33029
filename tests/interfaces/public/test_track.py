"""Looking up: the proof opens everything, code and four digits the state; all else is one and the same answer."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.actions.extensions import ask, decide
from huiyin.casework.actions.more import add_heard
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Judgement, Matter, Reply
from huiyin.casework.queries import track as tracking
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.interfaces.public import asking
from tests.rooms.publication import made
from tests.rows import row

SLIP = "0123456789abcdef0123456789abcdef"
STRANGE = re.compile(r'\s*value="[^"]*"')


def proof_of(slip: str = SLIP) -> str:
    return tracking.proof_of(made.RESIDENT, slip)


def track(client: Client, code: str, key: str) -> tuple[int, str]:
    answer = client.post("/track/", {"code": code, "key": key})
    return answer.status_code, answer.content.decode()


def plain(page: str) -> str:
    """A page without what was typed and without the token of the form."""
    return STRANGE.sub("", page)


@row("R-157")
def test_the_proof_opens_everything(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=1), slip=SLIP)
    page = asking.opened(client, proof_of())
    for words in (
        "三组的自来水",
        "承诺的日子 · 给您答复",
        "另一个人来问您",
        "柳湾镇人民政府",
        "李卫东",
        "办到哪了",
        "补充上去",
    ):
        assert words in page


def test_in_english_each_mark_of_the_line_and_each_rule_has_its_english_word(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=1), slip=SLIP)
    client.cookies["huiyin_language"] = "en"
    page = asking.opened(client, proof_of())
    rules = client.get("/about/rules/").content.decode()
    for title, words in (("回访", "Call back"), ("办结", "Close")):
        for shown in (page, rules):
            assert words in shown
            assert f">{title}<" not in shown
    assert "Handling and reply" in rules
    assert "Passed for handling" in rules


def test_a_proof_typed_with_blanks_and_small_letters_opens_too(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=1), slip=SLIP)
    proof = proof_of()
    typed = " ".join(proof[at : at + 4] for at in range(0, 16, 4)).lower()
    assert track(client, "", typed)[0] == 200
    assert track(client, typed, "")[0] == 200
    assert client.post("/track/", {"proof": proof}).status_code == 200  # as the card's script sends it


@row("SG-23", "R-158", "R-230")
def test_code_and_four_digits_show_the_state_and_no_words(cast: Cast, client: Client) -> None:
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    status, page = track(client, matter.code, ZHANG_PHONE[-4:])
    assert status == 200
    assert "已答复" in page
    for words in ("三组的自来水", "李卫东", made.REPLY, "槐树坪", "补充上去"):
        assert words not in page
    assert Reply.objects.get(matter=matter).delivered_at is None  # four digits are no proof of delivery
    found = tracking.by_phone_end(Viewer.resident(), matter.code, ZHANG_PHONE[-4:], now())
    own = (found.title, found.text, found.place, found.handler, found.plan, found.judged, *found.said, *found.files)
    assert not any(own), "nor is any of them given to the page, or to a message"


@row("SG-01", "SG-20")
def test_wrong_code_wrong_digits_wrong_proof_and_nothing_at_all_are_one_answer(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    held, _ = asking.asked(client, sealed="1", phone="16000005678", text="有人拿了不该拿的")
    answers = {
        "wrong digits": track(client, matter.code, "9999"),
        "wrong code": track(client, "473011685", "1234"),
        "no code at all": track(client, "hello", "1234"),
        "a held matter, wrong digits": track(client, held, "9999"),
        "another proof": track(client, "", "A" * 16),
        "a proof that belongs to another code": track(client, "473011685", proof_of()),
        "letters for digits": track(client, matter.code, "abcd"),
    }
    assert {status for status, _ in answers.values()} == {404}
    assert len({plain(page) for _, page in answers.values()}) == 1
    assert "没有查到" in answers["wrong code"][1]


def test_an_empty_form_says_what_to_write(cast: Cast, client: Client) -> None:
    assert track(client, "", "")[0] == 422
    assert track(client, "473011685", "")[0] == 422


@pytest.mark.parametrize("typed", ["ABCD-EFGH-JKLM-NPQ", "ABCD EFGH JKLM NPQ0", "abcdefgh", "ＡＢＣＤＥＦＧＨ２"])
@pytest.mark.parametrize("code", ["", "473011685"])
def test_a_key_with_a_slip_of_the_pen_is_answered_where_it_was_typed_and_is_no_try(
    cast: Cast, client: Client, code: str, typed: str
) -> None:
    for _ in range(6):
        status, page = track(client, code, typed)
        assert status == 422 and "查询码是 16 个字" in page
        assert 'href="#id_key"' in page and 'href="#id_code"' not in page
    status, page = track(client, typed, "")
    assert status == 422 and 'href="#id_code"' in page


def test_a_proof_in_the_wide_letters_of_an_input_method_opens_too(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=1), slip=SLIP)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in proof_of())
    assert track(client, "", f"{wide[:8]}—{wide[8:]}")[0] == 200


@row("SG-23")
def test_a_code_may_be_tried_five_times_an_hour_whether_it_exists_or_not(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    for code in (matter.code, "473011685"):
        answers = [client.post("/track/", {"code": code, "key": f"000{n}"}) for n in range(6)]
        assert [answer.status_code for answer in answers] == [404] * 5 + [429]
        assert int(answers[5].headers["Retry-After"]) >= 1
        assert client.post("/track/", {"code": code, "key": "1234"}).status_code == 429
    assert track(client, "", proof_of())[0] == 200  # the proof still opens it


@row("R-209", "R-210")
def test_opening_an_answer_with_the_proof_is_its_delivery(cast: Cast, client: Client) -> None:
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    assert made.REPLY in asking.opened(client, proof_of())
    reply = Reply.objects.get(matter=matter)
    assert (reply.meaning, reply.delivered_at is not None) == ("proof", True)
    assert asking.opened(client, proof_of())


@row("R-213", "R-209")
def test_four_answers_close_the_matter(cast: Cast, client: Client) -> None:
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    page = asking.opened(client, proof_of())
    for words in ("有人找过您", "是实情吗", "解决了吗", "您满意吗"):
        assert words in page
    said = {"contacted": "yes", "true": "yes", "solved": "yes", "grade": "5", "words": "水很大"}
    typed = said | {"proof": proof_of(), "again": asking.hidden(page, "again")}
    for _ in range(2):  # pressed twice
        answer = client.post("/track/judge/", typed)
        assert answer.status_code == 200
    judged = Judgement.objects.get(matter=matter)
    assert (judged.solved, judged.grade, judged.contacted, judged.true, judged.source) == ("yes", 5, True, True, "web")
    matter.refresh_from_db()
    assert matter.state == "closed"


@row("R-214")
@pytest.mark.parametrize("solved", ["no", "part"])
def test_not_solved_takes_it_up_again_and_says_so(cast: Cast, client: Client, solved: str) -> None:
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    answer = client.post(
        "/track/judge/", {"solved": solved, "words": "晚上还是没水", "proof": proof_of(), "grade": "1"}
    )
    assert "这件事重新办" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.state == "reopened"
    line = tracking.by_proof(made.RESIDENT, proof_of(), now()).stages
    assert [(one.title, bool(one.at), one.now) for one in line] == [
        ("收到", True, False),
        ("受理", True, False),
        ("reopen", True, True),
        *((title, False, False) for title in ("交办", "办理", "答复", "回访", "办结")),
    ]


@row("R-214")
def test_solved_but_not_satisfied_takes_it_up_again_too(cast: Cast, client: Client) -> None:
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    client.post("/track/judge/", {"solved": "yes", "grade": "1", "proof": proof_of()})
    matter.refresh_from_db()
    assert matter.state == "reopened"
    assert matter.moves.get(step="reopen").note == "居民说了，要重新办。", "in words, and never the grade"


@row("SG-01")
def test_a_word_about_an_official_in_the_judgement_holds_the_matter(cast: Cast, client: Client) -> None:
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    client.post("/track/judge/", {"solved": "no", "words": "李卫东要收钱才修", "proof": proof_of()})
    matter.refresh_from_db()
    assert (matter.state, matter.held) == ("reopened", True)


@pytest.mark.parametrize(("days", "next_step"), [(5, ">请重新办<"), (80, ">照这件再提一件<")])
def test_what_can_still_be_done_with_an_ended_matter_stands_above_its_long_line(
    cast: Cast, client: Client, days: int, next_step: str
) -> None:
    made.closed(cast, now() - timedelta(days=days), slip=SLIP)
    page = asking.opened(client, proof_of())
    assert page.count(next_step) == 1
    assert page.index(made.REPLY) < page.index(next_step) < page.index("办到哪了")


@row("R-214")
def test_a_closed_matter_that_goes_wrong_again_is_taken_up_again(cast: Cast, client: Client) -> None:
    matter = made.closed(cast, now() - timedelta(days=3), slip=SLIP)
    assert "又出问题了" in asking.opened(client, proof_of())
    client.post("/track/judge/", {"solved": "no", "words": "又没水了", "proof": proof_of(), "grade": ""})
    matter.refresh_from_db()
    assert (matter.state, matter.reopened) == ("reopened", 1)


def test_without_saying_whether_it_is_solved_nothing_is_sent(cast: Cast, client: Client) -> None:
    made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    answer = client.post("/track/judge/", {"words": "不好说", "proof": proof_of()})
    assert answer.status_code == 422
    assert "不好说" in answer.content.decode()
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("address", ["/track/judge/", "/track/more/"])
def test_without_the_proof_nothing_can_be_said(cast: Cast, client: Client, address: str) -> None:
    made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    for proof in ("", "A" * 16, "473011685"):
        answer = client.post(address, {"proof": proof, "solved": "no", "more": "x"})
        assert answer.status_code == 404
        assert "没有查到" in answer.content.decode()
    assert client.get(address).headers["Location"] == "/track/"


def test_what_was_asked_for_is_given_and_the_matter_goes_on(cast: Cast, client: Client) -> None:
    at = now() - timedelta(days=1)
    matter = made.working(cast, at, slip=SLIP)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="ask_more", given={"note": "哪几户？"})
    assert "哪几户？" in asking.opened(client, proof_of())
    answer = client.post("/track/more/", {"more": "一到十二号", "proof": proof_of()})
    assert "补充的话收到了" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.state == "working"
    assert client.post("/track/more/", {"more": " ", "proof": proof_of()}).status_code == 422


def test_words_said_later_are_shown_to_whoever_has_the_proof_and_nobodys_notes(cast: Cast, client: Client) -> None:
    at = now() - timedelta(days=1)
    matter = made.working(cast, at, slip=SLIP)
    take_step(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, step="supervise", given={"note": "催一下李"})
    client.post("/track/more/", {"more": "一到十二号都没水", "proof": proof_of()})
    chen, words = cast.chen.viewer(now()), "老人提不动水"
    add_heard(by=chen, at=now(), matter_id=matter.id, phone=ZHANG_PHONE, words=words)
    client.post("/track/withdraw/", {"words": "自己修好了", "proof": proof_of()})
    page = asking.opened(client, proof_of())
    for words in ("您后来说的", "一到十二号都没水", "老人提不动水", "自己修好了"):
        assert words in page
    assert "催一下李" not in page
    matter.refresh_from_db()
    short = client.post("/track/", {"code": matter.code, "key": ZHANG_PHONE[-4:]}).content.decode()
    assert "老人提不动水" not in short
    assert "您后来说的" not in short


@row("SG-01")
def test_words_added_about_an_official_hold_the_matter(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    client.post("/track/more/", {"more": "李卫东收了钱才肯来", "proof": proof_of()})
    matter.refresh_from_db()
    assert matter.held
    assert not Matter.objects.visible_to(cast.li.viewer(now())).filter(id=matter.id).exists()


@row("SG-01")
def test_a_sealed_matter_opens_for_its_reporter_and_names_nobody(cast: Cast, client: Client) -> None:
    code, proof = asking.asked(client, sealed="1", text="有人拿了不该拿的")
    matter = Matter.objects.get(code=code)
    at = now()
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.luo.person_id])
    page = asking.opened(client, proof)
    assert "罗大勇" not in page
    assert "谁在办" not in page


@row("R-157")
def test_a_late_page_says_sorry_and_keeps_the_old_date(cast: Cast, client: Client) -> None:
    made.working(cast, now() - timedelta(days=20), slip=SLIP)
    page = asking.opened(client, proof_of())
    assert "是我们没有按时做到，对不起" in page
    assert "原来的日子不改" in page


def test_an_extension_shows_the_old_date_and_the_new_one(cast: Cast, client: Client) -> None:
    at = now() - timedelta(days=1)
    matter = made.working(cast, at, slip=SLIP)
    asked = ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=3, reason="等配件")
    decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=True)
    page = asking.opened(client, proof_of())
    assert "延长以后的日子" in page
    assert "原来定的是" in page


def test_the_day_shown_is_the_last_day_not_the_one_after(cast: Cast, client: Client, at: datetime) -> None:
    made.working(cast, datetime.fromisoformat("2026-11-18T09:44:00+08:00"), slip=SLIP, place_code=HUAISHUPING)
    assert "11月25日（周三）" in asking.opened(client, proof_of())


@row("R-214", "R-172")
def test_words_for_a_page_that_is_old_by_now_stand_in_the_form_that_is_there(cast: Cast, client: Client) -> None:
    """Two browsers: one closes it or has it taken up again, and in the other somebody still writes."""
    matter = made.answered(cast, now() - timedelta(days=3), slip=SLIP)
    proof, words = proof_of(), "管子下面还在渗水，墙根都湿了。"

    def sent(where: str, status: int, **typed: str) -> str:
        answer = client.post(f"/track/{where}/", {"proof": proof, "again": str(uuid4()), **typed})
        assert answer.status_code == status
        return answer.content.decode()

    def within(page: str, where: str) -> str:
        assert "写的话没有丢" in page and "请选“重新办理”" not in page and "请先做前面的一步" not in page
        form = page[page.index(f'action="/track/{where}/"') :]
        return form[: form.index("</form>")]

    sent("judge", 200, solved="yes", grade="5", words="")
    page = sent("more", 422, more=words)
    assert words in within(page, "judge")
    assert re.search(r"<details[^>]* open><summary>又出问题了", page)
    sent("judge", 200, solved="no", grade="", words=words)
    matter.refresh_from_db()
    assert matter.state == "reopened"
    assert "两回事" in within(sent("judge", 422, solved="yes", grade="5", words="这是两回事。"), "more")
