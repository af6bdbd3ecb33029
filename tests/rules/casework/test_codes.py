"""Codes and proofs."""

from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework.rules.codes import ALPHABET, check_digit, new_code, new_proof, proof_from, read_code, read_proof


def test_a_code_has_nine_digits_of_which_the_last_checks_the_others() -> None:
    codes = {new_code() for _ in range(2000)}
    assert len(codes) > 1990
    for code in codes:
        assert len(code) == 9 and code.isdigit() and code[0] != "0"
        assert check_digit(code[:8]) == code[8]


@given(st.integers(10_000_000, 99_999_999), st.integers(0, 8), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(body: int, place: int, by: int) -> None:
    code = f"{body}{check_digit(str(body))}"
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    assert read_code(code) == code
    assert read_code(wrong) is None


def test_nearly_every_swapped_pair_is_noticed() -> None:
    swapped = missed = 0
    for _ in range(3000):
        code = new_code()
        for place in range(8):
            if code[place] != code[place + 1]:
                swapped += 1
                other = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                missed += read_code(other) == other
    assert missed / swapped < 0.03


def test_a_code_is_read_as_people_type_it() -> None:
    code = "4730116" + "8"
    whole = code + check_digit(code)
    for typed in (
        f"{whole[:4]}-{whole[4:8]}-{whole[8]}",
        " ".join(whole),
        whole.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ):
        assert read_code(typed) == whole
    for typed in ("", "12345678", whole + "1", "x" * 10_000, whole[:8] + "x"):
        assert read_code(typed) is None


def test_a_proof_has_sixteen_characters_without_look_alikes() -> None:
    proofs = {new_proof() for _ in range(500)}
    assert len(proofs) == 500
    assert all(len(p) == 16 and set(p) <= set(ALPHABET) for p in proofs)
    assert not set("0O1I") & set(ALPHABET)


def test_a_proof_is_read_in_groups_and_small_letters() -> None:
    proof = proof_from(bytes(range(16)))
    assert read_proof(f"{proof[:4]}-{proof[4:8]} {proof[8:12]}-{proof[12:]}".lower()) == proof
    assert read_proof(proof[:15]) is None
    assert read_proof("Ａ" * 16) is None
