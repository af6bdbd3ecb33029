"""Drafting a notice from the page of a matter: once, from the matter's own words, by whoever publishes."""

from datetime import timedelta

import pytest

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import Matter
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.publication.actions import notices
from huiyin.publication.models import Notice
from huiyin.publication.queries import desk
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rooms.publication import made
from tests.rows import row


@pytest.fixture
def answered(cast: Cast) -> Matter:
    """A matter that was answered and has no notice yet."""
    make.put_in_force(at=now())
    return made.answered(cast, now() - timedelta(days=3))


@row("R-346", "R-339")
def test_the_page_of_an_answered_matter_leads_to_its_draft_and_a_second_press_to_the_same(
    cast: Cast, answered: Matter
) -> None:
    client, address = seat(cast.zhou), f"/desk/matters/{answered.code}/notice/"
    assert "起草公开稿" in client.get(f"/desk/matters/{answered.code}/").content.decode()
    first, second = client.post(address), client.post(address)
    notice = Notice.objects.get()
    assert [one.status_code for one in (first, second)] == [302, 302]
    assert first["Location"] == second["Location"] == f"/desk/notices/{notice.id}/"
    assert (notice.matter_id, notice.state, notice.drafted_by_id) == (answered.id, "draft", cast.zhou.person_id)
    assert Event.objects.filter(name="publication.notice_drafted", subject=str(notice.id)).count() == 1
    page = client.get(first["Location"]).content.decode()
    assert made.REPLY in page
    back = client.get(address)
    assert (back.status_code, back["Location"]) == (302, f"/desk/matters/{answered.code}/")


@row("SG-20", "SG-01")
def test_who_does_not_publish_or_may_not_see_drafts_nothing(cast: Cast, answered: Matter) -> None:
    address = f"/desk/matters/{answered.code}/notice/"
    for who in (cast.li, cast.chen, cast.ma, cast.he):
        assert "起草公开稿" not in seat(who).get(f"/desk/matters/{answered.code}/").content.decode()
        assert seat(who).post(address).status_code == 403
    assert seat(cast.zheng).post(address).status_code == 404
    assert seat(cast.zhou).post("/desk/matters/999999999/notice/").status_code == 404
    assert not Notice.objects.exists()


@row("SG-01")
def test_of_an_unanswered_or_a_sealed_matter_nothing_is_drafted(cast: Cast) -> None:
    make.put_in_force(at=now())
    working = a_matter(cast, now(), "take")
    client = seat(cast.zhou)
    assert "起草公开稿" not in client.get(f"/desk/matters/{working.code}/").content.decode()
    assert client.post(f"/desk/matters/{working.code}/notice/").status_code == 403
    held = a_matter(cast, now(), subject="投诉", text="李卫东收红包", nature="complaint")
    assert client.post(f"/desk/matters/{held.code}/notice/").status_code == 404
    at = now()
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=held.id, persons=[cast.li.person_id])
    assert client.post(f"/desk/matters/{held.code}/notice/").status_code == 404
    assert not Notice.objects.exists()


@row("R-346", "SG-01")
def test_the_notice_of_a_matter_is_asked_for_by_whoever_publishes_and_sees_it(cast: Cast, answered: Matter) -> None:
    at = now()
    assert desk.notice_of(cast.zhou.viewer(at), answered.id) is None
    notice = notices.draft(by=cast.zhou.viewer(at), at=at, matter_id=answered.id)
    found = desk.notice_of(cast.zhou.viewer(at), answered.id)
    assert found is not None
    assert (found.id, found.matter_id, found.place) == (notice.id, answered.id, "柳湾镇 槐树坪村")
    for who in (cast.li, cast.chen, cast.zheng, cast.xu):
        assert desk.notice_of(who.viewer(at), answered.id) is None
    notices.withdraw(by=cast.zhou.viewer(at), at=at, notice_id=notice.id, reason="写错了")
    assert desk.notice_of(cast.zhou.viewer(at), answered.id) is None
    again = seat(cast.zhou).post(f"/desk/matters/{answered.code}/notice/")
    assert again.status_code == 302
    assert Notice.objects.count() == 2, "what was taken down leaves room for a better one"


@row("SG-01")
def test_a_notice_is_no_way_around_the_sealing_of_its_matter(cast: Cast, answered: Matter) -> None:
    at = now()
    notices.draft(by=cast.zhou.viewer(at), at=at, matter_id=answered.id)
    name_subjects(by=cast.sun.viewer(at), at=at, matter_id=answered.id, persons=[cast.li.person_id])
    assert desk.notice_of(cast.zhou.viewer(at), answered.id) is None
    assert seat(cast.zhou).post(f"/desk/matters/{answered.code}/notice/").status_code == 404
