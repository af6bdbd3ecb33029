"""What the five documents ask for beside their flows is there in their counties, not in the demo's alone."""

import re
from datetime import timedelta
from typing import Any

import pytest

from huiyin.casework.actions import aside, feedback, mediation, shares, supervision
from huiyin.casework.actions.counter import Taken, take_words
from huiyin.casework.actions.intake import Words
from huiyin.casework.actions.mediation import Told
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import FollowUp, Matter, Numbered, Promise, Share
from huiyin.casework.queries import petitions
from huiyin.casework.queries.mediation import disputes
from huiyin.core import rulebook
from huiyin.core.now import now
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.flows import lent, work_as
from tests.interfaces.desk.seat import seat
from tests.rows import row
from tests.walks.county import FIVE

pytestmark = pytest.mark.django_db
SIDES = {"a_name": "张丽华", "a_phone": ZHANG_PHONE, "a_words": "树根拱裂了我家的墙"}
SIDES |= {"b_name": "邓石头", "b_phone": "16000004321", "b_words": "树是爷爷那辈栽的"}
ABOUT = "两家之间有一棵核桃树，挨着院墙；墙上有一道裂缝。"


@row("R-221")
@pytest.mark.parametrize("name", ["zoucheng-2013", "yishui-2013", "hubin", "ziyang-2014", "general"])
def test_a_dispute_is_mediated_and_asked_about_where_the_document_speaks_of_disputes(cast: Cast, name: str) -> None:
    at = now() - timedelta(days=40)
    work_as(name, at)
    told = Told(sort="neighbours", place_code=HUAISHUPING, title="核桃树和院墙", about=ABOUT, channel="other", **SIDES)
    matter = mediation.register(by=cast.chen.viewer(at), at=at, told=told).matter
    assert (matter.kind, matter.nature, matter.held) == ("dispute", "dispute", False)
    mediation.name_mediator(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, mediator=cast.luo.person_id)
    luo: dict[str, Any] = {"by": cast.luo.viewer(at), "at": at, "matter_id": matter.id}
    mediation.meet(**luo, on=today(luo["by"], at), where="村委会", came="ab", note="说到了修墙的钱")
    mediation.agree(**luo, agreement="树修枝，墙两家各出一半。")
    later = now()
    due = FollowUp.objects.order_by("due_on").first()
    assert due is not None
    mediation.ask(by=cast.he.viewer(later), at=later, follow_up_id=due.id, letter="a", word="broken", words="墙没修")
    assert disputes(cast.zhou.viewer(later), "open", today(cast.zhou.viewer(later), later)).counts["open"] == 1
    assert Matter.objects.get().closed_at is None


@row("R-221")
def test_where_the_document_says_nothing_of_disputes_none_is_registered(cast: Cast) -> None:
    at = now()
    work_as("yongxing-2014", at)
    with pytest.raises(Refused, match="disputes_none"):
        told = Told(sort="neighbours", place_code=HUAISHUPING, title="树", about=ABOUT, channel="other", **SIDES)
        mediation.register(by=cast.chen.viewer(at), at=at, told=told)


@row("R-182", "R-225", "AM-30")
def test_zoucheng_invites_a_unit_to_the_call_keeps_its_promise_and_numbers_what_is_to_be_watched(cast: Cast) -> None:
    at = now()
    work_as("zoucheng-2013", at)
    chen, zhao = cast.chen.viewer(at), cast.zhao.viewer(at)
    said: dict[str, Any] = {"channel": "phone", "nature": "problem", "topic": "water", "place_code": HUAISHUPING}
    words = Words(text="泵坏了半个月，问谁谁都说不归他管。", reporter_name="张丽华", reporter_phone=ZHANG_PHONE, **said)
    one: dict[str, Any] = {
        "at": at,
        "matter_id": take_words(by=chen, at=at, words=words, taken=Taken(way="")).matter.id,
    }
    asked = {"bodies": [cast.bodies.farming], "question": "下午三点能不能一起接电话？"}
    take_step(by=chen, **one, step="invite", given=asked)
    invited = Share.objects.get(part="call")
    shares.answer(by=cast.bai.viewer(at), at=at, share_id=invited.id, answer="能，我来接。")
    supervision.number(by=zhao, **one, reason="半个月没有人管")
    spoken = {"participants": "张丽华、农业农村局白某", "outcome": "当场说定", "reply": "明天来换泵。"}
    promised = {"promise": "换泵", "promised_on": today(chen, at) + timedelta(days=1)}
    classes = {"topic": "water", "nature": "problem", "way": "three_party_call"}
    matter = take_step(by=chen, **one, step="answer", given=classes | spoken | promised)
    assert (matter.state, matter.way) == ("answered", "three_party_call")
    assert Promise.objects.get().what == "换泵"
    with pytest.raises(Refused, match="number_still_open"):
        supervision.strike(by=zhao, at=at, numbered_id=Numbered.objects.get().id, note="办了")


