"""Some of those who took a matter back are asked by somebody else whether they did it themselves (trust.md S21)."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import feedback, rechecks
from huiyin.casework.models import CallDraw, Judgement, Matter, Recheck
from huiyin.casework.queries import rechecks as queries
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.staff import appoint
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine, ways
from tests.rooms.casework.test_rechecks import MACHINE, every_call, other
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

pytestmark = pytest.mark.django_db


def taken_back(cast: Cast, at: datetime) -> tuple[Recheck, datetime]:
    """A matter Li works on, taken back by its proof, and drawn on the day after."""
    every_call(at)
    matter = ways.working(cast, at)
    withdraw(by=Viewer.resident(), at=at, matter_id=matter.id)
    after = at + timedelta(days=1)
    every_call(after)  # also where another version came into force meanwhile
    assert rechecks.draw_yesterday(by=MACHINE, at=after) == 1
    made = CallDraw.objects.get()
    assert (made.of, made.drawn) == (1, 1)
    return Recheck.objects.get(), after


@row("SG-32", "R-214")
def test_whoever_did_not_want_it_taken_back_has_it_taken_up_and_the_handler_never_asks(
    cast: Cast, at: datetime
) -> None:
    found, after = taken_back(cast, at)
    handler, body = cast.li.person_id, cast.bodies.survey
    appoint(by=make.SYSTEM, at=at, person_id=handler, body_id=body, role="caller", title="回访员")
    with pytest.raises(Refused, match="recheck_own"):  # who handled it and rings people today as well
        rechecks.recheck(by=cast.li.viewer(after), at=after, recheck_id=found.id, outcome="reached", solved="yes")
    for who in (cast.li, cast.zhao, cast.zhou):
        with pytest.raises((Missing, Refused)):
            rechecks.recheck(by=who.viewer(after), at=after, recheck_id=found.id, outcome="reached", solved="yes")
        assert not queries.to_check(who.viewer(after), after)
    by = other(cast).viewer(after)
    with pytest.raises(Refused, match="needs_solved"):
        rechecks.recheck(by=by, at=after, recheck_id=found.id, outcome="reached", solved="part")
    rechecks.recheck(by=by, at=after, recheck_id=found.id, outcome="reached", solved="no", words="有人叫我撤的")
    found.refresh_from_db()
    assert (found.state, found.differs) == ("differs", "withdrawn")
    matter = Matter.objects.get()
    assert (matter.state, matter.closed_at) == ("reopened", None)
    assert not Judgement.objects.exists(), "nobody was asked about an answer"


@row("SG-32")
def test_whoever_wanted_it_leaves_it_taken_back_and_words_about_an_official_hold_it(cast: Cast, at: datetime) -> None:
    found, after = taken_back(cast, at)
    by = other(cast).viewer(after)
    said = "李卫东逼我撤的，不撤就不给低保。"
    rechecks.recheck(by=by, at=after, recheck_id=found.id, outcome="reached", solved="yes", words=said)
    found.refresh_from_db()
    matter = Matter.objects.get()
    assert (found.state, matter.state, matter.held) == ("same", "withdrawn", True)


def test_what_was_taken_up_meanwhile_is_asked_about_no_more(cast: Cast, at: datetime) -> None:
    found, after = taken_back(cast, at)
    by = other(cast).viewer(after)
    assert [one.id for one in queries.to_check(by, after)] == [found.id]
    feedback.take_up(by=Viewer.resident(), at=after, matter_id=found.matter_id, words="又坏了")
    assert not queries.to_check(by, after)
    with pytest.raises(Refused, match="already_done"):
        rechecks.recheck(by=by, at=after, recheck_id=found.id, outcome="reached", solved="no")


@row("SG-32")
def test_at_the_desk_there_is_one_question_and_its_answer_is_read_where_statistics_are(cast: Cast) -> None:
    make.notices_from(now())
    found, _ = taken_back(cast, now() - timedelta(days=1))
    client, address = seat(other(cast)), f"/desk/rechecks/{found.id}/"
    page = client.get(address).content.decode()
    assert "是您自己要撤的吗" in page and 'name="solved"' not in page
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"own": "no", "said": "有人叫我撤"}).status_code == 302
    assert Matter.objects.get().state == "reopened"
    assert "不是自己要撤的" in seat(cast.tang).get("/desk/rechecks/").content.decode()


def test_a_caller_of_an_earlier_answer_is_not_blamed_for_what_was_taken_back_later(cast: Cast, at: datetime) -> None:
    every_call(at)
    matter = spine.delivered(cast, at)
    later = at + timedelta(days=3)
    spine.called(cast, matter.id, later, solved="no", words="还是没水")
    withdraw(by=Viewer.resident(), at=later + timedelta(hours=1), matter_id=matter.id)
    after = later + timedelta(days=1)
    rechecks.draw_yesterday(by=MACHINE, at=after)
    found = Recheck.objects.get(first=None)
    rechecks.recheck(by=other(cast).viewer(after), at=after, recheck_id=found.id, outcome="reached", solved="no")
    assert [one.caller for one in queries.compared(cast.tang.viewer(after), after)] == [""]
    assert not queries.by_caller(cast.tang.viewer(after), after)
