"""The page of abuse names tests that exist."""

import re

from tests.rows import row
from tools.steps import ROOT

PAGE = ROOT / "docs" / "explanation" / "abuse.md"
NAMED = re.compile(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


@row("SG-32", "SG-33")
def test_each_case_of_abuse_names_a_test_that_is_there() -> None:
    cases = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cases = [line for line in cases if not line.startswith("| Somebody")]
    assert len(cases) > 30
    assert [line for line in cases if not NAMED.search(line)] == []
    named = {found for line in cases for found in NAMED.findall(line)}
    texts = {file: (ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in named}
    assert [one for one in named if f"def {one[1]}(" not in texts[one[0]]] == []
