"""Fifty at once through a real server: one matter, one answer. On whichever database the pass runs."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from huiyin.config.bodies import PATIENCE
from tests.live import Live, product

pytestmark = [pytest.mark.slow, pytest.mark.database]
LENGTH = 1000
WAITS = 120.0
"""Seconds a sender waits for an answer: a busy machine is no failure."""
ESTABLISHED = "01"  # as /proc/net/tcp writes it
MESSAGE = {"text": "停水三天了，请派人来看看。"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A product of this module's own: an empty county with a general programme, two web processes, no worker."""
    with product(tmp_path_factory.mktemp("at-once"), demo=False, background=False) as live:
        yield live


def post(live: Live, key: str, body: bytes) -> httpx.Response:
    """One sender with a connection of its own."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return httpx.post(f"{live.url}/api/matters", content=body, headers=headers, timeout=WAITS)


def test_fifty_at_once_with_one_key_make_one_matter_and_get_one_answer(served: Live) -> None:
    key, body = str(uuid4()), json.dumps(MESSAGE).encode()
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda _: post(served, key, body), range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    code, proof = answers[0].json()["code"], answers[0].json()["proof"]
    seen = httpx.get(f"{served.url}/api/matters/{code}", headers={"Proof": proof}, timeout=WAITS)
    assert seen.status_code == 200


def test_of_fifty_bodies_at_once_under_one_key_one_is_taken_and_the_others_told(served: Live) -> None:
    key = str(uuid4())
    bodies = [json.dumps({"text": f"第{number}种说法"}).encode() for number in range(50)]
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda body: post(served, key, body), bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49


def files_of(process: Path) -> Iterator[str]:
    """What a process has open; what it closes meanwhile is left out."""
    for link in (process / "fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(link.readlink())


def test_processes_that_share_one_start_share_no_file_of_a_database(served: Live) -> None:
    parent = Path(f"/proc/{served.processes['web'].pid}")
    children = (parent / "task" / parent.name / "children").read_text(encoding="ascii").split()
    assert children  # the second may be a moment behind the first
    held = set(files_of(parent))
    assert [name for name in held if ".sqlite3" in name] == []
    lines = [line.split() for line in (parent / "net" / "tcp").read_text(encoding="ascii").splitlines()[1:]]
    assert held & {f"socket:[{line[9]}]" for line in lines if line[3] == ESTABLISHED} == set()


def talk(live: Live, *parts: bytes, pause: float = 0) -> bytes:
    """A sender by hand: says that a thousand bytes come, sends some parts, and waits for the answer."""
    where = urlsplit(live.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=WAITS) as line:
        head = (
            f"POST /api/matters HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {uuid4()}\r\nConnection: close\r\nContent-Length: {LENGTH}\r\n\r\n"
        )
        line.sendall(head.encode())
        for part in parts:
            time.sleep(pause)
            line.sendall(part)
        answer = b""
        while more := line.recv(65536):
            answer += more
        return answer


def test_a_slow_sender_is_heard_one_that_falls_silent_is_told_so_and_others_need_not_wait_long(served: Live) -> None:
    whole = json.dumps({"text": "慢" * 40}).encode().ljust(LENGTH)
    cut = [whole[at : at + 250] for at in range(0, LENGTH, 250)]
    with ThreadPoolExecutor(12) as crowd:
        began = time.monotonic()
        silent = [crowd.submit(talk, served, *cut[:2]) for _ in range(3)]
        slow = crowd.submit(talk, served, *cut, pause=0.5)
        assert httpx.get(f"{served.url}/api/places", timeout=WAITS).status_code == 200
        assert slow.result().startswith(b"HTTP/1.1 201")
        for one in silent:
            assert one.result().startswith(b"HTTP/1.1 400") and b"sentence" in one.result()
        assert time.monotonic() - began < 3 * PATIENCE, "not one after another"


def test_a_body_of_twenty_megabytes_is_refused_and_the_server_stays_well(served: Live) -> None:
    big = b'{"text":"' + b"x" * 20_000_000 + b'"}'
    try:
        answer = post(served, str(uuid4()), big)
        assert answer.status_code == 413
        assert answer.json()["sentence"]
    except (httpx.NetworkError, httpx.RemoteProtocolError):  # refused before it was all sent: the connection is closed
        pass
    assert httpx.get(f"{served.url}/api/places", timeout=WAITS).status_code == 200


def test_a_log_tells_neither_text_nor_address_nor_key(served: Live, tmp_path: Path) -> None:
    key = str(uuid4())
    post(served, key, json.dumps({"text": "CANARY-TEXT", "reporter_phone": "16000007777"}).encode())
    log = served.log("web")
    assert "CANARY" not in log and "16000007777" not in log and key not in log
