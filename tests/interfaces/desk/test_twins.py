"""The page of matters that go together, as clerk, dispatcher and handler use it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import joining
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Joining, Matter, Reply
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter, answered_with_its_cause
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_intake import DONE, PAGE, SLIP, typed
from tests.rows import row


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def two(cast: Cast) -> tuple[Matter, Matter]:
    other = {"reporter_name": "李大山", "reporter_phone": "16000005678"}
    return a_matter(cast, now(), "take"), a_matter(cast, now(), "accept", **other)


def page(matter: Matter) -> str:
    return f"/desk/matters/{matter.code}/twins/"


@row("R-236")
def test_a_dispatcher_joins_what_stands_beside_and_a_second_press_does_nothing_more(cast: Cast) -> None:
    lead, member = two(cast)
    client = seat(cast.zhou)
    html = client.get(page(lead)).content.decode()
    assert f'name="code" value="{member.code}"' in html
    form = {"do": "join", "code": member.code, "way": "over"}
    assert [client.post(page(lead), form).status_code for _ in range(2)] == [302, 302]
    assert (Joining.objects.get().lead_id, Joining.objects.get().member_id) == (lead.id, member.id)
    assert "随这件一起办" in client.get(f"/desk/matters/{lead.code}/").content.decode()
    assert "随另一件一起办" in client.get(f"/desk/matters/{member.code}/").content.decode()
    split = client.post(page(lead), {"do": "split", "member": member.code, "reason": ""})
    assert (split.status_code, "为什么分开" in split.content.decode()) == (422, True)
    assert client.post(page(lead), {"do": "split", "member": member.code, "reason": "两根管子"}).status_code == 302
    assert Joining.objects.filter(split_at__isnull=True).count() == 0


def test_a_number_that_is_none_or_foreign_is_said_at_its_field_with_what_was_typed(cast: Cast) -> None:
    lead, _ = two(cast)
    answer = seat(cast.zhou).post(page(lead), {"do": "join", "code": "999999999", "way": "over", "reason": "一样"})
    assert answer.status_code == 422
    assert "没有找到这个编号" in answer.content.decode()
    assert 'value="999999999"' in answer.content.decode()


@row("R-236")
def test_the_handler_sends_each_its_own_answer_begun_with_the_leads(cast: Cast) -> None:
    lead, member = two(cast)
    at = now()
    joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=member.id)
    client = seat(cast.li)
    assert "先答复领头的一件" in client.get(page(lead)).content.decode()
    take_step(by=cast.li.viewer(at), at=at, matter_id=lead.id, step="answer", given={"reply": "泵换新了，夜里也有水。"})
    html = client.get(page(lead)).content.decode()
    assert "泵换新了，夜里也有水。</textarea>" in html
    assert f'name="member" value="{member.code}" checked' in html
    assert client.post(page(lead), {"do": "answer", "reply": "  ", "member": [member.code]}).status_code == 422
    sent = {"do": "answer", "reply": "泵换新了，您家的表也看过。", "member": [member.code]}
    assert client.post(page(lead), sent).status_code == 302
    assert Reply.objects.get(matter=member).text == "泵换新了，您家的表也看过。"
    again = client.post(page(lead), sent)
    assert (again.status_code, "没有答成" in again.content.decode()) == (422, True)
    assert Reply.objects.filter(matter=member).count() == 1


@row("R-235")
def test_one_more_resident_is_read_a_number_and_has_a_slip_of_their_own(cast: Cast) -> None:
    lead = a_matter(cast, now(), "take")
    client = seat(cast.chen)
    html = client.get(page(lead)).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]+)"', html.split('value="resident"')[1])
    assert key
    form = {"do": "resident", "key": key[1], "name": "王小兰", "phone": "16000007777", "disclosure": "named"}
    assert client.post(page(lead), form | {"phone": "12"}).status_code == 422
    assert [client.post(page(lead), form).status_code for _ in range(2)] == [302, 302]
    other = Matter.objects.exclude(pk=lead.pk).get()
    done = client.get(DONE).content.decode()
    assert f"{other.code[:4]}-{other.code[4:8]}-{other.code[8:]}" in done
    assert client.get(SLIP).status_code == 200
    assert Joining.objects.get().lead_id == lead.id


@row("R-236")
def test_a_clerk_takes_a_neighbours_words_as_a_matter_of_their_own_that_follows(cast: Cast) -> None:
    lead = a_matter(cast, now() - timedelta(hours=2), "take")
    client = seat(cast.chen)
    words = {"text": "我们三组十几户，傍晚五点以后自来水就停，大半个月了。", "reporter_phone": "16000005678"}
    words |= {"place_code": "990101101201"}
    look = client.post(PAGE, typed(client, do="look", **words), headers={"hx-request": "true"}).content.decode()
    assert f'name="twin_of" value="{lead.code}"' in look
    assert client.post(PAGE, typed(client, twin_of=lead.code, **words)).status_code == 302
    mine = Matter.objects.exclude(pk=lead.pk).get()
    assert (Joining.objects.get().member_id, mine.closed_at, mine.state) == (mine.id, None, "accepted")
    assert client.post(PAGE, typed(client, twin_of="999999999", **words)).status_code == 422


@row("R-235", "R-236")
def test_what_followed_before_the_lead_was_assigned_is_brought_to_the_same_people(cast: Cast) -> None:
    lead = a_matter(cast, now(), "accept")
    client, at = seat(cast.zhou), now()
    other = a_matter(cast, at, "accept", reporter_phone="16000005678")
    joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=other.id)
    assert client.post(page(lead), {"do": "bring"}).status_code == 403
    given: dict[str, Any] = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given |= {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=lead.id, step="assign", given=given)
    assert "还没有交办" in client.get(page(lead)).content.decode()
    assert [client.post(page(lead), {"do": "bring"}).status_code for _ in range(2)] == [302, 302]
    other.refresh_from_db()
    assert (other.handler_id, other.state) == (cast.li.person_id, "assigned")
    assert seat(cast.chen).post(page(lead), {"do": "bring"}).status_code == 403


@row("SG-01")
def test_whoever_may_not_see_the_matter_finds_no_page(cast: Cast) -> None:
    lead, _ = two(cast)
    held = a_matter(cast, now(), nature="complaint")
    assert seat(cast.wu).get(page(lead)).status_code == 404
    assert seat(cast.zhou).get(page(held)).status_code == 404


@pytest.mark.once
def test_the_page_asks_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    lead, at = a_matter(cast, now(), "take"), now()
    client = seat(cast.zhou)
    asked = []
    for many in (1, 29):
        for number in range(many):
            other = a_matter(cast, at, "accept", reporter_phone=f"160000{many:02d}{number:03d}")
            joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=other.id)
        client.get(page(lead))
        with CaptureQueriesContext(connection) as queries:
            client.get(page(lead))
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 15, asked


@row("R-236", "R-194")
def test_the_answer_to_those_that_follow_asks_for_the_cause_where_the_method_does(cast: Cast) -> None:
    lead, member = answered_with_its_cause(cast, now() + timedelta(hours=9))
    li, address = seat(cast.li), f"/desk/matters/{lead.code}/twins/"
    assert 'name="cause"' in li.get(address).content.decode()
    sent = {"do": "answer", "member": [member.code], "reply": "您门口也补好了。"}
    lacking = li.post(address, sent)
    assert lacking.status_code == 422 and "回到原点" in lacking.content.decode()
    assert li.post(address, {**sent, "cause": "没有排水沟"}).status_code == 302
    member.refresh_from_db()
    assert member.state == "answered"
