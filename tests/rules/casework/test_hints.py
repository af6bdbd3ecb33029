"""What an answer is looked through for: advice, never a bar."""

import pytest

from huiyin.casework.rules.hints import hints, private
from huiyin.programme.schema.replies import Checks
from tests.rows import row


def found(reply: str, *asked: str) -> dict[str, bool]:
    return {hint.key: hint.good for hint in hints(reply, asked)}


@row("R-177")
def test_an_answer_that_says_what_and_when_in_plain_words_is_well() -> None:
    assert found("加压泵换好了，11月23日起傍晚自来水够二楼用。还不好找村委会。", "自来水") == {
        "place": True,
        "date": True,
        "step": True,
        "whom": True,
        "plain": True,
    }


@pytest.mark.parametrize("when", ["11月23日", "明天上午", "下周三", "5个工作日内", "月底前", "当场办好了"])
def test_a_day_is_known_in_the_ways_people_say_it(when: str) -> None:
    assert found(f"水管会在{when}换好，请您放心用水。")["date"]


def test_what_is_missing_is_named_with_the_word_it_is_about() -> None:
    said = {hint.key: hint.word for hint in hints("高度重视，正在研究。", ["停水"])}
    lacks = {"no_date": "", "no_step": "", "no_whom": ""}
    assert said == {"short": "", "no_place": "停水", **lacks, "officialese": "高度重视"}


def test_spaces_do_not_hide_a_word_and_an_empty_answer_has_no_hints() -> None:
    assert found("停 水 的事明天上午就有人来修好。", "停水")["place"]
    assert hints("  \n ", ["停水"]) == ()


def test_at_most_three_words_of_the_resident_are_asked_for() -> None:
    assert len([hint for hint in hints("好的，都办。", ["一", "二", "三", "四"]) if hint.key == "no_place"]) == 3


@pytest.mark.parametrize(
    ("said", "reply", "key"),
    [
        ("为什么一到傍晚就停水？", "水明天就来，请您放心。", "asked_why"),
        ("路什么时候修？", "路已经排上了，找村委会。", "asked_when"),
        ("一户交多少钱？", "要交钱，明天找村委会交。", "asked_how_much"),
        ("办低保去哪里办？", "低保明天就能办好。", "asked_where"),
        ("我家能不能申请？", "请您放心，明天上午。", "asked_how"),
    ],
)
def test_a_question_that_the_answer_passes_over_is_named(said: str, reply: str, key: str) -> None:
    assert key in {hint.key for hint in hints(reply, [], said)}


def test_a_question_that_is_answered_is_not_named() -> None:
    said = "为什么停水？什么时候好？要多少钱？去哪里交？能不能少交？"
    reply = "因为泵坏了，11月23日修好。一户5元，可以少交，找村委会。"
    assert not [hint.key for hint in hints(reply, [], said) if hint.key.startswith("asked_")]


def test_what_nobody_has_filled_is_told_first() -> None:
    first = hints("您说的停水，【做了什么】，【哪天】做完。", [])[:2]
    assert [(hint.key, hint.word) for hint in first] == [("unfilled", "做了什么"), ("unfilled", "哪天")]


def test_a_county_adds_its_own_officialese_and_says_how_long_a_sentence_may_be() -> None:
    checks = Checks(officialese=("压实责任",), sentence=15)
    reply = "我们压实责任。加压泵明天上午由水利站的人来换成新的大的。"
    found = {hint.key: hint.word for hint in hints(reply, [], "", checks)}
    assert found["officialese"] == "压实责任" and found["long"].startswith("加压泵明天上午")


@row("SG-20")
@pytest.mark.parametrize("away", ["160-0000-1234", "16000001234", "三组12号的水", "2单元", "张丽华"])
def test_what_gives_a_home_away_in_a_public_text_is_named(away: str) -> None:
    assert private(f"加压泵换了，{away}，够用了。", ["张丽华"])


def test_a_public_text_without_names_doors_and_numbers_is_left_alone() -> None:
    assert private("11月23日起，三组傍晚水压够两层楼用，一共换了2台泵，12345 可以查。", ["张丽华", "李"]) == ()
