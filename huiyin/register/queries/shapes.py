"""Outlines of places, for maps. Like names they are no secret; what is shown on them has been scoped before."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q

from huiyin.core.viewer import Viewer, subtree
from huiyin.register.models import Place, PlaceShape
from huiyin.register.rules.shapes import degrees

Coordinates = list[list[list[list[float]]]]
"""A GeoJSON MultiPolygon's."""


def outlines(viewer: Viewer, wanted: Collection[str], *, day: date | None = None) -> dict[str, Coordinates]:
    """The outlines of some places on a day (default: those that hold now), by code; without those that have none."""
    found = PlaceShape.objects.filter(place_code__in=list(wanted))
    if day is None:
        found = found.filter(until=None)
    else:
        began = Q(since__isnull=True) | Q(since__lte=day)
        found = found.filter(began, Q(until__isnull=True) | Q(until__gt=day))
    return {code: degrees(kept) for code, kept in found.values_list("place_code", "coordinates")}


def codes_by_name(viewer: Viewer, county: str) -> dict[str, str]:
    """Codes of a county's standing places by name, where a name stands for one place only."""
    low, high = subtree(county)
    here = Place.objects.filter(code__gte=low, code__lt=high, until=None)
    once = here.values("name").annotate(n=Count("pk")).filter(n=1).values("name")
    return dict(here.filter(name__in=once).values_list("name", "code"))