@row("R-021")
def test_in_hubin_who_handles_it_asks_a_department_which_answers_in_the_system(cast: Cast) -> None:
    at = now()
    work_as("hubin", at)
    said: dict[str, Any] = {
        "channel": "visit",
        "nature": "need",
        "topic": "water",
        "heading": "hardship",
        "place_code": HUAISHUPING,
    }
    luo = cast.luo.viewer(at)
    matter = take_words(by=luo, at=at, words=Words(text="井干了，浇不上地。", **said), taken=Taken(way="handle")).matter
    one: dict[str, Any] = {"by": luo, "at": at, "matter_id": matter.id}
    take_step(**one, step="take", given={"deadline": today(luo, at) + timedelta(days=20)})
    asked = {"bodies": [cast.bodies.farming], "question": "这里打多深能出水？"}
    after = take_step(**one, step="ask_expert", given=asked)
    share = Share.objects.get(part="expert")
    shares.answer(by=cast.bai.viewer(at), at=at, share_id=share.id, answer="四十米，先物探。")
    share.refresh_from_db()
    assert (share.answer, after.state, after.handler_id) == ("四十米，先物探。", "working", cast.luo.person_id)


@row("SG-30", "R-190")
def test_a_first_visitor_takes_nothing_for_a_unit_that_its_topic_is_kept_from(cast: Cast) -> None:
    at = now()
    book = lent("hubin")
    (name, programme), *_ = book.programmes.items()
    apart = programme.matters.topics["water"].model_copy(update={"apart_from": ("槐树坪村",)})
    page = programme.matters.model_copy(update={"topics": {**programme.matters.topics, "water": apart}})
    changed = {**book.programmes, name: programme.model_copy(update={"matters": page})}
    book = Rulebook(county=book.county, words=book.words, programmes=changed)
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=book, in_force_from=at)
    said: dict[str, Any] = {"channel": "visit", "nature": "need", "heading": "hardship", "place_code": HUAISHUPING}
    luo = cast.luo.viewer(at)
    for topic in ("water", next(one for one in page.topics if one != "water")):
        words = Words(text="井干了，浇不上地。", topic=topic, **said)
        matter = take_words(by=luo, at=at, words=words, taken=Taken(way="handle")).matter
        step: dict[str, Any] = {"by": luo, "at": at, "matter_id": matter.id, "step": "take"}
        given = {"deadline": today(luo, at) + timedelta(days=20)}
        if topic == "water":
            with pytest.raises(Refused, match="body_apart"):
                take_step(**step, given=given)
        else:
            assert take_step(**step, given=given).owner_body_id == cast.luo.body_id


@row("R-178", "SG-32")
@pytest.mark.parametrize("name", [*FIVE, "general"])
def test_whoever_has_to_speak_with_the_resident_can_open_their_number_and_nobody_supervising_can(name: str) -> None:
    roles = load_county(county_folder(name)).county.roles
    speak = {role for role, page in roles.items() if {"matter.accept", "matter.call_back"} & set(page.verbs)}
    assert [role for role in speak - {"official"} if "matter.reveal" not in roles[role].verbs] == []
    for apart in ("supervisor", "leader", "auditor", "admin"):
        assert "matter.reveal" not in roles[apart].verbs, apart


def test_in_zoucheng_the_handler_opens_the_number_with_a_reason(cast: Cast) -> None:
    at = now()
    work_as("zoucheng-2013", at)
    chen = cast.chen.viewer(at)
    said: dict[str, Any] = {"channel": "phone", "nature": "problem", "topic": "water", "place_code": HUAISHUPING}
    words = Words(text="泵坏了半个月。", reporter_name="张丽华", reporter_phone=ZHANG_PHONE, **said)
    matter = take_words(by=chen, at=at, words=words, taken=Taken(way="pass_for_handling")).matter
    hand = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=hand)
    given: dict[str, Any] = {"at": at, "matter_id": matter.id, "what": "phone", "reason": "约时间上门"}
    assert aside.reveal(by=cast.li.viewer(at), **given) == ZHANG_PHONE
    with pytest.raises(Refused, match="not_allowed"):
        aside.reveal(by=cast.zhao.viewer(at), **given)


@row("R-223", "SG-03")
@pytest.mark.parametrize(("name", "kinds"), [("yishui-2013", 5), ("zoucheng-2013", 2), ("hubin", 0)])
def test_petition_figures_are_kept_where_the_document_names_them(cast: Cast, name: str, kinds: int) -> None:
    at = now()
    work_as(name, at)
    page = petitions.page_of(cast.zhou.viewer(at), at)
    assert len(page.titles if page else ()) == kinds
    assert (page is None) == (kinds == 0)
    shown = seat(cast.tang).get("/desk/early/petitions/").content.decode()
    assert ("越级" in shown) == (kinds > 0)


@row("R-316", "R-213")
def test_zouchengs_four_grades_are_the_scale_of_its_call_backs_and_not_satisfied_takes_it_up_again(cast: Cast) -> None:
    at = now()
    work_as("zoucheng-2013", at)
    said: dict[str, Any] = {"channel": "phone", "nature": "problem", "topic": "water", "place_code": HUAISHUPING}
    words = Words(text="泵坏了半个月。", reporter_name="张丽华", reporter_phone=ZHANG_PHONE, **said)
    taken = Taken(way="direct_answer", reply="明天来修。")
    matter = take_words(by=cast.chen.viewer(at), at=at, words=words, taken=taken).matter
    page = seat(cast.he).get(f"/desk/calls/{matter.code}/").content.decode()
    scale = re.findall(r'name="grade" value="([0-9])"', page)
    assert [one for one in scale if one] == ["5", "4", "3", "1"]
    he: dict[str, Any] = {"by": cast.he.viewer(at), "at": at, "matter_id": matter.id, "outcome": "reached"}
    with pytest.raises(Refused, match="grade_unknown"):
        feedback.call_back(**he, solved="yes", grade=2)
    assert feedback.call_back(**he, solved="yes", grade=1).state == "reopened"
