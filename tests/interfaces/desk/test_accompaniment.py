"""Company at a first petition: offered to the resident, who says yes or no; the official learns of a yes only."""

from datetime import timedelta
from typing import Any

import pytest

from huiyin.casework.actions import accompanying, aside
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Accompaniment, Conflict, Matter, Nudge
from huiyin.casework.queries import accompanying as queries
from huiyin.core.canonical import row_state
from huiyin.core.models import Delivery, Event
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
ASKED = "有居民请您陪着去反映事情"


@pytest.fixture
def petition(cast: Cast) -> Matter:
    """Somebody comes in person for the first time."""
    make.notices_from(now())
    make.put_in_force(at=now() - timedelta(days=10))
    make.put_in_force(at=now())
    return a_matter(cast, now() - timedelta(hours=1), "accept", channel="petition")


@row("R-168", "R-219", "SG-02")
def test_a_yes_tells_the_linked_official_and_nobody_else_and_no_words_of_it(cast: Cast, petition: Matter) -> None:
    client, luo = seat(cast.chen), seat(cast.luo)
    make.a_link(cast.wu.official_id, make.a_household(HUAISHUPING, head="孙桂兰")[0], now())
    address = f"/desk/matters/{petition.code}/"
    assert "要不要联户干部陪着来" in client.get(address).content.decode()
    assert client.post(f"{address}accompany/").status_code == 422, "nothing said is no yes"
    assert ASKED not in luo.get("/desk/").content.decode(), "an offer alone tells nobody"
    for _ in range(2):
        assert client.post(f"{address}accompany/", {"answer": "accepted"}).status_code == 302
    assert Accompaniment.objects.get().household_id == cast.zhang_household
    told = luo.get("/desk/").content.decode()
    assert ASKED in told and petition.title not in told and petition.text not in told
    for member in (cast.li, cast.ma, cast.wu):
        assert ASKED not in seat(member).get("/desk/").content.decode()
    assert "居民要，已经告诉联户干部" in client.get(address).content.decode()


@row("R-168", "R-219", "SG-02")
def test_who_wanted_company_says_whether_it_came_and_who_did_not_is_asked_nothing(cast: Cast, petition: Matter) -> None:
    client, address = seat(cast.chen), f"/desk/matters/{petition.code}/"
    assert client.post(f"{address}accompany/", {"answer": "missed"}).status_code == 422, "nobody wanted anybody yet"
    client.post(f"{address}accompany/", {"answer": "accepted"})
    assert "后来来了没有" in client.get(address).content.decode()
    assert [client.post(f"{address}accompany/", {"answer": "missed"}).status_code for _ in range(2)] == [302, 302]
    assert client.post(f"{address}accompany/", {"answer": "came"}).status_code == 302
    said = Accompaniment.objects.get()
    assert (said.outcome, said.outcome_by_id) == ("missed", cast.chen.person_id), "what was said first stands"
    assert "居民要，干部没有来" in client.get(address).content.decode()
    assert ASKED not in seat(cast.luo).get("/desk/").content.decode(), "it no longer waits"
    other = a_matter(cast, now(), "accept", channel="petition", reporter_phone="16000008888")
    client.post(f"/desk/matters/{other.code}/accompany/", {"answer": "declined"})
    assert "后来来了没有" not in client.get(f"/desk/matters/{other.code}/").content.decode()
    with pytest.raises(Refused, match="accompaniment_not_offered"):
        accompanying.tell(by=cast.chen.viewer(now()), at=now(), matter_id=other.id, outcome="missed")


@row("SG-02")
def test_a_no_tells_nobody_and_is_not_asked_again(cast: Cast, petition: Matter) -> None:
    client, address = seat(cast.chen), f"/desk/matters/{petition.code}/"
    assert client.post(f"{address}accompany/", {"answer": "declined"}).status_code == 302
    assert Accompaniment.objects.get().household_id is None
    assert ASKED not in seat(cast.luo).get("/desk/").content.decode()
    assert "要不要联户干部陪着来" not in client.get(address).content.decode()
    assert client.post(f"{address}accompany/", {"answer": "accepted"}).status_code == 302
    assert (Accompaniment.objects.get().answer, ASKED in seat(cast.luo).get("/desk/").content.decode()) == (
        "declined",
        False,
    )
    told = Event.objects.get(name="casework.accompaniment_answered")
    assert told.data["answer"] == "declined"


