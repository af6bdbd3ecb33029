"""Names of places as they are typed."""

import pytest

from huiyin.register.rules import naming


def test_a_name_is_found_by_its_sound_and_by_its_initials() -> None:
    assert naming.keys("槐树坪村") == ("huaishupingcun", "hspc")
    assert naming.keys("绿水湾") == ("lvshuiwan", "lsw")
    assert naming.keys("第３网格") == ("di3wangge", "d3wg")


def test_full_width_and_doubled_blanks_make_no_difference() -> None:
    assert naming.tidy("　柳湾镇　 ３组 ") == "柳湾镇 3组"


@pytest.mark.parametrize(("typed", "words"), [("", ()), ("　", ()), ("柳湾 HSP", ("柳湾", "hsp"))])
def test_what_is_typed_becomes_words(typed: str, words: tuple[str, ...]) -> None:
    assert naming.query_words(typed) == words


def test_a_very_long_query_is_cut() -> None:
    assert all(len(word) <= 60 for word in naming.query_words("长" * 5000))
    assert len(naming.query_words("a " * 500)) <= 6
    assert naming.query_words("李\x00卫 \x00") == ("李", "卫")
