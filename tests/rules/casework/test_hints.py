"""What an answer is looked through for: advice, never a bar."""

import pytest

from huiyin.casework.rules.hints import hints
from tests.rows import row


def found(reply: str, *asked: str) -> dict[str, bool]:
    return {hint.key: hint.good for hint in hints(reply, asked)}


@row("R-177")
def test_an_answer_that_says_what_and_when_in_plain_words_is_well() -> None:
    assert found("加压泵换好了，11月23日起傍晚自来水够二楼用。", "自来水") == {
        "place": True,
        "date": True,
        "plain": True,
    }


@pytest.mark.parametrize("when", ["11月23日", "明天上午", "下周三", "5个工作日内", "月底前", "当场办好了"])
def test_a_day_is_known_in_the_ways_people_say_it(when: str) -> None:
    assert found(f"水管会在{when}换好，请您放心用水。")["date"]


def test_what_is_missing_is_named_with_the_word_it_is_about() -> None:
    said = {hint.key: hint.word for hint in hints("高度重视，正在研究。", ["停水"])}
    assert said == {"short": "", "no_place": "停水", "no_date": "", "officialese": "高度重视"}


def test_spaces_do_not_hide_a_word_and_an_empty_answer_has_no_hints() -> None:
    assert found("停 水 的事明天上午就有人来修好。", "停水")["place"]
    assert hints("  \n ", ["停水"]) == ()


def test_at_most_three_words_of_the_resident_are_asked_for() -> None:
    assert len([hint for hint in hints("好的，都办。", ["一", "二", "三", "四"]) if hint.key == "no_place"]) == 3
