"""A clock belongs to the matter: it starts once, and only an extension or a named pause makes it due later."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework.rules import clocks
from huiyin.casework.rules.clocks import Dims
from huiyin.programme.clock import WorkingDays, resumed, stood
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.schema.base import Limit
from huiyin.programme.schema.matters import Clock, Matters, Pause, Special
from tests.rows import row

ECHO = load_county(county_folder("wangchuan")).matters("echo")
ZONE, DAYS = ZoneInfo("Asia/Shanghai"), WorkingDays((), (2026,))
AT = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
"""A Wednesday morning."""
WORKING = "working_days"


def with_clocks(**more: Clock) -> Matters:
    """The county's page with these clocks in its flow besides its own."""
    flow = ECHO.flows["appeal"]
    flows = {"appeal": flow.model_copy(update={"clocks": (*flow.clocks, *more)})}
    return ECHO.model_copy(update={"clocks": {**ECHO.clocks, **more}, "flows": flows})


def effect(step: str, running: tuple[str, ...] = (), *, page: Matters = ECHO, **dims: str) -> clocks.Effects:
    """What a step does to an appeal's clocks."""
    known = Dims(**({"kind": "appeal", "way": "pass_for_handling"} | dims))
    return clocks.effects(matters=page, dims=known, step=step, running=running, at=AT, zone=ZONE, days=DAYS)


def level_clock(level: str, days: int) -> Clock:
    return Clock.model_validate(
        {
            "title": "一级最多留几天",
            "starts_on": ["assign", "climb", "take_up"],
            "met_by": ["answer"],
            "limit": {"amount": days, "unit": WORKING},
            "level": level,
            "escalate_to": "dispatcher",
        }
    )


@pytest.mark.parametrize("step", ["transfer", "raise", "climb", "apply", "send_back", "submit", "take", "ask_expert"])
@row("R-188", "R-192")
def test_nothing_that_is_done_with_a_matter_on_its_way_touches_the_residents_clock(step: str) -> None:
    done = effect(step, ("handling",))
    assert "handling" not in done.met + done.ended + tuple(one.name for one in done.starts)


@pytest.mark.parametrize("step", ["assign", "instruct", "decide"])
def test_being_given_to_somebody_starts_the_clock_and_being_given_again_does_not(step: str) -> None:
    assert "handling" in [one.name for one in effect(step).starts]
    assert "handling" not in [one.name for one in effect(step, ("handling",)).starts]


def test_choosing_a_way_without_clocks_stops_none_but_taking_it_does() -> None:
    assert "handling" not in effect("classify", ("handling",), way="retain").ended
    assert "handling" in effect("retain", ("handling",), way="retain").ended
    assert "handling" not in [one.name for one in effect("assign", way="direct_answer").starts]


def test_a_levels_own_clock_runs_while_the_matter_is_on_the_level() -> None:
    page = with_clocks(at_village=level_clock("village", 3), at_town=level_clock("town", 5))
    begun = effect("assign", page=page, level="village")
    assert [one.name for one in begun.starts if one.name.startswith("at_")] == ["at_village"]
    climbed = effect("climb", ("handling", "at_village"), page=page, level="town")
    assert climbed.ended == ("at_village",)
    assert [one.name for one in climbed.starts] == ["at_town"]


@pytest.mark.parametrize(
    ("dims", "days"),
    [
        ({"kind": "appeal"}, 5),
        ({"kind": "appeal", "nature": "question"}, 2),
        ({"kind": "appeal", "way": "leader_instruction"}, 3),
        ({"kind": "appeal", "way": "leader_instruction", "nature": "question"}, 2),
        ({"kind": "appeal", "level": "county"}, 10),
        ({"kind": "on_spot"}, 1),
    ],
)
@row("R-188")
def test_the_first_special_limit_that_fits_is_the_limit(dims: dict[str, str], days: int) -> None:
    clock = ECHO.clocks["handling"].model_copy(
        update={
            "special": (
                Special(natures=("question",), limit=Limit(amount=2, unit="working_days")),
                Special(ways=("leader_instruction",), limit=Limit(amount=3, unit="working_days")),
                Special(levels=("county",), kinds=("appeal",), limit=Limit(amount=10, unit="working_days")),
                Special(kinds=("on_spot",), limit=Limit(amount=1, unit="working_days")),
            )
        }
    )
    assert Dims(**dims).limit(clock).amount == days


AMOUNTS = {"request": 10, "question": 2, "problem": 5, "suggestion": 15, "thanks": 3}
BY_NATURE = ECHO.clocks["handling"].model_copy(
    update={
        "special": tuple(
            Special(natures=(name,), limit=Limit(amount=amount, unit="working_days"))
            for name, amount in AMOUNTS.items()
        )
    }
)


@pytest.mark.parametrize("was", AMOUNTS)
@pytest.mark.parametrize("becomes", AMOUNTS)
def test_being_called_something_else_makes_a_matter_due_earlier_or_leaves_it(was: str, becomes: str) -> None:
    begun = clocks.start("", BY_NATURE, Dims("appeal", nature=was).limit(BY_NATURE), at=AT, zone=ZONE, days=DAYS)
    again = clocks.stricter(
        BY_NATURE,
        Dims("appeal", nature=becomes),
        started_at=AT,
        first_due_at=begun.due.at,
        zone=ZONE,
        days=DAYS,
    )
    if AMOUNTS[becomes] >= AMOUNTS[was]:
        assert again is None
    else:
        assert again is not None and again.due.at < begun.due.at and again.limit.amount == AMOUNTS[becomes]


TEN = Pause(on=("pause",), until=("resume",), max_total=Limit(amount=10, unit="working_days"))


@pytest.mark.parametrize(
    ("used", "until", "ends"),
    [
        (0, None, date(2026, 12, 2)),
        (0, date(2026, 11, 23), date(2026, 11, 22)),
        (8, date(2026, 12, 30), date(2026, 11, 20)),
        (9, None, date(2026, 11, 19)),
        (10, None, None),
        (12, date(2026, 11, 20), None),
    ],
)
def test_a_pause_ends_on_the_day_it_was_asked_for_at_the_latest_when_all_of_them_are_used(
    used: int, until: date | None, ends: date | None
) -> None:
    found = clocks.pause_end(TEN, used=used, until=until, at=AT, zone=ZONE, days=DAYS)
    last = (found - timedelta(microseconds=1)).astimezone(ZONE).date() if found else None
    assert last == ends


@row("R-188")
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 90)), min_size=1, max_size=12))
def test_however_often_a_clock_is_stopped_it_is_due_at_most_so_much_later(pauses: list[tuple[int, int]]) -> None:
    start = clocks.start("", BY_NATURE, Limit(amount=5, unit="working_days"), at=AT, zone=ZONE, days=DAYS)
    due_at, used, now = start.due.at, 0, AT
    latest = clocks.start("", BY_NATURE, Limit(amount=15, unit="working_days"), at=AT, zone=ZONE, days=DAYS).due.at
    for gap, length in pauses:
        now += timedelta(hours=gap)
        if now >= due_at:
            break
        end = clocks.pause_end(TEN, used=used, until=None, at=now, zone=ZONE, days=DAYS)
        if end is None:
            assert used >= 10
            break
        back = min(now + timedelta(hours=length), end)
        due_at = resumed(due_at, now, back, WORKING, ZONE, DAYS)
        used += stood(now, back, WORKING, ZONE, DAYS)
        now = back
        assert due_at <= latest
