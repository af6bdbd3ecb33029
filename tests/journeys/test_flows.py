"""Each of the five documents' flows, walked from the first word to the archive through the real actions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.casework.actions import sweep
from huiyin.casework.actions.counter import Taken, take_words
from huiyin.casework.actions.feedback import call_back, deliver, reopen
from huiyin.casework.actions.intake import Words
from huiyin.casework.actions.shares import instruct
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter
from huiyin.casework.queries import elements
from huiyin.casework.queries import one as pages
from huiyin.core.audit import verify
from huiyin.core.now import now
from huiyin.core.rulebook import version
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast, Member
from tests.flows import to_be_rung, work_as
from tests.rows import row

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@dataclass
class Walk:
    """One matter on its way: each step an hour after the one before."""

    cast: Cast
    county: str
    at: datetime
    matter: Matter = field(init=False)

    def __post_init__(self) -> None:
        work_as(self.county, self.at)

    def open(self, who: Member, text: str, *, way: str, reply: str = "", **said: Any) -> Matter:
        """Words heard by a member of staff, who does with them what they may."""
        self.at += HOUR
        words = Words(text=text, place_code=HUAISHUPING, reporter_name="张丽华", reporter_phone=ZHANG_PHONE, **said)
        taken = Taken(way=way, reply=reply, explained=said.pop("explained", {}))
        self.matter = take_words(by=who.viewer(self.at), at=self.at, words=words, taken=taken).matter
        return self.matter

    def step(self, who: Member, name: str, **given: Any) -> Matter:
        """One step of the flow."""
        self.at += HOUR
        self.matter = take_step(by=who.viewer(self.at), at=self.at, matter_id=self.matter.id, step=name, given=given)
        return self.matter

    def to_hand(self, who: Member, supervisor: Member) -> dict[str, Any]:
        """The parts of an assignment."""
        return {"owner": who.body_id, "handler": who.person_id, "supervisor": supervisor.person_id}

    def heard(self, handler: Member, *, solved: str = "yes") -> Matter:
        """The answer is delivered by letter; the resident is rung and says what they think of it."""
        self.at += HOUR
        deliver(by=handler.viewer(self.at), at=self.at, matter_id=self.matter.id, meaning="letter", note="本人签收")
        self.at = max(self.at, to_be_rung(self.matter.id) or self.at) + HOUR
        self.matter = call_back(
            by=self.cast.he.viewer(self.at),
            at=self.at,
            matter_id=self.matter.id,
            outcome="reached",
            contacted=True,
            true=True,
            solved=solved,
            grade=5,
        )
        return self.matter

    def archived(self) -> Sequence[str]:
        """Laid in the archive by the dispatcher: the steps taken, in order."""
        self.step(self.cast.zhou, "archive")
        assert self.matter.closed_at is not None
        seal_now(self.at)
        assert verify(self.at).told() == []
        return list(self.matter.moves.order_by("seq").values_list("step", flat=True))

    def marks(self) -> list[str]:
        """The county's own stages that were reached."""
        page = version(self.matter.rulebook_id).flow(self.matter.programme, self.matter.kind)
        taken = {"open", *self.matter.moves.values_list("step", flat=True)}
        return [stage.title for stage in page.stages if taken & set(stage.steps)]


@row("R-171", "R-172", "R-173")
def test_the_nine_steps_of_zoucheng(cast: Cast) -> None:
    walk = Walk(cast, "zoucheng-2013", now())
    said = {"channel": "phone", "nature": "problem", "topic": "water"}
    walk.open(cast.chen, "村里的自来水三天没有来了，老人挑不动水。", way="pass_for_handling", **said)
    assert (walk.matter.state, walk.matter.first_asked_id) == ("accepted", cast.chen.person_id)
    walk.step(cast.zhou, "discuss", minutes="水务公司和镇里一起到场，先送水，再换泵。")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.li, cast.zhao))
    assert Clock.objects.get(matter=walk.matter, name="handling").amount == 5
    walk.step(cast.li, "take")
    walk.step(cast.zhao, "supervise", note="明天上午问一次送水")
    walk.step(cast.li, "answer", reply="泵已换好，今天起正常供水。")
    walk.heard(cast.li)
    walk.step(cast.zhou, "analyse", note="同村三件用水，一并列入月分析")
    steps = walk.archived()
    assert steps == [
        *("open", "accept", "classify", "discuss", "assign", "take", "supervise", "answer", "deliver", "call_back"),
        *("close", "analyse", "archive"),
    ]
    assert walk.marks() == ["受理", "分类", "会商", "交办", "督办", "反馈", "回访", "统计分析", "归档"]
    (ten,) = elements.of_many(cast.zhou.viewer(walk.at), [walk.matter.id])
    assert (ten.handler, ten.supervisor, ten.reached, ten.word) == ("李卫东", "赵敏", 1, "yes")
    assert ten.opinion is not None
    assert (ten.opinion.step, ten.opinion.by) == ("accept", "陈静")


