"""`huiyin import shapes FILE` on invented outlines and on real ones; kept with a period like the places."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from huiyin.core.audit import verify
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.queries.shapes import outlines
from tests import factories as make
from tests.conftest import data_folder
from tests.interfaces.common.test_import_places import COUNTY
from tests.rows import row
from tests.rules.register.test_shapes import SQUARE, feature, told

pytestmark = pytest.mark.usefixtures("english_terminal")

ANYBODY = Viewer.resident()
TOWN = "990101101000"


def run(file: Path, *options: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import", "shapes", str(file), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def write(folder: Path, *features: Any) -> Path:
    file = folder / "towns.geojson"
    file.write_text(told(*features), encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _places(db: None, tmp_path: Path) -> None:
    make.put_in_force()
    file = tmp_path / "places.csv"
    file.write_text(COUNTY, encoding="utf-8")
    call_command("import", "places", str(file), stdout=io.StringIO())


@row("R-099")
def test_outlines_are_taken_once_changed_with_a_day_and_named_where_they_cannot_be(tmp_path: Path) -> None:
    said, complained = run(write(tmp_path, feature({"adcode": "990101101"}), feature({"name": "不知村"})))
    assert said == "towns.geojson: 1 added, 0 changed, 0 as they were, 1 features refused.\n"
    assert "line 2, code" in complained
    assert outlines(ANYBODY, [TOWN, "990101000000"]) == {TOWN: [SQUARE]}
    assert "nothing changed. 1 as they were" in run(write(tmp_path, feature({"code": TOWN})))[0]
    moved = [[[x + 0.5, y] for x, y in SQUARE[0]]]
    assert "0 added, 1 changed" in run(write(tmp_path, feature({"code": TOWN}, moved)))[0]
    assert outlines(ANYBODY, [TOWN]) == {TOWN: [moved]}
    assert outlines(ANYBODY, [TOWN], day=date(2020, 1, 1)) == {TOWN: [SQUARE]}
    assert outlines(ANYBODY, [TOWN], day=now().date()) == {TOWN: [moved]}
    assert verify(now()).told() == []


def test_a_file_of_which_nothing_can_be_taken_ends_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"towns\.geojson"):
        run(write(tmp_path, feature({"adcode": "110101"})))
    file = tmp_path / "no.geojson"
    file.write_text(json.dumps([1]), encoding="utf-8")
    with pytest.raises(CommandError, match="no FeatureCollection of GeoJSON"):
        run(file)


@pytest.mark.realdata
def test_the_outline_of_a_real_county_is_taken_and_small(tmp_path: Path) -> None:
    places = tmp_path / "all.csv"
    places.write_text((data_folder() / "divisions" / "yishui.csv").read_text(encoding="utf-8"), encoding="utf-8")
    call_command("import", "places", str(places), stdout=io.StringIO())
    run(data_folder() / "divisions" / "boundaries" / "yishui_371323.geojson")
    found = outlines(ANYBODY, ["371323000000"])
    points = sum(len(ring) for one in found.values() for polygon in one for ring in polygon)
    assert 40 < points <= 240
