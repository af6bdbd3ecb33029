"""Comments of the walls at the desk: who finds what, and what each button does (R-348)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import aside
from huiyin.core.now import now
from huiyin.publication.actions import comments
from huiyin.publication.models import Comment, Notice
from huiyin.publication.queries import desk_comments
from tests import factories as make
from tests.cast import LIUWAN, QINGSHI, Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.public.asking import hidden
from tests.rooms.publication import made
from tests.rows import row

LIST = "/desk/comments/"


@pytest.fixture
def notice(cast: Cast) -> Notice:
    make.put_in_force(at=now())
    return made.published(cast, now() - timedelta(days=5))


@pytest.fixture
def comment(notice: Notice) -> Comment:
    found = comments.say(by=made.RESIDENT, at=now(), notice_id=notice.id, said="管子还漏水。", slip="5" * 32)
    assert found is not None
    return found


@row("R-348")
def test_it_is_looked_at_put_up_answered_and_found_in_each_list(cast: Cast, comment: Comment) -> None:
    zhou, li, one = seat(cast.zhou), seat(cast.li), f"{LIST}{comment.id}/"
    assert "管子还漏水。" in zhou.get(LIST).content.decode()
    assert "管子还漏水。" not in li.get(LIST).content.decode()
    assert li.get(one).status_code == 404
    wrong = zhou.post(one, {"do": "refuse", "reason": "不想看"})
    assert wrong.status_code == 422
    assert zhou.post(one, {"do": "show"}).status_code == 302
    assert "管子还漏水。" in li.get(LIST, {"state": "unanswered", "place": LIUWAN}).content.decode()
    assert "管子还漏水。" not in li.get(LIST, {"state": "unanswered", "place": QINGSHI}).content.decode()
    assert "管子还漏水。" not in li.get(LIST, {"state": "unanswered", "late": "1"}).content.decode()
    wrong = li.post(one, {"do": "answer", "answer": "打 16000001234"})
    assert wrong.status_code == 422
    assert "看得出是谁" in wrong.content.decode()
    assert "打 16000001234" in wrong.content.decode()
    assert li.post(one, {"do": "answer", "answer": "周五换管子。"}).status_code == 302
    assert "周五换管子。" in li.get(LIST, {"state": "answered"}).content.decode()
    assert li.post(one, {"do": "answer", "answer": "再答一次。"}).status_code == 422


@row("R-348")
def test_what_is_kept_off_stands_with_its_reason_and_strange_addresses_find_nothing(
    cast: Cast, comment: Comment
) -> None:
    zhou = seat(cast.zhou)
    assert zhou.post(f"{LIST}{comment.id}/", {"do": "refuse", "reason": "abuse"}).status_code == 302
    assert "骂人的话" in zhou.get(LIST, {"state": "refused"}).content.decode()
    assert "这里没有留言" in zhou.get(LIST).content.decode()
    assert zhou.get(LIST, {"state": "x"}).status_code == 404
    for query in ("after=x", "after=2026_1", "place=x", "late=9"):
        assert zhou.get(f"{LIST}?{query}").status_code == 200


@row("R-348")
def test_an_office_says_something_from_the_list_of_entries(cast: Cast, notice: Notice) -> None:
    zhao = seat(cast.zhao)
    address = f"{LIST}walls/{notice.id}/"
    assert address in zhao.get(f"{LIST}walls/").content.decode()
    assert address not in seat(cast.li).get(f"{LIST}walls/").content.decode()
    key = hidden(zhao.get(address).content.decode(), "key")
    assert zhao.post(address, {"key": key, "text": ""}).status_code == 422
    for _ in range(2):  # a double press
        assert zhao.post(address, {"key": key, "text": "接头没有包好。"}).status_code == 302
    assert Comment.objects.get().body_id == cast.zhao.body_id
    assert seat(cast.wu).get(address).status_code in (403, 404) or not cast.wu.viewer(now()).sees(notice.place_code)


@row("R-348", "SG-01")
def test_no_number_counts_a_comment_about_a_matter_that_is_kept_from_who_looks(cast: Cast, comment: Comment) -> None:
    zhou = cast.zhou.viewer(now())
    assert desk_comments.listed(zhou, now(), state="waiting").counts["waiting"] == 1
    aside.recuse(by=zhou, at=now(), matter_id=comment.notice.matter_id, person=cast.zhou.person_id)
    found = desk_comments.listed(cast.zhou.viewer(now()), now(), state="waiting")
    assert (found.counts["waiting"], found.rows) == (0, [])


@row("R-348")
@pytest.mark.once
def test_a_list_of_many_asks_no_more_than_one_of_few(cast: Cast, comment: Comment, notice: Notice) -> None:
    zhou, counts = seat(cast.zhou), []
    for number in range(4):
        comments.say(by=made.RESIDENT, at=now(), notice_id=notice.id, said=f"第{number}句", slip=f"{number}" * 32)
        with CaptureQueriesContext(connection) as queries:
            zhou.get(LIST)
        counts.append(len(queries))
    assert counts[1] == counts[3] <= 12
