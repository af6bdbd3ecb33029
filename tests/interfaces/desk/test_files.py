"""Files at the desk: taken at intake, given with an answer, saved by whoever may read the matter and by nobody else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.models import Attachment, Matter
from huiyin.casework.queries import track
from huiyin.core.models import Look
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces import papers
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_intake import PAGE, typed
from tests.interfaces.public import asking
from tests.rows import row

LINK = re.compile(r'href="(/desk/matters/\d+/files/[0-9a-f-]{36}/)"')


@pytest.fixture(autouse=True)
def _county(cast: Cast, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.HUIYIN_HOME = tmp_path
    make.put_in_force(at=now())
    yield


def answered(client: Client, matter: Matter, *given: Any, **more: str) -> Any:
    """An answer sent with files."""
    page = client.get(f"/desk/matters/{matter.code}/").content.decode()
    seen = asking.hidden(page, "seen")
    form = {"seen": seen, "reply": "加压泵换好了，附上验收单。", "attached": list(given), **more}
    return client.post(f"/desk/matters/{matter.code}/step/answer/", form)


@row("R-157")
def test_a_clerk_takes_what_the_resident_brought(cast: Cast) -> None:
    client = seat(cast.chen)
    form = typed(client)
    for _ in range(2):
        answer = client.post(PAGE, {**form, "attached": [papers.photo("窗口拍的.jpg"), papers.packed_well()]})
        assert answer.status_code == 302, answer.content.decode()
    matter = Matter.objects.get()
    assert {(one.part, one.by_id) for one in matter.attachments.all()} == {("said", cast.chen.person_id)}
    assert matter.attachments.count() == 2
    page = seat(cast.zhou).get(f"/desk/matters/{matter.code}/").content.decode()
    assert "窗口拍的.jpg" in page
    answer = seat(cast.zhou).get(LINK.findall(page)[0])
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert not Look.objects.filter(kind="matter.file").exists()


def test_a_file_that_cannot_be_kept_refuses_the_form_and_keeps_what_was_typed(cast: Cast) -> None:
    client = seat(cast.chen)
    for what, make_one in papers.HOSTILE.items():
        answer = client.post(PAGE, {**typed(client), "attached": [make_one()]})
        page = answer.content.decode()
        assert answer.status_code == 422, what
        assert "没有收" in page, what
        assert "自来水停了三天" in page, what
    assert (Matter.objects.count(), Attachment.objects.count()) == (0, 0)


@row("R-177", "SG-01")
def test_what_a_handler_gives_with_the_answer_reaches_the_resident_and_no_foreigner(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take", slip="0" * 32)
    assert answered(seat(cast.li), matter, papers.paper("验收单.pdf"), public_text="泵换好了").status_code == 302
    one = Attachment.objects.get()
    assert (one.part, one.reply_id) == ("answer", matter.replies.get().id)
    address = f"/desk/matters/{matter.code}/files/{one.id}/"
    assert seat(cast.li).get(address).content == papers.PDF.replace(b"<<>>", b"<<>>", 1)
    assert [seat(who).get(address).status_code for who in (cast.wu, cast.zheng, cast.qian)] == [404] * 3
    assert Client().get(address).status_code == 302
    proof = track.proof_of(cast.li.viewer(now()), "0" * 32)
    page = asking.opened(Client(), proof)
    assert "验收单.pdf" in page
    assert Client().post(f"/track/files/{one.id}/", {"proof": proof}).status_code == 200
    assert "验收单" not in Client().get("/wall/").content.decode()


def test_an_answer_pressed_twice_gives_its_files_once(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "take"), seat(cast.li)
    page = client.get(f"/desk/matters/{matter.code}/").content.decode()
    form = {"seen": asking.hidden(page, "seen"), "reply": "换好了，请试一试。"}
    for _ in range(2):
        answer = client.post(f"/desk/matters/{matter.code}/step/answer/", {**form, "attached": [papers.paper()]})
        assert answer.status_code == 302
    assert (Attachment.objects.count(), matter.replies.count()) == (1, 1)


def test_a_refused_answer_keeps_no_file_and_a_refused_file_sends_no_answer(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "take"), seat(cast.li)
    assert answered(client, matter, papers.paper(), reply="").status_code == 422
    answer = answered(client, matter, papers.plain("图.svg", b"<svg/>"))
    assert answer.status_code == 422
    assert "附上验收单" in answer.content.decode()
    matter.refresh_from_db()
    assert (matter.state, Attachment.objects.count(), matter.replies.count()) == ("working", 0, 0)


@row("SG-01", "SG-49")
def test_saving_a_file_of_a_sealed_matter_leaves_a_trace(cast: Cast) -> None:
    client = seat(cast.chen)
    client.post(PAGE, {**typed(client, text="李卫东收红包", nature="complaint"), "attached": [papers.photo()]})
    matter = Matter.objects.get()
    assert matter.held
    one = matter.attachments.get()
    assert seat(cast.chen).get(f"/desk/matters/{matter.code}/files/{one.id}/").status_code == 404
    assert seat(cast.sun).get(f"/desk/matters/{matter.code}/files/{one.id}/").status_code == 200
    look = Look.objects.get(kind="matter.file")
    assert (look.person_id, look.subject) == (cast.sun.person_id, str(matter.id))


def test_a_file_belongs_to_its_own_matter(cast: Cast) -> None:
    matter, other = a_matter(cast, now(), "take"), a_matter(cast, now(), "take", text="另一件")
    answered(seat(cast.li), matter, papers.paper())
    one = Attachment.objects.get()
    assert seat(cast.li).get(f"/desk/matters/{other.code}/files/{one.id}/").status_code == 404


def test_files_cost_the_page_of_a_matter_one_question(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "take"), seat(cast.li)
    address = f"/desk/matters/{matter.code}/"
    client.get(address)
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        read = [
            one for one in asked.captured_queries if 'FROM "casework_attachment"' in one["sql"].partition("EXISTS")[0]
        ]
        counts.append(len(read))
        for number in range(3):
            make_more(cast, matter, number)
    assert counts == [0, 1, 1], "whether there are any is asked with what else the page wants to know"


def make_more(cast: Cast, matter: Matter, number: int) -> None:
    """One more file of the resident's."""
    from huiyin.casework.actions.files import give
    from huiyin.core.files import examine

    found = examine(f"{number}.pdf", papers.PDF)
    give(by=make.SYSTEM, at=now(), matter_id=matter.id, given=[found])
