"""Checks of people.toml and places.toml: what is never written of anybody, and what some words are obliged to."""

from collections.abc import Iterator, Mapping

from huiyin.programme.problems import Problem
from huiyin.programme.refused import Duty, found_in
from huiyin.programme.schema.people import Category, People
from huiyin.programme.schema.places import GridKind, PlaceFacts

_OBLIGED: tuple[tuple[Duty, str], ...] = (
    ("closed", "category_not_closed"),
    ("with_matter", "category_without_matter"),
    ("high", "category_not_high"),
)


def check_people(page: str, people: People) -> Iterator[Problem]:
    """Every mistake of the page: refused words (SG-11, SG-12), duties of others (SG-10, SG-13, SG-14), odd periods."""
    for name, one in people.categories.items():
        yield from _category(page, f"categories.{name}", name, one)


def check_places(page: str, places: PlaceFacts) -> Iterator[Problem]:
    """Words that are never kept of a place's people either: petitions, opinions, belief (SG-03, SG-11, SG-12)."""
    for name, one in places.facts.items():
        said = " ".join((name, one.title, one.purpose, one.source, one.note, *one.choices))
        if (found := found_in(said, "never")) is not None:
            yield Problem(page, f"facts.{name}", "category_refused", {"word": found[1]})
    for name, grid in places.grids.items():
        if (found := found_in(" ".join((name, grid.title, grid.head, grid.note)), "never")) is not None:
            yield Problem(page, f"grids.{name}", "category_refused", {"word": found[1]})


def check_grids(pages: Mapping[str, PlaceFacts | None]) -> Iterator[Problem]:
    """A kind of grid that two programmes write is the same kind: a place has one large grid, whoever laid it."""
    first: dict[str, tuple[str, GridKind]] = {}
    for programme, page in pages.items():
        for name, one in page.grids.items() if page is not None else ():
            other, known = first.setdefault(name, (programme, one))
            if known != one:
                where = f"programmes/{programme}/places.toml"
                yield Problem(where, f"grids.{name}", "grid_twice", {"programme": other})


def _category(page: str, key: str, name: str, one: Category) -> Iterator[Problem]:
    said = " ".join((name, one.title, one.purpose))
    if (found := found_in(f"{said} {one.note} {one.source}", "never")) is not None:
        yield Problem(page, key, "category_refused", {"word": found[1]})
        return
    met = {"closed": one.closed, "with_matter": one.with_matter, "high": one.sensitivity == "high"}
    for duty, code in _OBLIGED:
        found = found_in(f"{name} {one.title}", duty)
        if found is not None and not met[duty] and not one.closed:
            yield Problem(page, key, code, {"word": found[1]})
    if one.review_months > one.lasts_months:
        yield Problem(page, key, "category_review_late", {})
