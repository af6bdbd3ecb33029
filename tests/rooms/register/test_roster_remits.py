"""Lists of what departments are there for: each item with the four who answer for it, known again, taken back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.register.actions import roster_undo, roster_work
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import Body, Remit
from huiyin.register.queries import remits
from huiyin.register.queries import rosters as ask
from tests import factories as make
from tests.cast import COUNTY, Cast
from tests.rooms.register.test_roster_links import official
from tests.rooms.register.test_rosters import SYSTEM, counts, csv_of, imported, staged
from tests.rows import row

HEADER = ("单位", "工作职责", "主要责任人", "分管负责人", "科室负责人", "承办人员")
ITEM = "农村公路养护"


@pytest.fixture
def centre(cast: Cast) -> str:
    """Where 许平 and 陈静 serve."""
    return Body.objects.get(pk=cast.bodies.centre).name


def answers(cast: Cast, at: datetime) -> dict[str, list[str]]:
    """What the centre is there for, with the names of the four."""
    found = remits.of(SYSTEM, cast.bodies.centre, at.date())
    return {one.name: [who.name for who in one.answer] for one in found}


@row("R-052", "R-061")
def test_a_list_says_what_a_department_is_there_for_and_who_answers_for_each_item(
    cast: Cast, at: datetime, tmp_path: Path, centre: str
) -> None:
    xu, chen = cast.xu.name, cast.chen.name
    number = official(cast.chen).number
    first = imported(csv_of(tmp_path, [[centre, ITEM, xu, xu, chen, number]], HEADER), at, "remits")
    assert counts(first) == {"new": 1}
    assert answers(cast, at) == {ITEM: [xu, xu, chen, chen]}
    assert counts(imported(csv_of(tmp_path, [[centre, ITEM, xu, xu, chen, chen]], HEADER), at, "remits")) == {"same": 1}
    later = at + timedelta(days=2)
    lines = [[centre, ITEM, xu, xu, xu, chen], [centre, "信访接待", xu, xu, xu, xu]]
    run = imported(csv_of(tmp_path, lines, HEADER), later, "remits")
    assert counts(run) == {"new": 1, "changed": 1}
    assert answers(cast, later) == {ITEM: [xu, xu, xu, chen], "信访接待": [xu] * 4}
    assert answers(cast, at) == {ITEM: [xu, xu, chen, chen]}  # what stood on that day
    seal_now(later)
    assert verify(later, language="en").told() == []
    roster_undo.begin_undo(by=SYSTEM, at=later, run_id=run.id, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: later, run.id)) == "undone"
    assert answers(cast, later) == {ITEM: [xu, xu, chen, chen]}


@row("R-052")
def test_a_line_is_refused_with_its_column_where_nobody_or_several_are_meant(
    cast: Cast, at: datetime, tmp_path: Path, centre: str
) -> None:
    xu, chen, zhang = cast.xu.name, cast.chen.name, "没有这个人"
    make.a_body("望川县双名局", kind="department")
    make.a_body("望川县双名局", kind="department", place_code=f"{COUNTY[:6]}101000")
    lines = [
        ["没有的局", ITEM, xu, xu, xu, xu],
        ["望川县双名局", ITEM, xu, xu, xu, xu],
        [centre, ITEM, xu, zhang, xu, xu],
        [centre, "", xu, xu, xu, xu],
        [centre, "信访接待", xu, xu, chen, ""],
        [centre, "巡查", xu, xu, xu, xu],
        [centre, "巡查", chen, xu, xu, xu],
    ]
    run = staged(csv_of(tmp_path, lines, HEADER), at, "remits")
    told = {one.number: (one.reason, one.column) for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == {
        2: ("body_unknown", "body"),
        3: ("body_of_list_several", "body"),
        4: ("remit_not_here", "charge"),
        5: ("value_missing", "remit"),
        6: ("value_missing", "handler"),
        8: ("line_twice", ""),
    }
    assert not Remit.objects.exists()
