"""SG-01: a complaint about an official is invisible to them, to theirs and to their unit. Never to be weakened."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from huiyin.casework.actions.aside import clear, name_subjects
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.casework.queries import matters, one
from huiyin.core.models import Event, Tally
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.staff import appoint
from tests import factories as make
from tests.cast import HUAISHUPING, SHANGHE, Cast, Member
from tests.rows import row
from tests.searching import matching

SEED = 20261125
TEMPLATES = (
    "{who}收了我家两百块钱才给办低保，请查一查。",
    "我去镇里问补贴，{who}态度很差，还骂人。",
    "{who}把村里的树卖了，账目从来不公开，我要举报。",
    "修路的钱被{who}截留了，大家都知道。",
    "{who}不作为，打了三次电话都推诿。",
    "Wo yao jubao {who}, ta shou hongbao。",
)
PINYIN = {"罗大勇": "luodayong", "李卫东": "liweidong", "马国强": "maguoqiang"}
CALLS: dict[str, Callable[[Member], str]] = {
    "name": lambda m: m.name,
    "spaced": lambda m: " ".join(m.name),
    "dotted": lambda m: "·".join(m.name),
    "surname and title": lambda m: m.name[0] + "主任",
    "given and title": lambda m: m.name[1:] + "书记",
    "old": lambda m: "老" + m.name[0],
    "little": lambda m: "小" + m.name[0],
    "surname and 某": lambda m: m.name[0] + "某",
    "title": lambda m: "村支书",
    "pinyin": lambda m: PINYIN[m.name],
    "pinyin in pieces": lambda m: PINYIN[m.name].title().replace("a", "a "),
    "your people": lambda m: "你们的人",
    "your leader": lambda m: "你们领导",
    "staff": lambda m: "镇上的工作人员",
}


def complaints(cast: Cast, count: int) -> list[tuple[str, Member]]:
    """Texts about people of the village and the town, called in every way people are called."""
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    about = (cast.luo, cast.li, cast.ma)
    made = []
    for _ in range(count):
        person = chance.choice(about)
        call = chance.choice(list(CALLS.values()))
        made.append((chance.choice(TEMPLATES).format(who=call(person)), person))
    return made


def near(cast: Cast) -> tuple[Member, ...]:
    """Who may not read a complaint about somebody of the village or the town."""
    return (cast.luo, cast.li, cast.ma)


@row("SG-01", "SG-49")
def test_of_five_hundred_complaints_none_is_readable_by_anybody_they_may_be_about(cast: Cast, at: datetime) -> None:
    by = Viewer.resident()
    for text, _ in complaints(cast, 500):
        words = Words(text=text, channel="web", place_code=HUAISHUPING)
        opened = open_matter(by=by, at=at, words=words).matter
        assert opened.held, text
    everybody = (*near(cast), cast.chen, cast.zhao, cast.he, cast.wu, cast.bai, cast.tang, cast.xu, cast.qian)
    ids = list(Matter.objects.values_list("id", flat=True))
    for member in everybody:
        viewer = member.viewer(at)
        assert matters.count(viewer, matters.Filters(open_only=False), at) == 0
        assert not Matter.objects.reachable_by(viewer).exists()
        assert not matters.matters(viewer, matters.Filters(text="举报"), at).rows
    for member in near(cast):
        with pytest.raises(Missing):
            one.one(member.viewer(at), ids[0], at)
    assert Matter.objects.sealed_to(cast.zhou.viewer(at)).count() == 500
    assert Matter.objects.sealed_to(cast.sun.viewer(at)).count() == 500
    assert not matching("matter", "举报").exists()


@row("SG-01")
def test_naming_the_subject_shuts_out_them_and_theirs_at_the_next_read(cast: Cast, at: datetime) -> None:
    words = Words(text="镇里的人办事拖拉，你们的人该管管。", channel="web", place_code=HUAISHUPING)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    with pytest.raises(Refused) as refused:
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    assert refused.value.code == "held_undecided"
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "conduct", "nature": "complaint", "way": "discipline"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="classify", given=given)
    for member in (cast.li, cast.ma):
        wrong = {"owner": cast.bodies.town, "handler": member.person_id, "supervisor": cast.zhao.person_id}
        with pytest.raises(Refused) as refused:
            take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=wrong)
        assert refused.value.code == "conflict_excluded"
    right = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=right)
    assert one.one(cast.bai.viewer(at), matter.id, at).matter.sealed
    assert not Matter.objects.visible_to(cast.bai.viewer(at)).exists()
    # Bai is named only now: the next read already fails, with the page still open.
    name_subjects(by=cast.sun.viewer(at), at=at, matter_id=matter.id, persons=[cast.bai.person_id, cast.li.person_id])
    with pytest.raises(Missing):
        one.one(cast.bai.viewer(at), matter.id, at)
    assert Matter.objects.get(id=matter.id).handler_id is None


@row("SG-01")
def test_a_dispatcher_who_is_complained_about_does_not_see_it_and_the_other_does(cast: Cast, at: datetime) -> None:
    words = Words(text="受理中心的周明接电话骂人。", channel="web", place_code=HUAISHUPING)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    with pytest.raises(Missing):
        one.one(cast.zhou.viewer(at), matter.id, at)
    assert one.one(cast.sun.viewer(at), matter.id, at).matter.held
    with pytest.raises(Missing):
        name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.chen.person_id])


@row("SG-01")
def test_whoever_serves_in_the_county_and_in_another_village_is_noticed_by_a_nickname(cast: Cast, at: datetime) -> None:
    words = Words(text="老周收了我家两百块钱。", channel="web", place_code=HUAISHUPING)
    assert not open_matter(by=Viewer.resident(), at=at, words=words).matter.conflicts.exists()
    more: dict[str, Any] = {
        "body_id": cast.bodies.centre,
        "role": "handler",
        "title": "第一书记",
        "place_code": SHANGHE,
    }
    appoint(by=make.SYSTEM, at=at, person_id=cast.zhou.person_id, **more)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    assert matter.held_why == "calls"
    with pytest.raises(Missing):
        one.one(cast.zhou.viewer(at), matter.id, at)
    assert one.one(cast.sun.viewer(at), matter.id, at).matter.held


@row("SG-01", "BC-11")
def test_the_first_asked_yields_when_the_complaint_is_about_them(cast: Cast, at: datetime) -> None:
    """Boundary case of §4.5: first-asked responsibility is overridden."""
    words = Words(
        text="罗大勇不给我家报名字。", channel="visit", place_code=HUAISHUPING, first_asked=cast.luo.person_id
    )
    matter = open_matter(by=cast.luo.viewer(at), at=at, words=words).matter
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.luo.person_id])
    assert Matter.objects.get(id=matter.id).first_asked_id is None
    with pytest.raises(Missing):
        one.one(cast.luo.viewer(at), matter.id, at)


@row("SG-01")
def test_no_tally_and_no_event_tells_where_a_complaint_came_from(cast: Cast, at: datetime) -> None:
    words = Words(text="马国强收红包。", channel="web", place_code=HUAISHUPING)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    drain(at)
    assert not Tally.objects.exists()
    for event in Event.objects.filter(subject=str(matter.id)):
        assert HUAISHUPING not in str(event.data) and "马" not in str(event.data)


def test_a_text_about_nobody_goes_the_ordinary_way_once_cleared(cast: Cast, at: datetime) -> None:
    words = Words(text="你们的人昨天来修水管，修得很好。", channel="web", place_code=HUAISHUPING)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    assert matter.held
    clear(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, note="是表扬，没有说到谁不好")
    assert Matter.objects.visible_to(cast.chen.viewer(at)).filter(id=matter.id).exists()
    assert matching("matter", "水管").exists()


def test_a_greeting_to_an_office_is_no_complaint_about_it(cast: Cast, at: datetime) -> None:
    words = Words(text="县长您好！我们村的路灯坏了三盏，晚上看不见路。", channel="web", place_code=HUAISHUPING)
    assert not open_matter(by=Viewer.resident(), at=at, words=words).matter.held


@row("SG-01")
def test_a_suspected_clerks_colleagues_are_shut_out_while_it_is_held(cast: Cast, at: datetime) -> None:
    words = Words(text="受理中心的陈静态度差。", channel="web", place_code=HUAISHUPING)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    with pytest.raises(Missing):
        one.one(cast.zhou.viewer(at), matter.id, at)
    assert one.one(cast.sun.viewer(at), matter.id, at).matter.held