@row("R-186", "R-171")
def test_in_zoucheng_a_leaders_instruction_becomes_the_assignment(cast: Cast) -> None:
    walk = Walk(cast, "zoucheng-2013", now())
    said = {"channel": "sms", "nature": "problem", "topic": "water"}
    walk.open(cast.chen, "两个村共用的水库放不下水，村里谁也定不了。", way="", **said)
    walk.step(cast.chen, "classify", topic="water", nature="problem", way="leader_instruction")
    walk.step(cast.zhou, "discuss", minutes="牵涉两个镇，报领导定。")
    with pytest.raises(Refused, match="way_not_allowed"):
        walk.step(cast.zhou, "assign", **walk.to_hand(cast.li, cast.zhao))
    walk.step(cast.zhou, "submit", leader=cast.tang.person_id, note="拟由柳河镇牵头，五日内办复")
    first = Clock.objects.get(matter=walk.matter, name="instruction")
    walk.at = first.due_at
    sweep.run_out(by=Viewer.system("clock"), at=walk.at)
    walk.matter.refresh_from_db()
    assert walk.matter.state == "discussing", "nobody answered in time: it is back where it was laid before them"
    walk.step(cast.zhou, "submit", leader=cast.tang.person_id, note="再报：拟由柳河镇牵头")
    walk.at += HOUR
    words = "请柳河镇牵头，两个村一起商量，五日内放水。"
    given = {"instruction": words, **walk.to_hand(cast.li, cast.zhao)}
    walk.matter = instruct(by=cast.tang.viewer(walk.at), at=walk.at, matter_id=walk.matter.id, given=given)
    clock = Clock.objects.get(matter=walk.matter, name="handling")
    assert (clock.amount, clock.started_at) == (5, walk.at), "the five days begin with the leader's words"
    assert walk.matter.moves.get(step="instruct").data["instruction"] == words
    walk.step(cast.li, "take")
    walk.step(cast.li, "answer", reply="两个村说好了轮着放水，今天开闸。")
    walk.heard(cast.li)
    walk.step(cast.zhou, "analyse", note="水库调度，列入月分析")
    assert walk.archived() == [
        *("open", "accept", "classify", "discuss", "submit", "come_back", "submit", "instruct", "take", "answer"),
        *("deliver", "call_back", "close", "analyse", "archive"),
    ]
    assert walk.marks() == ["受理", "分类", "会商", "交办", "反馈", "回访", "统计分析", "归档"]
    (ten,) = elements.of_many(cast.zhou.viewer(walk.at), [walk.matter.id])
    assert (ten.handler, ten.supervisor) == ("李卫东", "赵敏")


@row("R-190", "R-202", "R-226", "R-237", "AM-30")
def test_the_four_steps_of_hubin_with_the_first_visitor_to_the_end(cast: Cast) -> None:
    walk = Walk(cast, "hubin", now())
    said = {"channel": "duty_day", "nature": "need", "topic": "water", "heading": "hardship"}
    walk.open(cast.luo, "村西头的井干了，浇不上地，想请镇里帮着再打一口。", way="handle", **said)
    day = (walk.at + timedelta(days=40)).date()
    walk.step(cast.luo, "take", deadline=day)
    due = Clock.objects.get(matter=walk.matter, name="item").due_at
    walk.step(cast.luo, "apply", reason="打井要镇水利站出钱出机器")
    walk.step(cast.ma, "take_up", note="镇水利站下周来勘井")
    walk.step(cast.luo, "take", note="勘好了，接着办")
    walk.step(cast.zhao, "supervise", note="月底前打好")
    walk.step(cast.luo, "answer", reply="井打好了，5月18日出水。")
    assert walk.matter.handler_id == walk.matter.first_asked_id == cast.luo.person_id
    assert Clock.objects.get(matter=walk.matter, name="item").due_at == due, "the day stays where it was"
    walk.heard(cast.luo)
    assert walk.archived()[-1] == "archive"
    assert walk.marks() == ["收集", "梳理", "处置", "督办"]


