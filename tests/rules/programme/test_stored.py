"""A rulebook stored before a shape got its newer keys keeps its text and its hash: old matters keep their version."""

from typing import Any

from huiyin.programme.loader import county_folder, load_county, restore
from huiyin.programme.schema.base import Grown
from huiyin.programme.schema.matters import Matters
from tests.rows import row

FIRST = {
    "matters": "channels natures ways topics clocks flows kinds",
    "topic": "title parent body keywords",
    "clock": "title starts_on met_by ended_by limit follows_way warn_at_share warn escalate_to extension pause",
    "pause": "on until max_total",
    "flow": "title initial final steps stages distinct owner_rule routing clocks callback closing reopen",
    "step": "name source target by part resident system needs title",
    "kind": "title flow natures ways requires ledger",
    "way": "title step counts_as_solved clocked needs keeps sealed",
}
"""The keys of each shape as they were first stored. A newer key belongs into `LATER` of its class, not here."""


STEP: dict[str, Any] = {
    **{"name": "accept", "source": ["received"], "target": "closed", "by": "matter.classify", "part": None},
    **{"resident": False, "system": False, "needs": [], "title": None},
}
CLOCK = {
    **{"title": "受理", "starts_on": ["open"], "met_by": ["accept"], "ended_by": []},
    **{"limit": {"amount": 1, "unit": "working_days"}, "follows_way": False, "warn_at_share": 0.75, "warn": []},
    **{"escalate_to": "dispatcher", "extension": None},
    "pause": {"on": ["pause"], "until": ["resume"], "max_total": {"amount": 1, "unit": "working_days"}},
}
FLOW = {
    **{"title": "办理", "initial": "received", "final": ["closed"], "steps": [STEP], "stages": []},
    **{"distinct": [["handler", "supervisor", "caller"]], "owner_rule": "first_asked_until_accepted"},
    **{"routing": "dispatch", "clocks": ["accept"], "callback": {"of": "all", "share": 1.0, "gap_hours": 3}},
    "closing": {"attempts": 3, "day_parts": 2, "days": 2, "evidence": False},
    "reopen": {"within": {"amount": 30, "unit": "calendar_days"}},
}
WAY = {
    **{"title": "直接答复", "step": "answer", "counts_as_solved": True, "clocked": False, "needs": ["reply"]},
    **{"keeps": ["reply"], "sealed": False},
}
KIND: dict[str, Any] = {
    **{"title": "诉求", "flow": "appeal", "natures": [], "ways": []},
    **{"requires": ["topic", "nature", "way"], "ledger": True},
}


def plain() -> dict[str, Any]:
    """A page of matters that uses nothing of what came later, in the form in which it was first stored."""
    return {
        "channels": {"web": {"title": "网页", "own": "own", "address": "", "authorless": False}},
        "natures": {"complaint": {"title": "投诉", "held": True, "publishable": False}},
        "ways": {"direct_answer": WAY},
        "topics": {"other": {"title": "其他", "parent": None, "body": None, "keywords": []}},
        "clocks": {"accept": CLOCK},
        "flows": {"appeal": FLOW},
        "kinds": {"appeal": KIND},
    }


@row("AM-29", "R-001")
def test_what_came_later_and_is_not_used_is_not_written() -> None:
    page = plain()
    assert Matters.model_validate(page).model_dump(mode="json") == page


def test_the_first_keys_are_those_of_the_text() -> None:
    page = plain()
    shown = {
        "matters": page,
        "topic": page["topics"]["other"],
        "clock": page["clocks"]["accept"],
        "pause": page["clocks"]["accept"]["pause"],
        "flow": page["flows"]["appeal"],
        "step": page["flows"]["appeal"]["steps"][0],
        "kind": page["kinds"]["appeal"],
        "way": page["ways"]["direct_answer"],
    }
    assert {name: " ".join(one) for name, one in shown.items()} == FIRST


def test_what_came_later_and_is_used_is_written_and_read_again() -> None:
    book = load_county(county_folder("yongxing-2014"))
    again = restore(book.canonical())
    assert again == book
    assert again.hash == book.hash
    assert again.matters("disabled_federation").handlings["barred"].counts_as_solved is False


def test_every_later_key_has_something_to_be_left_out_for() -> None:
    for shape in Grown.__subclasses__():
        for name in shape.LATER:
            assert not shape.model_fields[name].is_required(), (shape, name)
