"""Rows and cells of the pages about linked officials, drawn once in each shape. `{% load link_rows %}`."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huiyin.interfaces.common.drawn import draw, mark
from huiyin.interfaces.common.templatetags import hy
from huiyin.interfaces.common.templatetags.addresses import address
from huiyin.register.queries.cover_counts import Load
from huiyin.register.queries.coverage import HomeRow, PlaceCover, StaffCover
from huiyin.register.queries.grids import Cell
from huiyin.register.queries.overlays import Grid
from huiyin.register.rules import codes

register = template.Library()

FIGURES = ("covered", "gap", "gone", "double")


@register.simple_tag
def cover_part(one: PlaceCover, under: str, day: date | None = None) -> SafeString:
    """A place of coverage; each of its figures opens to its households, of a day where the page is."""
    below = one.code != under
    shape = {
        "below": below,
        "deeper": below and len(one.code) == codes.WIDTHS[4],
        "named": bool(one.name),
        "some": tuple(name for name in FIGURES if getattr(one, name)),
    }
    values = {name: hy.number(getattr(one, name)) for name in ("households", *FIGURES)}
    return draw(
        "desk/links/cover_part.html",
        shape,
        values | {"code": one.code, "name": one.name, "bar": hy.bar(one.share, "done"), "kept": _kept(day)},
    )


@register.simple_tag
def cover_grid(grid: Grid, one: PlaceCover, under: str, day: date | None = None) -> SafeString:
    """A grid of a place's coverage; each of its figures opens to its households there."""
    shape = {"some": tuple(name for name in ("households", *FIGURES) if getattr(one, name))}
    values = {name: hy.number(getattr(one, name)) for name in ("households", *FIGURES)}
    values |= {"name": grid.name, "title": grid.title, "laid": address("desk:grid_laid", grid.id)}
    return draw("desk/links/cover_grid.html", shape, values | {"under": under, "key": str(grid.id), "kept": _kept(day)})


@register.simple_tag
def cover_staff(one: StaffCover, of: str, under: str, day: date | None = None) -> SafeString:
    """The officials of a tier or a body; each of their figures opens to them."""
    counts = dict(one.shows)
    some = tuple(name for name, count in (("households", one.households), *one.shows) if count)
    shape = {"of": of, "named": bool(one.name) or of == "body", "some": some}
    values = {"name": one.name, "under": under, "key": one.key, "officials": hy.number(one.officials)}
    values |= {"households": hy.number(one.households), "idle": hy.number(counts["idle"])}
    values |= {"over": hy.number(counts["over"]), "below": hy.number(counts["under"]), "kept": _kept(day)}
    return draw("desk/links/cover_staff.html", shape, values)


@register.simple_tag
def cover_official(one: Load, tiers: Mapping[str, str], under: str, number: int, day: date | None = None) -> SafeString:
    """An official of a list, `number` from 1."""
    shape = {"first": number == 1, "serving": one.serving, "has_homes": one.households > 0, "has_band": one.most > 0}
    shape["past"] = day is not None
    values = {
        "name": one.name,
        "post": one.post,
        "handover": address("desk:handover", one.official_id),
        "tier": tiers.get(one.tier, ""),
        "under": under,
        "key": str(one.official_id),
        "households": hy.number(one.households),
        "least": str(one.least),
        "most": str(one.most),
        "kept": _kept(day),
    }
    return draw("desk/links/cover_official.html", shape, values)


@register.simple_tag
def cover_home(one: HomeRow, shown: str, number: int) -> SafeString:
    """A household of a list, `number` from 1, with who leads it."""
    leads = {f"lead{place}": name for place, name in enumerate(one.leads)}
    shape = {"first": number == 1, "leads": tuple(map(mark, leads)), "gone": shown == "gone"}
    return draw("desk/links/cover_home.html", shape, leads | {"code": one.code, "path": one.path})


@register.simple_tag
def grid_head(one: Cell, big: bool = False, group: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a template tag
    """Who answers for a cell, with how many households and officials."""
    return draw("desk/links/grid_head.html", _shape(one) | {"big": big, "group": group}, _values(one))


@register.simple_tag
def grid_cell(one: Cell, day: date | None = None) -> SafeString:
    """A cell that opens to the one below."""
    shape = _shape(one) | {"big": False, "group": False, "with_grid": one.grid not in ("", one.name)}
    return draw(
        "desk/links/grid_cell.html",
        shape,
        _values(one) | {"code": one.code, "name": one.name, "grid": one.grid} | {"kept": _kept(day)},
    )


def _kept(day: date | None) -> SafeString:
    """What an address carries on to stay on the day looked back to."""
    return format_html("&amp;day={}", day.isoformat()) if day else SafeString("")


def _shape(one: Cell) -> dict[str, Any]:
    """What a cell's words hang on: numbers only as one or several."""
    reached = one.head is not None and bool(one.head.duty_phone)
    return {
        "headed": one.head is not None,
        "reached": reached,
        "homes": _several(one.households),
        "led": _several(one.officials),
    }


def _several(count: int) -> int:
    """0, 1 or 2: what singular and plural are chosen by."""
    return min(count, 2)


def _values(one: Cell) -> dict[str, str]:
    values = {"households": hy.number(one.households), "officials": hy.number(one.officials)}
    if one.head is None:
        return values
    return values | {"title": one.head.title, "head": one.head.name, "phone": hy.phone(one.head.duty_phone)}


@register.simple_tag
def handover_row(link: UUID, code: str, path: str, options: SafeString, number: int) -> SafeString:
    """A household that passes on, with who may take it."""
    values = {"link": str(link), "code": code, "path": path, "options": options, "number": str(number)}
    return draw("desk/links/handover_row.html", {}, values)
