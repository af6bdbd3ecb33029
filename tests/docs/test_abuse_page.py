"""The page of abuse names tests that exist, for every case of the study about residents' matters."""

import re

from tests.rows import row
from tools.steps import ROOT

PAGE = ROOT / "docs" / "explanation" / "abuse.md"
NAMED = re.compile(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
CASES = {f"S{number}" for number in range(15, 25)} | {f"C{number}" for number in range(1, 13)}
CASES |= {f"D{number}" for number in (*range(1, 8), 10)}


def lines() -> list[str]:
    """The lines of the tables, without their heads."""
    found = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [line for line in found if not line.startswith("| Case")]


@row("SG-32", "SG-33")
def test_each_case_of_abuse_names_a_test_that_is_there() -> None:
    cases = lines()
    assert len(cases) > 30
    assert [line for line in cases if not NAMED.search(line)] == []
    named = {found for line in cases for found in NAMED.findall(line)}
    texts = {file: (ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in named}
    assert [one for one in named if f"def {one[1]}(" not in texts[one[0]]] == []


@row("SG-32", "SG-33")
def test_no_case_about_residents_matters_is_left_out() -> None:
    told = {id_ for line in lines() for id_ in re.findall(r"[A-Z][0-9]+", line.split("|")[1])}
    assert told >= CASES, sorted(CASES - told)
