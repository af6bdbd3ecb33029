"""Does a text speak about somebody in office?"""

from uuid import UUID, uuid4

import pytest

from huiyin.casework.rules.complaints import Named, Roll, look
from tests.rows import row

LUO, MA, FAR = uuid4(), uuid4(), uuid4()
NEAR = [Named(LUO, "罗大勇", "luodayong"), Named(MA, "欧阳国强", "ouyangguoqiang")]
ABOVE = [Named(FAR, "钱立", "qianli", near=False)]
ROLL = Roll.of(NEAR, Roll.of(ABOVE))


@row("SG-01")
@pytest.mark.parametrize(
    ("text", "why", "about"),
    [
        ("罗大勇把低保给了亲戚", "names", {LUO}),
        ("罗 大 勇 收了钱", "names", {LUO}),
        ("罗-大-勇不讲理", "names", {LUO}),
        ("LUO Dayong shou qian", "names", {LUO}),
        ("ｌｕｏｄａｙｏｎｇ", "names", {LUO}),
        ("罗书记从来不下村", "calls", {LUO}),
        ("欧阳镇长答应的事没办", "calls", {MA}),
        ("老罗天天打麻将", "calls", {LUO}),
        ("姓罗的骂人", "calls", {LUO}),
        ("你们的人把我推来推去", "your_people", set()),
        ("村支书把补贴截留了", "your_people", set()),
        ("窗口的人态度太差", "your_people", set()),
        ("钱立收了钱", "names", {FAR}),
        ("qian li shou qian", "names", {FAR}),
        ("钱局长答应的事没办", "calls", set()),
    ],
)
def test_whoever_is_called_in_any_way_is_noticed(text: str, why: str, about: set[UUID]) -> None:
    for roll in (ROLL, Roll.of([*NEAR, *ABOVE])):
        found = look(text, roll)
        assert (found.why, set(found.persons)) == (why, about)


@pytest.mark.parametrize(
    "text",
    [
        "三组傍晚停水半个月了",
        "路灯坏了，晚上看不见路",
        "县长您好！村口的桥塌了一半",
        "尊敬的罗书记：我们村的水渠堵了",
        "想问一下养老保险怎么交",
        "老钱家的果园缺水",
    ],
)
def test_ordinary_matters_go_their_way(text: str) -> None:
    assert look(text, ROLL).why == ""


def test_a_long_text_is_judged_in_linear_time() -> None:
    assert look("水" * 100_000, ROLL).why == ""
    assert look("老小大阿" * 25_000, ROLL).why == ""
