"""The five documents' flows walked in a real browser by their pages alone, from the first word to the archive.

The words are residents' own, drawn from real messages where they are at hand and invented where not. Each page that is
opened is looked at wide and narrow.
"""

import csv
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from huiyin.casework.models import Matter
from huiyin.core.now import now
from tests.cast import Cast, Member
from tests.conftest import data_folder
from tests.flows import to_be_rung, work_as
from tests.interfaces.desk.seat import sit_down
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PICTURES = os.environ.get("HUIYIN_PICTURES", "")
"""Where to put photographs of each page; none are taken where it is empty."""
SEED = 20261126
WIDTHS = (1440, 390)
INVENTED = (
    "村西头的井干了，浇不上地，想请镇里帮着再打一口。",
    "村里主街道破损严重，下雨没法走，老人孩子都不敢出门。",
    "想种魔芋，贷不到款，也不知道卖给谁，盼着有人给说说。",
    "村里的自来水三天没有来了，老人挑不动水。",
    "轮椅坏了两个月，想换一个，不知道找谁办。",
)
CALLED = {"contacted": "yes", "true": "yes", "solved": "yes", "grade": "5"}


@dataclass
class Walk:
    """One browser, in which different people sit down in turn, in a county that works by another's method."""

    page: "Page"
    address: str
    cast: Cast
    county: str
    matter: Matter = field(init=False)
    shots: int = 0

    def __post_init__(self) -> None:
        work_as(self.county, now())

    def sits(self, who: Member, path: str) -> None:
        """Somebody opens a page."""
        self.page.context.clear_cookies()
        sit_down(self.page, self.address, who)
        self.page.goto(f"{self.address}{path}")

    def look(self, name: str) -> None:
        """Wide and narrow: nothing runs over the edge; photographs where they are wanted."""
        self.shots += 1
        for width in reversed(WIDTHS):
            self.page.set_viewport_size({"width": width, "height": 1000})
            wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            if PICTURES:
                shot = f"{self.county}-{width}-{self.shots:02d}-{name}.png"
                self.page.screenshot(path=Path(PICTURES) / shot, full_page=True)
            assert not wide, (name, width)

    def heard(self, who: Member, texts: Sequence[str], *, topic: str, **chosen: str) -> None:
        """The first of some messages that speaks of nobody in office is the matter; those that do are cleared."""
        for text in texts:
            self.taken(who, text, topic=topic, **chosen)
            self.matter = Matter.objects.latest("opened_at")
            if not self.matter.held:
                return
            self.cleared()
        raise AssertionError("every message was held")

    def taken(self, who: Member, text: str, *, topic: str, **chosen: str) -> None:
        """A clerk or an official writes down what was said and says which topic it is."""
        self.sits(who, "/desk/intake/")
        with self.page.expect_response(asks_what_it_looks_like):
            self.page.fill("#id_text", text)
            self.page.fill("#id_place_text", "槐树坪")
        for name, value in chosen.items():
            self.page.select_option(f"[name={name}]", value)
        offered = self.page.locator(f"#id_topic_{topic}")
        if offered.count():
            offered.check(force=True)
        else:
            self.page.select_option("[name=topic_other]", topic)
        self.look("intake")
        self.page.locator("button[data-main]").click()
        self.page.wait_for_url("**/desk/intake/done/")
        self.look("done")

    def cleared(self) -> None:
        """Words that speak about somebody in office wait for a dispatcher, who finds no official in them."""
        self.sits(self.cast.zhou, f"/desk/held/{self.matter.code}/")
        self.look("held")
        self.page.locator("#id_note").fill("说的是办事的单位，没有说到哪一个人")
        with self.page.expect_navigation():
            self.page.locator("button[value=clear]").click()
        self.matter.refresh_from_db()
        assert not self.matter.held

    def step(self, who: Member, name: str, **given: str) -> None:
        """A step by its own page: what is typed, what is chosen, sent."""
        self.sits(who, f"/desk/matters/{self.matter.code}/step/{name}/")
        for box, value in given.items():
            found = self.page.locator(f"[name={box}]").first
            if found.evaluate("box => box.tagName") == "SELECT":
                found.select_option(value)
            elif found.get_attribute("type") == "radio":
                self.page.locator(f"[name={box}][value='{value}']").first.check(force=True)
            else:
                found.fill(value)
        self.look(name)
        self.page.locator("main button[type=submit], main button[data-main]").first.click()
        self.page.wait_for_url(f"**/desk/matters/{self.matter.code}/")

    def to_hand(self, body: object, handler: Member) -> dict[str, str]:
        """The parts of an assignment, watched by the county's inspection."""
        return {"owner": f"{body}:{handler.person_id}", "supervisor": str(self.cast.zhao.person_id)}

    def to_the_end(self, handler: Member) -> None:
        """The letter is brought, the resident is rung, the file is laid down."""
        self.sits(handler, f"/desk/matters/{self.matter.code}/step/deliver/")
        self.page.locator("[name=meaning][value=letter]").check()
        self.page.locator("[name=note]").fill("本人签收")
        self.page.locator("main button[type=submit], main button[data-main]").first.click()
        self.page.wait_for_url(f"**/desk/matters/{self.matter.code}/")
        to_be_rung(self.matter.id)
        self.sits(self.cast.he, f"/desk/calls/{self.matter.code}/")
        for name, value in CALLED.items():
            self.page.locator(f"[name={name}][value='{value}']").first.check(force=True)
        self.look("call")
        with self.page.expect_navigation():
            self.page.locator("main button[data-main]").first.click()
        self.matter.refresh_from_db()
        assert self.matter.state == "closed"

    def laid_down(self) -> None:
        """The dispatcher archives it; the page of a file that is over."""
        self.step(self.cast.zhou, "archive")
        self.sits(self.cast.zhou, f"/desk/matters/{self.matter.code}/")
        assert not self.page.get_by_role("link", name="归档", exact=True).count(), "once is enough"
        self.look("archived")
        last = self.matter.moves.order_by("seq").last()
        self.matter.refresh_from_db()
        assert last is not None and (last.step, self.matter.state) == ("archive", "closed")


