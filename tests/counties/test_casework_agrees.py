"""The worked examples of steps come out the same in the room that takes them."""

from uuid import uuid4

import pytest

from huiyin.casework.rules.flow import Actor, Standing, take_step
from huiyin.programme.examples import Examples, StepExample
from huiyin.programme.loader import counties, county_folder, load_county, read_toml, validate
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.rulebook import Programme, Rulebook
from tests.rows import row

BOOKS = {name: load_county(county_folder(name)) for name in counties()}


def examples() -> list[tuple[str, str, int, StepExample]]:
    found = []
    for county, book in BOOKS.items():
        for programme in book.programmes:
            path = county_folder(county) / "programmes" / programme / "examples.test.toml"
            page = validate(Examples, read_toml(path, path.name, []) or {}, path.name, [])
            assert page is not None
            found += [(county, programme, number, one) for number, one in enumerate(page.step, start=1)]
    return found


def outcome(book: Rulebook, programme: str, one: StepExample) -> str:
    """The state the step leads to, or the code of the refusal."""
    me, other = uuid4(), uuid4()
    role = book.county.roles.get(one.role)
    actor = Actor(
        person=me,
        verbs=frozenset(role.verbs if role else ()),
        resident=one.role == "resident",
        system=one.role == "system",
    )
    parts = {"handler": me if one.part == "handler" else other} if one.state not in ("received", "accepted") else {}
    standing = Standing(
        state=one.state,
        before=one.previous or "",
        kind=one.kind,
        nature="",
        topic="",
        way=one.way or "",
        handling=one.handling or "",
        parts=parts,
        transfers=one.transfers,
        decided=one.decided,
    )
    given: dict[str, object] = dict.fromkeys(one.given, "given")
    if "owner" in given:
        given["handler"] = uuid4()  # an owner is a body with one named handler
    if one.way:
        given["way"] = one.way
    if one.handling:
        given["handling"] = one.handling
    try:
        return take_step(
            matters=book.matters(programme),
            standing=standing,
            name=one.step,
            actor=actor,
            given=given,
        ).target
    except Refused as refusal:
        return refusal.code


@pytest.mark.parametrize(
    ("county", "programme", "number", "one"), examples(), ids=lambda value: value if isinstance(value, str) else None
)
def test_the_room_decides_as_the_example_says(county: str, programme: str, number: int, one: StepExample) -> None:
    assert outcome(BOOKS[county], programme, one) == (one.target or one.refused), (number, one)


@row("AM-31")
def test_zoucheng_calls_everybody_back_and_yishui_a_share() -> None:
    flows = {name: next(iter(one.matters.flows.values())) for name, one in _programmes().items()}
    assert flows["three_platforms"].callback.of == "all"
    assert (flows["double_coverage"].callback.of, flows["double_coverage"].callback.share) == ("share", 0.2)


@row("AM-12", "R-188")
def test_the_five_days_of_zoucheng_are_working_days_of_what_is_assigned_alone() -> None:
    page = _programmes()["three_platforms"].matters
    handling = page.clocks["handling"]
    assert (handling.limit.amount, handling.limit.unit) == (5, "working_days")
    assert handling.starts_on == ("assign", "instruct", "decide"), "a leader assigns by word and by decision"
    assert handling.follows_way
    clocked = {name for name, way in page.ways.items() if way.clocked}
    assert clocked == {"pass_for_handling", "leader_instruction", "discipline"}


def _programmes() -> dict[str, Programme]:
    return {name: one for book in BOOKS.values() for name, one in book.programmes.items()}
