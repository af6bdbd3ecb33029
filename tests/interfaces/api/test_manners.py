"""Everything below /api/ answers in one shape, whatever is asked how."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from huiyin.interfaces.api.api import api
from tests.cast import Cast
from tests.interfaces.api.machine import WORDS, bearer, send

DESCRIBED = Path(__file__).resolve().parents[3] / "huiyin/interfaces/api/openapi.json"


def is_problem(answer: Any, status: int, error: str) -> bool:
    """Whether an answer is a refusal in the one shape."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"].startswith("application/json")
    told = answer.json()
    assert set(told) == {"error", "sentence", "field"} and told["sentence"], told
    return bool(told["error"] == error)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/nothing", "/api/matters/", "/api/staff/", "/api/%00", "/api/matters/1/2/3"])
def test_an_unknown_address_is_told_in_json(path: str) -> None:
    for method in ("get", "post", "put", "delete"):
        assert is_problem(getattr(Client(), method)(path), 404, "not_found")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/api/matters", "OPTIONS, POST"),
        ("/api/matters/471100005", "GET, OPTIONS, HEAD"),
        ("/api/places", "GET, OPTIONS, HEAD"),
        ("/api/staff/matters", "GET, OPTIONS, HEAD"),
        ("/api/openapi.json", "GET, OPTIONS, HEAD"),
    ],
)
def test_a_wrong_method_is_told_which_are_right(path: str, taken: str) -> None:
    wrong = [one for one in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW") if one not in taken]
    for method in wrong:
        answer = Client().generic(method, path)
        assert is_problem(answer, 405, "method_wrong")
        assert answer.headers["Allow"] == taken
    asked = Client().options(path)
    assert asked.status_code == 204 and asked.headers["Allow"] == taken and not asked.content


def test_a_head_is_a_get_without_its_body(cast: Cast) -> None:
    for path in ("/api/places", "/api/staff/matters", "/api/openapi.json"):
        headers = bearer(cast.chen)
        whole, head = Client().get(path, headers=headers), Client().head(path, headers=headers)
        assert head.status_code == whole.status_code == 200
        assert head.content == b"" and head.headers["Content-Length"] == str(len(whole.content))


def test_no_header_and_no_field_overrides_the_method(cast: Cast) -> None:
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = Client().get("/api/matters?_method=POST", headers={name: "POST"})
        assert is_problem(answer, 405, "method_wrong")
        assert send(headers={name: "DELETE"}).status_code == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
        "*/*",
    ],
)
def test_a_body_that_says_it_is_no_json_is_refused_in_words(cast: Cast, content_type: str) -> None:
    answer = Client().generic("POST", "/api/matters", json.dumps(WORDS), content_type=content_type)
    assert is_problem(answer, 415, "json_only")


def test_json_with_a_charset_is_json(cast: Cast) -> None:
    from uuid import uuid4

    key = {"Idempotency-Key": str(uuid4())}
    answer = Client().generic(
        "POST", "/api/matters", json.dumps(WORDS), content_type="application/json; charset=utf-8", headers=key
    )
    assert answer.status_code == 201


def test_a_body_over_a_quarter_megabyte_is_refused_before_it_is_read(cast: Cast) -> None:
    assert is_problem(send(b'{"text":"' + b"x" * 300_000 + b'"}'), 413, "body_too_large")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"{",
        b'{"text": NaN}',
        b'{"text": Infinity}',
        b'{"text":"a","text":"b"}',
        b'{"text":"a","x":{"k":1,"k":2}}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"text":"\xff\xfe"}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"text": 1' + b"0" * 5000 + b"}",
    ],
)
def test_what_is_no_proper_json_is_refused_in_words(cast: Cast, body: bytes) -> None:
    answer = send(body)
    assert answer.status_code in (400, 415, 422), answer.content
    assert is_problem(answer, answer.status_code, answer.json()["error"])


@pytest.mark.parametrize("body", [[], "text", 1, True, None])
def test_json_that_is_no_object_is_refused_in_words(cast: Cast, body: Any) -> None:
    answer = send(json.dumps(body).encode())
    assert is_problem(answer, 422, answer.json()["error"])


def test_a_fault_inside_is_told_in_the_same_shape_and_without_its_cause(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiyin.register.queries import places

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret cause")

    monkeypatch.setattr(places, "children", broken)
    answer = Client(raise_request_exception=False).get("/api/places")
    assert is_problem(answer, 500, "fault")
    assert "secret" not in answer.content.decode()


def test_no_answer_may_be_kept_or_framed_and_no_cookie_comes_with_it(cast: Cast) -> None:
    for answer in (
        Client().get("/api/places"),
        send(),
        Client().get("/api/nothing"),
        Client().get("/api/staff/matters"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.cookies


@pytest.mark.django_db
def test_a_host_nobody_serves_is_refused_in_the_one_shape() -> None:
    assert is_problem(Client().get("/api/places", headers={"Host": "evil.example"}), 400, "bad_request")


def test_the_description_in_the_repository_is_the_one_that_is_served() -> None:
    assert get_resolver().url_patterns  # which binds the routers
    assert json.loads(DESCRIBED.read_text(encoding="utf-8")) == json.loads(json.dumps(api.get_openapi_schema()))


def test_every_operation_says_what_it_answers() -> None:
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary") and operation.get("description"), (method, path)
            assert len(operation["responses"]) > 1, (method, path)