@row("R-202", "AM-30")
def test_what_hubin_answers_on_the_spot_is_called_back_and_enters_no_ledger(cast: Cast) -> None:
    walk = Walk(cast, "hubin", now())
    said = {"channel": "visit", "nature": "need", "topic": "papers", "heading": "hardship", "kind": "on_spot"}
    walk.open(cast.luo, "残疾证怎么办？", way="on_the_spot", reply="我替您代办，材料现在就收。", **said)
    assert walk.matter.state == "answered"
    assert version(walk.matter.rulebook_id).kind("relieve", walk.matter.kind).ledger is False
    assert not Clock.objects.filter(matter=walk.matter).exists()
    walk.heard(cast.luo)
    assert walk.archived()[:4] == ["open", "accept", "classify", "answer"]


@row("R-200", "R-227")
def test_the_federation_gives_a_plan_and_a_day_before_a_matter_leaves_new(cast: Cast) -> None:
    walk = Walk(cast, "yongxing-2014", now())
    said = {"channel": "visit", "nature": "need", "topic": "recovery", "heading": "outstanding", "handling": "later"}
    walk.open(cast.luo, "轮椅坏了两个月，想换一个。", way="handle", **said)
    with pytest.raises(Refused, match="needs_deadline"):
        walk.step(cast.zhou, "assign", plan="向省里申报一台", **walk.to_hand(cast.li, cast.zhao))
    day = (walk.at + timedelta(days=30)).date()
    walk.step(cast.zhou, "assign", plan="向省里申报一台", deadline=day, **walk.to_hand(cast.li, cast.zhao))
    assert walk.matter.deadline_on == day
    walk.step(cast.li, "take")
    walk.step(cast.li, "answer", reply="轮椅到了，6月3日送到家里。")
    walk.heard(cast.li)
    assert "assign" in walk.archived()
    assert walk.matter.moves.get(step="assign").data["plan"] == "向省里申报一台"


@row("R-200", "R-228")
def test_the_federation_explains_what_law_forbids_and_counts_it_as_no_solution(cast: Cast) -> None:
    walk = Walk(cast, "yongxing-2014", now())
    said = {"channel": "session", "nature": "need", "topic": "welfare", "heading": "outstanding", "handling": "barred"}
    walk.open(cast.luo, "儿子在县里上班，能不能也给我办低保？", way="", **said)
    explained = {
        "basis": "《社会救助暂行办法》第九条：共同生活的家庭成员人均收入",
        "explained_by": "县残联刘某，4月29日",
        "view": "听明白了，还是觉得难",
    }
    walk.step(cast.luo, "classify", **{name: said[name] for name in ("nature", "topic", "heading", "handling")})
    for lack in explained:
        with pytest.raises(Refused, match=f"needs_{lack}"):
            rest = {name: words for name, words in explained.items() if name != lack}
            walk.step(cast.luo, "answer", way="direct_answer", reply="按规定不能办，可申请临时救助。", **rest)
    walk.step(cast.luo, "answer", way="direct_answer", reply="按规定不能办，可申请临时救助。", **explained)
    walk.heard(cast.luo)
    walk.archived()
    page = version(walk.matter.rulebook_id).matters(walk.matter.programme)
    assert page.can_solve(walk.matter.way, walk.matter.handling) is False
    assert page.can_solve(walk.matter.way, "now") is True


