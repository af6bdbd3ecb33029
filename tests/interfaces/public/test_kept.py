"""A resident sees why their matter is kept and until when, and may object."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.actions import retaining
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Retention
from huiyin.core.now import now
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.public import asking
from tests.interfaces.public.test_track import SLIP, proof_of
from tests.rooms.casework import ways
from tests.rooms.casework.spine import TEXT
from tests.rows import row

pytestmark = pytest.mark.django_db


def opened(cast: Cast, at: datetime) -> Matter:
    """… asked with the slip that the tests know, accepted and classed."""
    chen, words = cast.chen.viewer(at), Words(text=TEXT, channel="web", place_code=HUAISHUPING, slip=SLIP)
    matter = open_matter(by=chen, at=at, words=words).matter
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "water", "nature": "problem", "way": "retain"}
    return take_step(by=chen, at=at, matter_id=matter.id, step="classify", given=given)


def kept(cast: Cast) -> Matter:
    """A resident's matter, kept by two."""
    at = now() - timedelta(days=1)
    matter = opened(cast, at)
    asked = retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=ways.keeping(at))
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=asked.id, consent=True)
    return matter


@row("R-183", "SG-35")
def test_why_and_until_when_it_is_kept_stands_on_the_residents_page(cast: Cast, client: Client) -> None:
    matter = kept(cast)
    page = asking.opened(client, proof_of())
    day = Retention.objects.get(matter=matter).review_on
    assert "管道改造排在明年，现在没有资金" in page and f"{day.month}月{day.day}日</time>再看" in page
    assert "不同意先留着？" in page and "又出问题了" not in page


@row("R-183", "SG-35")
def test_one_who_objects_has_it_back_in_the_queue_and_is_told(cast: Cast, client: Client) -> None:
    matter = kept(cast)
    proof = proof_of()
    form = {"proof": proof, "again": str(uuid4()), "words": ""}
    empty = client.post("/track/objection/", form)
    assert empty.status_code == 422 and 'role="alert"' in empty.content.decode()
    form = {"proof": proof, "again": str(uuid4()), "words": "我家老人没水吃，等不到明年"}
    for _ in range(2):
        page = client.post("/track/objection/", form)
        assert page.status_code == 200 and "这件事重新办" in page.content.decode()
    matter.refresh_from_db()
    assert matter.state == "reopened" and matter.reopened == 1
    assert Retention.objects.get(matter=matter).objection == "我家老人没水吃，等不到明年"


def test_without_the_proof_nobody_objects(cast: Cast, client: Client) -> None:
    matter = kept(cast)
    form = {"proof": "AAAA-BBBB-CCCC-DDDD", "again": str(uuid4()), "words": "替他反对"}
    assert client.post("/track/objection/", form).status_code == 404
    matter.refresh_from_db()
    assert matter.state == "retained"
