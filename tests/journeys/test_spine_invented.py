"""The same way as with real messages, on an invented county's: no data beside this file is needed."""

import csv
from pathlib import Path

import pytest

from huiyin.core.audit import verify
from huiyin.core.now import now
from tests.journeys.test_spine_real import seen_through

PLACES = (
    ("990000000000", "云岭省", "province", ""),
    ("990100000000", "临江市", "prefecture", "990000000000"),
    ("990101000000", "望川县", "county", "990100000000"),
    ("990101101000", "柳湾镇", "town", "990101000000"),
    ("990101101201", "槐树坪村", "village", "990101101000"),
    ("990101101202", "石桥村", "village", "990101101000"),
)
MESSAGES = (
    ("城乡建设", "", "广场边上三盏路灯不亮快一个月了，老人晚上出来不敢走。"),
    ("城乡建设", "小区下水道堵了", "下水道堵了半个月，污水流到楼道里，请派人来通一通。"),
    ("环境保护", "", "河边的厂子夜里放废水，水都黑了，还有臭味。"),
    ("交通运输", "", "去县城的班车从四趟改成两趟，赶集的人挤不上。"),
    ("教育文体", "学校门口没有斑马线", "孩子上学要过马路，车开得快，盼着画一条斑马线。"),
    ("劳动和社会保障", "", "在工地干了三个月，工资一分没有拿到，十几个人都这样。"),
    ("商贸旅游", "", "在商场买的电饭锅用了两天就坏，商家不给退款。"),
    ("卫生计生", "", "卫生院看牙的医生走了半年没有人补，看牙要跑到县里。"),
    ("卫生计生", "医保报销", "父亲住院的药费报销了一半，说另一半不在目录里，想问清楚。"),
    ("劳动和社会保障", "办事推来推去", "你们的人说话难听，跑了三趟都不给办，养老金的手续到底要什么。"),
    ("教育文体", "", "幼儿园说要多收一份兴趣班的钱，不交就排到最后，想问这样对不对。"),
    ("环境保护", "", "工地半夜打桩，噪声大得睡不着，投诉过一回没有用。"),
)


def _written(folder: Path) -> tuple[Path, Path]:
    places, messages = folder / "places.csv", folder / "messages.csv"
    with places.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("code", "name", "level", "parent_code"), *PLACES])
    with messages.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("key", "source_id", "user", "time", "title", "detail", "title_in_detail", "label"))
        for number, (label, title, text) in enumerate(MESSAGES):
            writer.writerow((f"m{number}", number, "", "2026/11/2 10:23", title, text, 0 if title else 1, label))
    return places, messages


@pytest.mark.django_db
def test_invented_messages_go_all_the_way_to_the_wall(tmp_path: Path) -> None:
    figures = seen_through(*_written(tmp_path), take=0, seed=2)
    assert figures.counts["imported"] == len(MESSAGES)
    assert figures.counts["held"] >= 1
    assert verify(now()).told() == []
