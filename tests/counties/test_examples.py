"""Every county folder loads, and every worked example comes out as its clerk wrote it."""

from datetime import date
from pathlib import Path

import pytest

from huiyin.programme.clock import TableDay, WorkingDays, seed_days, seeded
from huiyin.programme.examples import run_examples
from huiyin.programme.loader import counties, county_folder, load_county
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy, replace

DAYS = seeded(range(2004, 2028))


@pytest.mark.parametrize("county", counties())
@row("R-001", "R-188")
def test_every_worked_example_comes_out_as_written(county: str) -> None:
    folder = county_folder(county)
    count, problems = run_examples(folder, load_county(folder), DAYS)
    assert not problems, "\n".join(problem.sentence() for problem in problems)
    assert count >= 5


def test_the_counties_are_there() -> None:
    assert counties() == (
        "general",
        "hubin",
        "wangchuan",
        "yishui-2013",
        "yongxing-2014",
        "ziyang-2014",
        "zoucheng-2013",
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("due   = 2026-10-13", "due   = 2026-10-14", "deadline: example 1 is wrong: expected 2026-10-14"),
        ("provisional = true", "provisional = false", "deadline: example 5 is wrong"),
        ('first = "water"', 'first = "roads"', "topic: example 1 is wrong: expected roads, found water"),
        ('target = "accepted"', 'target = "closed"', "step: example 1 is wrong"),
        ('refused = "not_allowed"', 'refused = "needs_reply"', "step: example 2 is wrong"),
        ('clock = "handling"', 'clock = "nothing"', "deadline: example 1 is wrong"),
        ("at    = 2026-09-30T16:00:00+08:00", "at    = 2026-09-30T16:00:00", "deadline.0.at: wrong"),
        ("at    = 2026-09-30T16:00:00+08:00", "at    = 9999-12-31T16:00:00+08:00", "found date_out_of_range"),
        ('kind   = "appeal"', 'kind   = "poem"', "step: example 1 is wrong: expected ['accepted'], found kind_unknown"),
        ('role   = "clerk"', 'rolle  = "clerk"', "step.0.rolle: this key is not known"),
    ],
)
def test_a_wrong_example_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = copy(tmp_path)
    replace(folder, f"{ECHO}/examples.test.toml", old, new)
    _, problems = run_examples(folder, load_county(folder), DAYS)
    assert any(told in problem.sentence("en") for problem in problems), [p.sentence("en") for p in problems]


def test_a_notice_that_comes_later_makes_no_example_wrong() -> None:
    """The one about New Year 2027 says what held before its notice came."""
    folder = county_folder("wangchuan")
    new_year = [TableDay(date(2027, 1, 1), "holiday", "元旦"), TableDay(date(2027, 1, 4), "holiday", "元旦")]
    loaded = WorkingDays([*new_year, *seed_days(2026)], [2026, 2027])
    assert run_examples(folder, load_county(folder), loaded)[1] == []


def test_a_programme_without_examples_is_told(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / ECHO / "examples.test.toml").unlink()
    count, problems = run_examples(folder, load_county(folder), DAYS)
    assert count == 0
    assert "this file is missing" in problems[0].sentence("en")
