"""Saying something under an entry of the wall, as a resident's browser does it: no account, no script (R-348)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions.feedback import resident_word
from huiyin.casework.actions.more import add_words
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.publication.actions import comments
from huiyin.publication.models import Comment, Notice
from tests.cast import FOREIGN_VILLAGE, HUAISHUPING, Cast
from tests.interfaces.public.asking import hidden, opened, receipt
from tests.rooms.publication import made
from tests.rows import row

PROOF = re.compile(r'<p class="hy-proof">(.*?)</p>')


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return made.published(cast, now() - timedelta(days=5))


def form(client: Client, notice: Notice, text: str, **typed: str) -> dict[str, str]:
    page = client.get(f"/wall/entry/{notice.id}/").content.decode()
    return {"text": text, "key": hidden(page, "key"), "slip": hidden(page, "slip"), **typed}


def proof_in(page: str) -> str:
    """The code on a comment's receipt, without what sets it in groups."""
    found = PROOF.search(page)
    assert found
    return re.sub("<[^>]*>| ", "", found.group(1))


@row("R-348", "SG-20", "SG-21")
def test_a_resident_says_something_and_their_receipt_tells_what_came_of_it(
    cast: Cast, client: Client, notice: Notice
) -> None:
    address = f"/wall/entry/{notice.id}/"
    assert f'href="{address}"' in client.get(f"/wall/{HUAISHUPING}/").content.decode()
    given = form(client, notice, "水是有了，路面的坑填平吧。")
    answers = [client.post(address, given) for _ in range(2)]  # a double press
    assert [one.status_code for one in answers] == [201, 201]
    comment = Comment.objects.get()
    proofs = [proof_in(one.content.decode()) for one in answers]
    assert len(set(proofs)) == 1
    assert "看完" in opened(client, proofs[0])
    assert "路面的坑" not in client.get(address).content.decode()
    comments.show(by=cast.zhou.viewer(now()), at=now(), comment_id=comment.id)
    comments.answer(by=cast.li.viewer(now()), at=now(), comment_id=comment.id, said="周五填。")
    page = client.get(address).content.decode()
    for words in ("一位居民", "路面的坑", "柳湾镇人民政府答：", "周五填。"):
        assert words in page
    assert "张丽华" not in page
    assert "周五填。" in opened(client, proofs[0])
    assert "大家说的 1 条" in client.get(f"/wall/{HUAISHUPING}/").content.decode()


@row("R-348")
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "写"),
        ("　 \n", "写"),
        ("打我电话 16000009999", "看得出是谁"),
        ("他家是钉子户", "钉子户"),
        ("长" * 301, "1"),
    ],
)
def test_what_cannot_be_taken_is_said_at_once_and_nothing_is_lost(
    cast: Cast, client: Client, notice: Notice, text: str, says: str
) -> None:
    answer = client.post(f"/wall/entry/{notice.id}/", form(client, notice, text))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert text.strip() in page
    assert not Comment.objects.exists()


@row("R-348", "SG-01")
def test_words_about_an_official_get_a_matters_receipt_and_never_stand(
    cast: Cast, client: Client, notice: Notice
) -> None:
    answer = client.post(f"/wall/entry/{notice.id}/", form(client, notice, "罗大勇收了红包才来修。"))
    code, _ = receipt(answer)
    assert "保密通道" in answer.content.decode()
    assert Matter.objects.get(code=code).held
    assert not Comment.objects.exists()
    assert "罗大勇" not in client.get(f"/wall/entry/{notice.id}/").content.decode()


@row("R-348", "SG-01")
def test_pressed_again_after_it_became_a_matter_it_shows_that_matters_receipt(
    cast: Cast, client: Client, notice: Notice
) -> None:
    given = form(client, notice, "管这个的亲戚家先通的水")
    assert client.post(f"/wall/entry/{notice.id}/", given).status_code == 201
    comments.hand_on(by=cast.zhou.viewer(now()), at=now(), comment_id=Comment.objects.get().id)
    receipt(client.post(f"/wall/entry/{notice.id}/", given))


@row("R-348")
def test_it_is_not_done_is_offered_a_number_of_its_own(cast: Cast, client: Client, notice: Notice) -> None:
    address = f"/wall/entry/{notice.id}/"
    answer = client.post(address, form(client, notice, "根本没修好，还是没水。"))
    page = answer.content.decode()
    assert "还没有交上去" in page
    assert not Comment.objects.exists()
    sent = {name: hidden(page, name) for name in ("key", "slip", "text")}
    code, _ = receipt(client.post(address, sent | {"do": "matter"}))
    matter = Matter.objects.get(code=code)
    assert (matter.text, matter.place_code) == ("根本没修好，还是没水。", HUAISHUPING)
    assert "墙上写办好了" in matter.title
    again = form(client, notice, "根本没修好，还是没水。", do="comment")
    assert client.post(address, again).status_code == 201
    assert Comment.objects.get().text == "根本没修好，还是没水。"


@row("R-348")
def test_thirty_a_minute_from_one_network_and_the_words_are_kept(
    cast: Cast, client: Client, notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huiyin.interfaces.public.views.entry.A_MINUTE", 1)
    given = form(client, notice, "好。")
    client.post(f"/wall/entry/{notice.id}/", given)
    answer = client.post(f"/wall/entry/{notice.id}/", given)
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert "好。" in answer.content.decode()


@row("SG-01")
def test_an_entry_whose_matter_is_kept_apart_is_not_there(cast: Cast, client: Client, notice: Notice) -> None:
    resident_word(by=made.RESIDENT, at=now(), matter_id=notice.matter_id, source="web", solved="no", words="又没水")
    add_words(by=made.RESIDENT, at=now(), matter_id=notice.matter_id, words="罗大勇收了红包才肯修")
    for address in (f"/wall/entry/{notice.id}/", f"/wall/entry/{notice.matter_id}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"text": "好"}).status_code == 404
    assert client.get(f"/wall/{FOREIGN_VILLAGE}/").status_code == 404


@row("R-348")
@pytest.mark.once
def test_many_comments_cost_no_more_questions_than_few(cast: Cast, client: Client, notice: Notice) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/wall/entry/{notice.id}/?after=x").status_code == 200
        return len(queries)

    counts = []
    for many in (1, 4):
        for number in range(many):
            row_ = comments.say(
                by=made.RESIDENT, at=now(), notice_id=notice.id, said=f"好{number}", slip=f"{many}{number}" * 16
            )
            assert row_
            comments.show(by=cast.zhou.viewer(now()), at=now(), comment_id=row_.id)
        asked()
        counts.append(min(asked(), asked()))
    assert counts[0] == counts[1] <= 12


def test_an_empty_comment_is_told_so_in_the_walls_own_words(cast: Cast, client: Client, notice: Notice) -> None:
    answer = client.post(f"/wall/entry/{notice.id}/", form(client, notice, "  "))
    page = answer.content.decode()
    assert answer.status_code == 422 and "还没有写想说的话" in page and "还没有写事情" not in page
    assert not Comment.objects.exists()
