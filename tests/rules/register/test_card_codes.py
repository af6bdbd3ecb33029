"""Codes on cards: any random bytes make one that is read back, and a wrong digit makes none."""

from hypothesis import given
from hypothesis import strategies as st

from huiyin.register.rules.card_codes import code_of, read_code, shown


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_back_as_it_is_shown(random: bytes) -> None:
    code = code_of(random)
    assert (len(code), read_code(shown(code)), read_code(f" {code} ")) == (16, code, code)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_makes_no_code(random: bytes, place: int, by: int) -> None:
    code = code_of(random)
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert read_code(wrong) is None


def test_what_is_no_code_is_none() -> None:
    for typed in ("", "1234", "x" * 16, "0" * 17, "９" * 5_000):
        assert read_code(typed) is None
    assert read_code("0000 0000 0000 0000") == "0" * 16
