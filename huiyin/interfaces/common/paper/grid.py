"""The chart of a grid as PDF: one large sheet."""

from datetime import date, datetime
from typing import Any

from huiyin.core.rulebook import current
from huiyin.core.text import spaced_phone
from huiyin.interfaces.common.paper import make
from huiyin.register.queries.grids import Cell, Head
from huiyin.register.rules import codes


def pdf(cell: Cell, place: str, day: date, at: datetime, duties: tuple[str, ...]) -> bytes:
    """The sheet, as of a day. Raises Refused("no_chinese_font")."""
    county = current(at).rulebook.county
    told = {
        "place": place,
        "short": county.short,
        "phone": county.telephone,
        "hours": county.hours,
        "day": [day.year, day.month, day.day],
        "duties": list(duties),
        "village": codes.width(cell.code) == codes.WIDTHS[4],
        "top": _told(cell),
        "rows": [_told(one) | {"cells": [_told(part) for part in one.inside]} for one in cell.inside],
        "linked": [
            {"name": one.name, "title": one.title, "phone": spaced_phone(one.duty_phone), "homes": one.households}
            for one in cell.linked
        ],
    }
    return make.drawn("grid", told)


def _told(cell: Cell) -> dict[str, Any]:
    return {
        "name": cell.name,
        "grid": cell.grid if cell.grid != cell.name else "",
        "head": _head(cell.head),
        "homes": cell.households,
        "officials": cell.officials,
        "linked": [f"{one.name}{one.households}" for one in cell.linked],
    }


def _head(head: Head | None) -> dict[str, str] | None:
    return {"name": head.name, "title": head.title, "phone": spaced_phone(head.duty_phone)} if head else None
