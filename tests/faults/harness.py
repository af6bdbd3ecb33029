"""`huiyin faults`: eight clients write, web and worker are killed at random moments, then everything is counted.

    python -m tests.faults.harness [--profile short|full] [--seed N] [--wsgi MODULE] [--kills N]

Runs on a home and database of its own: SQLite, or a fresh database beside the one DATABASE_URL names. The seed is
printed; with it clients and moments come out the same, though what a kill meets does not. Exit 1 if anything was lost,
doubled, left without its event, or does not verify.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.faults.check import main as checked
from tests.faults.check import rows
from tests.faults.clients import Client, acknowledged, ledger
from tests.live import SERVED, Live, own_database, prepare
from tests.postgres import free_port

WSGI = "huiyin.config.wsgi"
WRITES_WITHIN = 60.0  # seconds a product that was started may take to its first writing
SEALED_WITHIN = 300.0  # seconds the last events may take after the last kill


@dataclass(frozen=True)
class Profile:
    """How much is done."""

    kills: int
    acknowledged: int
    calm: tuple[float, float]  # seconds between two kills, while all is up


PROFILES = {"short": Profile(3, 100, (0.5, 2.0)), "full": Profile(20, 3000, (0.5, 5.0))}


@dataclass
class Outcome:
    """What came of it."""

    faults: list[str]
    acknowledged: int
    kills: int
    seconds: float


class Killed(Live):
    """The product as it is served, under a wsgi module of choice."""

    wsgi: str = WSGI

    def start(self, *, workers: int = 2, background: bool = True) -> None:
        """Web and worker; returns when the web answers."""
        command = ["gunicorn", f"{self.wsgi}:application", "--bind", self.url.rpartition("/")[2]]
        command += ["--workers", str(workers), "--threads", "4", "--preload", "--keep-alive", "30", *SERVED]
        self._start("web", command)
        if background:
            self._start("worker", ["huiyin", "worker"])
        self.wait()

    def kill_all(self) -> None:
        """Both, at one moment."""
        for name in list(self.processes):
            self.kill(name)


def run(profile: Profile, seed: int, *, wsgi: str = WSGI, say: Callable[[str], None] = print) -> Outcome:
    """One whole run in a temporary folder."""
    began = time.monotonic()
    url = os.environ.get("DATABASE_URL", "")
    with (
        tempfile.TemporaryDirectory(prefix="huiyin-faults-") as folder,
        own_database(url) if url.startswith("postgres") else nullcontext("") as database,
    ):
        live = prepared(Path(folder), database)
        live.wsgi = wsgi
        found = database or str(live.folder / "home" / "huiyin.sqlite3")
        try:
            clients, kills = hurt(live, profile, random.Random(seed), say)
            calm(clients, found)
        finally:
            live.stop()
        try:
            faults = judge(live, found, clients)
        finally:
            live.let_go()
        return Outcome(faults, acknowledged(clients), kills, time.monotonic() - began)


def prepared(folder: Path, database: str) -> Killed:
    """A migrated product that is not served yet."""
    port = free_port()
    own = {"HUIYIN_HOME": str(folder / "home"), "PORT": str(port), "DATABASE_URL": database}
    env = {**os.environ, **own, "HUIYIN_PROXIES": "1", "HUIYIN_NOW": ""}  # no demo: the machine's own clock
    live = Killed(f"http://127.0.0.1:{port}", env, folder)
    prepare(live, database)
    return live


def hurt(live: Killed, profile: Profile, chance: random.Random, say: Callable[[str], None]) -> tuple[list[Client], int]:
    """Kill until enough was acknowledged and enough was killed; clients are left writing."""
    stop = threading.Event()
    clients = [Client(live.url, chance.getrandbits(64), stop) for _ in range(8)]
    for client in clients:
        client.stop = stop
    live.start()
    for client in clients:
        client.start()
    kills = 0
    try:
        while kills < profile.kills or acknowledged(clients) < profile.acknowledged:
            written = acknowledged(clients)
            time.sleep(chance.uniform(*profile.calm))
            if kills < profile.kills:
                until_more(clients, written)
                live.kill_all()
                kills += 1
                say(f"kill {kills}: {acknowledged(clients)} acknowledged")
                live.start()
    finally:
        stop.set()
    return clients, kills


def until_more(clients: list[Client], written: int) -> None:
    """Until the product writes: on a busy machine a kill before that would meet nobody at work."""
    until = time.monotonic() + WRITES_WITHIN
    while acknowledged(clients) == written and time.monotonic() < until:
        time.sleep(0.01)


def calm(clients: Sequence[Client], database: str) -> None:
    """Clients finish, and the worker seals what is left."""
    for client in clients:
        client.join()
    until = time.monotonic() + SEALED_WITHIN
    while time.monotonic() < until and not sealed(database):
        time.sleep(0.2)


def sealed(database: str) -> bool:
    """Whether an export would have everything: nothing waits for its leaf."""
    found = rows(database)
    return bool(found["total"][0][0] == found["leaves"][0][0])


def judge(live: Killed, database: str, clients: Sequence[Client]) -> list[str]:
    """The independent check, then the product's own."""
    path = live.folder / "ledger.jsonl"
    path.write_text(ledger(list(clients)), encoding="utf-8")
    check = [sys.executable, str(Path(__file__).with_name("check.py"))]
    counted = subprocess.run([*check, database, str(path)], capture_output=True, text=True, check=False, cwd="/")
    verified = live.huiyin("audit", "verify", "--language", "en", check=False)
    faults = counted.stderr.splitlines() if counted.returncode else []
    faults += verified.stderr.splitlines() if verified.returncode else []
    return faults + [f"a client was refused: {one}" for client in clients for one in client.refused[:3]]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="huiyin faults")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="short")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--wsgi", default=WSGI, help="another wsgi module, as those with planted faults")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else random.SystemRandom().getrandbits(32)
    sys.stdout.write(f"seed {seed}\n")
    outcome = run(PROFILES[given.profile], seed, wsgi=given.wsgi, say=lambda line: print(line, flush=True))
    sys.stdout.write(f"{outcome.acknowledged} acknowledged, {outcome.kills} kills, {outcome.seconds:.0f} s\n")
    if outcome.faults:
        sys.stderr.write("\n".join(outcome.faults[:50]) + "\n")
        return 1
    sys.stdout.write("nothing lost, nothing doubled, every matter with its event; the log verifies\n")
    return 0


__all__ = ["PROFILES", "Profile", "checked", "main", "run"]

if __name__ == "__main__":
    sys.exit(main())
