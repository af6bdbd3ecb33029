"""What points at a person is taken out of a text, however it was written; the rest stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.publication.rules.redaction import MASK, Cues, points_at, redact
from tests.rows import row

ZHANG = Cues(names=frozenset({"张丽华", "罗大勇"}), phones=frozenset({"16000001234"}), asked_by=frozenset({"张丽华"}))
HIDDEN = {
    "a name": "张丽华家里停水",
    "a name with blanks": "张 丽 华家里停水",
    "a name with signs inside": "张·丽—华家里停水",
    "a name with something invisible inside": "张\u200b丽\u2060华家里停水",
    "an official's name": "罗大勇说明天修",
    "how neighbours call her": "找张大娘问问",
    "老 with her surname": "老张家门口",
    "a mobile number": "电话16000001234",
    "a number in full width": "电话１６０００００１２３４",
    "a number with dashes": "电话160-0000-1234",
    "a number with blanks": "电话 160 0000 1234",
    "a number said in characters": "电话一六零零零零零一二三四",
    "the end of her phone": "尾号 1234 的那户",
    "a land line": "电话0537-7211234",
    "an identity number": "身份证370883198001011234",
    "an identity number with X": "身份证37088319800101123X",
    "a door": "三组12号",
    "a door in characters": "三组十二号门口",
    "a flat": "3号楼2单元501室",
    "a number plate": "鲁H12345停在路上",
    "a WeChat name": "微信号：zhang_lihua88",
    "an address for mail": "写信到zhang@example.com",
}
KEPT = (
    "三组的自来水一到傍晚就没有了。",
    "换了加压泵，主管加粗 260 米，全天有水。花了 3.8 万元，镇里出。",
    "11月23日起修，2026年12月31日前修完。",
    "第3号井，2号线路",
    "打 110、119、120 都行",
    "张家沟村到县城的路",
)


@row("SG-20", "SG-21")
@pytest.mark.parametrize("what", HIDDEN)
def test_it_is_taken_out(what: str) -> None:
    text = HIDDEN[what]
    assert points_at(text, ZHANG)
    clean = redact(text, ZHANG)
    assert MASK in clean
    assert not points_at(clean, ZHANG)
    assert not any(piece in clean for piece in ("张丽华", "罗大勇", "1234", "12号", "zhang", "12345"))


@pytest.mark.parametrize("text", KEPT)
def test_what_points_at_nobody_stays_as_it_was_written(text: str) -> None:
    assert redact(text, ZHANG) == text
    assert not points_at(text, ZHANG)


def test_invisible_characters_go_and_signs_stay_in_their_width() -> None:
    assert redact("水\u202e停了，怎么办？", ZHANG) == "水停了，怎么办？"


texts = st.text(
    alphabet=st.sampled_from("张丽华罗大勇老小某家号楼单元室三十0123456789１２３-— ·\u200b，。水路修abcX@微信\n"),
    max_size=60,
)


@row("SG-20")
@given(texts)
def test_nothing_is_left_and_twice_changes_nothing_more(text: str) -> None:
    clean = redact(text, ZHANG)
    assert not points_at(clean, ZHANG)
    assert redact(clean, ZHANG) == clean


@given(st.text(max_size=30), st.text(max_size=30), st.integers(0, 2))
def test_a_name_put_anywhere_into_any_text_is_gone(before: str, after: str, gap: int) -> None:
    name = (" " * gap).join("张丽华")
    clean = redact(f"{before}{name}{after}", ZHANG)
    assert "张丽华" not in clean.replace(" ", "")
