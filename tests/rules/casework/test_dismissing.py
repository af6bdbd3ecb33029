"""Who may be the second and the third person where a complaint is ended unlooked at."""

from typing import Any
from uuid import UUID

import pytest

from huiyin.casework.rules.dismissing import is_complaint, may_decide, may_review
from huiyin.programme.refusal import Refused
from tests.rows import row

ME, OTHER, HERE, THERE = (UUID(int=number) for number in range(1, 5))
APART: dict[str, Any] = {
    "persons": [ME],
    "bodies": [HERE],
    "had": [OTHER],
    "theirs": [THERE],
    "before": [],
    "parts": [],
}


@row("SG-01", "SG-32")
def test_the_second_person_has_no_part_in_it_and_is_of_another_body() -> None:
    may_decide(**APART)
    for part in ("had", "before", "parts"):
        with pytest.raises(Refused, match="dismissal_needs_other"):
            may_decide(**APART | {part: [ME]})
    near: tuple[dict[str, Any], ...] = ({"bodies": []}, {"theirs": [HERE]}, {"bodies": [HERE, THERE]})
    for bodies in near:
        with pytest.raises(Refused, match="dismissal_same_body"):
            may_decide(**APART | bodies)
    with pytest.raises(Refused, match="dismissal_needs_other"):
        may_decide(**APART | {"persons": []})


@row("SG-01", "SG-32")
def test_the_third_person_neither_proposed_nor_decided_nor_acts_for_who_did() -> None:
    may_review(persons=[ME], had=[OTHER])
    for persons in ([], [OTHER], [ME, OTHER]):
        with pytest.raises(Refused, match="dismissal_needs_other"):
            may_review(persons=persons, had=[OTHER])


@row("SG-01")
def test_what_was_ever_held_stays_a_complaint() -> None:
    assert [is_complaint(sealed=s, held_why=w) for s, w in ((True, ""), (False, "names"), (False, ""))] == [
        True,
        True,
        False,
    ]
