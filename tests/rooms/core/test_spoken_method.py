"""A method is read in the reader's language; whoever acts keeps what was written."""

import pytest
from django.utils.translation import override

from huiyin.core import rulebook
from huiyin.core.actions import action
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make

pytestmark = pytest.mark.django_db
WATER = {"zh": "饮水和水利", "en": "Drinking water and irrigation"}


def water() -> str:
    """What the method in force calls its first topic."""
    return rulebook.current(now()).rulebook.programmes["echo"].matters.topics["water"].title


@action
def kept(*, by: Viewer) -> str:
    """What an action would keep; it keeps nothing."""
    return water()


def test_a_method_is_read_in_the_language_of_the_reader() -> None:
    make.put_in_force(at=now())
    assert water() == WATER["zh"]
    with override("en"):
        assert water() == WATER["en"]
        with rulebook.as_written():
            assert water() == WATER["zh"]


def test_what_an_action_keeps_does_not_hang_on_who_acts() -> None:
    make.put_in_force(at=now())
    with override("en"):
        assert kept(by=Viewer.system("test")) == WATER["zh"]
