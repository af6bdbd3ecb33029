"""How many matters a second the interface takes, durably, with limits and idempotency on."""

import http.client
import json
import random
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

WORDS = (
    "我们组十几户，每天傍晚五点以后水就小得接不满桶，半个月了，盼着能晚上也有水。",
    "村口水泥路塌了一块，坑有半米深，晚上看不见，能不能先放个牌子再修。",
    "今年的种粮补贴别人都到了，我家没到，存折看了三回，请帮着查查。",
    "广场边上三盏路灯不亮快一个月了，老人晚上出来不敢走。",
)


@dataclass
class Clients:
    """What the clients saw: seconds of each acknowledged request, and what else was answered."""

    times: list[float] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    other: dict[int, int] = field(default_factory=dict)
    lasted: float = 0.0

    def share(self, part: float) -> float:
        """A quantile of the times, in milliseconds."""
        ranked = sorted(self.times)
        return ranked[min(int(len(ranked) * part), len(ranked) - 1)] * 1000 if ranked else 0.0

    @property
    def rate(self) -> float:
        """Acknowledged matters a second."""
        return len(self.times) / self.lasted if self.lasted else 0.0


def press(
    port: int, *, clients: int, seconds: float, rate: float | None = None, places: Sequence[str] = ()
) -> Clients:
    """Open matters for a while, from `clients` connections; with `rate` spread evenly (open loop), else flat out."""
    found, lock, stop = Clients(), threading.Lock(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=_client, args=(port, number, stop, rate and rate / clients, found, lock, places))
        for number in range(clients)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.lasted = time.monotonic() - begun
    return found


def _client(
    port: int,
    number: int,
    stop: float,
    rate: float | None,
    found: Clients,
    lock: threading.Lock,
    places: Sequence[str],
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    chance = random.Random(number)  # noqa: S311 - load, not secrets
    due = time.monotonic()
    while (begun := time.monotonic()) < stop:
        if rate:
            due += 1 / rate
            time.sleep(max(0.0, due - begun))
            begun = due
        status, body = _one(connection, chance, places)
        took = time.monotonic() - begun
        with lock:
            if status == 201:
                found.times.append(took)
                found.codes.append(body.get("code", ""))
            else:
                found.other[status] = found.other.get(status, 0) + 1


def _one(
    connection: http.client.HTTPConnection, chance: random.Random, places: Sequence[str]
) -> tuple[int, dict[str, str]]:
    words = {
        "text": chance.choice(WORDS) + str(chance.randrange(10**6)),
        "reporter_name": "张丽华",
        "reporter_phone": f"160{chance.randrange(10**8):08d}",
    }
    if places:
        words["place_code"] = chance.choice(places)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "X-Forwarded-For": ".".join(str(chance.randrange(1, 255)) for _ in range(4)),
    }
    try:
        connection.request("POST", "/api/matters", json.dumps(words), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0, {}
