"""Outlines from GeoJSON: which are taken, and how they become simple."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.programme.refusal import Refused
from huiyin.register.rules.shapes import COARSEST, MOST_POINTS, lighter, read, simplified

SQUARE = [[[118.0, 35.0], [118.1, 35.0], [118.1, 35.1], [118.0, 35.1], [118.0, 35.0]]]


def feature(properties: Any, coordinates: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def told(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


@pytest.mark.parametrize(
    ("properties", "key", "code"),
    [
        ({"code": "990101101000"}, "", "990101101000"),
        ({"adcode": "990101"}, "", "990101000000"),
        ({"adcode": 990101}, "", "990101000000"),
        ({"place_code": "990101101201003"}, "", "990101101201003"),
        ({"name": "柳湾镇"}, "", "990101102000"),
        ({"XZMC": "柳湾镇"}, "XZMC", "990101102000"),
        ({"XZDM": "990101101"}, "XZDM", "990101101000"),
    ],
)
def test_a_feature_names_its_place_by_code_or_by_a_name_that_stands_once(
    properties: dict[str, Any], key: str, code: str
) -> None:
    sheet = read(told(feature(properties)), named={"柳湾镇": "990101102000"}, key=key)
    assert [one.code for one in sheet.shapes] == [code]
    assert sheet.faults == ()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (feature({"name": "不知村"}), "place_unknown"),
        (feature("x"), "place_unknown"),
        (feature({"adcode": "990101"}, [[[1, 2], [3, 4], [1, 2]]]), "shape_wrong"),
        (feature({"adcode": "990101"}, [[[1, 2], [3, 4], [5, 6], [7, 8]]]), "shape_wrong"),
        (feature({"adcode": "990101"}, [["a", "b", "c", "d"]]), "shape_wrong"),
        (feature({"adcode": "990101"}, [], "MultiPolygon"), "shape_wrong"),
        (feature({"adcode": "990101"}, [1, 2], "Point"), "shape_wrong"),
        (feature({"adcode": "990101"}, [[[4e5, 3e6], [5e5, 3e6], [5e5, 4e6], [4e5, 3e6]]]), "shape_not_degrees"),
        ("no feature", "shape_wrong"),
    ],
)
def test_a_feature_that_cannot_be_taken_has_its_reason_and_the_others_are_taken(wrong: Any, code: str) -> None:
    sheet = read(told(wrong, feature({"code": "990101101000"})), named={})
    assert [(one.number, one.code) for one in sheet.faults] == [(1, code)]
    assert len(sheet.shapes) == 1


def test_the_second_outline_of_a_place_is_refused() -> None:
    sheet = read(told(feature({"adcode": "990101"}), feature({"code": "990101000000"})), named={})
    assert [one.code for one in sheet.faults] == ["code_twice"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "Feature"}', '{"type": "FeatureCollection", "features": 3}'])
def test_what_is_no_collection_is_refused_whole(text: str) -> None:
    with pytest.raises(Refused, match="geojson_wrong"):
        read(text, named={})


def test_a_coast_of_ten_thousand_points_becomes_a_few_hundred_that_look_the_same() -> None:
    steps = 10_000
    ring = [
        (118 + math.cos(a) * (0.3 + 0.01 * math.sin(40 * a)), 35 + math.sin(a) * 0.2)
        for a in (2 * math.pi * step / steps for step in range(steps))
    ]
    (outside,) = simplified((((*ring, ring[0]),),))[0]
    assert 40 <= len(outside) <= MOST_POINTS
    assert outside[0] == outside[-1]
    nearest = [min(math.dist(point, kept) for kept in outside) for point in ring[::97]]
    assert max(nearest) < 0.05


def test_a_map_of_many_places_takes_lighter_outlines_and_leaves_light_ones_alone() -> None:
    ring = [
        (118 + math.cos(a) * 0.3, 35 + math.sin(a) * 0.2) for a in (2 * math.pi * step / 200 for step in range(200))
    ]
    outline = simplified((((*ring, ring[0]),),))
    assert lighter(outline, 240) is outline
    assert 4 <= len(lighter(outline, 48)[0][0]) <= 48


def test_an_islet_goes_and_the_largest_polygon_stays_whatever_its_size() -> None:
    islet = tuple((x / 1e6 + 118.5, y / 1e6 + 35) for x, y in ((0, 0), (1, 0), (1, 1), (0, 0)))
    square = tuple((x, y) for x, y in SQUARE[0])
    assert len(simplified(((square,), (islet,)))) == 1
    assert len(simplified(((islet,),))) == 1


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=400, unique=True))
def test_whatever_comes_an_outline_stays_closed_and_within_its_points(points: list[tuple[float, float]]) -> None:
    ring = (*points, points[0])
    ((outside, *_), *_rest) = simplified(((ring,),))
    assert outside[0] == outside[-1]
    rounded = {(round(x, 4), round(y, 4)) for x, y in ring}
    assert set(outside) <= rounded
    assert COARSEST > 0
