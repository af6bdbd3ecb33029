"""What changes under a new rulebook, and what it would have meant."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from huiyin.programme.clock import seeded
from huiyin.programme.compare import compare
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.readiness import not_ready
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.trial import Past, trial
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy, replace

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = seeded(range(2025, 2028))
OLD = load_county(county_folder("wangchuan"))


def changed(where: Path, *changes: tuple[str, str, str]) -> Rulebook:
    folder = copy(where)
    for page, old, new in changes:
        replace(folder, page, old, new)
    return load_county(folder)


def test_a_rulebook_does_not_differ_from_itself() -> None:
    assert compare(OLD, OLD) == []


def test_a_changed_limit_is_told_as_a_limit(tmp_path: Path) -> None:
    new = changed(tmp_path, (f"{ECHO}/matters.toml", "limit       = { amount = 5", "limit       = { amount = 7"))
    told = [change.sentence() for change in compare(OLD, new)]
    assert told == ["echo › matters › clocks › handling › limit：5个工作日 → 7个工作日"]
    assert compare(OLD, new)[0].sentence("en").endswith("limit: 5 working days → 7 working days")


def test_a_change_is_told_to_readers_by_titles_and_not_by_keys(tmp_path: Path) -> None:
    new = changed(tmp_path, (f"{ECHO}/matters.toml", "limit       = { amount = 5", "limit       = { amount = 7"))
    told = compare(OLD, new)[0].in_words()
    assert told == f"{OLD.programmes['echo'].about.title} › 事项 › 期限 › 办理答复 › 时长：5个工作日 → 7个工作日"
    unlike = OLD.model_copy(update={"county": OLD.county.model_copy(update={"demo": not OLD.county.demo})})
    assert compare(OLD, unlike)[0].in_words() == "县里的 › 是不是示范县：" + (
        "是 → 否" if OLD.county.demo else "否 → 是"
    )


def test_new_and_gone_things_are_told_once(tmp_path: Path) -> None:
    new = changed(
        tmp_path,
        (f"{ECHO}/matters.toml", "[channels.wechat]", "[channels.telegraph]"),
        ("county.toml", '"audit.see", "stats.see"', '"audit.see"'),
        (f"{ECHO}/programme.toml", 'title        = "总结"', 'title        = "总结推广"'),
    )
    told = {change.sentence("en") for change in compare(OLD, new)}
    assert "gone: echo › matters › channels › wechat" in told
    assert "new: echo › matters › channels › telegraph" in told
    assert "new: echo › about › phases › 总结推广" in told
    assert any(line.startswith("county › roles › auditor › verbs: audit.see, stats.see") for line in told)


def test_a_programme_added_is_one_sentence() -> None:
    both = OLD.model_copy(update={"programmes": {**OLD.programmes, "second": OLD.programmes["echo"]}}, deep=False)
    assert [change.sentence("en") for change in compare(OLD, both)] == ["new: second"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


FACTS = [
    Past("a", "echo", "appeal", {"open": at("2026-11-02T09:00"), "accept": at("2026-11-02T10:00"),
         "assign": at("2026-11-02T10:00"), "answer": at("2026-11-06T10:00")}, "pass_for_handling"),
    Past("b", "echo", "appeal", {"open": at("2026-11-02T09:00"), "accept": at("2026-11-02T10:00"),
         "assign": at("2026-11-02T10:00"), "answer": at("2026-11-10T10:00")}, "pass_for_handling"),
    Past("c", "echo", "appeal", {"open": at("2026-11-02T09:00"), "assign": at("2026-11-02T10:00")}, "discipline"),
    Past("d", "echo", "appeal", {"open": at("2026-11-02T09:00"), "assign": at("2026-11-02T10:00"),
         "transfer": at("2026-11-03T10:00")}, "pass_for_handling"),
    Past("e", "echo", "appeal", {"open": at("2026-11-02T09:00"), "answer": at("2026-11-20T10:00")}, "direct_answer"),
    Past("f", "other", "appeal", {"open": at("2026-11-02T09:00")}),
]  # fmt: skip


def test_a_shorter_limit_is_tried_on_what_has_happened(tmp_path: Path) -> None:
    new = changed(tmp_path, (f"{ECHO}/matters.toml", "limit       = { amount = 5", "limit       = { amount = 3"))
    verdicts = {found.clock: found for found in trial(OLD, new, FACTS, days=DAYS, at=at("2026-11-25T09:00"))}
    handling = verdicts["handling"]
    assert (handling.counted_before, handling.late_before) == (4, 3)
    assert (handling.counted_after, handling.late_after) == (4, 4)
    assert handling.newly_late == ("a",)
    assert verdicts["accept"].late_before == verdicts["accept"].late_after


@row("R-003", "BC-15", "AM-39")
def test_phases_overlap_and_a_boundary_day_belongs_to_both() -> None:
    about = OLD.programmes["echo"].about
    expected = {
        date(2026, 5, 1): ["宣传发动"],
        date(2026, 5, 20): ["宣传发动", "全面实施"],
        date(2026, 5, 31): ["宣传发动", "全面实施"],
        date(2026, 6, 1): ["全面实施"],
        date(2027, 4, 20): ["全面实施", "总结"],
        date(2027, 5, 1): [],
    }
    for day, titles in expected.items():
        assert [phase.title for phase in about.phases_on(day)] == titles


@pytest.mark.parametrize(("on", "refused"), [(date(2026, 11, 25), False), (date(2027, 1, 1), True)])
def test_a_programme_is_refused_for_a_year_without_a_notice(on: date, refused: bool) -> None:
    found = not_ready(OLD, DAYS, on)
    assert bool(found) is refused
    assert all("2027" in problem.sentence() for problem in found)


def test_who_reads_what_changed_reads_words_and_no_keys() -> None:
    old, new = load_county(county_folder("yishui-2013")), OLD
    page = next(iter(new.programmes.values()))
    changes = compare(old, new.model_copy(update={"programmes": dict.fromkeys(old.programmes, page)}))
    told = [change.in_words() for change in changes]
    places = [one.split("：")[0] for one in told]
    assert len(told) > 100 and [one for one in places if re.search(r"[A-Za-z_]{3,}", one)] == []
    assert any("县领导 › 能做什么：看事项" in one for one in told)
