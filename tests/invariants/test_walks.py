"""Random walks of matters through the five counties' flows: the product and a model of its own agree at every step.

The same walks each time; the thousand, with other dice, are `python -m tests.walks` (docs/howto/measure.md).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from huiyin.casework.actions import steps
from huiyin.casework.models import Clock, Joining, Matter
from huiyin.casework.rules import clocks
from tests.cast import Cast
from tests.flows import work_as
from tests.rows import row
from tests.walks.county import FIVE
from tests.walks.going import thrown, walk
from tests.walks.pair import BEGIN, Walked

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@row("R-171", "R-209", "SG-01", "SG-32")
@pytest.mark.parametrize("name", FIVE)
def test_the_product_and_the_model_agree_on_every_walk(name: str, cast: Cast) -> None:
    walked = Walked()
    walk(name, cast, walks=3, steps=50, walked=walked, proof=True)
    assert walked.walks == 3 and walked.steps >= 150
    assert sum(walked.done.values()) > 60, "walks that lead nowhere prove nothing"


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
    found(cast, "clocks|told twice", first=4)


def found(cast: Cast, said: str, first: int = 0) -> None:
    """Walks come upon it; the `first` that did, when this was written, comes first."""
    work_as("zoucheng-2013", BEGIN - timedelta(hours=1))
    with pytest.raises(AssertionError, match=said):
        for dice in range(first, first + 60):
            thrown("zoucheng-2013", cast, dice, steps=50)
