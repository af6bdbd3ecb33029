"""What the fields of a step's form are called."""

from types import SimpleNamespace

import pytest

from huiyin.interfaces.desk.forms.steps import StepForm


@pytest.mark.parametrize(
    ("step", "need", "words"),
    [
        ("pause", "reason", "reason"),  # "pause_reason" is another field of the same form
        ("bring_in", "until", "bring_in_until"),
        ("instruct", "until", "instruct_until"),
        ("answer", "reply", "reply"),
    ],
)
def test_a_step_has_its_own_words_for_a_need_and_never_those_of_another_need(step: str, need: str, words: str) -> None:
    form = SimpleNamespace(step=SimpleNamespace(name=step))
    assert StepForm._own(form, "need", need) == words  # type: ignore[arg-type]  # only its step's name is read
