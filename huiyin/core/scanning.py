"""Looking for malware in what people hand in: ClamAV's daemon, over its socket (trust.md W4).

What the scanner names is never kept. What it could not see, since it was away, is kept and handed to nobody until it
was looked at; what it names then stays so for good, for whoever has to know what was sent.
"""

import socket
import struct
from collections.abc import Collection
from contextlib import closing
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Min, QuerySet

from huiyin.core import health
from huiyin.core.models import StoredFile, UnseenFile
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase

SECONDS = 10.0
"""How long the scanner may be silent before it counts as away: whoever hands something in waits for it."""
PIECE = 1 << 16
WAITS_MOST = timedelta(minutes=10)
NAME_MOST = 80


class Away(Exception):
    """The scanner does not answer, or could not look at all of it."""


def on() -> bool:
    """Whether files are looked at here."""
    return bool(settings.HUIYIN_SCANNER)


def malware(data: bytes) -> str:
    """The name of what is in these bytes, or nothing: clamd's INSTREAM (clamd(8)). Raises Away."""
    try:
        with closing(_connected()) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            said = _answer(line)
    except OSError as problem:
        raise Away(type(problem).__name__) from problem
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND")[:NAME_MOST]
    raise Away(said[:NAME_MOST])


def answers() -> bool:
    """Whether the scanner is there: clamd's PING."""
    try:
        with closing(_connected()) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except OSError:
        return False


def seen(data: bytes) -> bool:
    """Look at what somebody hands in. True once it was looked at, or where nothing is; False where the scanner is
    away. Raises Refused: file_malware."""
    if not on():
        return True
    try:
        found = malware(data)
    except Away:
        return False
    if found:
        raise Refused("file_malware", field="file")
    return True


def unseen(rows: Collection[StoredFile]) -> set[UUID]:
    """Which of kept files nobody may have, one query."""
    return set(UnseenFile.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))


def waiting() -> QuerySet[StoredFile]:
    """Kept files that nobody has looked at and the machine can: what is locked waits for whoever opens it."""
    unseen = UnseenFile.objects.filter(found="")
    return StoredFile.objects.filter(id__in=unseen.values("id")).exclude(subject__startswith=StoredFile.CLOSED)


def need_seen(row: StoredFile) -> None:
    """Refuse a file nobody may have. Raises Refused: file_unseen, file_malware_kept."""
    waiting = UnseenFile.objects.filter(pk=row.pk).first()
    if waiting is not None:
        raise Refused("file_malware_kept" if waiting.found else "file_unseen")


def need_harmless(data: bytes) -> None:
    """Look at bytes that could not be looked at before. Raises Refused: file_unseen, file_malware_kept."""
    try:
        found = malware(data)
    except Away as away:
        raise Refused("file_unseen") from away
    if found:
        raise Refused("file_malware_kept")


@health.watch
def scanner(at: datetime, language: str) -> health.Part:
    """What waits longer than the scanner may be away. Where none is set there is nothing to be away."""
    rows = UnseenFile.objects.filter(id__in=waiting().values("id"))
    since = rows.aggregate(since=Min("since"))["since"] if on() else None
    waits = at - since if since else timedelta(0)
    ok = waits <= WAITS_MOST
    says = phrase("health", "fine" if ok else "scanner_away", language, minutes=int(waits.total_seconds() // 60))
    return health.Part("scanner", ok=ok, says=says, value=int(waits.total_seconds()), limit=WAITS_MOST.total_seconds())


def _connected() -> socket.socket:
    """A line to `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`."""
    parts = urlsplit(settings.HUIYIN_SCANNER)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(SECONDS)
    try:
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096:
        if not (piece := line.recv(4096)):
            break
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace")
