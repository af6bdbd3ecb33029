"""Random walks of matters through the five counties' flows: the product and a model of its own agree at every step.

The same walks each time; the thousand, with other dice, are `python -m tests.walks` (docs/howto/measure.md).
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from huiyin.casework.actions import steps
from huiyin.casework.models import Clock, Joining, Matter
from huiyin.casework.rules import clocks
from tests.cast import Cast
from tests.flows import work_as
from tests.rows import row
from tests.walks.county import FIVE, county
from tests.walks.going import thrown, walk
from tests.walks.machine import Doing
from tests.walks.pair import BEGIN, Walked
from tests.walks.seeking import Seeking

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@row("R-171", "R-209", "SG-01", "SG-32")
@pytest.mark.parametrize("name", FIVE)
def test_the_product_and_the_model_agree_on_every_walk(name: str, cast: Cast) -> None:
    walked = Walked()
    walk(name, cast, walks=3, steps=50, walked=walked, proof=True)
    assert walked.walks == 3 and walked.steps >= 150
    assert sum(walked.done.values()) > 60, "walks that lead nowhere prove nothing"


@row("R-214", "R-209", "SG-01")
def test_what_a_resident_turns_is_walked_too(cast: Cast) -> None:
    """Taken back and not after all, held up by words, ended in time, asked for anew, and an answer read out."""
    work_as("hubin", BEGIN - timedelta(hours=1), everybody=True)
    doing = Doing(county("hubin"), cast, Walked(), Random(5))
    try:
        doing.open()
        (first,) = doing.cases
        for what in ("ask_back", "stay", "ask_back"):
            doing.turn(what, first)
        doing.time(80)
        assert doing.cases[first].state == "withdrawn"
        doing.long_after()
        (new,) = set(doing.cases) - {first}
        assert doing.cases[new].earlier is not None and doing.cases[new].reopened == 1
        for what in ("ask_back", "accuse"):
            doing.turn(what, new)
        doing.time(80)
        assert doing.cases[new].held and doing.cases[new].closed is None
        assert doing.walked.done["afresh"] == 1 and doing.walked.done["stay"] == 1
    finally:
        doing.end(proof=True)


def test_who_seeks_heads_for_what_was_taken_least_wherever_it_lies() -> None:
    """Disputed is only what was handed back once too often: few come there by chance, and fewer are taken back."""
    seeking = Seeking.__new__(Seeking)
    seeking.county, seeking.walked = county("yongxing-2014"), Walked()
    every = seeking.county.transitions()
    seeking.walked.taken.update({("yongxing-2014", *one): 100 for one in every if one != ("disputed", "withdraw")})
    ahead = seeking.ahead(Counter())
    assert ahead["disputed"] == 0
    assert 0 < ahead["working"] < ahead["accepted"] < 100, "the nearer, the more it draws"


def test_a_deadline_that_begins_anew_with_every_transfer_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clocks.effects

    def forgetful(**given: Any) -> clocks.Effects:
        """A bug: what runs is forgotten as soon as somebody is given the matter."""
        return real(**given | {"running": () if given["step"] == "assign" else given["running"]})

    monkeypatch.setattr(clocks, "effects", forgetful)
    found(cast, "product and model differ in .*clocks", first=13)


def test_a_joined_matter_that_loses_its_own_reply_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real = steps.write_reply

    def swallowing(matter: Matter, *given: Any) -> None:
        """A bug: whoever follows another hears only what the other hears."""
        if not Joining.objects.filter(member=matter, split_at=None).exists():
            real(matter, *given)

    monkeypatch.setattr(steps, "write_reply", swallowing)
    found(cast, "answers", first=28)


def test_a_deadline_that_is_told_twice_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = Clock.save

    def forgetting(self: Clock, *given: Any, **more: Any) -> None:
        """A bug: that it was told is not kept."""
        self.overdue_at = None
        real(self, *given, **more)

    monkeypatch.setattr(Clock, "save", forgetting)
    found(cast, "clocks|told twice")


def found(cast: Cast, said: str, first: int = 0) -> None:
    """Walks come upon it; the `first` that did, when this was written, comes first."""
    work_as("zoucheng-2013", BEGIN - timedelta(hours=1))
    with pytest.raises(AssertionError, match=said):
        for dice in range(first, first + 60):
            thrown("zoucheng-2013", cast, dice, steps=50)
