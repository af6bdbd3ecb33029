"""What somebody typed to find a person."""

import pytest

from huiyin.register.queries.asked import Question, door_key, readings


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("张丽华", [Question("name", "张丽华")]),
        ("张 丽华", [Question("name", "张丽华"), Question("name", "张", "丽华")]),
        ("张 槐树坪", [Question("name", "张槐树坪"), Question("name", "张", "槐树坪")]),
        ("Zhāng Lìhuá", [Question("sound", "zhanglihua"), Question("sound", "zhang", "lihua")]),
        (
            "張 華",
            [
                Question("name", "張華"),
                Question("name", "張", "華"),
                Question("name", "张华"),
                Question("name", "张", "华"),
            ],
        ),
        ("xi'an", [Question("sound", "xian")]),
        ("Lǚ", [Question("sound", "lu")]),
        ("160 0000-1234", [Question("phone", "160 0000-1234")]),
        ("１６０００００１２３４", [Question("phone", "16000001234")]),
        ("槐树坪 12号", [Question("name", "槐树坪", "12号"), Question("door", "12号", "槐树坪")]),
        ("张", []),
        ("z", []),
        ("  ", []),
        ("？！", []),
    ],
)
def test_what_was_typed_is_read_as_a_name_a_sound_a_telephone_or_a_door(typed: str, meant: list[Question]) -> None:
    assert list(readings(typed)) == meant


def test_a_long_text_is_cut_and_never_fails() -> None:
    assert len(readings("王" * 100_000)[0].key) == 80


def test_doors_are_alike_whatever_their_width_and_blanks() -> None:
    assert door_key("三組 １２ — 3號") == door_key("三组12-3号")