@row("R-194", "R-240", "AM-27")
def test_the_loop_of_yishui_level_by_level_and_again(cast: Cast) -> None:
    walk = Walk(cast, "yishui-2013", now())
    said = {"channel": "visit", "nature": "appeal", "topic": "roads"}
    walk.open(cast.luo, "村里主街道破损严重，下雨没法走。", way="handle", **said)
    walk.step(cast.luo, "take")
    promised = Clock.objects.get(matter=walk.matter, name="handling").due_at
    walk.step(cast.luo, "apply", reason="修路要乡镇和县里出钱，个人解决不了")
    walk.step(cast.ma, "take_up", note="列入镇里的计划，还要报县里")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.bai, cast.zhao))
    walk.step(cast.bai, "take")
    with pytest.raises(Refused, match="needs_cause"):
        walk.step(cast.bai, "answer", reply="主街道硬化了。")
    walk.step(cast.bai, "answer", reply="主街道硬化了。", cause="建路时没有修排水沟，雨水泡坏了路基")
    assert Clock.objects.get(matter=walk.matter, name="handling").due_at == promised, "no level starts the clock anew"
    walk.heard(cast.bai)
    walk.at += HOUR
    zhao = cast.zhao.viewer(walk.at)
    walk.matter = reopen(by=zhao, at=walk.at, matter_id=walk.matter.id, note="排水沟没有修，又泡坏了")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.bai, cast.zhao))
    walk.step(cast.bai, "take")
    walk.step(cast.bai, "answer", reply="排水沟修好了，路面补过。", cause="上次只补了路面")
    walk.heard(cast.bai)
    steps = walk.archived()
    assert steps.count("answer") == 2
    assert walk.matter.reopened == 1
    assert walk.marks() == ["表达、搜集", "研判", "解决", "反馈", "再搜集、再研判"]


@row("R-240")
def test_appeals_and_needs_are_two_and_share_one_cycle(cast: Cast) -> None:
    walk = Walk(cast, "yishui-2013", now())
    for nature in ("appeal", "need"):
        walk.open(cast.luo, "在外打工每季度要回来查体，能不能在当地查？", way="", channel="visit", nature=nature)
        page = version(walk.matter.rulebook_id).flow(walk.matter.programme, walk.matter.kind)
        assert (walk.matter.nature, page.title) == (nature, "表达、搜集、研判、解决、反馈的动态循环")


@row("R-199", "R-233")
def test_the_room_the_centre_and_the_hall_of_ziyang(cast: Cast) -> None:
    walk = Walk(cast, "ziyang-2014", now())
    said = {"channel": "room", "nature": "need", "topic": "income", "intent": "needs", "heading": "hardship"}
    walk.open(cast.luo, "想种魔芋，贷不到款，也不知道卖给谁。", way="handle", **said)
    walk.step(cast.luo, "take")
    due = Clock.objects.get(matter=walk.matter, name="handling").due_at
    walk.step(cast.luo, "apply", reason="贷款要县里的窗口办")
    walk.step(cast.ma, "take_up", note="中心收了材料，代送县里")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.bai, cast.zhao))
    walk.step(cast.bai, "take")
    walk.step(cast.bai, "answer", reply="贴息贷款批了两万，收购点的电话写在单子上。")
    assert Clock.objects.get(matter=walk.matter, name="handling").due_at == due
    walk.heard(cast.bai)
    walk.archived()
    assert "服务中心代办" in walk.marks()
    assert (walk.matter.intent, walk.matter.heading) == ("needs", "hardship")
    page = pages.one(cast.zhou.viewer(walk.at), walk.matter.id, walk.at)
    assert ("intent", "问需") in elements.of_page(cast.zhou.viewer(walk.at), page).classes


@row("R-233", "SG-01")
@pytest.mark.parametrize("topic", ["taking", "shirking"])
def test_what_ziyang_hears_of_taking_and_shirking_is_held(cast: Cast, topic: str) -> None:
    walk = Walk(cast, "ziyang-2014", now())
    said = {"channel": "phone", "nature": "appeal", "topic": topic, "intent": "governance", "heading": "grievance"}
    walk.open(cast.chen, "窗口要好处，跑了三趟。", way="", **said)
    assert (walk.matter.held, walk.matter.held_why) == (True, "topic")
