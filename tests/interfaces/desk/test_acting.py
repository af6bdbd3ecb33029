"""Acting for somebody who lent their powers: chosen, shown, told with both names, and never around a rule."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import aside
from huiyin.casework.models import Matter, Move
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.register.actions.staff import delegate, end_delegation
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.rows import row

ACTING = "/desk/acting/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def lend(giver: Member, to: Member, *verbs: str) -> UUID:
    """A post's powers for a month around today."""
    today = now().date()
    since, until = today - timedelta(days=3), today + timedelta(days=28)
    return delegate(
        by=make.SYSTEM,
        at=now() - timedelta(days=1),
        post_id=giver.post_id,
        to_person_id=to.person_id,
        since=since,
        until=until,
        verbs=verbs,
    )


def acting(member: Member, principal: Member) -> Client:
    """A member at their desk, acting for another."""
    client = seat(member)
    assert client.post(ACTING, {"person": str(principal.person_id)}).status_code == 302
    return client


@row("R-052", "SG-32")
def test_a_delegate_with_posts_of_their_own_acts_for_another_and_every_event_names_both(cast: Cast) -> None:
    lend(cast.li, cast.chen)
    matter = a_matter(cast, now(), "assign")
    client = seat(cast.chen)
    assert "代人办理" in client.get("/desk/").content.decode()
    assert "李卫东" in client.get(ACTING).content.decode()
    assert client.post(f"/desk/matters/{matter.code}/step/take/").status_code == 422
    client = acting(cast.chen, cast.li)
    page = client.get("/desk/").content.decode()
    assert "您在代 <b>李卫东</b> 办理" in page
    assert matter.title in page, "what waits for the principal waits for the delegate"
    page = client.get(f"/desk/matters/{matter.code}/step/take/").content.decode()
    taken = {"seen": asking.hidden(page, "seen")}
    assert client.post(f"/desk/matters/{matter.code}/step/take/", taken).status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.handler_id) == ("working", cast.li.person_id)
    move = Move.objects.get(matter=matter, step="take")
    assert (move.by_id, move.on_behalf_of_id) == (cast.chen.person_id, cast.li.person_id)
    told = Event.objects.filter(subject=str(matter.id)).order_by("id").last()
    assert told is not None
    assert (told.by_id, told.on_behalf_of_id) == (cast.chen.person_id, cast.li.person_id)
    assert "陈静（代李卫东）" in client.get(f"/desk/matters/{matter.code}/").content.decode()


def test_going_back_gives_ones_own_powers_and_only_them(cast: Cast) -> None:
    lend(cast.li, cast.chen)
    client = acting(cast.chen, cast.li)
    assert client.get("/desk/intake/").status_code == 404, "a handler takes no calls"
    assert client.post(ACTING, {"person": ""}).status_code == 302
    assert client.get("/desk/intake/").status_code == 200
    assert "您在代" not in client.get("/desk/").content.decode()


@row("SG-01")
def test_nobody_acts_for_who_lent_nothing(cast: Cast) -> None:
    lend(cast.li, cast.chen)
    client = seat(cast.chen)
    for person in (str(cast.zhou.person_id), "x", str(cast.chen.person_id)):
        assert client.post(ACTING, {"person": person}).status_code == 404
    assert seat(cast.wu).post(ACTING, {"person": str(cast.li.person_id)}).status_code == 404
    assert "没有人托您代办" in seat(cast.wu).get(ACTING).content.decode()
    assert "代人办理" not in seat(cast.wu).get("/desk/").content.decode()


def test_what_is_taken_back_ends_at_the_next_request(cast: Cast) -> None:
    delegation = lend(cast.li, cast.chen)
    client = acting(cast.chen, cast.li)
    end_delegation(by=make.SYSTEM, at=now(), delegation_id=delegation, until=date(2026, 1, 6))
    page = client.get("/desk/").content.decode()
    assert "您在代" not in page
    assert client.get("/desk/intake/").status_code == 200


def test_only_the_verbs_that_were_lent_are_had(cast: Cast) -> None:
    lend(cast.zhou, cast.chen, "matter.see", "matter.assign")
    client = acting(cast.chen, cast.zhou)
    matter = a_matter(cast, now(), "accept")
    assert client.get(f"/desk/matters/{matter.code}/step/assign/").status_code == 200
    assert client.get("/desk/held/").status_code == 404
    assert client.get(f"/desk/matters/{matter.code}/step/classify/").status_code == 403


@row("SG-32", "R-176", "R-178")
def test_who_acts_for_the_handler_may_not_watch_call_or_consent(cast: Cast) -> None:
    lend(cast.zhao, cast.li)
    matter = a_matter(cast, now(), "take")
    client = acting(cast.li, cast.zhao)
    answer = client.post(f"/desk/matters/{matter.code}/step/supervise/", {"note": "请抓紧"})
    assert answer.status_code == 422
    lend(cast.he, cast.bai)
    answered = a_matter(cast, now() - timedelta(hours=6), "deliver")
    assert acting(cast.bai, cast.he).get(f"/desk/calls/{answered.code}/").status_code == 200
    lend(cast.he, cast.ma)
    assert acting(cast.ma, cast.he).get(f"/desk/calls/{answered.code}/").status_code == 404, (
        "of the body that handled it, whoever it is for"
    )
    lend(cast.he, cast.li)
    assert acting(cast.li, cast.he).get(f"/desk/calls/{answered.code}/").status_code == 404, (
        "the handler by another name"
    )
    assert not Move.objects.filter(step__in=("supervise", "call_back")).exists()


@row("SG-01")
def test_a_complaint_about_the_principal_or_the_delegate_is_hidden_from_both(cast: Cast) -> None:
    lend(cast.zhou, cast.bai)
    held = a_matter(cast, now(), subject="投诉白雪梅", text="白雪梅收红包", nature="complaint")
    client = acting(cast.bai, cast.zhou)
    assert client.get(f"/desk/held/{held.code}/").status_code == 404
    other = a_matter(cast, now(), subject="投诉", text="周明收红包", nature="complaint")
    at = now()
    aside.name_subjects(by=cast.sun.viewer(at), at=at, matter_id=other.id, persons=[cast.zhou.person_id])
    assert client.get(f"/desk/held/{other.code}/").status_code == 404
    assert Matter.objects.filter(held=True).count() == 1


@pytest.mark.once
def test_the_choice_costs_a_page_no_more_questions(cast: Cast) -> None:
    lend(cast.li, cast.chen)
    a_matter(cast, now(), "take")
    counts = []
    for client in (seat(cast.chen), acting(cast.chen, cast.li)):
        client.get("/desk/matters/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/desk/matters/").status_code == 200
        counts.append(sum("set_config" not in query["sql"] for query in asked.captured_queries))
    assert max(counts) <= 12
    assert counts[0] == counts[1]
