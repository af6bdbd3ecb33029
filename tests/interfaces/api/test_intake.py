"""POST /api/matters: one message, one matter, one answer, whatever is sent how often."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from huiyin.casework.models import Matter, Party
from huiyin.casework.queries import track
from huiyin.casework.rules import codes
from huiyin.core import throttle
from huiyin.core.keyfiles import keys_folder
from huiyin.core.models import Event, IdempotencyKey, Throttle
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import middleware
from tests.cast import Cast
from tests.interfaces.api.machine import WORDS, get, send
from tests.rooms.publication import made
from tests.rows import row

WHOLE = {
    **WORDS,
    "subject": "路灯",
    "channel": "api",
    "reporter_name": "张丽华",
    "reporter_phone": "160 0000 1234",
    "anonymous": False,
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the doors; call it to set the moment."""

    def move(at: datetime) -> None:
        monkeypatch.setattr(middleware, "now", lambda: at)

    move(datetime(2026, 11, 18, 1, 44, 5, tzinfo=UTC))
    return move


@pytest.mark.django_db(transaction=True)
def test_a_code_that_another_matter_has_is_drawn_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = send(WORDS).json()["code"]
    other = codes.new_code()
    drawn = iter((first, other))
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    answer = send({**WORDS, "text": "桥上的栏杆断了一截。"})
    assert (answer.status_code, answer.json()["code"]) == (201, other)
    assert Matter.objects.count() == Event.objects.filter(name="casework.matter_opened").count() == 2


def test_taking_in_a_message_asks_the_database_so_often_at_most(cast: Cast, django_assert_max_num_queries: Any) -> None:
    send(WHOLE)
    with django_assert_max_num_queries(17):
        assert send({**WHOLE, "text": "桥上的栏杆断了一截。"}).status_code == 201


@row("R-160", "R-169")
def test_a_message_is_acknowledged_by_code_moment_due_date_and_receipt(cast: Cast) -> None:
    answer = send(WHOLE)
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"code", "proof", "received_at", "due_at", "due_provisional", "receipt", "became", "left_out"}
    matter = Matter.objects.get(code=told["code"])
    assert matter.title == "路灯" and matter.channel == "api"
    assert datetime.fromisoformat(told["due_at"]) == matter.due_at
    assert abs(datetime.fromisoformat(told["received_at"]) - matter.opened_at) < timedelta(milliseconds=1)
    assert len(bytes.fromhex(told["receipt"])) == 32
    assert track.by_proof(Viewer.resident(), told["proof"], matter.opened_at).id == matter.id
    assert Event.objects.filter(subject=str(matter.id)).count() == 1


@row("R-214")
def test_with_an_earlier_proof_the_words_go_on_with_that_matter(cast: Cast) -> None:
    first = send(WHOLE).json()
    key = str(uuid4())
    again = [send({**WORDS, "earlier_proof": first["proof"]}, key=key).json() for _ in range(2)]
    told = [(one["became"], one["code"], one["proof"]) for one in again]
    assert told == [("added", first["code"], first["proof"])] * 2
    wrong = send({**WORDS, "earlier_proof": "A" * 16})
    assert (wrong.status_code, wrong.json()["error"], Matter.objects.count()) == (422, "earlier_unknown", 1)


@row("R-214")
def test_words_that_go_to_the_one_after_it_come_back_with_the_code_and_proof_that_the_sender_has(cast: Cast) -> None:
    old = made.closed(cast, now() - timedelta(days=60), slip="a" * 32)
    proof = track.proof_of(Viewer.resident(), "a" * 32)
    send({**WHOLE, "earlier_proof": proof})
    told = send({**WHOLE, "text": "第三天了，还是没有水。", "earlier_proof": proof}).json()
    assert (told["became"], told["code"], told["proof"]) == ("added_later", old.code, proof)
    assert Matter.objects.count() == 2


def test_only_the_text_is_needed(cast: Cast) -> None:
    assert send({"text": "停水了"}).status_code == 201


def test_an_anonymous_message_keeps_neither_name_nor_number(cast: Cast) -> None:
    code = send({**WHOLE, "anonymous": True}).json()["code"]
    assert not Party.objects.filter(matter__code=code).exists()


