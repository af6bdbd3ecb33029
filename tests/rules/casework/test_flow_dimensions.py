"""Dimensions of a matter in the rules: what a class owes, whose day it is, and who stays with it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from huiyin.casework.rules import clocks
from huiyin.casework.rules.flow import Actor, Decision, Standing, possible, take_step, turns
from huiyin.programme.clock import WorkingDays, seeded
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters
from tests.rows import row

HUBIN = load_county(county_folder("hubin"))
FEDERATION = load_county(county_folder("yongxing-2014"))
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2014, 4, 28, 1, 0, tzinfo=UTC)
CLASSED = {"topic": "water", "nature": "need", "heading": "hardship"}


def take(page: Matters, name: str, state: str, actor: UUID, *, role: str, book: Any, **more: Any) -> Decision:
    """One step by somebody of a role; `given`, `first` and dimensions as they are."""
    given = more.pop("given", {})
    standing = Standing(state=state, before="", kind="appeal", nature="", topic="", way=more.pop("way", ""), **more)
    roles = book.county.roles.values() if role == "all" else [book.county.roles[role]]
    verbs = frozenset(verb for one in roles for verb in one.verbs)
    return take_step(matters=page, standing=standing, name=name, actor=Actor(actor, verbs), given=given)


def hubin(name: str, state: str, actor: UUID, role: str = "official", **more: Any) -> Decision:
    return take(HUBIN.matters("relieve"), name, state, actor, role=role, book=HUBIN, **more)


@row("R-190", "AM-28", "R-237")
def test_whoever_took_it_takes_it_on_and_nobody_else_does() -> None:
    visitor, other = uuid4(), uuid4()
    given = CLASSED | {"deadline": date(2014, 6, 1)}
    taken = hubin("take", "accepted", visitor, first_asked=visitor, given=given)
    assert taken.parts["handler"] == visitor
    with pytest.raises(Refused, match="first_visitor_stays"):
        hubin("take", "accepted", other, first_asked=visitor, given=given)
    chosen = {"owner": uuid4(), "handler": other, "supervisor": uuid4(), "way": "handle"} | CLASSED
    with pytest.raises(Refused, match="first_visitor_stays"):
        hubin("assign", "accepted", uuid4(), "dispatcher", first_asked=visitor, given=chosen)


@row("R-190", "SG-01")
def test_the_rule_of_the_first_visitor_yields_to_who_is_kept_from_it() -> None:
    visitor, other = uuid4(), uuid4()
    chosen = {"owner": uuid4(), "handler": other, "supervisor": uuid4(), "way": "handle"} | CLASSED
    kept = frozenset({visitor})
    taken = hubin("assign", "accepted", uuid4(), "dispatcher", first_asked=visitor, excluded=kept, given=chosen)
    assert taken.parts["handler"] == other


@row("R-190")
def test_words_from_the_mailbox_have_no_first_visitor_and_go_to_whoever_takes_them() -> None:
    anybody = uuid4()
    given = CLASSED | {"deadline": date(2014, 6, 1)}
    assert hubin("take", "accepted", anybody, given=given).parts["handler"] == anybody


@row("R-226")
def test_the_day_is_named_once_and_not_again_after_an_application() -> None:
    visitor = uuid4()
    with pytest.raises(Refused, match="needs_deadline"):
        hubin("take", "accepted", visitor, given=CLASSED)
    known: dict[str, Any] = {"parts": {"handler": visitor}, "dated": True, "heading": "hardship"}
    assert hubin("take", "raised", visitor, given={"note": "镇里答应出泵"}, **known).target == "working"


@row("R-226")
def test_a_clock_that_is_agreed_ends_with_the_day_named() -> None:
    page, days = HUBIN.matters("relieve"), seeded(range(2013, 2016))

    def begun(day: date) -> clocks.Started:
        return one_started(page, days, day)

    assert begun(date(2014, 5, 20)).due.on == date(2014, 5, 20)
    assert begun(date(2014, 5, 20)).limit.amount == 22
    for day, code in (
        (date(2014, 4, 28), "until_past"),
        (date(2014, 4, 1), "until_past"),
        (date(2015, 1, 1), "until_late"),
    ):
        with pytest.raises(Refused, match=code):
            begun(day)


def one_started(page: Matters, days: WorkingDays, day: date) -> clocks.Started:
    effect = clocks.effects(
        matters=page,
        dims=clocks.Dims(kind="appeal", way="handle"),
        step="take",
        running=(),
        at=AT,
        zone=ZONE,
        days=days,
        deadline=day,
    )
    return effect.starts[0]


@row("R-200", "R-227", "R-228")
@pytest.mark.parametrize(
    ("handling", "step", "lacks"),
    [
        ("now", "answer", ()),
        ("later", "assign", ("plan", "deadline")),
        ("barred", "answer", ("basis", "explained_by", "view")),
    ],
)
def test_each_handling_class_owes_what_the_plan_says(handling: str, step: str, lacks: tuple[str, ...]) -> None:
    page = FEDERATION.matters("disabled_federation")
    way = "handle" if step == "assign" else "direct_answer"
    given: dict[str, Any] = {
        **{"topic": "recovery", "nature": "need", "heading": "outstanding", "handling": handling, "way": way},
        **{"owner": uuid4(), "handler": uuid4(), "supervisor": uuid4(), "reply": "答复"},
        **{
            "plan": "五月配轮椅",
            "deadline": date(2014, 5, 30),
            "basis": "某条",
            "explained_by": "某人",
            "view": "知道了",
        },
    }

    def tried(without: str = "", name: str = step, **other: str) -> Decision:
        said = {key: value for key, value in given.items() if key != without} | other
        return take(page, name, "accepted", uuid4(), role="all", book=FEDERATION, given=said)

    assert tried().step.name == step
    for lack in lacks:
        with pytest.raises(Refused, match=f"needs_{lack}"):
            tried(lack)
    wrong, other = ("answer", "direct_answer") if step == "assign" else ("assign", "handle")
    with pytest.raises(Refused, match="handling_not_allowed"):
        tried(name=wrong, way=other)


@row("AM-29", "R-198")
def test_one_dimension_decides_nothing_about_another() -> None:
    """The same class may come with any nature, topic and intent: the rule asks for each by itself."""
    page = HUBIN.matters("relieve")
    visitor = uuid4()
    for heading in page.headings:
        for nature in page.natures:
            given = {"topic": "water", "nature": nature, "heading": heading}
            assert hubin("classify", "accepted", visitor, given=given).target == "accepted"


@row("SG-01", "R-214")
@pytest.mark.parametrize("machine", [True, False])
def test_neither_the_resident_nor_the_machine_is_held_up_by_whom_the_matter_is_kept_from(machine: bool) -> None:
    """They give nobody a part; who gives one is refused as ever, the machine too."""
    page, visitor = HUBIN.matters("relieve"), uuid4()
    standing = Standing(
        state="closed",
        before="answered",
        kind="appeal",
        nature="",
        topic="",
        way="",
        parts={"handler": visitor},
        first_asked=visitor,
        excluded=frozenset({visitor}),
    )
    actor = Actor(None, frozenset(), resident=not machine, system=machine)
    taken = take_step(matters=page, standing=standing, name="reopen", actor=actor, given={"note": "又停水了"})
    assert (taken.target, taken.parts["handler"]) == ("reopened", visitor)
    for hand in ("handler", "supervisor"):
        with pytest.raises(Refused, match="conflict_excluded"):
            given = {"note": "又停水了", hand: visitor}
            plain = {part: one for part, one in standing.parts.items() if part == hand}
            kept = replace(standing, parts=plain)
            take_step(matters=page, standing=kept, name="reopen", actor=actor, given=given)


@row("R-180")
def test_what_lies_in_the_archive_is_not_archived_again_until_it_was_worked_on() -> None:
    page, actor = HUBIN.matters("relieve"), Actor(uuid4(), frozenset({"matter.archive"}))
    for steps, filed in ((["close"], False), (["close", "archive"], True), (["archive", "reopen", "close"], False)):
        plain = Standing(
            state="closed", before="", kind="appeal", nature="", topic="", way="", **turns(["open", *steps])._asdict()
        )
        offered = {step.name for step in possible(matters=page, standing=plain, actor=actor)}
        assert ("archive" in offered) is not filed, steps
        if filed:
            with pytest.raises(Refused, match="filed_already"):
                take_step(matters=page, standing=plain, name="archive", actor=actor, given={})
        else:
            assert take_step(matters=page, standing=plain, name="archive", actor=actor, given={}).target == "closed"
