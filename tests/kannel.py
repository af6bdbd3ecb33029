"""A real SMS gateway for tests: Kannel's bearerbox and smsbox, and its fakesmsc as the operator's centre with a phone.

    with gateway(folder, back="http://127.0.0.1:8000", secret="…") as kannel:
        kannel.write("16000004321", "路灯坏了")     a resident writes
        kannel.arrived()                            what reached telephones, as (number, text)

Programs of Debian's packages kannel and kannel-extras; everything listens on 127.0.0.1 and ends with the block.
"""

import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from tests.postgres import end_with_parent, free_port

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
PATIENCE = 180.0
"""Seconds: a busy machine starts a process slowly."""
TRIES = 3
"""Now and then bearerbox, joined by everybody as it starts, never says that it is online; then all begin anew."""
PASSWORD = "a-password-of-smsbox"
ADMIN = "a-password-of-bearerbox"
_GOT = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$", re.MULTILINE)


def installed() -> bool:
    """Whether all three programs are here."""
    return all(_found(name) for name in ("bearerbox", "smsbox")) and FAKESMSC.exists()


def _found(name: str) -> str | None:
    return shutil.which(name, path=PLACES)


class Standstill(RuntimeError):
    """The gateway runs and joins nobody."""


@dataclass
class Kannel:
    """A running gateway: where messages are handed to it, and the processes behind it."""

    url: str
    folder: Path
    ports: dict[str, int]
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        """Start a program and write down what it says."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                list(command), stdout=log, stderr=log, cwd=self.folder, preexec_fn=end_with_parent
            )

    def boxes(self) -> None:
        """Start bearerbox and smsbox, and a telephone network behind them; returns when all three are joined."""
        for _ in range(TRIES - 1):
            with suppress(Standstill):
                return self._boxes(PATIENCE / TRIES)
            self.stop()
        return self._boxes(PATIENCE)

    def _boxes(self, patience: float) -> None:
        config = str(self.folder / "kannel.conf")
        self.start("bearerbox", str(_found("bearerbox")), config)
        self._answers("admin", patience)
        self.start("smsbox", str(_found("smsbox")), config)
        self._answers("send", patience)
        self.phones(patience=patience)

    def stop(self, *names: str) -> None:
        """Stop some or all of the programs."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=5)
            if process.poll() is None:
                process.kill()
                process.wait()

    def write(self, number: str, text: str, *, times: int = 1) -> None:
        """A resident writes to the county; `times` the centre brings the same again."""
        words = quote_from_bytes(text.encode("utf-16-be"), safe="")
        self.phones("-i", "0.05", "-m", str(times), f"{number} 10690000 ucs2 {words}")

    def phones(self, *said: str, patience: float = PATIENCE) -> None:
        """Join a centre, which sends what its telephones have to say and writes down what reaches them."""
        if "phones" in self.processes:
            self.stop("phones")
        self.start("phones", *self._centre(), *(said or ("-m", "0", "0 0 text nothing")))
        self._until("online", patience)

    def arrived(self) -> list[tuple[str, str]]:
        """What reached telephones: number and text, oldest first; parts of a long one each by itself."""
        found = []
        for _sender, number, kind, words in _GOT.findall(self.raw()):
            if kind == "text":
                found.append((number, words))
                continue
            # A part of a long message comes with a head; which alphabet it has is not said beside it.
            data = unquote_to_bytes(words.rpartition(" ")[2].replace("+", " "))
            wide = kind == "ucs-2" or any(byte > 127 or byte == 0 for byte in data)
            found.append((number, data.decode("utf-16-be" if wide else "latin-1", errors="replace")))
        return found

    def raw(self) -> str:
        """What the telephones' log says."""
        return (self.folder / "phones.log").read_text(encoding="latin-1")

    def _centre(self) -> tuple[str, ...]:
        return str(FAKESMSC), "-H", "127.0.0.1", "-r", str(self.ports["centre"])

    def _answers(self, port: str, patience: float) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.ports[port]), timeout=1):
                return
            time.sleep(0.05)
        raise Standstill(f"kannel did not answer: {self.said()}")

    def _until(self, word: str, patience: float) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with suppress(OSError):
                if word in self.status():
                    return
            time.sleep(0.1)
        raise Standstill(f"kannel has no centre: {self.said()}")

    def status(self) -> str:
        """What bearerbox says of itself."""
        address = f"http://127.0.0.1:{self.ports['admin']}/status.txt?password={ADMIN}"
        with urllib.request.urlopen(address, timeout=20) as answer:
            return str(answer.read().decode("latin-1"))

    def said(self) -> str:
        """The last lines of every log, for a failure."""
        return "\n".join(path.read_text(encoding="latin-1")[-600:] for path in self.folder.glob("*.log"))


@contextmanager
def gateway(folder: Path, *, back: str, secret: str) -> Iterator[Kannel]:
    """A gateway that brings messages to `back`, stopped at the end."""
    ports = {name: free_port() for name in ("admin", "boxes", "centre", "send")}
    shown = back.replace("//", f"//kannel:{secret}@", 1)
    config = CONFIG.format(**ports, admin_password=ADMIN, password=PASSWORD, back=shown)
    (folder / "kannel.conf").write_text(config, encoding="ascii")
    kannel = Kannel(f"http://127.0.0.1:{ports['send']}/cgi-bin/sendsms", folder, ports)
    try:
        yield kannel
    finally:
        kannel.stop()


CONFIG = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {admin_password}
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"
dlr-storage = internal
log-level = 1

group = smsc
smsc = fake
smsc-id = CENTRE
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}
sendsms-interface = 127.0.0.1
global-sender = 10690000
log-level = 1
http-request-retry = 5
http-queue-delay = 1

group = sendsms-user
username = huiyin
password = {password}
max-messages = 20
concatenation = true

group = sms-service
keyword = default
catch-all = true
post-url = "{back}/hooks/sms/?id=%I"
send-sender = true
max-messages = 0
omit-empty = true
"""
