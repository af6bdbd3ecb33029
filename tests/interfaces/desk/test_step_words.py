"""What the fields of a step's form are called."""

import pytest

from huiyin.interfaces.desk.forms.steps import own_key


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
    assert own_key(step, "need", need) == words
