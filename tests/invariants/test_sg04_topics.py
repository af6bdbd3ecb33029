"""What was said online comes in as a topic, at every door: nobody who said it reaches a table or is found by a search.

The rule that takes links, accounts, names and numbers out of a text is in `tests/rules/casework/test_authors.py`.
"""

import io
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.mediation import Told, faults
from huiyin.casework.actions.more import add_words
from huiyin.casework.models import Matter, Move, Party
from huiyin.casework.queries import matters
from huiyin.core import drafts
from huiyin.core.models import Draft, Throttle
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.api.machine import send
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_terminal")]
NAME, PHONE = "山里人家甲", "16000007788"
AUTHOR = ("望川小喇叭", "shanliren", "laowang88", PHONE, NAME)
"""What nobody may find again."""
SAID = "@望川小喇叭 三组停水半个月 https://weibo.example/u/shanliren 微信号 laowang88 电话16000007788"
LEFT_OUT = 4
"""A link, two accounts, a number."""


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def kept() -> str:
    """Every column of every row there is, as text."""
    ours = [model for model in apps.get_models() if model.__module__.startswith(("huiyin.", "django.contrib.sessions"))]
    return "\n".join(str(values) for model in ours for values in model._base_manager.values_list())


def nobody(cast: Cast) -> None:
    """One topic is there, and nobody who said it: in no table, and by no search."""
    matter = Matter.objects.get()
    assert "三组停水半个月" in matter.text and matter.channel == "media"
    assert not Party.objects.exists()
    everything = kept()
    assert [one for one in AUTHOR if one in everything] == []
    by, at = cast.chen.viewer(now()), now()
    for words in AUTHOR:
        assert not matters.matters(by, matters.Filters(text=words), at).rows, words
    assert matters.matters(by, matters.Filters(text="停水"), at).rows


def form(client: Client, **more: object) -> dict[str, object]:
    said = {"key": str(uuid4()), "reporter_phone": PHONE, "reporter_name": NAME, "text": SAID, "channel": "media"}
    return {
        **said,
        "place_code": HUAISHUPING,
        "way": "z",
        "disclosure": "named",
        "nature": "problem",
        "topic": "water",
    } | more


@row("SG-04", "R-167")
def test_a_clerk_is_told_how_much_was_left_out_and_nothing_of_it_is_kept(cast: Cast) -> None:
    client = seat(cast.chen)
    typed = form(client)
    assert "只记事情，不记是谁说的" in client.get("/desk/intake/").content.decode()
    client.post("/desk/intake/draft/", typed)
    left = drafts.kept(cast.chen.viewer(now()), "intake")
    assert left is not None and "三组停水半个月" in str(left.fields)
    assert [one for one in AUTHOR if one in str(left.fields)] == [], "nor while it is being written"
    page = client.post("/desk/intake/", typed, follow=True).content.decode()
    assert f"去掉了 {LEFT_OUT} 处" in page and "姓名和电话去掉了 2 项" in page
    assert "没有记是谁说的" in page and "念两遍" not in page and "/desk/intake/slip/" not in page
    assert not Draft.objects.exists()
    nobody(cast)


@row("SG-04", "R-167")
def test_a_machine_is_told_how_much_was_left_out_the_same_at_a_second_try(cast: Cast) -> None:
    words = {"text": SAID, "channel": "media", "reporter_name": NAME, "reporter_phone": PHONE}
    key = str(uuid4())
    answers = [send(words, key=key) for _ in range(2)]
    assert [(one.status_code, one.json()["left_out"]) for one in answers] == [(201, LEFT_OUT + 2)] * 2
    assert not Throttle.objects.filter(bucket__startswith="intake.number").exists(), "nor is the number counted"
    nobody(cast)
    assert send({**words, "channel": "api"}).json()["left_out"] == 0


@row("SG-04", "R-167")
def test_a_list_is_told_how_much_was_left_out_and_a_line_named_by_an_address_is_refused(
    cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "topics.csv"
    header = "external_id,received_at,channel,place_code,subject,text,reporter_name,reporter_phone\n"
    file.write_text(f"{header}2026-0001,,media,{HUAISHUPING},,{SAID},{NAME},{PHONE}\n")
    out = io.StringIO()
    call_command("import", "matters", str(file), stdout=out, stderr=io.StringIO())
    assert f"{LEFT_OUT + 2} links, accounts, names and numbers were left out" in out.getvalue()
    nobody(cast)
    file.write_text(f"{header}https://weibo.example/shanliren,,media,{HUAISHUPING},,三组又停水,,\n")
    with pytest.raises(CommandError):
        call_command("import", "matters", str(file), stdout=out, stderr=io.StringIO())
    assert Matter.objects.count() == 1


@row("SG-04")
def test_words_files_and_sides_that_would_show_who_said_it_are_refused_or_cleaned(cast: Cast) -> None:
    client = seat(cast.chen)
    picture = SimpleUploadedFile("shot.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, content_type="image/png")
    answer = client.post("/desk/intake/", form(client, attached=picture))
    assert answer.status_code == 422 and not Matter.objects.exists()
    only = client.post("/desk/intake/", form(client, text="@望川小喇叭 https://weibo.example/u/shanliren"))
    assert "什么也没剩下" in only.content.decode()
    opened = open_matter(by=Viewer.resident(), at=now(), words=Words(text=SAID, channel="media"))
    add_words(by=Viewer.resident(), at=now(), matter_id=opened.matter.id, words=f"又停了，{SAID}")
    assert [one for one in AUTHOR if one in Move.objects.order_by("seq").last().note] == []  # type: ignore[union-attr]  # one was just made
    nobody(cast)
    dispute = Told(channel="media", sort="", place_code=HUAISHUPING, title="", about="")
    told = faults(cast.chen.viewer(now()), now(), dispute)
    assert ("channel_unknown", "channel") in [(one.code, one.field) for one in told]
