"""replies.toml: texts to begin an answer with, as data, and what it refuses in words."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.schema.replies import CallOutcome, Calls, Checks, Replies, Template, check_replies
from tests.rows import row

MATTERS = load_county(county_folder("wangchuan")).matters("echo")


def codes(**template: object) -> list[str]:
    page = Replies(templates={"one": Template.model_validate({"title": "一", "text": "好", **template})})
    return [problem.code for problem in check_replies("replies.toml", page, MATTERS)]


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ({"topics": ("nothing",)}, "topic_unknown"),
        ({"ways": ("nothing",)}, "way_unknown"),
        ({"text": "{phone}，您好"}, "variable_unknown"),
        ({"text": "{name，您好"}, "template_braces"),
    ],
)
def test_a_mistake_in_a_text_is_a_sentence(template: dict[str, object], code: str) -> None:
    assert codes(**template) == [code]


def test_a_text_may_not_speak_as_the_county_itself_forbids() -> None:
    text = Template(title="一", text="我们压实责任")
    page = Replies(templates={"one": text}, checks=Checks(officialese=("压实责任",)))
    assert [problem.code for problem in check_replies("replies.toml", page, MATTERS)] == ["template_officialese"]


@row("R-177")
def test_texts_are_offered_for_their_topics_those_below_and_their_ways_until_they_end() -> None:
    page = Replies(
        templates={
            "all": Template(title="一", text="好"),
            "traffic": Template(title="二", text="好", topics=("transport",)),
            "direct": Template(title="三", text="好", ways=("direct_answer",)),
            "ended": Template(title="四", text="好", until=date(2026, 11, 1)),
        }
    )
    offered = page.offered(MATTERS, topic="roads", way="pass_for_handling", today=date(2026, 11, 1))
    assert list(offered) == ["all", "traffic"]
    assert "ended" in page.offered(MATTERS, topic="", way="", today=date(2026, 10, 31))


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([("here", "reached"), ("gone", "unable"), ("gone", "busy")], "outcome_twice"),
        ([("gone", "unable")], "outcome_never_reached"),
        ([("here", "reached"), ("gone", "unable")], ""),
        ([], ""),
    ],
)
def test_outcomes_of_calls_have_a_name_each_and_one_is_reached(outcomes: list[tuple[str, str]], code: str) -> None:
    written = [{"name": name, "title": name, "meaning": meaning} for name, meaning in outcomes]
    page = Replies.model_validate({"calls": {"outcomes": tuple(written)}})
    assert [one.code for one in check_replies("replies.toml", page, MATTERS)] == ([code] if code else [])


def test_an_outcome_that_counts_as_nothing_known_is_refused_and_none_changes_no_hash() -> None:
    with pytest.raises(ValidationError, match="meaning"):
        CallOutcome.model_validate({"name": "gone", "title": "走了", "meaning": "taken_back"})
    assert "outcomes" not in Calls(apart=True).model_dump(mode="json")


def test_a_stored_rulebook_without_the_page_keeps_its_hash(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(county_folder("general"), tmp_path / "general"))
    (folder / "programmes" / "general" / "replies.toml").unlink()
    book = load_county(folder)
    assert '"replies":' not in book.canonical()
    assert book.replies(book.county.intake.programme) == Replies()


@row("R-177", "R-178")
@pytest.mark.parametrize("county", ["zoucheng-2013", "yishui-2013", "hubin", "yongxing-2014", "ziyang-2014"])
def test_each_countys_method_has_texts_to_begin_with_and_is_asked_about_from_outside(county: str) -> None:
    book = load_county(county_folder(county))
    replies = book.replies(book.county.intake.programme)
    assert {"done", "by_day", "cannot"} <= set(replies.templates)
    assert replies.calls.apart


@pytest.mark.parametrize("county", ["zoucheng-2013", "yongxing-2014", "ziyang-2014", "wangchuan", "general"])
def test_where_units_may_hand_back_somebody_of_the_county_decides_in_the_end(county: str) -> None:
    book = load_county(county_folder(county))
    flows = book.matters(book.county.intake.programme).flows.values()
    assert all(flow.taking("decide", "disputed") for flow in flows if any(one.name == "transfer" for one in flow.steps))
    assert any("matter.decide" in role.verbs for role in book.county.roles.values())
