"""The functions and items of a department, each with the four who answer for it, on every day its own."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import remits, staff
from huiyin.register.models import Post, Remit
from huiyin.register.queries import remits as ask
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import FOREIGN_VILLAGE, LIUWAN, Cast
from tests.rows import row


@pytest.fixture
def office() -> tuple[UUID, dict[str, UUID]]:
    """An office with one on each of the four levels, its section chief in a body under it."""
    office = make.a_body("柳湾民政所", LIUWAN)
    under = make.a_body("柳湾低保组", LIUWAN, parent_id=office)
    held = {
        level: make.an_official(under if level == "section" else office, name=level, responsibility=level).official_id
        for level in ask.LEVELS
    }
    return office, held


@row("R-052", "R-059")
def test_an_item_has_four_who_answer_and_every_day_shows_its_own(
    cast: Cast, at: datetime, office: tuple[UUID, dict[str, UUID]]
) -> None:
    (body, held), by = office, cast.xu.viewer(at)
    day = today(by, at)
    first, second, third = (day - timedelta(days=back) for back in (30, 10, 2))
    made = remits.put(by=by, at=at, body_id=body, name="低保审批", answer=held, on=first)
    given: dict[str, Any] = {"by": by, "at": at, "body_id": body}
    made = remits.put(**given, remit_id=made, name="低保审批", answer=held | {"charge": held["main"]}, on=second)
    shown = {one: [[who.name for who in line.answer] for line in ask.of(by, body, one)] for one in (first, second)}
    assert shown == {
        first: [["main", "charge", "section", "handler"]],
        second: [["main", "main", "section", "handler"]],
    }
    assert ask.of(by, body, first - timedelta(days=1)) == ()
    remits.end(**given, remit_id=made, on=third)
    assert [len(ask.of(by, body, one)) for one in (third - timedelta(days=1), third)] == [1, 0]
    with pytest.raises(Missing):
        remits.end(**given, remit_id=made)
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-052")
def test_who_left_is_said_to_be_gone_and_may_stand_until_another_is_named(
    cast: Cast, at: datetime, office: tuple[UUID, dict[str, UUID]]
) -> None:
    (body, held), by = office, cast.xu.viewer(at)
    made = remits.put(by=by, at=at, body_id=body, name="救助", answer=held)
    post = Post.objects.get(official_id=held["handler"])
    staff.end_post(by=make.SYSTEM, at=at, post_id=post.pk)
    line = ask.one(by, at, made, body_id=body)
    assert [who.serving for who in line.answer] == [True, True, True, False]
    assert held["handler"] not in {seat.official_id for seat in ask.seats(by, at, body)[0]}
    remits.put(by=by, at=at, body_id=body, remit_id=made, name="临时救助", answer=held)  # the same day: put right
    assert [line.name for line in ask.of(by, body, today(by, at))] == ["临时救助"]
    assert Remit.objects.filter(body=body).count() == 2
    with pytest.raises(Refused, match="remit_not_here"):
        remits.put(by=by, at=at, body_id=body, name="殡葬", answer=held)


@row("R-052")
def test_what_is_no_item_is_refused_and_only_who_edits_there_writes(
    cast: Cast, at: datetime, office: tuple[UUID, dict[str, UUID]]
) -> None:
    (body, held), by = office, cast.xu.viewer(at)
    day = today(by, at)
    made = remits.put(by=by, at=at, body_id=body, name="低保审批", answer=held)
    common: dict[str, Any] = {"by": by, "at": at, "body_id": body, "name": "救助", "answer": held}
    for given, code in (
        ({"name": " "}, "value_missing"),
        ({"name": "钉子户处置"}, "words_refused"),
        ({"name": "低保审批"}, "remit_known"),
        ({"name": "低保审批", "remit_id": made}, "nothing_changed"),
        ({"answer": {"main": held["main"]}}, "value_missing"),
        ({"answer": held | {"main": cast.luo.official_id}}, "remit_not_here"),
        ({"on": day + timedelta(days=1)}, "day_ahead"),
        ({"remit_id": made, "on": day - timedelta(days=1)}, "stated_before"),
    ):
        with pytest.raises(Refused, match=code):
            remits.put(**common | given)
    with pytest.raises(Refused, match="not_allowed"):
        remits.put(by=cast.ma.viewer(at), at=at, body_id=body, name="救助", answer=held)
    foreign = make.a_body("邻县民政所", FOREIGN_VILLAGE)
    for where, what in ((foreign, None), (body, uuid4())):
        with pytest.raises(Missing):
            remits.put(by=by, at=at, body_id=where, remit_id=what, name="救助", answer=held)
