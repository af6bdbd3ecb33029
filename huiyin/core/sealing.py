"""Sealing: every event becomes a leaf of one Merkle tree, and every batch ends in a signed checkpoint.

Events without a leaf are found by looking for exactly those (an anti-join), never by a high-water mark: a transaction
that began early and ended late leaves an event *behind* the newest one, and a mark would pass it by for ever. To keep
that cheap, the frequent rounds look at the last two minutes, every half minute at the last hour, and every five minutes
(and whenever a command seals) at everything.
"""

import base64
import logging
import time
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from huiyin.core import eventlog
from huiyin.core.caches import kept
from huiyin.core.canonical import leaf_of
from huiyin.core.kept import OutsideAction, under_way
from huiyin.core.keys import Signer, Verifier, body, line, signer
from huiyin.core.merkle import EMPTY, Edge, consistency, inclusion
from huiyin.core.models import Checkpoint, Cosignature, Event, Leaf, Mark
from huiyin.core.now import now
from huiyin.core.request_id import current_request_id
from huiyin.core.worker import tick

log = logging.getLogger("huiyin.sealing")

BATCH = 1000
BATCHES_A_TICK = 10
WINDOWS = ((timedelta(minutes=2), 0.0), (timedelta(hours=1), 30.0), (None, 300.0))
LOCK = 0x4875_6979_696E  # "Huiyin": the advisory lock of the one sealer

Candidate = tuple[int, bytes]


@dataclass(frozen=True)
class Witnessed:
    """The newest root somebody else has signed: what stands on the wall, on boards and on receipts."""

    size: int
    root: bytes
    at: datetime
    witness: str

    @property
    def short(self) -> str:
        """The root as people can read it out: sixteen hex digits in groups of four."""
        text = self.root.hex()[:16]
        return " ".join(text[at : at + 4] for at in range(0, 16, 4))


class _Sweeps:
    """When this process last looked how far back (monotonic seconds)."""

    def __init__(self) -> None:
        self._last: dict[timedelta | None, float] = {}

    def window(self) -> timedelta | None:
        """How far back to look now: the widest window that is due; a fresh process begins with everything."""
        moment = time.monotonic()
        due = [window for window, every in WINDOWS if moment - self._last.get(window, float("-inf")) >= every]
        self._last[due[-1]] = moment
        return due[-1]

    def forget(self) -> None:
        """Look at everything next time, as a fresh process does."""
        self._last.clear()


_sweeps = _Sweeps()
kept(lambda: _sweeps.forget())


@tick(every=timedelta(seconds=2))
def seal(at: datetime) -> int:
    """The worker's round; returns how many events were sealed. Another sealer at work is left alone."""
    window = _sweeps.window()
    since = None if window is None else at - window
    total = 0
    for _ in range(BATCHES_A_TICK):
        done = _batch(since, at)
        total += done
        if done < BATCH:
            break
    return total


def seal_now(at: datetime) -> int:
    """Seal everything there is; commands that write call it before they end. Raises OutsideAction inside an action."""
    if under_way():
        raise OutsideAction("an action cannot seal what it has not told yet")
    total = passed = 0
    while candidates := _unsealed(None, after=passed):
        total += _seal(candidates, at, wait=True)
        passed = candidates[-1][0]  # what is behind it has its leaf: a million events are not looked through for each
    return total


def _batch(since: datetime | None, at: datetime) -> int:
    """Give up to BATCH events their leaves, unless another sealer is at work."""
    candidates = _unsealed(since)
    return _seal(candidates, at, wait=False) if candidates else 0


def _seal(candidates: Sequence[Candidate], at: datetime, *, wait: bool) -> int:
    """Give events their leaves and sign the tree they make."""
    try:
        with transaction.atomic():
            if not _locked(wait=wait):
                return 0
            return _append(_still_unsealed(candidates), at)
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        # On PostgreSQL the lock rules this out; kept for a lock that was lost with its session.
        log.exception("two sealers met; the next round goes on")
        return 0


def _unsealed(since: datetime | None, *, after: int = 0) -> list[Candidate]:
    """The oldest events without a leaf, with the leaves they will have. Hashed before the lock is taken."""
    ids = _without_leaf(since, after)
    if not ids:
        return []
    marks = ", ".join(["%s"] * len(ids))
    sql = f"SELECT {eventlog.select()} FROM core_event e WHERE e.id IN ({marks}) ORDER BY e.id"  # noqa: S608 - columns and table are ours
    with connection.cursor() as cursor:
        cursor.execute(sql, ids)
        rows = cursor.fetchall()
    found = []
    for row in rows:
        try:
            found.append((int(row[0]), leaf_of(eventlog.body(row))))
        except ValueError:
            # Only SQL by hand can make such an event; it must not stop the others, and health stays red for it.
            log.exception("event %s cannot be sealed", row[0])
    return found