@row("BC-12", "R-168", "SG-02")
def test_a_petition_goes_on_after_a_no_as_if_nobody_had_asked_and_nobody_is_told(cast: Cast, petition: Matter) -> None:
    unasked = a_matter(cast, now() - timedelta(hours=1), "accept", channel="petition", reporter_phone="16000008888")
    drain(now())
    before, owed, told = row_state(Matter.objects.get(pk=petition.pk)), Delivery.objects.count(), Nudge.objects.count()
    accompanying.answer(by=cast.chen.viewer(now()), at=now(), matter_id=petition.id, answer="declined")
    drain(now())
    assert row_state(Matter.objects.get(pk=petition.pk)) == before, "no state, date, level or owner of it changed"
    assert (Delivery.objects.count(), Nudge.objects.count()) == (owed, told), "no notice to anyone"
    assert not Conflict.objects.filter(matter=petition).exists()
    for one in (petition, unasked):
        assigned(cast, one)
    found = [Matter.objects.get(pk=one.pk) for one in (petition, unasked)]
    assert len({(one.state, one.due_at, one.handler_id, one.level) for one in found}) == 1
    assert found[0].state == "assigned"
    page = seat(cast.li).get(f"/desk/matters/{petition.code}/").content.decode()
    assert petition.title in page and "陪同" not in page, "whoever handles it does not read that there was a no"
    theirs: dict[str, Any] = {"by": cast.li.viewer(now()), "at": now(), "matter_id": petition.id}
    with pytest.raises(Refused, match="not_allowed"):
        accompanying.answer(**theirs, answer="accepted")
    with pytest.raises(Refused, match="not_allowed"):
        accompanying.tell(**theirs, outcome="came")


def assigned(cast: Cast, matter: Matter) -> None:
    """The dispatcher gives it to Li in the town."""
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given = {**parts, "topic": "water", "nature": "problem", "way": "pass_for_handling"}
    take_step(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, step="assign", given=given)


@row("SG-01", "SG-02")
def test_what_turns_out_to_be_about_the_official_is_gone_from_their_day(cast: Cast, petition: Matter) -> None:
    by = cast.chen.viewer(now())
    accompanying.answer(by=by, at=now(), matter_id=petition.id, answer="accepted")
    assert queries.wished(cast.luo.viewer(now()), now())
    aside.recuse(by=cast.zhou.viewer(now()), at=now(), matter_id=petition.id, person=cast.luo.person_id)
    assert not queries.wished(cast.luo.viewer(now()), now())


@row("SG-01", "SG-02")
def test_once_it_is_held_nobody_goes_along_and_nothing_is_written_of_who_came(cast: Cast, petition: Matter) -> None:
    by = cast.chen.viewer(now())
    accompanying.answer(by=by, at=now(), matter_id=petition.id, answer="accepted")
    add_words(by=Viewer.resident(), at=now(), matter_id=petition.id, words="你们的人收了钱才给办。")
    assert Matter.objects.get(pk=petition.pk).held
    assert not queries.wished(cast.luo.viewer(now()), now())
    with pytest.raises(Refused, match="accompaniment_not_offered"):
        accompanying.tell(by=cast.zhou.viewer(now()), at=now(), matter_id=petition.id, outcome="missed")


@row("SG-01", "SG-02")
def test_an_earlier_petition_that_one_may_not_learn_of_withholds_no_offer(cast: Cast, petition: Matter) -> None:
    again = a_matter(cast, now(), "accept", channel="petition")
    chen, zhou = cast.chen, cast.zhou.viewer(now())
    assert not queries.is_offered(chen.viewer(now()), again, now())
    aside.recuse(by=zhou, at=now(), matter_id=petition.id, person=chen.person_id)
    assert queries.is_offered(chen.viewer(now()), again, now())
    assert not queries.is_offered(zhou, again, now())
    aside.name_subjects(by=zhou, at=now(), matter_id=petition.id, persons=[cast.luo.person_id])
    assert queries.is_offered(zhou, again, now())


def test_only_a_first_petition_of_somebody_who_gave_their_name_is_offered_company(cast: Cast, petition: Matter) -> None:
    by = cast.chen.viewer(now())
    phone = a_matter(cast, now(), "accept")
    again = a_matter(cast, now(), "accept", channel="petition")
    kept = a_matter(cast, now(), "accept", channel="petition", disclosure="confidential", reporter_phone="16000007777")
    for matter in (phone, again, kept):
        with pytest.raises(Refused, match="accompaniment_not_offered"):
            accompanying.answer(by=by, at=now(), matter_id=matter.id, answer="accepted")
    stranger = a_matter(cast, now(), "accept", channel="petition", reporter_phone="16000008888")
    with pytest.raises(Refused, match="accompaniment_no_household"):
        accompanying.answer(by=by, at=now(), matter_id=stranger.id, answer="accepted")
    held = a_matter(cast, now(), channel="petition", text="李卫东收了我家的烟才给办事。", reporter_phone="16000009999")
    dispatcher = cast.zhou.viewer(now())
    with pytest.raises(Refused, match="accompaniment_not_offered"):
        accompanying.answer(by=dispatcher, at=now(), matter_id=held.id, answer="accepted")
