"""What may stand on a wall, and how coarse its place must be."""

from dataclasses import replace

import pytest

from huiyin.programme.refusal import Refused
from huiyin.publication.rules import fit
from tests import factories as make
from tests.rows import row

VILLAGE, TOWN, GROUP = "990101101201", "990101101000", "990101101201003"
GOOD = fit.Candidate(
    topic="water",
    nature="problem",
    state="closed",
    place_code=GROUP,
    disclosure="named",
    history=False,
    answered=True,
)


def judged(candidate: fit.Candidate) -> str:
    programme = make.county_book().programmes["echo"]
    try:
        fit.check(candidate, programme.matters, programme.publication)
    except Refused as refused:
        return refused.code
    return ""


@row("R-339", "SG-20")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"topic": ""}, "notice_unclassified"),
        ({"nature": ""}, "notice_unclassified"),
        ({"nature": "complaint"}, "notice_never"),
        ({"nature": "thanks"}, "notice_never"),
        ({"nature": "unheard_of"}, "notice_never"),
        ({"topic": "conduct"}, "notice_never"),
        ({"history": True}, "notice_never"),
        ({"state": "working", "answered": False}, "notice_early"),
        ({"state": "reopened"}, "notice_early"),
        ({"state": "declined"}, ""),
    ],
)
def test_what_is_held_back_is_refused(change: dict[str, object], code: str) -> None:
    assert judged(replace(GOOD, **change)) == code  # type: ignore[arg-type]  # named as the fields


@row("SG-20")
def test_a_nature_that_a_county_keeps_off_its_walls_is_refused() -> None:
    programme = make.county_book().programmes["echo"]
    quiet = programme.matters.natures[GOOD.nature].model_copy(update={"publishable": False})
    matters = programme.matters.model_copy(update={"natures": {**programme.matters.natures, GOOD.nature: quiet}})
    with pytest.raises(Refused, match="notice_never"):
        fit.check(GOOD, matters, programme.publication)


@row("SG-20")
@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({}, VILLAGE),
        ({"topic": "dispute"}, TOWN),
        ({"topic": "welfare"}, TOWN),
        ({"disclosure": "confidential"}, TOWN),
        ({"place_code": TOWN}, TOWN),
    ],
)
def test_no_place_is_finer_than_it_may_be(change: dict[str, object], place: str) -> None:
    page = make.county_book().programmes["echo"].publication
    assert fit.place(replace(GOOD, **change), page) == place  # type: ignore[arg-type]  # named as the fields