def asks_what_it_looks_like(answer: "Response") -> bool:
    """Whether an answer is about the words typed so far: which topics they may be, and what is like them."""
    return "do=look" in (answer.request.post_data or "")


def said(label: str) -> list[str]:
    """What residents say of something: real messages of a class, in an order drawn by a seed that is printed."""
    path = data_folder() / "messages" / "classified_train.csv"
    if not path.exists():
        return list(INVENTED)
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [line["detail"] for line in csv.DictReader(file) if line["label"] == label]
    fit = [text for text in found if 40 <= len(text) <= 400]
    print(f"seed {SEED}, {label}")
    return random.Random(SEED).sample(fit, 8)


@row("R-171", "R-172", "R-173")
def test_zouchengs_nine_steps_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast) -> None:
    walk = Walk(page, live_server.url, cast, "zoucheng-2013")
    texts = said("城乡建设")
    walk.heard(cast.chen, texts, topic="water", nature="problem", channel="phone")
    walk.step(cast.zhou, "discuss", minutes="水务公司和镇里一起到场，先送水，再换泵。")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.bodies.town, cast.li))
    walk.step(cast.li, "take")
    walk.step(cast.zhao, "supervise", note="明天上午问一次进展")
    walk.step(cast.li, "answer", reply="查过了，下周一动工，11月底前修好；修好以前每天上午送水。")
    walk.to_the_end(cast.li)
    walk.step(cast.zhou, "analyse", note="同村三件，一并列入月分析")
    walk.laid_down()


@row("R-186")
def test_in_zoucheng_a_leader_instructs_by_the_reading_list(page: "Page", live_server: LiveServer, cast: Cast) -> None:
    walk = Walk(page, live_server.url, cast, "zoucheng-2013")
    walk.heard(cast.chen, said("城乡建设"), topic="water", nature="problem", channel="sms")
    walk.step(cast.zhou, "submit", leader=str(cast.tang.person_id), note="牵涉两个镇，拟由柳河镇牵头")
    walk.sits(cast.tang, "/desk/reading/")
    walk.look("reading")
    with page.expect_navigation():
        page.get_by_role("link", name=walk.matter.title).click()
    walk.look("before_the_leader")
    with page.expect_navigation():
        page.locator("a[href$='/step/instruct/']").first.click()
    walk.look("instruct_empty")
    words = "请柳河镇牵头，三日内放水。"
    walk.step(cast.tang, "instruct", instruction=words, **walk.to_hand(cast.bodies.town, cast.li))
    walk.sits(cast.li, f"/desk/matters/{walk.matter.code}/")
    assert page.get_by_text(words).first.is_visible()
    walk.look("instructed")
    walk.step(cast.li, "take")
    walk.step(cast.li, "answer", reply="已开闸放水，两个村说好了轮着放。")
    walk.to_the_end(cast.li)
    walk.step(cast.zhou, "analyse", note="水库调度，列入月分析")
    walk.laid_down()


