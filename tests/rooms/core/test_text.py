"""Texts, names and phones: kept as written or refused with a sentence."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import text
from huiyin.programme.refusal import Refused


def refusal(call: object, *args: object, **options: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*args, **options)  # type: ignore[operator]  # any of the functions under test
    assert refused.value.sentence("zh-Hans")
    assert refused.value.sentence("en")
    return refused.value.code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("路灯\x00坏了", "text_not_readable"),
        ("路灯\ud83d坏了", "text_not_readable"),
        ("", "text_empty"),
        (" \n\t　", "text_empty"),
        ("\u200b\u202e\ufeff", "text_empty"),
        ("坏" * 2001, "text_too_long"),
        ("坏" * 100_000, "text_too_long"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(written: str, code: str) -> None:
    assert refusal(text.normalise, written, most=2000, least=1) == code


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    with pytest.raises(Refused) as refused:
        text.normalise("坏" * 2013, most=2000)
    assert refused.value.values == {"most": 2000, "over": 13}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("路灯坏了🙂👨‍👩‍👧", "路灯坏了🙂👨‍👩‍👧"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("＝1+1", "＝1+1"),
        ("e\u0301", "é"),
        ("\u202eolleh", "\u202eolleh"),
        ("\x07bell\x1b[31m", "bell[31m"),
        ("  outer  ", "outer"),
        ("鎮政府", "鎮政府"),
    ],
)
def test_a_text_is_kept_as_it_was_written(written: str, kept: str) -> None:
    assert text.normalise(written, most=2000) == kept


@given(written=st.text(max_size=300))
def test_normalising_twice_is_normalising_once(written: str) -> None:
    try:
        once = text.normalise(written, most=1000)
    except Refused:
        return
    assert text.normalise(once, most=1000) == once


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("王\u202e小\u2066明", "王小明"),
        (" 王  小明\n", "王 小明"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("", ""),
        ("王\u200b小\ufeff明", "王小明"),
    ],
)
def test_a_name_loses_what_cannot_be_seen(written: str, kept: str) -> None:
    assert text.name(written) == kept


@pytest.mark.parametrize(
    ("written", "code"),
    [("王" * 61, "name_too_long"), ("王" * 100_000, "name_too_long"), ("王\x00", "text_not_readable")],
)
def test_a_name_that_is_none_is_refused(written: str, code: str) -> None:
    assert refusal(text.name, written) == code


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("16000001234", "16000001234"),
        ("160-0000-1234", "16000001234"),
        (" 160 0000 1234 ", "16000001234"),
        ("１６０００００１２３４", "16000001234"),
        ("+86 160 0000 1234", "16000001234"),
        ("0086-16000001234", "16000001234"),
        ("8616000001234", "16000001234"),
        ("\u202a16000001234\u202c", "16000001234"),
        ("0631-5228888", "06315228888"),
        ("（0631）5228888", "06315228888"),
        ("010-62345678", "01062345678"),
        ("0755 2345 6789", "075523456789"),
        ("400-800-1234", "4008001234"),
    ],
)
def test_a_phone_is_understood_however_it_is_written(written: str, digits: str) -> None:
    assert text.phone(written) == digits


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1600000123", "phone_too_short"),
        ("160000012345", "phone_too_long"),
        ("12000001234", "phone_unknown"),
        ("5228888", "phone_area_missing"),
        ("0631-52288", "landline_wrong_length"),
        ("010-6234567", "landline_wrong_length"),
        ("没有电话", "phone_not_digits"),
        ("", "value_missing"),
        ("1600000123x", "phone_not_digits"),
        ("1600000\ud80012", "phone_not_digits"),
        ("1600000\x001234", "phone_not_digits"),
        ("1" * 100_000, "phone_not_digits"),
        ("٠١٢٣٤٥٦٧٨٩٠", "phone_not_digits"),
        ("99999999999", "phone_unknown"),
    ],
)
def test_a_phone_that_is_none_is_refused_with_a_sentence(written: str, code: str) -> None:
    assert refusal(text.phone, written) == code


@pytest.mark.parametrize(
    ("digits", "shown"),
    [("16000001234", "160****1234"), ("06315228888", "063****8888"), ("12345", "*****"), ("", "")],
)
def test_a_masked_phone_shows_its_ends_only(digits: str, shown: str) -> None:
    assert text.mask_phone(digits) == shown


def test_an_id_number_is_checked_by_its_last_character() -> None:
    body = "99010119490101001"
    total = sum(w * int(d) for w, d in zip(text.ID_WEIGHTS, body, strict=True))
    good = body + text.ID_CHECKS[total % 11]
    assert text.id_number(good.lower()) == good
    assert text.id_number(f" {good[:6]} {good[6:]}") == good
    for other in "0123456789X":
        if other != good[-1]:
            assert refusal(text.id_number, body + other) == "id_number_wrong"


@pytest.mark.parametrize("written", ["", "1" * 18, "１" * 100_000, "\ud800" * 18, "99010119490101001"])
def test_an_id_number_that_is_none_is_refused(written: str) -> None:
    assert refusal(text.id_number, written) == "id_number_wrong"


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("王小明", ("wangxiaoming", "wxm")),
        ("曾重庆", ("zengchongqing", "zcq")),
        ("单小明", ("shanxiaoming", "sxm")),
        ("单于明", ("chanyuming", "cym")),
        ("歐陽修", ("ouyangxiu", "oyx")),
        ("尉迟恭", ("yuchigong", "ycg")),
        ("John 王", ("johnwang", "jw")),
        ("", ("", "")),
        ("!!", ("", "")),
    ],
)
def test_a_name_is_found_by_its_pinyin(name: str, keys: tuple[str, str]) -> None:
    assert text.pinyin_keys(name) == keys


def test_pinyin_keys_fit_into_their_columns() -> None:
    full, initials = text.pinyin_keys("庄" * 60)
    assert (len(full), len(initials)) == (120, 20)


def test_tokens_are_single_characters_pairs_and_whole_runs() -> None:
    assert text.tokens("路灯壞了, ABCx12") == ["路", "灯", "坏", "了", "路灯", "灯坏", "坏了", "abcx", "12"]


@pytest.mark.parametrize(
    ("one", "other"), [("ＡＢＣ", "abc"), ("鎮政府", "镇政府"), ("１２３", "123"), ("ﬁle", "FILE"), ("㎡", "m2")]
)
def test_width_case_and_script_make_no_difference(one: str, other: str) -> None:
    assert text.tokens(one) == text.tokens(other)


def test_a_query_asks_for_pairs() -> None:
    assert text.query_tokens("路灯坏了") == ["路灯", "灯坏", "坏了"]
    assert text.query_tokens("灯") == ["灯"]
    assert text.query_tokens("!!! \x00\ud800") == []


@given(written=st.text(max_size=200))
def test_what_a_query_asks_for_is_in_the_tokens_of_the_same_text(written: str) -> None:
    kept = text.tokens(written)
    assert set(text.query_tokens(written)) <= set(kept)
    assert all(token and not any(c.isspace() for c in token) for token in kept)


@pytest.mark.parametrize("written", ["坏" * 100_000, "a" * 100_000, "ﷺ" * 100_000, "e\u0301" * 50_000, "路a1" * 40_000])
def test_a_hundred_thousand_characters_are_tokenised_in_no_time(written: str) -> None:
    began = time.thread_time()
    kept = text.tokens(written)
    assert time.thread_time() - began < 1
    assert all(len(token) <= text.TOKEN_MOST_CHARACTERS for token in kept)
