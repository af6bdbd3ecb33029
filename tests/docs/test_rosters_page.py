"""The page of rosters says what the code knows: every field with its words, every value, every reason."""

from huiyin.register.rules import cells, headers
from huiyin.register.rules.lines import KINDS
from huiyin.register.rules.verdicts import CHOICES
from tests.rows import row
from tools.steps import ROOT

PAGE = ROOT / "docs" / "reference" / "rosters.md"


@row("R-061")
def test_the_page_names_every_field_value_and_reason() -> None:
    said = PAGE.read_text(encoding="utf-8")
    named = [f"| `{field.name}` |" for kind in KINDS for field in headers.fields(kind)]
    named += [
        f"| {group} | `{code}` |"
        for group in ("sex", "relation", "phone_source", "phone_consent", "status", "body_kind", "kind", "tie")
        for code in cells.coded(group)
    ]
    named += [f"| `{reason}` |" for reason in CHOICES]
    assert [one for one in named if one not in said] == []
