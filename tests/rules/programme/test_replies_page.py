"""replies.toml: texts to begin an answer with, as data, and what it refuses in words."""

from datetime import date

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


def test_a_stored_rulebook_without_the_page_keeps_its_hash() -> None:
    book = load_county(county_folder("general"))
    assert '"replies":' not in book.canonical()
    assert book.replies(book.county.intake.programme) == Replies()
