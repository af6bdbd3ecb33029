"""A changed rulebook gone through on the past: due, late, given to whom, climbed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import thread_time

import pytest

from huiyin.programme.clock import seeded
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.replay import counted, replay
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.trial import Past
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy, replace
from tests.rules.programme.test_compare_and_trial import DAYS, FACTS, OLD, at

NOW = at("2026-11-25T09:00")
YISHUI = load_county(county_folder("yishui-2013"))


def changed(where: Path, *changes: tuple[str, str]) -> Rulebook:
    folder = copy(where)
    for old, new in changes:
        replace(folder, f"{ECHO}/matters.toml", old, new)
    return load_county(folder)


def test_the_same_rulebook_changes_nothing() -> None:
    lines = list(replay(OLD, OLD, FACTS, days=DAYS, at=NOW))
    assert [one.fact.ident for one in lines] == ["a", "b", "c", "d", "e"], "another programme's is left out"
    assert all(one.marks == () for one in lines)


@row("R-188")
def test_a_shorter_limit_makes_answers_due_earlier_and_some_late(tmp_path: Path) -> None:
    new = changed(tmp_path, ("limit       = { amount = 5", "limit       = { amount = 3"))
    lines = {one.fact.ident: one for one in replay(OLD, new, FACTS, days=DAYS, at=NOW)}
    assert lines["a"].marks == ("earlier", "newly_late")
    assert lines["b"].marks == ("earlier",), "it was late before"
    assert lines["e"].marks == (), "a way without a clock"
    whole, classes, _ = counted(lines.values())
    assert (whole.matters, whole.late_after - whole.late_before) == (5, whole.marks["newly_late"])
    assert sum(one.matters for one in classes.values()) == 5


def test_a_longer_limit_spares_some_and_is_the_opposite_of_a_shorter(tmp_path: Path) -> None:
    new = changed(tmp_path, ("limit       = { amount = 5", "limit       = { amount = 9"))
    there = [set(one.marks) for one in replay(OLD, new, FACTS, days=DAYS, at=NOW)]
    back = [set(one.marks) for one in replay(new, OLD, FACTS, days=DAYS, at=NOW)]
    mirror = {"later": "earlier", "no_longer_late": "newly_late", "climbs_less": "climbs_more"}
    mirror |= {new: old for old, new in mirror.items()}
    assert [{mirror[one] for one in some} for some in there] == back
    assert {"later", "no_longer_late"} in there


def test_a_topic_that_goes_to_another_unit_is_counted_with_all_that_stands_under_it(tmp_path: Path) -> None:
    page = OLD.programmes["echo"].matters
    name, topic = next((name, one) for name, one in page.topics.items() if one.body)
    moved = page.model_copy(update={"topics": {**page.topics, name: topic.model_copy(update={"body": "别的局"})}})
    programme = OLD.programmes["echo"].model_copy(update={"matters": moved})
    new = OLD.model_copy(update={"programmes": {"echo": programme}})
    facts = [Past("x", "echo", "appeal", {"open": NOW}, topic=name), Past("y", "echo", "appeal", {"open": NOW})]
    x, y = replay(OLD, new, facts, days=DAYS, at=NOW)
    assert (x.marks, x.before.unit, x.after.unit) == (("moved",), topic.body, "别的局")
    assert y.marks == ()


@row("R-192", "AM-27")
def test_a_climb_is_played_before_it_is_switched_on(tmp_path: Path) -> None:
    """十天村里没有办好到镇里，再十天到县里；没有开自动上提时一件也不上提。"""
    page = YISHUI.programmes["double_coverage"].matters
    still = {name: clock.model_copy(update={"climbs": False}) for name, clock in page.clocks.items()}
    off = page.model_copy(update={"clocks": still})
    programme = YISHUI.programmes["double_coverage"].model_copy(update={"matters": off})
    without = YISHUI.model_copy(update={"programmes": {"double_coverage": programme}})
    begun = at("2026-03-02T09:00")

    def fact(name: str, days: int, level: str = "village") -> Past:
        moments = {"open": begun, "take": begun, "answer": begun + timedelta(days=days)}
        return Past(name, "double_coverage", "appeal", moments, "handle", level=level)

    facts = [
        fact("soon", 5),
        fact("town", 15),
        fact("county", 25),
        fact("from town", 15, "town"),
        fact("top", 99, "county"),
    ]
    climbs = {one.fact.ident: one.after.climbs for one in replay(without, YISHUI, facts, days=DAYS, at=NOW)}
    assert climbs == {"soon": (), "town": ("town",), "county": ("town", "county"), "from town": ("county",), "top": ()}
    whole, _, units = counted(replay(without, YISHUI, facts, days=DAYS, at=NOW))
    assert (whole.climbed_before, whole.climbed_after, whole.marks["climbs_more"]) == (0, 3, 3)
    assert list(units) == [""]


def test_what_was_said_in_a_group_climbs_from_the_villages_rung() -> None:
    moments = {"open": NOW - timedelta(days=40), "take": NOW - timedelta(days=40)}
    (one,) = replay(
        YISHUI, YISHUI, [Past("g", "double_coverage", "appeal", moments, "handle", level="group")], days=DAYS, at=NOW
    )
    assert one.after.climbs == ("town", "county")


@pytest.mark.slow
def test_twenty_thousand_matters_are_reckoned_in_seconds() -> None:
    begun = datetime(2026, 1, 5, 1, tzinfo=UTC)
    starts = [begun + timedelta(minutes=20 * number) for number in range(20_000)]
    taken = [{"open": one, "assign": one, "answer": one + timedelta(days=4)} for one in starts]
    facts = [Past(str(number), "echo", "appeal", some, "pass_for_handling") for number, some in enumerate(taken)]
    started = thread_time()
    whole, _, _ = counted(replay(OLD, OLD, facts, days=seeded((2026,)), at=NOW))
    assert whole.matters == 20_000
    assert thread_time() - started < 20, "100,000 in a few seconds on a quiet machine"
