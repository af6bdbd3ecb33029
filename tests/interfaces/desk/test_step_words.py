"""What the fields of a step's form are called, and what becomes of what was written in them."""

import pytest

from huiyin.core.now import now
from huiyin.interfaces.desk.forms.steps import own_key
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking


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


@pytest.mark.django_db
def test_a_step_sent_again_in_other_words_keeps_them_and_says_why_it_is_not_taken(cast: Cast) -> None:
    make.put_in_force(at=now())
    matter, client = a_matter(cast, now(), "take"), seat(cast.li)
    address = f"/desk/matters/{matter.code}/step/ask_more/"
    form = {"seen": asking.hidden(client.get(address).content.decode(), "seen")}
    pressed = [client.post(address, {**form, "note": "请说清在哪一段"}).status_code for _ in range(2)]
    assert pressed == [302, 302], "a second press does nothing"
    other = client.post(address, {**form, "note": "请说清什么时候"})
    assert other.status_code == 422
    assert "请说清什么时候" in other.content.decode()
    assert matter.moves.filter(step="ask_more").count() == 1
