"""A meeting on unfulfilled work: a unit says in public what it will do, and each of its residents is asked."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.actions import pledges as actions
from huiyin.casework.actions import promises, sessions
from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import CallBack, Matter, Pledge, Promise, Session
from huiyin.casework.queries import pledges as queries
from huiyin.casework.rules.sessions import UNFULFILLED
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def a_meeting(cast: Cast, *matters: Matter, kind: str = UNFULFILLED) -> Session:
    at = now()
    return sessions.call(
        by=cast.zhou.viewer(at),
        at=at,
        kind=kind,
        title="柳湾镇未落实工作推进会",
        where="",
        meets_at=at,
        members=[cast.sun.person_id],
        matters=[one.id for one in matters],
    )


@row("R-404")
def test_what_a_unit_says_in_public_is_a_promise_of_each_of_its_matters_and_its_residents_are_asked(
    cast: Cast,
) -> None:
    silent = a_matter(cast, now(), "take")
    told = a_matter(cast, now(), "deliver", reporter_phone="16000005001")
    session = a_meeting(cast, silent, told)
    client = seat(cast.zhou)
    address = f"/desk/sessions/{session.id}/"
    html = client.get(address).content.decode()
    assert "柳湾镇人民政府" in html and "记一个单位的表态" in html
    until = now().date() + timedelta(days=10)
    form = {"key": str(uuid4()), "body": str(cast.bodies.town), "who": "马国强", "said": "十天里到现场办完"}
    wrong = client.post(f"{address}pledge/", form | {"said": " ", "until": "下周"})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 2)
    form |= {"until": f"{until}"}
    assert [client.post(f"{address}pledge/", form).status_code for _ in range(2)] == [302, 302]
    made = {one.matter_id: one for one in Promise.objects.all()}
    assert made.keys() == {silent.id, told.id}
    assert (made[silent.id].reply_id, made[told.id].reply_id is not None) == (None, True)
    assert {(one.body_id, one.due_on, one.what) for one in made.values()} == {
        (cast.bodies.town, until, "十天里到现场办完")
    }
    listed = seat(cast.ma).get("/desk/promises/?state=open").content.decode()
    assert listed.count("十天里到现场办完") >= 3  # the pledge and both promises
    later = now() + timedelta(days=12)
    assert promises.fall_due(by=Viewer.system("promises"), at=later) == 2
    promises.ask(
        by=cast.he.viewer(later), at=later, promise_id=made[silent.id].id, outcome="reached", kept="no", words="没来过"
    )
    assert Promise.objects.get(pk=made[silent.id].id).state == "broken"
    assert CallBack.objects.get(promise=made[silent.id]).reply_id is None


@row("R-404")
def test_a_meeting_is_proposed_on_what_a_unit_is_late_with_or_has_broken(cast: Cast) -> None:
    long_ago = now() - timedelta(days=40)
    late = a_matter(cast, long_ago, "take")
    a_matter(cast, now(), "take", reporter_phone="16000005001")
    assert list(queries.unfulfilled(cast.zhou.viewer(now()), cast.bodies.town, now())) == [late.code]
    html = seat(cast.zhou).get(f"/desk/sessions/new/?body={cast.bodies.town}").content.decode()
    assert late.code in html and "柳湾镇人民政府未落实工作推进会" in html
    assert re.search(r'value="undone"[^>]*checked', html)
    assert late.code not in seat(cast.zhou).get(f"/desk/sessions/new/?body={cast.bodies.farming}").content.decode()


@row("R-404", "SG-01")
def test_a_matter_that_was_sealed_since_the_meeting_was_called_gets_no_promise(cast: Cast) -> None:
    open_one = a_matter(cast, now(), "take")
    sealed = a_matter(cast, now(), "take", reporter_phone="16000005001")
    session = a_meeting(cast, open_one, sealed)
    name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=sealed.id, persons=[cast.luo.person_id])
    until = now().date()
    actions.pledge(
        by=cast.zhou.viewer(now()),
        at=now(),
        session_id=session.id,
        body=cast.bodies.town,
        who="马国强",
        said="办完",
        until=until,
    )
    assert [one.matter_id for one in Promise.objects.all()] == [open_one.id]


@row("R-404")
def test_only_the_chair_of_such_a_meeting_writes_it_once_for_a_unit_with_open_matters_there(cast: Cast) -> None:
    session, at = a_meeting(cast, a_matter(cast, now(), "take")), now()
    given: dict[str, Any] = {"at": at, "session_id": session.id, "who": "马国强", "said": "办完", "until": at.date()}
    town = cast.bodies.town
    with pytest.raises(Refused, match="session_chair"):
        actions.pledge(by=cast.sun.viewer(at), body=town, **given)
    with pytest.raises(Missing):
        actions.pledge(by=cast.ma.viewer(at), body=town, **given)
    with pytest.raises(Refused, match="pledge_no_matter"):
        actions.pledge(by=cast.zhou.viewer(at), body=cast.bodies.farming, **given)
    with pytest.raises(Refused, match="promise_past"):
        actions.pledge(by=cast.zhou.viewer(at), body=town, **given | {"until": at.date() - timedelta(days=1)})
    actions.pledge(by=cast.zhou.viewer(at), body=town, **given)
    with pytest.raises(Refused, match="pledge_already"):
        actions.pledge(by=cast.zhou.viewer(at), body=town, **given)
    other = a_meeting(cast, a_matter(cast, at, "take", reporter_phone="16000005001"), kind="joint")
    with pytest.raises(Refused, match="session_kind"):
        actions.pledge(by=cast.zhou.viewer(at), body=town, **given | {"session_id": other.id})
    assert Pledge.objects.count() == 1


@row("R-404", "SG-01")
def test_what_a_unit_said_goes_from_every_page_with_the_only_matter_it_was_about(cast: Cast) -> None:
    at, until, words = now(), now().date() + timedelta(days=10), {"who": "马国强", "until": now().date()}
    one, two = a_matter(cast, at, "take"), a_matter(cast, at, "take", reporter_phone="16000005001")
    for said, matters in (("十天里到现场办完", [one]), ("两件都在月底前办完", [one, two])):
        session = a_meeting(cast, *matters)
        given = {"session_id": session.id, "body": cast.bodies.town, "said": said} | words | {"until": until}
        actions.pledge(by=cast.zhou.viewer(at), at=at, **given)  # type: ignore[arg-type]  # named as pledge names them
    pages = [(Client(), "/issues/"), (seat(cast.ma), "/desk/promises/?state=open")]
    pages += [(seat(cast.sun), f"/desk/sessions/{meeting.id}/") for meeting in Session.objects.order_by("id")]
    for client, address in pages[:2]:
        html = client.get(address).content.decode()
        assert "十天里到现场办完" in html and "两件都在月底前办完" in html, address
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=one.id, persons=[cast.luo.person_id])
    for client, address in pages:
        html = client.get(address).content.decode()
        assert "十天里到现场办完" not in html, address
    assert "两件都在月底前办完" in Client().get("/issues/").content.decode(), "the other matter is told of as before"
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=two.id, persons=[cast.luo.person_id])
    for client, address in pages:
        assert "马国强" not in client.get(address).content.decode().partition('id="pledges"')[2], address
