"""Clients that write while the product is killed under them, and remember what they were told."""

import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

TIMEOUT = 20.0
AGAIN = 0.1  # how many acknowledged writes are sent once more, as a client would that lost the answer
PATIENCE = 90.0  # seconds a client tries to get one answer


@dataclass
class Sent:
    """One matter a client sent."""

    marker: str
    state: str = "unknown"
    code: str = ""
    receipt: str = ""


class Client(threading.Thread):
    """Writes one matter after another; after a failure it sends the same again with the same key."""

    def __init__(self, url: str, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.netloc = urlsplit(url).netloc
        self.chance = random.Random(seed)
        self.stop = stop
        self.sent: list[Sent] = []
        self.refused: list[str] = []
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Until told to stop; the last matter is tried to its end."""
        while not self.stop.is_set():
            self.one()
        self.close()

    def one(self) -> None:
        """A matter, and now and then the same once more."""
        sent = Sent(marker=uuid.UUID(int=self.chance.getrandbits(128)).hex)
        self.sent.append(sent)
        key = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        answer = self.insist(key, sent.marker)
        if answer is None:
            return
        sent.state, sent.code, sent.receipt = "acknowledged", answer["code"], answer["receipt"]
        if self.chance.random() < AGAIN:
            again = self.insist(key, sent.marker)
            if again is not None and again != answer:
                sent.state = "changed"

    def insist(self, key: str, marker: str) -> dict[str, str] | None:
        """Send until there is an answer; None when there was none to the end, and nobody knows."""
        body = json.dumps({"text": f"村口路灯不亮 {marker}"}).encode()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                status, text = self.post(key, body)
            except (OSError, http.client.HTTPException):
                self.close()
                time.sleep(0.05 + self.chance.random() / 10)
                continue
            if status == 201:
                answer: dict[str, str] = json.loads(text)
                return answer
            self.refused.append(f"{status} {text[:200].decode(errors='replace')}")
            time.sleep(0.2)
        return None

    def post(self, key: str, body: bytes) -> tuple[int, bytes]:
        """One request, as from another house each time: the limit per network is not what is tried here."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.netloc, timeout=TIMEOUT)
        number = self.chance.getrandbits(24)
        house = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "X-Forwarded-For": house}
        self.connection.request("POST", "/api/matters", body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def close(self) -> None:
        """Forget a connection that may be broken."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def acknowledged(clients: list[Client]) -> int:
    """How many matters were acknowledged so far."""
    return sum(one.state == "acknowledged" for client in clients for one in client.sent)


def ledger(clients: list[Client]) -> str:
    """What was sent and heard, a JSON line each."""
    return "".join(json.dumps(asdict(one)) + "\n" for client in clients for one in client.sent)
