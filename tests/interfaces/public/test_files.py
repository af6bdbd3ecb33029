"""Photographs and papers at the public door: kept once, for the proof alone; refused by name, and nothing lost."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import Attachment, Matter
from huiyin.core.models import Event, StoredFile
from huiyin.core.now import now
from tests.cast import Cast
from tests.interfaces import papers
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.rows import row

FILE = re.compile(r'action="(/track/files/[0-9a-f-]{36}/)"')


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.HUIYIN_HOME = tmp_path
    yield


def sent(client: Client, *given: Any, **typed: str) -> Any:
    return client.post("/ask/", {**asking.form(client, **typed), "attached": list(given)})


@row("R-169", "R-170")
def test_photographs_and_papers_come_with_the_words_and_open_by_the_proof_alone(cast: Cast, client: Client) -> None:
    code, proof = asking.receipt(sent(client, papers.photo(), papers.paper()))
    matter = Matter.objects.get(code=code)
    assert [(one.part, one.by_id) for one in matter.attachments.all()] == [("said", None)] * 2
    told = Event.objects.get(name="casework.files_added")
    assert (told.subject, told.data["count"], told.data["part"]) == (str(matter.id), 2, "said")
    page = asking.opened(client, proof)
    assert "水管.jpg" in page
    assert "收据.pdf" in page
    both = [client.post(address, {"proof": proof}) for address in FILE.findall(page)]
    assert [one.status_code for one in both] == [200, 200]
    (answer,) = [one for one in both if one.headers["Content-Type"] == "image/jpeg"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert b"Telltale" not in answer.content
    assert b"GPS" not in answer.content


@row("SG-01", "SG-23")
def test_without_the_proof_a_file_does_not_exist(cast: Cast, client: Client) -> None:
    code, proof = asking.receipt(sent(client, papers.photo()))
    _, other = asking.asked(client, text="另一件事")
    address = FILE.findall(asking.opened(client, proof))[0]
    for given in ({}, {"proof": other}, {"proof": "A" * 16}, {"proof": code}, {"proof": "\x00"}):
        assert client.post(address, given).status_code == 404
    assert client.post(f"/track/files/{uuid4()}/", {"proof": proof}).status_code == 404
    assert client.get(address).headers["Location"] == "/track/"
    by_phone = client.post("/track/", {"code": code, "key": "1234"}).content.decode()
    assert "水管" not in by_phone
    assert "/track/files/" not in by_phone


@row("R-169")
def test_the_same_form_sent_twice_keeps_its_files_once(cast: Cast, client: Client) -> None:
    typed = asking.form(client)
    first = client.post("/ask/", {**typed, "attached": [papers.photo(), papers.paper()]})
    second = client.post("/ask/", {**typed, "attached": [papers.photo(), papers.paper()]})
    assert asking.receipt(first) == asking.receipt(second)
    assert (Matter.objects.count(), Attachment.objects.count(), StoredFile.objects.count()) == (1, 2, 2)


def test_the_same_form_with_another_file_asks_which(cast: Cast, client: Client) -> None:
    typed = asking.form(client)
    client.post("/ask/", {**typed, "attached": [papers.photo()]})
    answer = client.post("/ask/", {**typed, "attached": [papers.photo(), papers.paper()]})
    assert answer.status_code == 409
    assert "没有跟过来" in answer.content.decode()
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("what", papers.HOSTILE)
def test_a_hostile_file_is_refused_by_name_and_the_words_stay(cast: Cast, client: Client, what: str) -> None:
    bad = papers.HOSTILE[what]()
    answer = sent(client, papers.photo(), bad)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有收" in page
    assert asking.TEXT in page
    assert "请再选一次" in page
    assert "<script>alert" not in page
    assert (Matter.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert not list((Path(settings.HUIYIN_HOME) / "files").glob("*/*"))


def test_a_photograph_that_is_a_page_too_is_made_anew(cast: Cast, client: Client) -> None:
    both = papers.plain("两样.jpg", papers.photo().read() + papers.SCRIPT)
    _, proof = asking.receipt(sent(client, both))
    answer = client.post(FILE.findall(asking.opened(client, proof))[0], {"proof": proof})
    assert b"script" not in answer.content
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_while_the_scanner_is_away_the_matter_is_taken_and_its_file_waits(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.HUIYIN_SCANNER = "unix:/nowhere/clamd.ctl"
    code, proof = asking.receipt(sent(client, papers.photo()))
    page = asking.opened(client, proof)
    answer = client.post(FILE.findall(page)[0], {"proof": proof})
    assert answer.status_code == 409
    assert "还没查过病毒" in answer.content.decode()
    one = Matter.objects.get(code=code).attachments.get()
    at_desk = seat(cast.sun).get(f"/desk/matters/{code}/files/{one.id}/")
    assert at_desk.status_code == 403
    assert "还没查过病毒" in at_desk.content.decode()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (lambda: [papers.photo() for _ in range(6)], "一次最多附 5 个文件"),
        (lambda: [papers.paper(more=b"x" * 11_000_000) for _ in range(3)], "一次最多 30 MB"),
        (lambda: [papers.packed_well()], "这里只收照片"),
    ],
)
def test_too_many_and_too_much_are_refused_in_words(cast: Cast, client: Client, given: Any, sentence: str) -> None:
    answer = sent(client, *given())
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert asking.TEXT in answer.content.decode()
    assert Matter.objects.count() == 0


def test_more_words_may_bring_files_and_once_is_enough(cast: Cast, client: Client) -> None:
    code, proof = asking.asked(client)
    page = asking.opened(client, proof)
    typed = {"proof": proof, "again": asking.hidden(page, "again"), "more": "这是今天拍的"}
    for _ in range(2):
        assert client.post("/track/more/", {**typed, "attached": [papers.photo("今天.jpg")]}).status_code == 200
    matter = Matter.objects.get(code=code)
    assert matter.attachments.count() == 1
    assert "今天.jpg" in asking.opened(client, proof)
    again = typed | {"again": str(uuid4())}
    answer = client.post("/track/more/", {**again, "attached": [papers.plain("图.svg", b"<svg/>")]})
    assert answer.status_code == 422
    assert "这是今天拍的" in answer.content.decode()
    assert matter.moves.filter(step="more_given").count() == 1


def test_a_matter_holds_so_many_files_of_a_resident_and_no_more(cast: Cast, client: Client) -> None:
    code, proof = asking.receipt(sent(client, *[papers.paper(f"{n}.pdf") for n in range(5)]))
    for number in range(4):
        given = {"proof": proof, "again": str(uuid4()), "more": "还有", "attached": [papers.paper() for _ in range(5)]}
        answer = client.post("/track/more/", given)
        assert answer.status_code == (200 if number < 3 else 422)
    assert "最多 20 个" in answer.content.decode()
    assert Matter.objects.get(code=code).attachments.count() == 20


@row("SG-01")
def test_files_of_a_complaint_are_as_hidden_as_its_words(cast: Cast, client: Client) -> None:
    code, proof = asking.receipt(sent(client, papers.photo("红包.jpg"), sealed="1", text="李卫东收了红包"))
    matter = Matter.objects.get(code=code)
    one = matter.attachments.get()
    address = f"/desk/matters/{code}/files/{one.id}/"
    for who in (cast.li, cast.ma, cast.chen, cast.zhao, cast.wu, cast.zheng):
        assert seat(who).get(address).status_code == 404
    assert seat(cast.zhou).get(address).status_code == 200
    assert "红包.jpg" in seat(cast.zhou).get(f"/desk/held/{code}/").content.decode()
    moment = now() + timedelta(seconds=1)
    name_subjects(by=cast.sun.viewer(moment), at=moment, matter_id=matter.id, persons=[cast.zhou.person_id])
    assert seat(cast.zhou).get(address).status_code == 404, "who was named a moment ago has lost the file too"
    assert client.post(f"/track/files/{one.id}/", {"proof": proof}).status_code == 200


def test_no_event_and_no_name_on_disk_tells_what_a_file_is_called(cast: Cast, client: Client) -> None:
    sent(client, papers.photo("张丽华家水管.jpg"))
    assert not [event for event in Event.objects.all() if "张丽华" in str(event.data) or ".jpg" in str(event.data)]
    kept = list((Path(settings.HUIYIN_HOME) / "files").glob("*/*"))
    assert len(kept) == 1
    assert "张" not in kept[0].name
    assert b"\xff\xd8\xff" not in kept[0].read_bytes()[:3]