@row("R-159")
def test_the_same_key_and_body_get_the_same_answer_and_make_one_matter(cast: Cast) -> None:
    key = str(uuid4())
    answers = [send(WHOLE, key=key) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Matter.objects.count() == 1


def test_the_proof_stands_nowhere_in_the_database_though_a_repeat_gets_it_again(cast: Cast) -> None:
    key = str(uuid4())
    proof = send(WHOLE, key=key).json()["proof"]
    assert send(WHOLE, key=key).json()["proof"] == proof
    assert proof not in json.dumps(list(IdempotencyKey.objects.values_list("result", flat=True)))
    assert "路灯" not in json.dumps(list(IdempotencyKey.objects.values_list("result", flat=True)), ensure_ascii=False)


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(cast: Cast) -> None:
    key = str(uuid4())
    send(WHOLE, key=key)
    answer = send({**WHOLE, "text": "另一件事"}, key=key)
    assert answer.status_code == 409
    assert answer.json()["error"] == "key_reused"
    assert Matter.objects.count() == 1


def test_a_key_whose_message_was_refused_may_be_used_for_the_right_one(cast: Cast) -> None:
    key = str(uuid4())
    assert send({**WHOLE, "place_code": "110101001001"}, key=key).status_code == 422
    assert send(WHOLE, key=key).status_code == 201


@pytest.mark.parametrize("key", ["", "1", "not-a-uuid", "0" * 31, "' OR 1=1 --", "ｆ" * 32, "x" * 5000])
def test_a_key_that_is_no_uuid_is_refused_by_its_name(cast: Cast, key: str) -> None:
    answer = send(WHOLE, key=key) if key.isascii() else send(WHOLE, HTTP_IDEMPOTENCY_KEY=key, key="")
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"
    assert answer.json()["sentence"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "   \u200b "}, "text"),
        ({"text": None}, "text"),
        ({"text": ["停水"]}, "text"),
        ({"text": "长" * 20_001}, "text"),
        ({**WORDS, "place_code": "990199"}, "place_code"),
        ({**WORDS, "place_code": "９９０１０１"}, "place_code"),
        ({**WORDS, "channel": "pigeon"}, "channel"),
        ({**WORDS, "reporter_phone": "12345"}, "reporter_phone"),
        ({**WORDS, "reporter_phone": "一二三"}, "reporter_phone"),
        ({**WORDS, "reporter_name": "名" * 61}, "reporter_name"),
        ({**WORDS, "subject": "题" * 201}, "subject"),
        ({**WORDS, "anonymous": "maybe"}, "anonymous"),
        ({**WORDS, "state": "closed"}, "state"),
        ({**WORDS, "handler_id": "1"}, "handler_id"),
        ({**WORDS, "received_at": "2020-01-01"}, "received_at"),
        ({**WORDS, "history": True}, "history"),
    ],
)
def test_bad_input_is_refused_with_its_field_and_a_sentence(cast: Cast, body: Any, field: str) -> None:
    answer = send(body)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["sentence"]
    assert not Matter.objects.exists()


def test_the_sentence_speaks_the_language_that_was_asked_for(cast: Cast) -> None:
    said = {
        language: send({"text": ""}, headers={"Accept-Language": language}).json()["sentence"]
        for language in ("zh-hans", "zh-hant", "en")
    }
    assert len(set(said.values())) >= 2
    assert said["en"].isascii()


@row("N-01")
def test_two_hundred_people_behind_one_address_are_all_heard_within_ten_minutes(cast: Cast, clock: Any) -> None:
    begin = datetime(2026, 11, 18, 1, 40, tzinfo=UTC)
    for number in range(200):
        clock(begin + timedelta(seconds=3 * number))
        answer = send({"text": f"第{number}个人说：停水了", "reporter_phone": f"1600000{number:04d}"})
        assert answer.status_code == 201, number
    assert Matter.objects.count() == 200


def test_the_thirty_first_in_a_minute_is_asked_to_wait_and_told_how_long(cast: Cast, clock: Any) -> None:
    for _ in range(30):
        assert send().status_code == 201
    answer = send()
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["error"] == "too_many"
    assert answer.headers["Retry-After"] in answer.json()["sentence"]
    assert send(address="203.0.113.8").status_code == 201
    clock(datetime(2026, 11, 18, 1, 45, 0, tzinfo=UTC))
    assert send().status_code == 201


