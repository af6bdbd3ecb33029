"""Outlines of places from a GeoJSON file (RFC 7946): which can be taken, made as simple as a small map needs them.

Degrees of longitude and latitude, in whatever datum the file has: the outlines are looked at, not measured on.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault
from huiyin.register.rules import codes

Point = Sequence[float]
Ring = Sequence[Point]
Geometry = Sequence[Sequence[Ring]]
"""Polygons of rings, the first the outside, the others holes; each ring ends where it begins."""

KEYS = ("code", "adcode", "place_code")
"""Properties that may name a place by its code, if none is named."""
FINEST, COARSEST = 0.0002, 0.05
"""Degrees: about twenty metres, about five kilometres."""
MOST_POINTS = 240
"""Of one place: a map shows forty places on half a page."""
DIGITS = 4
"""Of a degree: ten metres."""
SCALE = 10**DIGITS
LEAST_RING = 4


@dataclass(frozen=True)
class Shape:
    """The outline of a place; `number` counts the features from 1."""

    number: int
    code: str
    geometry: Geometry


@dataclass(frozen=True)
class Sheet:
    """The outlines of a file that can be taken, and the faults of the others."""

    shapes: tuple[Shape, ...]
    faults: tuple[Fault, ...]


def read(text: str, *, named: Mapping[str, str], key: str = "") -> Sheet:
    """Read a FeatureCollection. A feature names its place by the property `key`, by one of KEYS, or by `name`.

    Codes may be shortened to their 2, 4, 6, 9 or 12 digits. `named` gives codes by name where a name stands once.
    Raises Refused("geojson_wrong") for what is no FeatureCollection.
    """
    try:
        found = json.loads(text)
        features = found["features"] if found["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Refused("geojson_wrong") from wrong
    if not isinstance(features, list):
        raise Refused("geojson_wrong")
    shapes: list[Shape] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, feature in enumerate(features, start=1):
        try:
            shape = _shape(number, feature, named, key)
            if shape.code in seen:
                raise Refused("code_twice", field="code", code=shape.code)
        except Refused as refused:
            faults.append(Fault(number, refused.code, refused.field or "", refused.values))
            continue
        seen.add(shape.code)
        shapes.append(shape)
    return Sheet(tuple(shapes), tuple(faults))


def simplified(geometry: Geometry, most: int = MOST_POINTS) -> Geometry:
    """The same outline with at most about so many points: the tolerance is doubled until it has no more.

    Rings that vanish are left out, but for the outside of the largest polygon.
    """
    tolerance = FINEST
    while True:
        simple = _with(geometry, tolerance)
        if _points(simple) <= most or tolerance >= COARSEST:
            return simple
        tolerance *= 2


def lighter(geometry: Geometry, most: int) -> Geometry:
    """An outline as it is, or a simpler one where it has more points than that."""
    return geometry if _points(geometry) <= most else simplified(geometry, most)


def whole_numbers(geometry: Geometry) -> list[list[list[list[int]]]]:
    """As it is kept: in ten-thousandths of a degree, because the log commits to no fractions."""
    return [[[[round(x * SCALE), round(y * SCALE)] for x, y in ring] for ring in polygon] for polygon in geometry]


def degrees(kept: Iterable[Iterable[Iterable[Sequence[int]]]]) -> list[list[list[list[float]]]]:
    """What is kept as the coordinates of a GeoJSON MultiPolygon."""
    return [[[[x / SCALE, y / SCALE] for x, y in ring] for ring in polygon] for polygon in kept]


def _shape(number: int, feature: Any, named: Mapping[str, str], key: str) -> Shape:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise Refused("shape_wrong", field="geometry")
    code = _code(feature.get("properties") or {}, named, key)
    kind, coordinates = feature["geometry"].get("type"), feature["geometry"].get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates if kind == "MultiPolygon" else None
    if not isinstance(polygons, list) or not polygons:
        raise Refused("shape_wrong", field="geometry")
    return Shape(number, code, simplified(tuple(tuple(_rings(polygon)) for polygon in polygons)))


def _code(properties: Any, named: Mapping[str, str], key: str) -> str:
    if not isinstance(properties, dict):
        raise Refused("place_unknown", field="properties")
    for name in (key,) if key else KEYS:
        digits = str(properties.get(name) or "").strip()
        code = digits if len(digits) > 12 else digits.ljust(12, "0")
        if digits and codes.is_code(code):
            return code
    name = str(properties.get(key or "name") or "").strip()
    if name not in named:
        raise Refused("place_unknown", field=key or "code")
    return named[name]


def _rings(polygon: Any) -> Iterator[Ring]:
    if not isinstance(polygon, list) or not polygon:
        raise Refused("shape_wrong", field="geometry")
    for ring in polygon:
        try:
            points = tuple((float(point[0]), float(point[1])) for point in ring)
        except (TypeError, ValueError, IndexError, KeyError) as wrong:
            raise Refused("shape_wrong", field="geometry") from wrong
        if len(points) < LEAST_RING or points[0] != points[-1]:
            raise Refused("shape_wrong", field="geometry")
        if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points):
            raise Refused("shape_not_degrees", field="geometry")
        yield points


def _points(geometry: Geometry) -> int:
    return sum(len(ring) for polygon in geometry for ring in polygon)


def _with(geometry: Geometry, tolerance: float) -> Geometry:
    polygons = [[_simple(ring, tolerance) for ring in polygon] for polygon in geometry]
    largest = max(range(len(geometry)), key=lambda index: _area(geometry[index][0]))
    kept = []
    for index, (first, *holes) in enumerate(polygons):
        if len(first) >= LEAST_RING or index == largest:
            outside = first if len(first) >= LEAST_RING else _rounded(geometry[index][0])
            kept.append((outside, *(hole for hole in holes if len(hole) >= LEAST_RING)))
    return tuple(kept)


def _simple(ring: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker, with a stack of our own; the point farthest from the first is kept besides it."""
    far = max(range(len(ring)), key=lambda index: _square(ring[0], ring[index]))
    kept = {0, far, len(ring) - 1}
    stack = [(0, far), (far, len(ring) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        index = max(range(first + 1, last), key=lambda one: _away(ring[one], ring[first], ring[last]))
        if _away(ring[index], ring[first], ring[last]) > tolerance:
            kept.add(index)
            stack += [(first, index), (index, last)]
    return _rounded([ring[index] for index in sorted(kept)])


def _rounded(points: Sequence[Point]) -> Ring:
    rounded = [(round(x, DIGITS), round(y, DIGITS)) for x, y in points]
    return (rounded[0], *(here for before, here in pairwise(rounded) if here != before))


def _away(point: Point, first: Point, last: Point) -> float:
    """Distance of a point from a stretch, in degrees as if they were square."""
    (x, y), (ax, ay), (bx, by) = point, first, last
    length = _square(first, last)
    along = 0.0 if length == 0 else max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
    return float(_square(point, (ax + along * (bx - ax), ay + along * (by - ay))) ** 0.5)


def _square(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _area(ring: Ring) -> float:
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(ring)))
