"""Papers as PDF: each kind is made, a machine without a Chinese font is told so, QR codes read as they are written."""

import json
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image

from huiyin.interfaces.common.paper import make as paper
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards
from huiyin.register.models.cards import PAPER_KINDS
from huiyin.register.queries.cards import Face
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, Cast
from tests.rows import row

KINDS = ("card", "letter", "book", "chart", "poster", "sheet", "blank")
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


def test_every_kind_of_paper_is_filled_and_drawn() -> None:
    assert tuple(paper.PAPERS) == PAPER_KINDS
    assert all((Path(paper.__file__).parent / f"{kind}.typ").is_file() for kind in paper.PAPERS)


@row("R-031", "R-155", "SG-14")
def test_registration_cards_of_a_village_are_one_run_without_telephones_and_doors(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.put_in_force(at=at)
    make.a_household(GROUP_THREE, head="吴桂芝", phone="16000007070", door="三组7号")
    told: list[tuple[str, dict[str, Any]]] = []
    drawn = paper.drawn

    def drawing(kind: str, data: dict[str, Any]) -> bytes:
        told.append((kind, data))
        return drawn(kind, data)

    monkeypatch.setattr(paper, "drawn", drawing)
    viewer = cast.xu.viewer(at)
    for kind in ("sheet", "blank"):
        [run] = cards.ask_for(by=viewer, at=at, kind=kind, place_codes=[HUAISHUPING])
        ticks.print_runs(at)
        made = paper.pdf(viewer, run, at, origin=ORIGIN)
        assert re.findall(rb"/Count (\d+)", made) == [b"2" if kind == "sheet" else b"1"]
    (_, sheets), (_, blanks) = told
    assert {(one["head"], one["lead"]) for one in sheets["pieces"]} == {("张丽华", cast.luo.name), ("吴桂芝", "")}
    assert [one["members"] for one in sheets["pieces"] if one["head"] == "吴桂芝"] == [[["吴桂芝", "户主"]]]
    assert len(sheets["sections"]) == 9
    assert "7070" not in str(sheets["pieces"]) and "三组7号" not in str(sheets["pieces"])
    assert blanks["pieces"] == [{"group": "三组"}]


@row("R-119")
def test_a_poster_is_one_sheet_and_names_the_nearest_first(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.put_in_force(at=at)
    for number in range(30):
        make.an_official(
            cast.bodies.village,
            name=f"{'甲乙丙'[number % 3]}{number:02d}",
            title="支部书记、村民委员会主任",
            place_code=HUAISHUPING,
            listed=True,
            duty_phone=f"160-0000-33{number:02d}",
        )
    told: list[dict[str, Any]] = []
    drawn = paper.drawn

    def drawing(kind: str, data: dict[str, Any]) -> bytes:
        told.append(data)
        return drawn(kind, data)

    monkeypatch.setattr(paper, "drawn", drawing)
    made = paper.preview(cast.xu.viewer(at), "poster", HUAISHUPING, at, origin=ORIGIN)
    assert re.findall(rb"/Count (\d+)", made) == [b"1"]
    names = [one["name"] for one in told[0]["pieces"]]
    assert len(names) == paper.MOST_ON_A_POSTER
    assert all(name[1:].isdigit() for name in names)
    assert told[0]["pieces"][0]["duty_phone"].startswith("160-0000-33")


def test_a_poster_of_a_village_without_posts_names_its_town_and_not_the_county(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.put_in_force(at=at)
    told: dict[str, Any] = {}
    monkeypatch.setattr(paper, "drawn", lambda _, data: str(told.update(data)).encode())
    paper.preview(cast.xu.viewer(at), "poster", HUAISHUPING, at, origin=ORIGIN)
    assert [one["name"] for one in told["pieces"]] == [cast.ma.name]


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
    piece = {"name": "#panic(1)", "unit": "[x", "title": "]", "duty_phone": "\\", "unit_phone": "", "hours": "#x"}
    made = paper.drawn("poster", around | {"qr": paper.qr_svg("x"), "pieces": [piece]})
    assert made.startswith(b"%PDF-")


def test_groups_stand_in_the_order_of_their_codes_not_of_their_names() -> None:
    homes = [Face(f"H{number}", "", name, "", None) for number, name in enumerate(("一组", "二组", "二组", "三组"))]
    assert [(one["name"], one["count"]) for one in paper.by_group(homes)] == [("一组", 1), ("二组", 2), ("三组", 1)]


@row("R-026", "R-337")
@pytest.mark.parametrize("kind", ["chart", "poster", "grid"])
def test_a_sheet_fills_what_it_is_printed_on_and_many_are_not_set_over_each_other(kind: str) -> None:
    """The letters grow with the room: a village with one official is no nearly empty A3, and sixty take more sheets."""
    official: dict[str, Any] = {
        "unit": "柳湾镇人民政府",
        "title": "干事",
        "duty_phone": "160-0000-3300",
        "hours": "周一上午",
    }
    official |= {"homes": [{}] * 30, "groups": [{"name": f"{one}组", "count": 10} for one in "一二三"]}
    around: dict[str, Any] = {
        "place": "柳湾镇 槐树坪村",
        "phone": "199-0000-1200",
        "hours": "",
        "duties": ["政策宣传员"],
        "edition": 1,
    }
    around |= {"qr": paper.qr_svg(ORIGIN), "fonts": [paper.font()]}

    def sheets(many: int) -> list[bytes]:
        pieces = [official | {"name": f"甲{number:02d}"} for number in range(many)]
        cell = {"name": "三组", "grid": "", "head": None, "homes": 30, "officials": 1, "linked": ["甲30"], "cells": []}
        linked = [{"name": one["name"], "title": "干事", "phone": "160-0000-3300", "homes": 30} for one in pieces]
        grid = {"village": True, "day": [2026, 11, 18], "top": cell, "rows": [cell] * many, "linked": linked}
        source = (Path(paper.__file__).parent / f"{kind}.typ").read_bytes()
        told = {"data": json.dumps(around | grid | {"pieces": pieces}, ensure_ascii=False)}
        made: Any = typst.compile(source, font_paths=paper.fonts(), sys_inputs=told, format="png", ppi=20)
        return made if isinstance(made, list) else [made]

    [one] = sheets(1)
    picture = Image.open(BytesIO(one)).convert("L")
    dark = [y for y in range(picture.height) if min(picture.crop((0, y, picture.width, y + 1)).tobytes()) < 160]
    above_the_foot = [y for y in dark if y < picture.height * 0.9]
    assert above_the_foot[-1] > picture.height * 0.7
    assert kind != "chart" or len(sheets(60)) > 1
