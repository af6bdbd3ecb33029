"""Coverage as a map: the parts of a place that have an outline, coloured by how many households have nobody."""

from math import cos, radians
from typing import Any

from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.programme.words import phrase
from huiyin.register.queries.coverage import Cover, PlaceCover
from huiyin.register.queries.shapes import Coordinates, outlines
from huiyin.register.rules.shapes import lighter

VILLAGE = 12
"""Digits of the smallest place that is drawn: groups have no outline of their own."""
SHOWN = 12
"""Names of places without an outline that are told one by one."""
ALL_POINTS, FEWEST_POINTS = 4_000, 48
"""Points of all outlines of a map together, about; of one at least so many may stay."""
LEGEND = 104
"""Pixels below the map for what its colours mean."""
PIECES = (("all", 0, 0), ("few", 0, 2), ("some", 2, 10), ("many", 10, 100))
"""Colours by the share of households without an official, in per cent: more than the first, up to the second."""


def cover_map(viewer: Viewer, cover: Cover) -> dict[str, Any]:
    """What the template part needs: the chart's options (empty where nothing is drawn), which parts are not on it.

    Where no part has an outline but the place itself has, that is drawn.
    """
    parts = [one for one in cover.parts if len(one.code) == VILLAGE and one.name]
    found = outlines(viewer, [one.code for one in (*parts, cover.whole)])
    drawn = [one for one in parts if one.code in found and one.code != cover.whole.code]
    without = [one.name for one in parts if one.code not in found]
    if not drawn and cover.whole.code in found:
        drawn = [cover.whole]
    return {
        "map": _options(drawn, found) if drawn else {},
        "map_parts": bool(parts),
        "map_without": without[:SHOWN],
        "map_more": max(0, len(without) - SHOWN),
    }


def _options(drawn: list[PlaceCover], found: dict[str, Coordinates]) -> dict[str, Any]:
    named = _named(drawn)
    most = max(FEWEST_POINTS, ALL_POINTS // len(drawn))
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "MultiPolygon", "coordinates": lighter(found[one.code], most)},
        }
        for one, name in named
    ]
    middle = _middle([found[one.code] for one, _ in named])
    series = {
        "type": "map",
        "map": "places",
        "aspectScale": round(cos(radians(middle)), 3),
        "selectedMode": False,
        "labelLayout": {"hideOverlap": True},
        "label": {"show": True},
        "left": 8,
        "right": 8,
        "top": 8,
        "bottom": LEGEND,
        "preserveAspect": "contain",
        "data": [_area(one, name) for one, name in named],
    }
    pieces = [
        {"gt" if high else "gte": low, "lte": high, "label": phrase("links", f"cover_map_{name}", language())}
        for name, low, high in PIECES
    ]
    return {
        "map": {"type": "FeatureCollection", "features": features},
        "aria": {"enabled": True, "label": {"enabled": False}, "decal": {"show": False}},
        "tooltip": {"trigger": "item", "formatter": "{b}"},
        "visualMap": {"type": "piecewise", "pieces": pieces, "left": 0, "bottom": 0, "hoverLink": False},
        "series": [series],
    }


def _area(one: PlaceCover, name: str) -> dict[str, Any]:
    """An area says its name and how many are missing; it opens to its line of the table."""
    words = phrase("links", "cover_map_missing", language(), n=f"{one.gap:,}") if one.gap else ""
    area: dict[str, Any] = {
        "name": name,
        "value": round((1 - one.share) * 100, 2),
        "row": f"place-{one.code}",
        "label": {"formatter": f"{name}\n{words}" if words else name},
    }
    return area


def _named(drawn: list[PlaceCover]) -> list[tuple[PlaceCover, str]]:
    """A name for each area that no other has."""
    names = [one.name for one in drawn]
    return [(one, one.name if names.count(one.name) == 1 else f"{one.name} {one.code[6:12]}") for one in drawn]


def _middle(all_: list[Coordinates]) -> float:
    """The latitude half way between the southernmost and the northernmost point."""
    north = [point[1] for one in all_ for polygon in one for point in polygon[0]]
    return (min(north) + max(north)) / 2
