"""`make mutants` plants what it says it plants."""

import pytest

from tools.mutants import everything, mutants


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("a < b", "a <= b"),
        ("a == b", "a != b"),
        ("a in b", "a not in b"),
        ("a and b", "a or b"),
        ("not a", "a"),
        ("a + b", "a - b"),
        ("a = 5", "a = 6"),
        ("a = True", "a = False"),
        ("raise Refused('late')", "pass"),
    ],
)
def test_a_fault_is_planted(right: str, wrong: str) -> None:
    assert wrong in [mutant.source for mutant in mutants("x.py", right, ())]


def test_a_file_is_whole_again_after_each_fault() -> None:
    sources = {mutant.source for mutant in mutants("x.py", "if a < 1 and b:\n    c = 2", ())}
    assert sources == {
        "if a < 1 or b:\n    c = 2",
        "if a < 1 and b:\n    c = 3",
        "if a <= 1 and b:\n    c = 2",
        "if a < 2 and b:\n    c = 2",
    }


def test_annotations_are_left_alone() -> None:
    assert list(mutants("x.py", "def f(a: Literal[1]) -> Literal[2]: ...", ())) == []


def test_the_rules_and_what_guards_evidence_are_mutated() -> None:
    files = {mutant.path for mutant in everything("")}
    assert {"huiyin/programme/clock.py", "huiyin/core/vault.py", "huiyin/core/sealing.py"} <= files