def test_who_repeats_a_message_is_not_asked_to_wait_for_an_answer_that_is_there(cast: Cast, clock: Any) -> None:
    key = str(uuid4())
    first = send(key=key)
    for _ in range(60):
        assert send(key=key).content == first.content
    for _ in range(29):
        assert send().status_code == 201
    assert send().status_code == 429
    assert send(key=key).status_code == 201


def test_repeating_a_key_that_was_told_to_wait_does_not_get_past_the_limit(cast: Cast, clock: Any) -> None:
    for _ in range(30):
        send()
    key = str(uuid4())
    assert [send(key=key).status_code for _ in range(3)] == [429] * 3
    assert Matter.objects.count() == 30


def test_a_forged_forwarding_header_makes_nobody_new(cast: Cast, clock: Any) -> None:
    codes = [send(headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(31)]
    assert codes == [201] * 30 + [429]


def test_behind_trusted_proxies_their_hop_counts_and_not_what_the_client_wrote(
    cast: Cast, clock: Any, settings: Any
) -> None:
    settings.HUIYIN_PROXIES = 1
    forged = [send(headers={"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.1"}).status_code for n in range(31)]
    assert forged == [201] * 30 + [429]
    assert send(headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 201


@row("SG-20")
def test_no_address_of_a_sender_is_kept_anywhere(
    cast: Cast, clock: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from django.apps import apps

    agent = "CanaryAgent/77"
    send(address="203.0.113.77", headers={"User-Agent": agent, "X-Forwarded-For": "198.51.100.99"})
    for model in apps.get_models():
        for values in model._base_manager.values():
            kept = repr({name: bytes(v) if isinstance(v, memoryview) else v for name, v in values.items()})
            assert not any(word in kept for word in ("203.0.113.77", "198.51.100.99", agent)), model
    for path in (one for one in Path(settings.HUIYIN_HOME).rglob("*") if one.is_file()):
        data = path.read_bytes()
        assert not any(word.encode() in data for word in ("203.0.113.77", "198.51.100.99", agent)), path
    assert not any(word in caplog.text for word in ("203.0.113.77", "198.51.100.99", agent))
    # A counter knows neither key nor matter, and goes with its window.
    names = list(Throttle.objects.values_list("bucket", flat=True))
    assert names and all(len(name.split(":")[1]) == 32 for name in names)
    matter = Matter.objects.get()
    assert not any(matter.code in name or str(matter.id) in name for name in names)
    salts = {one.name for one in keys_folder(Path(settings.HUIYIN_HOME)).glob("throttle-*")}
    later = now() + timedelta(hours=49)
    throttle.purge(at=later)
    assert not Throttle.objects.exists(), "and after a day there is none to be joined to anything (trust.md C7)"
    left = {one.name for one in keys_folder(Path(settings.HUIYIN_HOME)).glob("throttle-*")}
    assert not left & salts, "the day's salt is gone: nobody makes its counters again"


def test_the_number_of_a_matter_tells_nothing_of_the_one_before(cast: Cast) -> None:
    codes = [int(send().json()["code"][:8]) for _ in range(5)]
    assert all(abs(one - other) > 1 for one, other in pairwise(codes))


def test_the_reporter_sees_the_matter_with_its_proof_and_with_nothing_else(cast: Cast) -> None:
    told = send(WHOLE).json()
    seen = get(f"/api/matters/{told['code']}", Proof=told["proof"])
    assert seen.status_code == 200
    assert seen.json()["code"] == told["code"]
    assert "1234" not in seen.content.decode() and "张丽华" not in seen.content.decode()
    dashed = f"{told['code'][:4]}-{told['code'][4:8]}-{told['code'][8:]}"
    assert get(f"/api/matters/{dashed}", Proof=told["proof"]).status_code == 200


def test_wrong_code_wrong_proof_and_no_proof_get_one_answer(cast: Cast) -> None:
    told, other = send(WHOLE).json(), send(WHOLE).json()
    answers = [
        get(f"/api/matters/{told['code']}"),
        get(f"/api/matters/{told['code']}", Proof=other["proof"]),
        get(f"/api/matters/{other['code']}", Proof=told["proof"]),
        get("/api/matters/000000000", Proof=told["proof"]),
        get("/api/matters/%00", Proof=told["proof"]),
        get(f"/api/matters/{told['code']}", Proof="é" * 16),
        get(f"/api/matters/{told['code']}", Proof="'; DROP TABLE"),
        get(f"/api/matters/{told['code']}?proof={told['proof']}"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
