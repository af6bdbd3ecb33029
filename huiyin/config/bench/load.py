"""The clients of a measurement, in a process of their own that does little beside waiting: plain sockets, kept open.

    python -m huiyin.config.bench.load < plan.json > found.json

A plan is `{"port", "seconds", "clients", "rate", "shots": [{"name", "head", "body", "weight"}]}`. Without a rate the
clients press flat out; with one, shots leave at even distances whether or not earlier ones are answered (open loop).
`{key}`, `{address}`, `{number}` and `{phone}` in a head or body are made anew for each shot.
"""

import json
import queue
import random
import socket
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

MOST_WAITING = 20_000


@dataclass
class Found:
    """What was seen: by shot's name (milliseconds, status) of each answer, and how long it all lasted."""

    answers: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    lasted: float = 0.0


class Connection:
    """One kept-alive connection that sends bytes and reads one answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body; status 0 where the connection broke."""
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.sendall(request)
            return self._read(self._socket)
        except OSError:
            self.close()
            return 0, b""

    def close(self) -> None:
        """The next request opens a new one."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _read(self, sock: socket.socket) -> tuple[int, bytes]:
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += _some(sock)
        head, body = data[:end].lower(), data[end + 4 :]
        status = int(head[9:12])
        if b"content-length:" in head:
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += _some(sock)
        elif b"transfer-encoding: chunked" in head:
            while not body.endswith(b"0\r\n\r\n"):
                body += _some(sock)
        if b"connection: close" in head:
            self.close()
        return status, body


def _some(sock: socket.socket) -> bytes:
    part = sock.recv(65536)
    if not part:
        raise ConnectionResetError("the server hung up")
    return part


class Clients:
    """A number of connections pressing one plan."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.plan, self.found, self.lock = plan, Found(), threading.Lock()
        self.shots = [(one["name"], one["head"], one["body"]) for one in plan["shots"]]
        self.weights = [one.get("weight", 1) for one in plan["shots"]]
        self.chance = random.Random(plan.get("seed", 1))  # noqa: S311 - load, not secrets
        self.due: queue.Queue[tuple[str, bytes] | None] = queue.Queue(MOST_WAITING)

    def press(self) -> Found:
        """Run the plan to its end."""
        rate, seconds = self.plan.get("rate"), self.plan["seconds"]
        begun = time.monotonic()
        run = self._serve if rate else self._flat_out
        threads = [threading.Thread(target=run, args=(begun + seconds,)) for _ in range(self.plan["clients"])]
        for thread in threads:
            thread.start()
        if rate:
            self._schedule(begun, seconds, rate)
        for thread in threads:
            thread.join()
        self.found.lasted = time.monotonic() - begun
        return self.found

    def _schedule(self, begun: float, seconds: float, rate: float) -> None:
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            self.due.put(self._shot())
        for _ in range(self.plan["clients"]):
            self.due.put(None)

    def _serve(self, _until: float) -> None:
        connection = Connection(self.plan["port"])
        while (one := self.due.get()) is not None:
            self._send(connection, *one)
        connection.close()

    def _flat_out(self, until: float) -> None:
        connection = Connection(self.plan["port"])
        while time.monotonic() < until:
            self._send(connection, *self._shot())
        connection.close()

    def _send(self, connection: Connection, name: str, request: bytes) -> None:
        begun = time.monotonic()
        status, body = connection.send(request)
        took = (time.monotonic() - begun) * 1000
        with self.lock:
            self.found.answers.setdefault(name, []).append((round(took, 2), status))
            if self.plan.get("keep") and status == 201:
                self.found.kept.append(body.decode())

    def _shot(self) -> tuple[str, bytes]:
        """A request drawn by weight, with what must be new in each made anew."""
        with self.lock:
            name, head, body = self.chance.choices(self.shots, self.weights)[0]
            if "{" in head:
                head = head.replace("{key}", str(uuid.uuid4()))
                head = head.replace("{address}", ".".join(str(self.chance.randrange(1, 255)) for _ in range(4)))
            if body:
                body = body.replace("{number}", str(self.chance.randrange(10**6)))
                body = body.replace("{phone}", f"160{self.chance.randrange(10**8):08d}")
        data = body.encode()
        length = f"Content-Length: {len(data)}\r\n" if data else ""
        return name, f"{head}{length}\r\n".encode() + data


def main() -> None:
    """Read the plan, press, write what was found."""
    found = Clients(json.load(sys.stdin)).press()
    json.dump({"answers": found.answers, "kept": found.kept, "lasted": found.lasted}, sys.stdout)


if __name__ == "__main__":
    main()
