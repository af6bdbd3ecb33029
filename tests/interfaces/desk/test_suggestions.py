"""The register of suggestions: decided with a reason, answered as a matter, and what came of it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import suggestions as actions
from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import Adoption, Matter
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

PAGE = "/desk/suggestions/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def suggested(cast: Cast, number: int = 0) -> Matter:
    words = {"subject": "在村口装路灯", "text": f"村口三岔路装两盏路灯，晚上看得见。{number}", "nature": "suggestion"}
    return a_matter(cast, now(), "open", reporter_phone=f"1600000{number:04d}", **words)


def decided(client: Client, matter: Matter, decision: str, reason: str) -> int:
    form = {"do": "decide", "code": matter.code, "decision": decision, "reason": reason}
    return client.post(PAGE, form).status_code


@row("R-234")
def test_a_suggestion_is_decided_on_once_with_a_reason_and_its_result_is_written_later(cast: Cast) -> None:
    matter, client = suggested(cast), seat(cast.ma)
    a_matter(cast, now(), "accept")
    html = client.get(PAGE).content.decode()
    assert ("装路灯" in html, "三组傍晚停水" in html) == (True, False)
    wrong = client.post(PAGE, {"do": "decide", "code": matter.code, "reason": " "})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 2)
    assert [decided(client, matter, "taken", "镇里有路灯款") for _ in range(2)] == [302, 302]
    assert Adoption.objects.get().decision == "taken"
    waiting = client.get(f"{PAGE}?show=waiting").content.decode()
    assert "镇里有路灯款" in waiting
    result = {"do": "result", "code": matter.code, "result": "两盏都亮了"}
    assert client.post(f"{PAGE}?show=waiting", result | {"result": ""}).status_code == 422
    assert [client.post(f"{PAGE}?show=waiting", result).status_code for _ in range(2)] == [302, 302]
    assert "两盏都亮了" in client.get(f"{PAGE}?show=done").content.decode()
    matter.refresh_from_db()
    assert (matter.answered_at, matter.closed_at) == (None, None)
    told = Event.objects.filter(name__startswith="casework.suggestion").order_by("id").values_list("name", flat=True)
    assert list(told) == ["casework.suggestion_decided", "casework.suggestion_resulted"]


def test_what_was_not_taken_up_has_no_result_and_who_may_not_decide_does_not(cast: Cast) -> None:
    matter, at = suggested(cast), now()
    assert decided(seat(cast.li), matter, "taken", "好") == 403
    with pytest.raises(Refused, match="not_decided"):
        actions.write_result(by=cast.ma.viewer(at), at=at, matter_id=matter.id, result="好了")
    assert decided(seat(cast.ma), matter, "declined", "那里要修路，等修完一起装") == 302
    with pytest.raises(Refused, match="not_decided"):
        actions.write_result(by=cast.ma.viewer(at), at=at, matter_id=matter.id, result="好了")
    plain = a_matter(cast, at, "accept")
    with pytest.raises(Missing):
        actions.decide(by=cast.ma.viewer(at), at=at, matter_id=plain.id, decision="taken", reason="好")


@row("SG-01")
def test_a_sealed_one_is_neither_listed_nor_counted_and_a_foreign_one_is_not_there(cast: Cast) -> None:
    matter, at = suggested(cast), now()
    assert "装路灯" not in seat(cast.wu).get(PAGE).content.decode()
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.luo.person_id])
    html = seat(cast.zhou).get(PAGE).content.decode()
    assert "装路灯" not in html
    assert decided(seat(cast.ma), matter, "taken", "好") == 404


@pytest.mark.once
def test_the_page_asks_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    client, asked = seat(cast.ma), []
    for many in (1, 29):
        for number in range(many):
            suggested(cast, many * 100 + number)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1] <= 13, asked
