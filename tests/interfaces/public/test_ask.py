"""Asking at the public door: one page, a receipt, nothing lost, nothing doubled."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from huiyin.casework.models import Matter, Party
from huiyin.core.models import Event, IdempotencyKey, Throttle
from huiyin.core.now import now
from huiyin.interfaces.common import by_number
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, SHANGHE, ZHANG_PHONE, Cast, gather
from tests.interfaces.public import asking
from tests.rows import row


@row("R-157", "R-169", "R-170", "SG-50")
def test_whoever_asks_gets_a_code_a_proof_and_a_date(cast: Cast, client: Client) -> None:
    code, proof = asking.asked(client)
    matter = Matter.objects.get(code=code)
    assert (matter.channel, matter.place_code, matter.state) == ("web", HUAISHUPING, "received")
    assert matter.text == asking.TEXT
    assert matter.due_at is not None
    assert asking.TEXT in asking.opened(client, proof)


def test_the_receipt_says_what_follows_by_when_and_how_it_is_reckoned(cast: Cast, client: Client) -> None:
    page = client.post("/ask/", asking.form(client)).content.decode()
    for words in ("看清是什么事，定下归谁办", "给您答复", "另一个人来问您", "日子是这样算的", "24:00止", "hy-qr"):
        assert words in page
    assert "&lt;" not in page


@row("SG-50")
def test_one_sentence_is_enough(cast: Cast, client: Client) -> None:
    code, _ = asking.asked(client, town="", village="", phone="", name="")
    matter = Matter.objects.get(code=code)
    assert matter.place_code == "990101000000"
    assert not Party.objects.filter(matter=matter).exists()


def test_a_broken_form_is_no_reason_to_turn_somebody_away(cast: Cast, client: Client) -> None:
    answer = client.post("/ask/", {"text": "桥断了"})
    assert answer.status_code == 201
    assert Matter.objects.count() == 1


def test_a_proof_stands_in_no_address(cast: Cast, client: Client) -> None:
    answer = client.post("/ask/", asking.form(client))
    _, proof = asking.receipt(answer)
    page = answer.content.decode()
    assert not re.search(rf'(href|action|src)="[^"]*{proof}', page)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@row("R-169")
def test_pressing_twice_is_one_matter_and_the_same_receipt(cast: Cast, client: Client) -> None:
    typed = asking.form(client)
    first, second = client.post("/ask/", typed), client.post("/ask/", typed)
    assert asking.receipt(first) == asking.receipt(second)
    assert Matter.objects.count() == 1
    assert Event.objects.filter(name="casework.matter_opened").count() == 1


def test_the_same_form_with_other_words_asks_which_and_adds(cast: Cast, client: Client) -> None:
    typed = asking.form(client)
    code, _ = asking.receipt(client.post("/ask/", typed))
    answer = client.post("/ask/", typed | {"text": "昨天有人滑倒了。"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "那件里，还是另提一件？" in page
    assert "昨天有人滑倒了。" in page
    add = {"do": "add", "text": "昨天有人滑倒了。", "slip": typed["slip"], "key": asking.hidden(page, "key")}
    for _ in range(2):
        answer = client.post("/ask/", add)
        assert answer.status_code == 200
        assert "补充的话收到了" in answer.content.decode()
    moves = Matter.objects.get(code=code).moves.order_by("seq").values_list("step", "note")
    assert list(moves) == [("open", ""), ("more_given", "昨天有人滑倒了。")]


def test_the_same_form_with_other_words_may_be_another_matter(cast: Cast, client: Client) -> None:
    typed = asking.form(client)
    asking.receipt(client.post("/ask/", typed))
    page = client.post("/ask/", typed | {"text": "另一件"}).content.decode()
    second = page[page.rindex("<form") :]
    again = {name: asking.hidden(second, name) for name in ("text", "town", "village", "phone", "name", "key", "slip")}
    assert again["key"] != typed["key"]
    asking.receipt(client.post("/ask/", again))
    asking.receipt(client.post("/ask/", again))
    assert sorted(Matter.objects.values_list("text", flat=True)) == sorted([asking.TEXT, "另一件"])


def test_what_is_missing_is_counted_and_linked_and_nothing_is_lost(cast: Cast, client: Client) -> None:
    answer = client.post("/ask/", asking.form(client, text=" ", name="老张"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_text">' in page
    assert 'value="老张"' in page
    assert f'value="{HUAISHUPING}" selected' in page
    answer = client.post("/ask/", asking.form(client, phone="1600000123"))
    assert "手机号少了 1 位" in answer.content.decode()
    assert asking.TEXT in answer.content.decode()
    assert Matter.objects.count() == 0


def test_all_that_is_wrong_is_told_at_once(cast: Cast, client: Client) -> None:
    given = asking.form(client, text=" ", phone="123", name="张" * 61, disclosure="sometimes")
    page = client.post("/ask/", given).content.decode()
    assert "还差 4 处" in page


def test_a_village_of_another_town_is_asked_about(cast: Cast, client: Client) -> None:
    answer = client.post("/ask/", asking.form(client, town=LIUWAN, village=SHANGHE))
    assert answer.status_code == 422
    assert "村不在这个镇里" in answer.content.decode()
    assert client.post("/ask/", asking.form(client, village="990102101201", town="")).status_code == 201
    assert client.post("/ask/", asking.form(client, village="abc", town="")).status_code == 422


@row("SG-01", "SG-23")
def test_the_confidential_way_is_offered_before_sending_and_holds_the_matter(cast: Cast, client: Client) -> None:
    page = client.post("/ask/", asking.form(client, text="写到一半", do="sealed"))
    assert page.status_code == 200
    assert "写到一半" in page.content.decode()
    assert Matter.objects.count() == 0
    code, proof = asking.asked(client, sealed="1", text="有人拿了不该拿的")
    matter = Matter.objects.get(code=code)
    assert (matter.held, matter.nature) == (True, "complaint")
    assert asking.opened(client, proof)


@row("SG-23", "SG-21")
@pytest.mark.parametrize(("disclosure", "kept"), [("named", True), ("confidential", True), ("anonymous", False)])
def test_three_grades_of_name(cast: Cast, client: Client, disclosure: str, kept: bool) -> None:
    code, _ = asking.asked(client, disclosure=disclosure)
    party = Party.objects.filter(matter__code=code).first()
    assert (party is not None) == kept
    if party is not None:
        assert party.disclosure == disclosure
        assert b"\xe5\xbc\xa0" not in bytes(party.name or b"")


@row("R-169")
def test_beyond_thirty_a_minute_the_page_asks_to_wait_and_keeps_the_text(
    cast: Cast, client: Client, clock: Callable[[datetime], None]
) -> None:
    clock(now())  # all within one minute, however long they take
    answers = [client.post("/ask/", asking.form(client, phone=f"160000{n:05d}")) for n in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {201}
    last = answers[30]
    assert last.status_code == 429
    assert 1 <= int(last.headers["Retry-After"]) <= 60
    assert asking.TEXT in last.content.decode()
    assert "请等" in last.content.decode()
    assert Matter.objects.count() == 30
    elsewhere = client.post("/ask/", asking.form(client, phone="16000009999"), REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 201, "who floods the form shuts it to nobody in another network"


HOSTILE = {
    "NUL": "水\x00停了",
    "right to left": "水\u202e停了\u2066",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "emoji": "没水😤👨‍👩‍👧",
    "a formula": "＝cmd|' /C calc'!A0",
    "100,000 characters": "水" * 100_000,
    "only invisible": "\u200b\u2060",
    "a template": "{{ request }}{% csrf_token %}",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_words_are_kept_or_refused_with_a_sentence(cast: Cast, client: Client, what: str) -> None:
    answer = client.post("/ask/", asking.form(client, text=HOSTILE[what], name=HOSTILE[what][:50]))
    page = answer.content.decode()
    assert answer.status_code in (201, 422)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    if answer.status_code == 201:
        _, proof = asking.receipt(answer)
        shown = asking.opened(client, proof)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    else:
        assert "hy-errors" in page
        assert Matter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@row("R-169")
def test_fifty_at_once_are_one_matter() -> None:
    gather(by=make.SYSTEM, at=make.BEGIN)
    typed = asking.form(Client())
    workers = 8 if connection.vendor == "postgresql" else 1  # on SQLite tests share one connection: one after another

    def send(number: int) -> Any:
        try:
            return Client(REMOTE_ADDR=f"10.0.{number // 20}.1").post("/ask/", typed)
        finally:
            if workers > 1:
                connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        answers = list(pool.map(send, range(50))) if workers > 1 else [send(number) for number in range(50)]
    assert {asking.receipt(answer) for answer in answers} == {asking.receipt(answers[0])}
    assert Matter.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


@row("R-157", "SG-33")
def test_from_one_number_so_many_a_day_then_a_person_takes_it_down_and_nothing_typed_is_lost(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, clock: Callable[[datetime], None]
) -> None:
    """Easy requests in bulk from one telephone (trust.md S19), at the page and through the interface together."""
    assert by_number.A_DAY == 20, "as the manual says"
    morning = now().replace(hour=1)  # nine in the county
    clock(morning)
    monkeypatch.setattr(by_number, "A_DAY", 2)
    sent = asking.form(client)
    assert [client.post("/ask/", sent).status_code for _ in range(2)] == [201, 201], "pressed twice"
    body = {"text": "路灯坏了", "reporter_phone": f"+86 {ZHANG_PHONE}"}
    assert through_the_interface(client, body) == 201
    assert Matter.objects.count() == 2
    late = client.post("/ask/", asking.form(client, text="第三盏路灯也坏了"))
    page = late.content.decode()
    assert late.status_code == 422 and "这个电话今天已经提了 2 件" in page and "第三盏路灯也坏了" in page
    assert through_the_interface(client, body) == 422
    clock(morning + timedelta(hours=12))
    assert through_the_interface(client, body) == 422, "the number's day is not over"
    assert client.post("/ask/", sent).status_code == 201, "what was answered is answered again"
    assert through_the_interface(client, {"text": "没有留电话"}) == 201
    assert client.post("/ask/", asking.form(client, disclosure="anonymous")).status_code == 201
    assert client.post("/ask/", asking.form(client, phone="16000009999")).status_code == 201
    assert not Throttle.objects.filter(bucket__contains=ZHANG_PHONE).exists()
    clock(morning + timedelta(hours=16))
    assert through_the_interface(client, body) == 201, "after the county's midnight"


def through_the_interface(client: Client, body: dict[str, str]) -> int:
    key = {"Idempotency-Key": str(uuid4())}
    return client.post("/api/matters", json.dumps(body), content_type="application/json", headers=key).status_code
