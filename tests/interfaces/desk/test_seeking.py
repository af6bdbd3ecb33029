"""Going to people whose matters wait: offered, wanted or not, somebody named for a day, and what came of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import seeking as actions
from huiyin.casework.actions.aside import name_subjects, recuse
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Seeking
from huiyin.casework.queries import seeking as queries
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_acting import lend
from tests.rows import row

PAGE = "/desk/early/seeking/"
DONE = {"reply": "泵已经换新。"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def waits(cast: Cast, **words: Any) -> Matter:
    """A matter whose first day to be dealt with is long over."""
    return a_matter(cast, now() - timedelta(days=20), "open", **words)


def wanted(cast: Cast, matter: Matter, at: datetime) -> Seeking:
    by, on = cast.chen.viewer(at), (at + timedelta(days=3)).date()
    return actions.answer(by=by, at=at, matter_id=matter.id, answer="accepted", person=cast.luo.person_id, on=on)


@row("R-220", "SG-02")
def test_a_yes_names_who_goes_and_what_came_of_it_is_written_down_once(cast: Cast) -> None:
    matter, client = waits(cast), seat(cast.chen)
    assert "三组傍晚停水" in client.get(PAGE).content.decode()
    sent = {"do": "answer", "key": str(uuid4()), "code": matter.code, "answer": "accepted"}
    wrong = client.post(PAGE, sent)
    assert (wrong.status_code, wrong.content.decode().count("hy-field is-wrong")) == (422, 2)
    sent |= {"person": str(cast.luo.person_id)}
    for never in ("2020-01-02", "9999-12-31"):
        far = client.post(PAGE, sent | {"on": never})
        assert (far.status_code, far.content.decode().count("hy-field is-wrong")) == (422, 1), never
    sent |= {"on": (now() + timedelta(days=3)).date().isoformat()}
    assert [client.post(PAGE, sent).status_code for _ in range(2)] == [302, 302]
    visit, luo = Seeking.objects.get(), seat(cast.luo)
    assert "三组傍晚停水" in luo.get(PAGE).content.decode()
    html = luo.post(PAGE, {"do": "show", "visit": str(visit.id)}).content.decode()
    assert "张丽华" in html
    assert Look.objects.filter(kind="seeking.reporter", person_id=cast.luo.person_id).count() == 1
    went = {"do": "visited", "visit": str(visit.id), "outcome": "met", "result": "讲清了换泵的日子，没有别的话。"}
    assert luo.post(PAGE, went | {"result": ""}).status_code == 422
    assert [luo.post(PAGE, went).status_code for _ in range(2)] == [302, 302]
    visit.refresh_from_db()
    assert (visit.outcome, visit.ended_at is not None) == ("met", True)
    with pytest.raises(Missing):  # who they are was opened for the visit alone
        actions.reveal(by=cast.luo.viewer(now()), at=now(), seeking_id=visit.id)
    with pytest.raises(Refused, match="already_done"):  # whoever was just visited is not asked again
        wanted(cast, matter, now())
    told = Event.objects.filter(name__startswith="casework.seeking").order_by("id").values_list("name", flat=True)
    assert list(told) == ["casework.seeking_answered", "casework.seeking_revealed", "casework.seeking_visited"]


@row("R-220", "SG-02")
def test_a_no_names_nobody_tells_nobody_and_is_left_alone(cast: Cast) -> None:
    matter, at = waits(cast), now()
    before = (matter.state, matter.due_at, matter.version)
    by = cast.chen.viewer(at)
    row = actions.answer(by=by, at=at, matter_id=matter.id, answer="declined", person=cast.luo.person_id, on=at.date())
    assert (row.person_id, row.on, row.result) == (None, None, "")
    matter.refresh_from_db()
    assert (matter.state, matter.due_at, matter.version) == before
    for reader in (cast.chen, cast.luo, cast.ma, cast.li, cast.zhou):
        assert "三组傍晚停水" not in seat(reader).get(PAGE).content.decode(), reader.name
    with pytest.raises(Refused, match="already_done"):
        wanted(cast, matter, at)
    assert queries.waiting(by, at + timedelta(days=179)) == []
    assert len(queries.waiting(by, at + timedelta(days=181))) == 1


@row("R-220")
def test_only_what_is_kept_taken_up_again_or_late_is_listed(cast: Cast) -> None:
    at = now()
    fresh = a_matter(cast, at)
    with pytest.raises(Refused, match="seeking_not_offered"):
        wanted(cast, fresh, at)
    assert queries.waiting(cast.chen.viewer(at), at) == []
    waits(cast, reporter_phone="")
    assert queries.waiting(cast.chen.viewer(at), at) == []
    waits(cast, reporter_phone="16000000077")
    assert [one.why for one in queries.waiting(cast.chen.viewer(at), at)] == ["late"]


@row("R-220", "SG-01")
def test_a_matter_that_is_sealed_by_now_is_in_no_list_and_its_people_are_shown_to_nobody(cast: Cast) -> None:
    matter, at = waits(cast), now()
    visit = wanted(cast, matter, at)
    with pytest.raises(Missing):
        actions.reveal(by=cast.li.viewer(at), at=at, seeking_id=visit.id)
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.luo.person_id])
    for reader in (cast.luo, cast.chen, cast.ma, cast.zhou):
        assert "三组傍晚停水" not in seat(reader).get(PAGE).content.decode(), reader.name
    with pytest.raises(Missing):
        actions.reveal(by=cast.luo.viewer(at), at=at, seeking_id=visit.id)


@row("R-220", "SG-01", "SG-02")
def test_whoever_keeps_out_of_it_does_not_go_and_for_what_is_held_nobody_does(cast: Cast) -> None:
    matter, at = waits(cast), now()
    zhou = cast.zhou.viewer(at)
    recuse(by=zhou, at=at, matter_id=matter.id, person=cast.luo.person_id)
    with pytest.raises(Refused, match="conflict_excluded"):
        wanted(cast, matter, at)
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="你们的人收了钱才给办。")
    assert Matter.objects.get(id=matter.id).held
    with pytest.raises(Missing):
        actions.answer(by=zhou, at=at, matter_id=matter.id, answer="declined")


@row("R-220", "SG-23")
def test_who_asked_for_confidence_is_visited_by_nobody_of_the_unit_that_has_it_and_has_no_name(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at - timedelta(days=20), "take", disclosure="confidential")
    said: dict[str, Any] = {"by": cast.chen.viewer(at), "at": at, "matter_id": matter.id, "answer": "accepted"}
    said |= {"on": (at + timedelta(days=3)).date()}
    for near in (cast.li, cast.ma, cast.zhao):
        with pytest.raises(Refused, match="visit_confidential"):
            actions.answer(**said, person=near.person_id)
    visit = actions.answer(**said, person=cast.luo.person_id)
    assert actions.reveal(by=cast.luo.viewer(at), at=at, seeking_id=visit.id) == ("", ZHANG_PHONE)
    lend(cast.li, cast.luo)
    take_step(
        by=cast.luo.viewer(at, acting_for=cast.li.person_id), at=at, matter_id=matter.id, step="answer", given=DONE
    )
    with pytest.raises(Missing):
        actions.reveal(by=cast.luo.viewer(at), at=at, seeking_id=visit.id)


@row("R-220", "SG-01")
def test_what_is_heard_on_a_visit_of_an_official_holds_the_matter(cast: Cast) -> None:
    matter, at = waits(cast), now()
    visit = wanted(cast, matter, at)
    said = "说是马国强压着不办。"
    actions.visited(by=cast.luo.viewer(at), at=at, seeking_id=visit.id, outcome="met", result=said)
    assert Matter.objects.get(id=matter.id).held


@pytest.mark.once
def test_the_page_asks_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    client, asked = seat(cast.chen), []
    for many in (1, 29):
        for number in range(many):
            matter = waits(cast, reporter_phone=f"1600000{many:02d}{number:02d}")
            if number % 2:
                wanted(cast, matter, now())
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        asked.append(len(found))
    assert asked[1] <= 13, asked
