"""The same trouble is there again: within the programme's days its own resident takes the old matter up."""

from datetime import timedelta

import pytest

from huiyin.casework.actions.feedback import call_back
from huiyin.casework.actions.more import heard_again
from huiyin.casework.models import Matter, Move
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_intake import DONE, PAGE, typed
from tests.rows import row

AGAIN = "修好没几天，三组傍晚又停水了。"


@pytest.fixture
def closed(cast: Cast) -> Matter:
    """A matter its resident called solved a moment ago."""
    make.put_in_force(at=now() - timedelta(days=400))
    make.put_in_force(at=now())
    matter = a_matter(cast, now(), "answer")
    call_back(by=cast.he.viewer(now()), at=now(), matter_id=matter.id, outcome="reached", solved="yes", grade=5)
    return matter


@row("R-214")
def test_the_same_residents_words_take_the_closed_matter_up_again_once(cast: Cast, closed: Matter) -> None:
    client = seat(cast.chen)
    page = client.post(PAGE, typed(client, do="caller")).content.decode()
    assert f'name="again_of" value="{closed.code}"' in page
    form = typed(client, text=AGAIN, again_of=closed.code)
    assert [client.post(PAGE, form).status_code for _ in range(3)] == [302] * 3
    closed.refresh_from_db()
    assert (Matter.objects.count(), closed.state, closed.reopened) == (1, "reopened", 1)
    move = Move.objects.get(step="reopen")
    assert (move.note, move.by_id) == (AGAIN, cast.chen.person_id)
    assert "重新办" in client.get(DONE).content.decode()


def test_another_number_is_offered_nothing_and_refused(cast: Cast, closed: Matter) -> None:
    client = seat(cast.chen)
    other = {"reporter_phone": "160-0000-9999"}
    page = client.post(PAGE, typed(client, do="caller", **other)).content.decode()
    assert "again_of" not in page
    assert client.post(PAGE, typed(client, text=AGAIN, again_of=closed.code, **other)).status_code == 422
    closed.refresh_from_db()
    assert closed.state == "closed"


def test_after_the_programmes_days_the_words_become_a_matter_of_their_own(cast: Cast, closed: Matter) -> None:
    late = now() + timedelta(days=31)
    with pytest.raises(Refused, match="recurrence_over"):
        heard_again(by=cast.chen.viewer(late), at=late, matter_id=closed.id, phone=ZHANG_PHONE, words=AGAIN)


@row("SG-01")
def test_words_about_an_official_hold_the_matter_that_was_taken_up(cast: Cast, closed: Matter) -> None:
    said = "又停水了，李卫东收了钱也不修"
    heard_again(by=cast.chen.viewer(now()), at=now(), matter_id=closed.id, phone=ZHANG_PHONE, words=said)
    closed.refresh_from_db()
    assert closed.held
