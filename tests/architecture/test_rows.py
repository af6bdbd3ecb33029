"""Every row this release owes is proved by a test, and says where it is to be found."""

from pathlib import Path

import pytest

from tests.rows import row
from tools import rows
from tools.steps import ROOT


def test_every_due_row_is_proved_by_a_test() -> None:
    proved = rows.proofs(ROOT / "tests")
    assert [one.id for one in rows.due(rows.DUE.read_text(encoding="utf-8")) if one.id not in proved] == []


def test_every_due_row_says_where_it_is() -> None:
    assert [one.id for one in rows.due(rows.DUE.read_text(encoding="utf-8")) if not one.where] == []


def test_the_table_of_rows_is_fresh() -> None:
    text = rows.page(rows.due(rows.DUE.read_text(encoding="utf-8")), rows.proofs(ROOT / "tests"))
    assert rows.PAGE.read_text(encoding="utf-8") == text


def test_a_due_row_without_a_test_shows_as_not_yet(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text('@row("R-' + '001")\ndef test_a():\n    ...\n', encoding="utf-8")
    due = rows.due("R-001 | /desk/ | a\nR-002 | /desk/ | b\nR-003 | | c | the page\n")
    text = rows.page(due, rows.proofs(tmp_path))
    assert "| R-001 | a | /desk/ | `test_x.py::test_a` | works |" in text
    assert "| R-002 | b | /desk/ |  | not yet |" in text


def test_a_row_partly_there_names_what_is_missing() -> None:
    text = rows.page(rows.due("R-003 | /desk/ | c | the page\n"), {"R-003": ["test_x.py::test_a"]})
    assert "| R-003 | c | /desk/ | `test_x.py::test_a` | partly: the page |" in text


def test_an_id_that_is_no_row_is_refused() -> None:
    with pytest.raises(ValueError, match="R-1"):
        row("R-" + "1")