def _without_leaf(since: datetime | None, after: int) -> list[int]:
    """Their numbers only: of the whole log two indexes are walked side by side and not one event is read.

    In a window the order is by a sum, so that PostgreSQL takes the window's index: to meet the order it would walk the
    log from its first event.
    """
    where, parameter, order = ("e.id > %s", after, "e.id") if since is None else _window(since)
    sql = (
        "SELECT e.id FROM core_event e WHERE NOT EXISTS (SELECT 1 FROM core_leaf l WHERE l.event_id = e.id) "  # noqa: S608 - ours
        f"AND {where} ORDER BY {order} LIMIT {BATCH}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter])
        return [int(found) for (found,) in cursor.fetchall()]


def _window(since: datetime) -> tuple[str, Any, str]:
    moment = connection.ops.adapt_datetimefield_value(since)
    return "e.recorded_at >= %s", moment, "e.id + 0"


def _still_unsealed(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those nobody sealed between looking and locking."""
    sealed = set(Leaf.objects.filter(event_id__in=[one for one, _ in candidates]).values_list("event_id", flat=True))
    return [candidate for candidate in candidates if candidate[0] not in sealed]


def _append(candidates: Sequence[Candidate], at: datetime) -> int:
    """Grow the tree under the lock. Raises UnsafeKeys when the log has checkpoints and its key is gone."""
    if not candidates:
        return 0
    last = newest()
    key = signer(make=last is None)
    edge = Edge.parse(last.size, bytes(last.edge)) if last else Edge()
    first = edge.size
    for _, leaf in candidates:
        edge.add(leaf)
    Leaf.objects.bulk_create(
        Leaf(seq=first + offset, event_id=event_id, hash=leaf) for offset, (event_id, leaf) in enumerate(candidates)
    )
    _sign(edge, key, at)
    return len(candidates)


def _sign(edge: Edge, key: Signer, at: datetime) -> None:
    name = origin()
    message = body(name, edge.size, edge.root(), at)
    Checkpoint.objects.create(
        size=edge.size,
        root=edge.root(),
        edge=edge.pack(),
        at=at,
        key_id=key.verifier(name).id,
        signature=key.sign(message),
    )


def _locked(*, wait: bool) -> bool:
    """Be the only sealer until the transaction ends. On SQLite BEGIN IMMEDIATE has seen to that already."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def origin() -> str:
    """The log's name, made with its first checkpoint; it stays with the database through backups and new keys."""
    import secrets

    mark, _ = Mark.objects.get_or_create(
        name="log", defaults={"value": f"huiyin.invalid/log/{secrets.token_hex(8)}", "at": now()}
    )
    return mark.value


def verifier() -> Verifier:
    """The log's public key under its name. Raises UnsafeKeys when the log has checkpoints and its key is gone."""
    return signer(make=newest() is None).verifier(origin())


def newest() -> Checkpoint | None:
    """The last checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def newest_witnessed() -> Witnessed | None:
    """The newest root a witness has signed; None until there is one. One question a request: page and frame show it."""
    request, known = current_request_id(), _seen.get()
    if request and known is not None and known[0] == request:
        return known[1]
    found = _newest_witnessed()
    _seen.set((request, found))
    return found


_seen: "ContextVar[tuple[str, Witnessed | None] | None]" = ContextVar("huiyin_witnessed", default=None)


def _newest_witnessed() -> Witnessed | None:
    seen = Cosignature.objects.select_related("checkpoint").order_by("-checkpoint__size", "at").first()
    if seen is None:
        return None
    return Witnessed(seen.checkpoint.size, bytes(seen.checkpoint.root), seen.at, seen.witness)


def note(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as a C2SP signed note."""
    name = origin()
    text = body(name, checkpoint.size, bytes(checkpoint.root), checkpoint.at)
    return text + b"\n" + line(name, checkpoint.key_id, bytes(checkpoint.signature))


def oldest_unsealed(at: datetime) -> timedelta:
    """How long the oldest event of the last hour has waited for its leaf; nothing waits: zero. Red beyond a minute."""
    oldest = (
        Event.objects.filter(leaf__isnull=True, recorded_at__gte=at - timedelta(hours=1))
        .order_by("recorded_at")
        .values_list("recorded_at", flat=True)
        .first()
    )
    return max(at - oldest, timedelta(0)) if oldest else timedelta(0)


def subtree(start: int, end: int) -> bytes:
    """The hash over leaves `start` to `end`, read from the table. Raises ValueError when one is missing."""
    rows = Leaf.objects.filter(seq__gte=start, seq__lt=end).order_by("seq").values_list("seq", "hash")
    edge = Edge()
    for expected, (seq, leaf) in enumerate(rows.iterator(chunk_size=5000), start):
        if seq != expected:
            break
        edge.add(bytes(leaf))
    if edge.size != end - start:
        raise ValueError(f"leaf {start + edge.size} is missing")
    return edge.root()


def consistency_proof(old: int, checkpoint: Checkpoint) -> list[bytes]:
    """Proof that the tree of a checkpoint begins with its first `old` leaves.

    What the edges of both checkpoints already hold is not read again. Raises ValueError when `old` is larger.
    """
    known = Edge.parse(checkpoint.size, bytes(checkpoint.edge)).spans()
    earlier = Checkpoint.objects.filter(size=old).first()
    if earlier is not None:
        known |= Edge.parse(old, bytes(earlier.edge)).spans()
    return consistency(old, checkpoint.size, lambda start, end: known.get((start, end)) or subtree(start, end))


def inclusion_proof(event_id: int, checkpoint: Checkpoint) -> tuple[int, list[bytes]]:
    """An event's place and its audit path in the tree of a checkpoint. Raises ValueError when it is not in it."""
    seq = Leaf.objects.values_list("seq", flat=True).get(event_id=event_id)
    known = Edge.parse(checkpoint.size, bytes(checkpoint.edge)).spans()
    path = inclusion(seq, checkpoint.size, lambda start, end: known.get((start, end)) or subtree(start, end))
    return seq, path


def describe(checkpoint: Checkpoint | None) -> str:
    """Size and root in one line; for commands."""
    if checkpoint is None:
        return f"0 {base64.b64encode(EMPTY).decode()}"
    return f"{checkpoint.size} {base64.b64encode(bytes(checkpoint.root)).decode()}"
