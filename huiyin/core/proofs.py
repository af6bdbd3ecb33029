"""The proof of what the log holds about one subject, as a file anybody checks with `verify_log.py` alone.

Each entry comes with its audit path to the first checkpoint that holds it (RFC 6962 §2.1.1): the trees of later
checkpoints begin with that one, so nothing is lost, and a path is read from a few hundred leaves, not from all.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from huiyin.core import eventlog, sealing
from huiyin.core.models import Checkpoint, Event

FORMAT = "huiyin-proof-1"


@dataclass(frozen=True)
class Entry:
    """One sealed event of a subject: its place, leaf and path, and the signed note of the checkpoint that holds it."""

    seq: int
    leaf: str
    event: dict[str, Any]
    path: tuple[str, ...]
    size: int
    note: str


@dataclass(frozen=True)
class Proof:
    """Everything sealed about a subject, in the log's order; `waiting` events were told and not sealed yet."""

    origin: str
    key: str
    entries: tuple[Entry, ...]
    waiting: int

    def text(self) -> str:
        """The file: a head, then an entry a line."""
        head = {"format": FORMAT, "key": self.key, "origin": self.origin}
        lines = [json.dumps(head, ensure_ascii=False, sort_keys=True)]
        for one in self.entries:
            told = {"seq": one.seq, "leaf": one.leaf, "event": one.event, "path": one.path, "checkpoint": one.note}
            lines.append(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return "\n".join(lines) + "\n"


def proof(subject: str) -> Proof:
    """The proof of a subject's events. The caller has checked who asks; events name ids only."""
    entries = tuple(_entries(subject))
    total = Event.objects.filter(subject=subject).count()
    return Proof(sealing.origin(), str(sealing.verifier()), entries, total - len(entries))


def count(subject: str) -> tuple[int, int]:
    """How many events there are of a subject, and how many of them are sealed; one question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(l.event_id) FROM core_event e LEFT JOIN core_leaf l ON l.event_id = e.id "
            "WHERE e.subject = %s",
            [subject],
        )
        told, sealed = cursor.fetchone()
    return int(told), int(sealed)


def _entries(subject: str) -> Iterator[Entry]:
    sql = (
        f"SELECT l.seq, l.hash, {eventlog.select()} "  # noqa: S608 - columns and tables are ours
        "FROM core_leaf l JOIN core_event e ON e.id = l.event_id WHERE e.subject = %s ORDER BY l.seq"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [subject])
        rows = cursor.fetchall()
    checkpoint: Checkpoint | None = None
    for seq, leaf, *row in rows:
        if checkpoint is None or checkpoint.size <= seq:
            checkpoint = Checkpoint.objects.filter(size__gt=seq).order_by("size").first()
        if checkpoint is None:
            return  # sealed this very moment, its checkpoint not signed yet
        event = eventlog.fields(row)
        _, path = sealing.inclusion_proof(event["id"], checkpoint)
        note = sealing.note(checkpoint).decode()
        yield Entry(seq, bytes(leaf).hex(), event, tuple(one.hex() for one in path), checkpoint.size, note)
