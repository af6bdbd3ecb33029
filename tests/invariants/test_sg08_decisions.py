"""SG-08: the engine proposes, a named person decides. Never to be weakened."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from huiyin.casework.models import Move
from huiyin.programme.loader import counties, county_folder, load_county
from huiyin.programme.problems import ProgrammeError
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rows import row

DECIDING = {"decline", "retain", "pass", "assign", "extend", "classify", "pause", "raise", "transfer"}


@row("SG-08")
@pytest.mark.parametrize("name", counties())
def test_no_county_lets_the_engine_take_a_step_that_decides(name: str) -> None:
    for programme in load_county(county_folder(name)).programmes.values():
        for flow in programme.matters.flows.values():
            for step in flow.steps:
                if step.name in DECIDING:
                    assert step.by and not step.system, (name, step.name)


@row("SG-08")
def test_a_programme_that_lets_the_engine_decide_is_refused(tmp_path: Path) -> None:
    county = tmp_path / "county"
    shutil.copytree(county_folder("wangchuan"), county)
    page = county / "programmes" / "echo" / "matters.toml"
    text = page.read_text(encoding="utf-8")
    planted = text.replace('name   = "retain"', 'name   = "retain"\nsystem = true', 1)
    assert planted != text
    page.write_text(planted, encoding="utf-8")
    with pytest.raises(ProgrammeError) as refused:
        load_county(county)
    assert any("retain" in problem.values.values() for problem in refused.value.problems)


@row("SG-08")
def test_every_deciding_step_names_who_took_it(cast: Cast, at: datetime) -> None:
    matter = spine.delivered(cast, at)
    for move in Move.objects.filter(matter=matter, step__in=DECIDING):
        assert move.by_id is not None
