"""What tests are made of: factories that call actions, so that test data obeys the rules too. Invented throughout."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from huiyin.core import rulebook
from huiyin.core.models import Account
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import TableDay, fixed_by_law
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.actions import grids, links, people, place_changes, places, staff
from huiyin.register.queries.place_plan import Asked as Change
from huiyin.register.queries.place_plan import Into
from huiyin.register.rules import codes
from huiyin.register.rules.divisions import Line

BEGIN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""When the county of the tests was set up: long before the moment tests act at."""
SYSTEM = Viewer.system("tests")
COUNTY = "990101000000"
_numbers = count(1)


@cache
def county_book(name: str = "wangchuan") -> Rulebook:
    """A county folder that comes with the product, read once per process."""
    return load_county(county_folder(name))


def put_in_force(name: str = "wangchuan", at: datetime = BEGIN) -> UUID:
    """Activate a county's rulebook; returns the version's id."""
    return rulebook.activate(by=SYSTEM, at=at, rulebook=county_book(name), in_force_from=at)


def a_notice(year: int, at: datetime = BEGIN) -> None:
    """The working days of a year, as a clerk enters a notice: by the law alone where none came with the product."""
    if year in rulebook.working_days().years:
        return
    free = [TableDay(day, "holiday", name) for day, name in fixed_by_law(year).items()]
    rulebook.load_days(by=SYSTEM, at=at, year=year, days=free, source="tests")


def notices_from(at: datetime) -> None:
    """The working days of this year and the next."""
    for year in (at.year, at.year + 1):
        a_notice(year)


def lay_places(named: Iterable[tuple[str, str]], at: datetime = BEGIN) -> None:
    """Import places given as (code, name); level and parent come from the codes."""
    lines = [
        Line(number, code, name, codes.level(code), codes.parent(code))
        for number, (code, name) in enumerate(named, start=2)
    ]
    outcome = places.import_places(by=SYSTEM, at=at, lines=lines)
    assert not outcome.faults, outcome.faults


def places_merged(old: Sequence[str], new: str, at: datetime, on: date | None = None) -> UUID:
    """Places become part of another; the change."""
    asked = Change("merged", tuple(old), (Into(code=new),), why="撤并", on=on)
    return place_changes.change(by=SYSTEM, at=at, asked=asked)


def a_body(name: str, place_code: str = COUNTY, kind: str = "department", at: datetime = BEGIN, **more: Any) -> UUID:
    """A body at a place."""
    return staff.add_body(by=SYSTEM, at=at, name=name, kind=kind, place_code=place_code, **more)


def an_official(
    body_id: UUID,
    *,
    name: str = "测试员",
    role: str = "handler",
    title: str = "干事",
    at: datetime = BEGIN,
    **more: Any,
) -> staff.Appointed:
    """A new person in a post of a body, with an account."""
    number = f"T{next(_numbers):06d}"
    more.setdefault("username", number.lower())
    return staff.appoint(by=SYSTEM, at=at, body_id=body_id, role=role, title=title, name=name, number=number, **more)


def a_grid(
    place_codes: Sequence[str], *, kind: str = "small_grid", name: str = "一格", at: datetime = BEGIN, **more: Any
) -> UUID:
    """A grid over places."""
    return grids.lay(by=SYSTEM, at=at, kind=kind, name=name, place_codes=place_codes, reason="镇里的会", **more)


def account_of(made: staff.Appointed) -> Account:
    """The account of an appointment."""
    assert made.account_id is not None
    return Account.objects.get(pk=made.account_id)


def a_household(
    place_code: str, *, head: str = "测试户", phone: str = "", at: datetime = BEGIN, **more: Any
) -> tuple[UUID, UUID]:
    """A household with its head: ids of household and person."""
    code = f"H{next(_numbers):08d}"
    household = people.add_household(by=SYSTEM, at=at, code=code, place_code=place_code, **more)
    return household, people.add_resident(by=SYSTEM, at=at, household_id=household, name=head, phone=phone)


def a_link(official_id: UUID, household_id: UUID, at: datetime = BEGIN, since: date | None = None) -> UUID:
    """An official who leads for a household."""
    return links.link(by=SYSTEM, at=at, official_id=official_id, household_id=household_id, since=since)
