"""Whoever leads takes theirs back alone: what goes along with it goes on with another lead (R-236)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import joining
from huiyin.casework.actions.aside import recuse
from huiyin.casework.actions.joining import Another
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Joining, Matter, Reply
from huiyin.casework.queries import joining as query
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.rooms.casework.test_joined import joined, two
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

RESIDENT = Viewer.resident()
THIRD = {"reporter_name": "赵秀英", "reporter_phone": "16000007777"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


@row("R-236", "R-209")
def test_the_others_go_on_together_and_each_is_answered(cast: Cast) -> None:
    """Red before: both waited for the answer to a matter that never gets one."""
    lead, second = two(cast, now())
    third = a_matter(cast, now(), "accept", **THIRD)
    for one in (second, third):
        joined(cast, lead, one)
    dates = {one.id: Matter.objects.get(id=one.id).due_at for one in (second, third)}
    withdraw(by=RESIDENT, at=now(), matter_id=lead.id)
    found = query.family(cast.zhou.viewer(now()), second.code)
    assert [one.row.code for one in found.members] == [third.code] and found.lead is None
    assert query.family(cast.zhou.viewer(now()), lead.code).members == []
    assert {one.id: Matter.objects.get(id=one.id).due_at for one in (second, third)} == dates
    assert Matter.objects.get(id=third.id).handler_id == cast.li.person_id
    li, at = cast.li.viewer(now()), now()
    take_step(by=li, at=at, matter_id=second.id, step="take", given={})
    take_step(by=li, at=at, matter_id=second.id, step="answer", given={"reply": "换了泵，今晚就有水。"})
    joining.answer_member(by=li, at=at, member_id=third.id, reply="换了泵，您家今晚也有水。")
    assert Reply.objects.filter(matter__in=[second, third]).count() == 2
    assert not Reply.objects.filter(matter=lead).exists()


@row("R-235")
def test_who_speaks_for_all_leads_then(cast: Cast) -> None:
    lead, second = two(cast, now())
    joined(cast, lead, second)
    another = Another(name="赵秀英", phone="16000007777", channel="web", spokesperson=True)
    speaks = joining.add_resident(by=cast.zhou.viewer(now()), at=now(), lead_id=lead.id, another=another).matter
    withdraw(by=RESIDENT, at=now(), matter_id=lead.id)
    live = Joining.objects.get(split_at__isnull=True)
    assert (live.lead_id, live.member_id) == (speaks.id, second.id)


@row("R-236", "SG-01")
def test_what_may_not_go_along_with_the_new_lead_goes_on_by_itself(cast: Cast) -> None:
    lead, second = two(cast, now())
    third = a_matter(cast, now(), "accept", **THIRD)
    for one in (second, third):
        joined(cast, lead, one)
    recuse(by=make.SYSTEM, at=now(), matter_id=third.id, person=cast.li.person_id)
    withdraw(by=RESIDENT, at=now(), matter_id=lead.id)
    assert not Joining.objects.filter(split_at__isnull=True).exists()
    assert Matter.objects.get(id=third.id).closed_at is None


@row("R-236")
@pytest.mark.postgres
def test_what_follows_is_locked_before_it_is_written(cast: Cast) -> None:
    """Its row is written whole: what somebody does with it in the same moment would be undone."""
    lead, second = two(cast, now())
    joined(cast, lead, second)
    with CaptureQueriesContext(connection) as asked:
        withdraw(by=RESIDENT, at=now(), matter_id=lead.id)
    locking = [one["sql"] for one in asked.captured_queries if "FOR UPDATE" in one["sql"]]
    assert any(second.id.hex in sql for sql in locking)


def test_a_member_that_is_taken_back_leaves_the_rest_as_they_are(cast: Cast) -> None:
    lead, second = two(cast, now())
    joined(cast, lead, second)
    withdraw(by=RESIDENT, at=now(), matter_id=second.id)
    assert Joining.objects.get(split_at__isnull=True).lead_id == lead.id
