"""Comments under entries of the wall by the interface: the same action, limits and refusals as the page (R-348)."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.interfaces.api import keys
from huiyin.publication.actions import comments
from huiyin.publication.models import Comment, Notice
from tests.cast import Cast
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db
WORDS = "水是有了，路面的坑填平吧。"


@pytest.fixture
def notice(cast: Cast) -> Notice:
    return made.published(cast, now() - timedelta(days=5))


def say(notice: Notice, text: Any = WORDS, *, key: str | None = None, address: str = "203.0.113.9") -> Any:
    return Client().post(
        f"/api/wall/{notice.id}/comments",
        json.dumps({"text": text}),
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4()) if key is None else key},
        REMOTE_ADDR=address,
    )


def under(notice: Notice) -> Any:
    return Client().get(f"/api/wall/{notice.id}/comments").json()


@row("R-348", "SG-20", "SG-21")
def test_a_comment_is_said_once_waits_stands_and_is_answered(cast: Cast, notice: Notice) -> None:
    key = str(uuid4())
    first, again = (say(notice, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    comment = Comment.objects.get()
    assert (first.json()["became"], first.json()["says_undone"]) == ("comment", False)
    assert under(notice)["items"] == [], "nobody has looked at it yet"
    comments.show(by=cast.zhou.viewer(now()), at=now(), comment_id=comment.id)
    comments.answer(by=cast.li.viewer(now()), at=now(), comment_id=comment.id, said="周五填。")
    (standing,) = under(notice)["items"]
    assert (standing["text"], standing["office"], standing["answer"]) == (WORDS, "", "周五填。")
    assert say(notice, "别的话。", key=key).status_code == 409
    track = Client().post("/track/", {"proof": first.json()["proof"]}, follow=True).content.decode()
    assert "路面的坑" in track, "its receipt opens it at the public door"


@row("R-348", "SG-01")
def test_words_about_somebody_in_office_become_a_held_matter_and_are_under_nothing(cast: Cast, notice: Notice) -> None:
    told = say(notice, "李卫东收了别人的烟。").json()
    assert (told["became"], told["look_by"]) == ("matter", None)
    assert not Comment.objects.exists()
    assert Matter.objects.exclude(id=notice.matter_id).get().held


@row("R-348")
@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "value_wrong"),
        (7, "value_wrong"),
        ("　 \n", "text_empty"),
        ("打我电话 16000009999", "notice_names"),
        ("他家是钉子户", "speaks_of_person"),
        ("长" * 301, "text_too_long"),
    ],
)
def test_what_cannot_be_taken_names_its_field(cast: Cast, notice: Notice, text: Any, error: str) -> None:
    answer = say(notice, text)
    assert (answer.status_code, answer.json()["error"], answer.json()["field"]) == (422, error, "text")
    assert not Comment.objects.exists()


def test_a_key_is_needed_and_an_entry_that_stands(cast: Cast, notice: Notice) -> None:
    assert say(notice, key="soon").json()["field"] == "Idempotency-Key"
    notice.id = uuid4()
    assert say(notice).status_code == Client().get(f"/api/wall/{notice.id}/comments").status_code == 404


def test_what_is_said_to_be_undone_is_kept_and_told(cast: Cast, notice: Notice) -> None:
    assert say(notice, "根本没修，还是漏水。").json()["says_undone"]


@row("SG-20")
def test_one_network_waits_whose_messages_are_too_many_a_key_counting_once(
    cast: Cast, notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PER_MINUTE", 1)
    key = str(uuid4())
    assert [say(notice, key=key).status_code for _ in range(2)] == [201, 201]
    assert say(notice).status_code == 429
    assert say(notice, address="203.0.113.10").status_code == 201
