"""Papers as PDF: each kind is made, a machine without a Chinese font is told so, QR codes read as they are written."""

from datetime import datetime

import pytest

from huiyin.interfaces.common.paper import make as paper
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.rows import row

KINDS = ("card", "letter", "book", "chart", "poster")
ORIGIN = "https://huiyin.example"


@row("R-117", "R-119", "R-155")
@pytest.mark.parametrize("kind", KINDS)
def test_papers_of_each_kind_are_a_pdf(cast: Cast, at: datetime, kind: str) -> None:
    make.put_in_force(at=at)
    viewer = cast.xu.viewer(at)
    [run] = cards.ask_for(by=viewer, at=at, kind=kind, place_codes=[HUAISHUPING])
    ticks.print_runs(at)
    assert paper.pdf(viewer, run, at, origin=ORIGIN).startswith(b"%PDF-")
    assert paper.preview(viewer, kind, HUAISHUPING, at, origin=ORIGIN).startswith(b"%PDF-")


def test_a_kind_that_is_none_and_a_foreign_run_are_missing(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=at)
    [run] = cards.ask_for(by=cast.xu.viewer(at), at=at, kind="book", place_codes=[HUAISHUPING])
    with pytest.raises(Missing):
        paper.preview(cast.xu.viewer(at), "../card", HUAISHUPING, at, origin=ORIGIN)
    with pytest.raises(Missing):
        paper.pdf(cast.zheng.viewer(at), run, at, origin=ORIGIN)


def test_a_machine_without_a_chinese_font_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    paper.font.cache_clear()
    monkeypatch.setattr(paper, "families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(Refused, match="no_chinese_font"):
        paper.drawn("poster", {})
    paper.font.cache_clear()


def test_a_name_with_signs_of_the_typesetting_language_is_printed_as_it_is() -> None:
    around = {"short": "#x", "centre": "*a*", "phone": "1", "hours": "$x$", "place": "#panic()", "edition": 1}
    piece = {"name": "#panic(1)", "unit": "[x", "title": "]", "duty_phone": "\\", "unit_phone": ""}
    made = paper.drawn("poster", around | {"qr": paper.qr_svg("x"), "pieces": [piece]})
    assert made.startswith(b"%PDF-")