@row("R-194", "R-240")
def test_yishuis_loop_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast) -> None:
    walk = Walk(page, live_server.url, cast, "yishui-2013")
    walk.heard(cast.luo, said("交通运输"), topic="roads", nature="appeal", channel="visit")
    walk.step(cast.luo, "take")
    walk.step(cast.luo, "apply", reason="修路要乡镇和县里出钱，个人解决不了")
    walk.step(cast.ma, "take_up", note="列入镇里的计划，还要报县里")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.bodies.farming, cast.bai))
    walk.step(cast.bai, "take")
    walk.step(cast.bai, "answer", reply="路修好了，11月20日通车。", cause="建路时没有修排水沟，雨水泡坏了路基")
    walk.to_the_end(cast.bai)
    walk.laid_down()
    assert walk.matter.handler_id == cast.bai.person_id


@row("R-237", "R-190", "R-226")
def test_hubins_four_steps_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast) -> None:
    walk = Walk(page, live_server.url, cast, "hubin")
    texts = said("环境保护")
    walk.heard(cast.luo, texts, topic="water", nature="need", heading="hardship", channel="visit")
    assert (walk.matter.state, walk.matter.heading) == ("accepted", "hardship")
    walk.step(cast.luo, "take", deadline=(now() + timedelta(days=30)).date().isoformat())
    walk.step(cast.luo, "apply", reason="要镇里出钱出机器")
    walk.step(cast.ma, "take_up", note="镇里下周来看")
    walk.step(cast.luo, "take", note="看好了，接着办")
    walk.step(cast.zhao, "supervise", note="月底前办好")
    walk.step(cast.luo, "answer", reply="办好了，请您再看看，还有问题打我电话。")
    walk.to_the_end(cast.luo)
    walk.laid_down()
    walk.sits(cast.zhou, "/desk/matters/?heading=hardship&open=all")
    walk.look("queue")
    assert walk.matter.handler_id == cast.luo.person_id


@row("R-200", "R-227")
def test_the_federations_plan_and_day_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast) -> None:
    walk = Walk(page, live_server.url, cast, "yongxing-2014")
    texts = said("劳动和社会保障")
    classes = {"nature": "need", "heading": "outstanding", "handling": "later"}
    walk.heard(cast.luo, texts, topic="welfare", channel="visit", **classes)
    day = (now() + timedelta(days=30)).date().isoformat()
    hand = walk.to_hand(cast.bodies.town, cast.li)
    walk.step(cast.zhou, "assign", plan="向省里申报一台", deadline=day, **hand)
    walk.step(cast.li, "take")
    walk.step(cast.li, "answer", reply="批下来了，12月3日送到家里。")
    walk.to_the_end(cast.li)
    walk.laid_down()
    assert (walk.matter.handler_id, walk.matter.handling) == (cast.li.person_id, "later")


@row("R-199")
def test_ziyangs_room_centre_and_hall_by_its_pages(page: "Page", live_server: LiveServer, cast: Cast) -> None:
    walk = Walk(page, live_server.url, cast, "ziyang-2014")
    texts = said("商贸旅游")
    classes = {"nature": "need", "intent": "needs", "heading": "hardship"}
    walk.heard(cast.luo, texts, topic="income", channel="room", **classes)
    walk.step(cast.luo, "take")
    walk.step(cast.luo, "apply", reason="贷款要县里的窗口办")
    walk.step(cast.ma, "take_up", note="中心收了材料，代送县里")
    walk.step(cast.zhou, "assign", **walk.to_hand(cast.bodies.farming, cast.bai))
    walk.step(cast.bai, "take")
    walk.step(cast.bai, "answer", reply="贴息贷款批了两万，收购点的电话写在单子上。")
    walk.to_the_end(cast.bai)
    walk.laid_down()
    assert walk.matter.handler_id == cast.bai.person_id
