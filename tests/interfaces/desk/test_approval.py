"""Where the programme says so a second person sees an answer before it goes out; each edit is a version of its own."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from huiyin.casework.actions import approving
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Reply, ReplyDraft
from huiyin.casework.queries import drafts
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.replies import Approval, Replies, check_replies
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
ANSWER = "宅基地的界址 11 月 23 日由自然资源所和两家一起量，量完当场画押。有事找自然资源所。"
EDITED = f"{ANSWER}带上两家的证。"


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """A matter about a homestead, which in 望川 a second person sees the answer of, in Li's hands."""
    make.notices_from(now())
    make.put_in_force(at=now() - timedelta(days=10))
    make.put_in_force(at=now())
    found = a_matter(cast, now() - timedelta(hours=1), "accept")
    at = now() - timedelta(minutes=30)
    classed = {"topic": "housing", "nature": "problem", "way": "pass_for_handling"}
    take_step(by=cast.chen.viewer(at), at=at, matter_id=found.id, step="classify", given=classed)
    given = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=found.id, step="assign", given=given)
    return take_step(by=cast.li.viewer(at), at=at, matter_id=found.id, step="take", given={})


def send(client: Client, matter: Matter, **typed: str) -> int:
    address = f"/desk/matters/{matter.code}/"
    seen = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    assert seen
    return client.post(f"{address}step/answer/", {"seen": seen[1], **typed}).status_code


def propose(cast: Cast, matter: Matter, text: str, at: datetime) -> ReplyDraft:
    return approving.propose(by=cast.li.viewer(at), at=at, matter_id=matter.id, given={"reply": text})


@row("R-177")
def test_it_goes_out_only_as_a_second_person_approved_it(cast: Cast, matter: Matter) -> None:
    li, ma = seat(cast.li), seat(cast.ma)
    assert "另一位看过才送出" in li.get(f"/desk/matters/{matter.code}/").content.decode()
    assert send(li, matter, reply=ANSWER) == 422, "not without approval"
    assert send(li, matter, reply=ANSWER, do="propose") == 302
    assert send(li, matter, reply=ANSWER, do="propose") == 302, "the same words are the same version"
    draft = ReplyDraft.objects.get()
    decided = f"/desk/matters/{matter.code}/drafts/{draft.id}/"
    assert ANSWER in ma.get(f"/desk/matters/{matter.code}/").content.decode()
    assert ma.post(decided, {"do": "refuse"}).status_code == 422, "sent back with a reason only"
    assert ma.post(decided, {"do": "refuse", "reason": "写上带什么"}).status_code == 302
    assert "写上带什么" in li.get(f"/desk/matters/{matter.code}/").content.decode()
    assert send(li, matter, reply=EDITED, do="propose") == 302
    second = ReplyDraft.objects.get(number=2)
    assert ma.post(f"/desk/matters/{matter.code}/drafts/{second.id}/", {"do": "approve"}).status_code == 302
    assert send(li, matter, reply=ANSWER) == 422, "not in other words than were approved"
    assert send(li, matter, reply=EDITED) == 302
    assert Reply.objects.get().text == EDITED
    assert list(ReplyDraft.objects.order_by("number").values_list("state", flat=True)) == ["refused", "sent"]
    assert not any(ANSWER in str(event.data) for event in Event.objects.all())


@row("SG-32")
def test_who_wrote_it_or_handles_it_never_approves_it(cast: Cast, matter: Matter) -> None:
    draft = propose(cast, matter, ANSWER, now())
    assert seat(cast.li).post(f"/desk/matters/{matter.code}/drafts/{draft.id}/", {"do": "approve"}).status_code == 422
    acting = cast.ma.viewer(now())
    own = approving.decide(by=acting, at=now(), draft_id=draft.id, approve=True)
    assert own.state == "approved"
    again = propose(cast, matter, EDITED, now())
    again.refresh_from_db()
    matter.refresh_from_db()
    hand(cast, matter)
    with pytest.raises(Refused, match="approve_own"):
        approving.decide(by=cast.ma.viewer(now()), at=now(), draft_id=again.id, approve=True)
    assert not drafts.codes_waiting(cast.ma.viewer(now()), now())
    assert len(drafts.codes_waiting(cast.tang.viewer(now()), now())) == 1
    assert "等您批的答复" in seat(cast.tang).get("/desk/").content.decode()


def hand(cast: Cast, matter: Matter) -> None:
    """Put the matter into the head's own hands."""
    at = now()
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "请镇长办"})
    Matter.objects.get(id=matter.id)
    given = {"owner": cast.bodies.town, "handler": cast.ma.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=given)


def test_a_newer_version_replaces_the_one_that_waits_and_only_one_decision_counts(cast: Cast, matter: Matter) -> None:
    first = propose(cast, matter, ANSWER, now())
    second = propose(cast, matter, EDITED, now())
    first.refresh_from_db()
    assert (first.state, second.number) == ("replaced", 2)
    approving.decide(by=cast.ma.viewer(now()), at=now(), draft_id=second.id, approve=True)
    for draft in (first, second):
        with pytest.raises(Refused, match="already_done"):
            approving.decide(by=cast.tang.viewer(now()), at=now(), draft_id=draft.id, approve=False, reason="晚了")
    with pytest.raises(Missing):
        approving.decide(by=cast.wu.viewer(now()), at=now(), draft_id=second.id, approve=True)


def test_other_answers_go_out_at_once_and_are_not_put_forward(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(days=1))
    water = a_matter(cast, now(), "take")
    with pytest.raises(Refused, match="approval_not_asked"):
        propose(cast, water, ANSWER, now())
    assert send(seat(cast.li), water, reply=ANSWER) == 302


def test_the_programme_is_told_what_it_does_not_know() -> None:
    page = Replies(approval=Approval(topics=("nothing",), natures=("nothing",), ways=("nothing",)))
    found = [one.code for one in check_replies("replies.toml", page, make.county_book().matters("echo"))]
    assert found == ["topic_unknown", "nature_unknown", "way_unknown"]
