"""Daily counts by place and key, so that no page counts a year of rows. Consumers add, within their delivery."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum

from huiyin.core.models import Tally
from huiyin.core.questions import NOBODY, ask
from huiyin.core.viewer import Viewer

Cell = tuple[date, str, str]
"""Day, place code of 12 digits, key."""


def add(counts: Mapping[Cell, int]) -> None:
    """Add to many cells in one statement; exactly once, since a delivery's effect and `done` are one transaction."""
    cells = sorted((cell, count) for cell, count in counts.items() if count)
    if not cells:
        return
    rows = ", ".join(["(%s, %s, %s, %s)"] * len(cells))
    values: list[date | str | int] = []
    for (day, place, key), count in cells:
        values += [day, place, key, count]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO core_tally (day, place_code, key, count) VALUES {rows} "  # noqa: S608 - placeholders only
            "ON CONFLICT (day, place_code, key) DO UPDATE SET count = core_tally.count + excluded.count",
            values,
        )


def sums(keys: Iterable[str], *, low: str, high: str, from_: date, until: date) -> Counter[str]:
    """Sums by key over places low <= code < high and days from_ <= day < until; keys without a row count 0."""
    return Counter(dict(_asked(tuple(keys), ("key",), low, high, from_, until)))


def _asked(
    keys: tuple[str, ...], columns: tuple[str, ...], low: str, high: str, from_: date, until: date
) -> list[tuple[Any, ...]]:
    """The columns and their sum, by a text made once."""

    def summed(viewer: Viewer, low: str, high: str, from_: date, until: date) -> QuerySet[Tally, Any]:
        rows = Tally.objects.filter(
            key__in=keys, day__gte=from_, day__lt=until, place_code__gte=low, place_code__lt=high
        )
        return rows.values_list(*columns).annotate(total=Sum("count")).order_by()

    return ask(("tallies", keys, columns), summed, NOBODY, low, high, from_, until)


def by_day(key: str, *, low: str, high: str, from_: date, until: date) -> dict[date, int]:
    """One key's sums by day; days without a row are left out."""
    rows = (
        Tally.objects.filter(key=key, day__gte=from_, day__lt=until, place_code__gte=low, place_code__lt=high)
        .values_list("day")
        .annotate(total=Sum("count"))
    )
    return dict(rows)


def by_place(keys: Iterable[str], *, low: str, high: str, from_: date, until: date) -> dict[str, Counter[str]]:
    """Sums by village and key."""
    rows = _asked(tuple(keys), ("place_code", "key"), low, high, from_, until)
    found: dict[str, Counter[str]] = {}
    for place, key, total in rows:
        found.setdefault(place, Counter())[key] = total
    return found
