"""`huiyin audit verify`: the log, the tree, the signatures, every kept row and every look, gone through again.

Reads one moment of the database as a stream; what must be remembered (the last commitment to each row) lies in a
temporary SQLite file, so that memory stays small however long the log is.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.db.models import Model

from huiyin.core import eventlog, sealing
from huiyin.core.canonical import encode_plain, leaf_of, look_leaf, stored_digest
from huiyin.core.kept import Kept
from huiyin.core.keyfiles import UnsafeKeys
from huiyin.core.keys import Verifier, body, witness_key
from huiyin.core.ledger import Ledger
from huiyin.core.merkle import Edge, root
from huiyin.core.models import Checkpoint, Cosignature, Look, RowSet, SealedLook
from huiyin.core.rowset import ALL, root_of, unpack
from huiyin.programme.words import phrase

SHOWN = 20  # sentences of one kind before "and more"
PATIENCE = timedelta(minutes=1)  # an event
LOOK_PATIENCE = timedelta(minutes=3)  # a look waits for its minute to end


@dataclass(frozen=True)
class Seen:
    """What a witness holds: the newest checkpoint it has signed."""

    witness: str
    size: int
    root: bytes
    at: datetime


@dataclass
class Findings:
    """What is wrong, as sentences; and what was gone through."""

    language: str = "zh-Hans"
    sentences: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    events: int = 0
    rows: int = 0
    looks: int = 0
    checkpoints: int = 0
    root: bytes = b""

    def add(self, code: str, **values: str | int) -> None:
        """One finding; of each kind only the first few are told in full."""
        self.counts[code] += 1
        if self.counts[code] <= SHOWN:
            self.sentences.append(phrase("audit", code, self.language, **values))

    def told(self) -> list[str]:
        """All sentences, with a last one for each kind that has more."""
        more = [count - SHOWN for count in self.counts.values() if count > SHOWN]
        return [*self.sentences, *(phrase("audit", "and_more", self.language, count=count) for count in more)]

    def __bool__(self) -> bool:
        return bool(self.counts)


def verify(at: datetime, seen: Sequence[Seen] = (), language: str = "zh-Hans") -> Findings:
    """Go through everything. `seen` is what witnesses hold; without it a log rewritten and re-signed is not noticed."""
    findings = Findings(language)
    with eventlog.snapshot(), closing(Ledger()) as ledger:
        _tree(findings, ledger, [*seen, *_cosigned(findings)])
        _unsealed(findings, ledger, at)
        _rows(findings, ledger)
        _looks(findings, ledger, at)
    return findings


def _cosigned(findings: Findings) -> list[Seen]:
    """The newest checkpoint of each witness whose signature the database keeps, with the signature tried."""
    newest = {one.witness: one for one in Cosignature.objects.select_related("checkpoint").order_by("checkpoint__size")}
    for one in newest.values():
        key = witness_key(one.witness)
        checkpoint = one.checkpoint
        text = body(sealing.origin(), checkpoint.size, bytes(checkpoint.root), checkpoint.at)
        if key is None or key.id != one.key_id or not key.cosigned(text, _second(one.at), bytes(one.signature)):
            findings.add("witness_signature", witness=one.witness)
    return [Seen(one.witness, one.checkpoint.size, bytes(one.checkpoint.root), one.at) for one in newest.values()]


def _tree(findings: Findings, ledger: Ledger, seen: Sequence[Seen]) -> None:
    """Leaves from events, roots from leaves, checkpoints and what witnesses saw against the roots."""
    checkpoints = Checkpoint.objects.order_by("size").iterator(chunk_size=500)
    watch = _Watch(findings, checkpoints, seen)
    sql = (
        f"SELECT l.seq, l.hash, l.event_id, {eventlog.select()} "  # noqa: S608 - columns and tables are ours
        "FROM core_leaf l LEFT JOIN core_event e ON e.id = l.event_id ORDER BY l.seq"
    )
    edge = Edge()
    for seq, stored, event_id, *row in eventlog.stream(sql):
        if seq != edge.size and not findings.counts["leaf_missing"]:
            findings.add("leaf_missing", seq=edge.size)
        edge.add(_leaf(findings, ledger, row, bytes(stored), event_id))
        watch.at(edge)
    findings.events = edge.size
    findings.root = edge.root()
    watch.end(edge)


def _leaf(findings: Findings, ledger: Ledger, row: Sequence[Any], stored: bytes, event_id: int) -> bytes:
    """The leaf as the event says now; a finding where the log says another. The tree goes on with the log's."""
    if row[0] is None:
        findings.add("event_deleted", event=event_id)
        return stored
    try:
        found = eventlog.fields(row)
        leaf = leaf_of(encode_plain(found))
    except (ValueError, TypeError, AttributeError):
        findings.add("event_broken", event=event_id)
        return stored
    if leaf != stored:
        findings.add("event_changed", event=event_id, name=found["name"])
    _remember(findings, ledger, event_id, found)
    return stored


def _remember(findings: Findings, ledger: Ledger, event_id: int, found: dict[str, Any]) -> None:
    """Keep what an event commits to."""
    rows, data = found["rows"], found["data"]
    if not isinstance(rows, dict) or not isinstance(data, dict):
        findings.add("event_broken", event=event_id)
        return
    ledger.commit(event_id, _many(findings, event_id, rows[ALL]) if ALL in rows else rows)
    if found["name"] == "core.looks_sealed":
        told = (str(data.get("minute")), str(data.get("count")), str(data.get("root")))
        ledger.batch(found["subject"], *told)


def _many(findings: Findings, event_id: int, tree: str) -> dict[str, str]:
    """The commitments that lie beside an event of many rows; a finding, and none, where they do not make its root."""
    stored = RowSet.objects.filter(pk=event_id).values_list("rows", flat=True).first()
    try:
        rows = unpack(stored or b"")
    except ValueError:
        rows = {}  # as for a set that makes another root: it is told, and its rows count as unknown
    if not rows or root_of(rows) != tree:
        findings.add("rows_changed", event=event_id)
        return {}
    return rows


class _Watch:
    """Compares roots on the way: one tree grows, and stops are made at every size somebody has signed."""

    def __init__(self, findings: Findings, checkpoints: Iterator[Checkpoint], seen: Sequence[Seen]) -> None:
        self.findings = findings
        self.checkpoints = checkpoints
        self.next = next(checkpoints, None)
        self.last: Checkpoint | None = None
        unlike = {(one.witness, one.size, one.root): one for one in seen}
        self.seen = sorted(unlike.values(), key=attrgetter("size"))

    def at(self, edge: Edge) -> None:
        """The tree has grown by a leaf."""
        while self.next is not None and self.next.size <= edge.size:
            stated = self.next.size, bytes(self.next.root), bytes(self.next.edge)
            if stated != (edge.size, edge.root(), edge.pack()):
                self.findings.add("checkpoint_root", size=self.next.size)
            self._turn()
        while self.seen and self.seen[0].size <= edge.size:
            saw = self.seen.pop(0)
            if saw.root != edge.root():
                self.findings.add("witness_root", witness=saw.witness, at=_moment(saw.at), size=saw.size)

    def end(self, edge: Edge) -> None:
        """The log has ended."""
        for saw in self.seen:
            values: dict[str, str | int] = {"witness": saw.witness, "at": _moment(saw.at), "size": saw.size}
            self.findings.add("witness_short", found=edge.size, **values)
        if self.next is None and (self.last.size if self.last else 0) < edge.size:
            self.findings.add("checkpoint_missing", found=edge.size, size=self.last.size if self.last else 0)
        while self.next is not None:
            self.findings.add("checkpoint_short", found=edge.size, size=self.next.size)
            self._turn()
        if self.last is not None:
            _signature(self.findings, self.last)

    def _turn(self) -> None:
        self.findings.checkpoints += 1
        self.last, self.next = self.next, next(self.checkpoints, None)


def _signature(findings: Findings, checkpoint: Checkpoint) -> None:
    """Whether the newest checkpoint is signed by the log's own key."""
    try:
        key: Verifier = sealing.verifier()
    except UnsafeKeys as fault:
        findings.add("key_unusable", reason=str(fault))
        return
    if checkpoint.key_id != key.id:
        findings.add("checkpoint_key", size=checkpoint.size, key=checkpoint.key_id)
        return
    message = body(key.name, checkpoint.size, bytes(checkpoint.root), checkpoint.at)
    if not key.signed(message, bytes(checkpoint.signature)):
        findings.add("checkpoint_signature", size=checkpoint.size)


def _unsealed(findings: Findings, ledger: Ledger, at: datetime) -> None:
    """Events without a leaf: the whole table is asked. The young ones count as history all the same."""
    sql = (
        f"SELECT {eventlog.select()} FROM core_event e "  # noqa: S608 - columns and tables are ours
        "WHERE NOT EXISTS (SELECT 1 FROM core_leaf l WHERE l.event_id = e.id) ORDER BY e.id"
    )
    too_old = at - PATIENCE
    for row in eventlog.stream(sql):
        try:
            found = eventlog.fields(row)
            recorded_at = datetime.fromisoformat(found["recorded_at"])
        except (ValueError, TypeError, AttributeError):
            findings.add("event_broken", event=row[0])
            continue
        if recorded_at < too_old:
            findings.add("event_unsealed", event=row[0], name=found["name"])
        _remember(findings, ledger, row[0], found)


def kept_models() -> list[type[Model]]:
    """Every table whose rows the log commits to."""
    return [model for model in apps.get_models() if issubclass(model, Kept)]


def _rows(findings: Findings, ledger: Ledger) -> None:
    """Every kept row against the last commitment to it, and every commitment against the rows."""
    ledger.ready()
    known = {model._meta.label_lower: model for model in kept_models()}
    present = set(connection.introspection.table_names())
    for label, model in known.items():
        if model._meta.db_table not in present:
            findings.add("table_missing", table=model._meta.db_table)
            continue
        try:
            matched = _table(findings, ledger, model)
        except (ValueError, DatabaseError):
            # A value that the driver itself cannot read as the column's type: written by hand, on SQLite.
            findings.add("table_unreadable", label=label)
            continue
        if matched != ledger.count(label):
            _deleted(findings, ledger, model)
    for label in ledger.labels() - known.keys():
        findings.add("table_unknown", label=label, count=ledger.count(label))


def _table(findings: Findings, ledger: Ledger, model: type[Model]) -> int:
    """One table. Returns how many of its rows the log knows."""
    columns, digest = stored_digest(model)
    rows = model._base_manager.order_by("pk").values_list(*columns).iterator(chunk_size=eventlog.CHUNK)
    matched = 0
    while chunk := list(islice(rows, 500)):
        digests = dict(_digests(findings, model, digest, chunk))
        found = ledger.last(list(digests))
        for key, now in digests.items():
            then = found.get(key, "")
            matched += bool(then)
            if not then:
                findings.add("row_inserted", key=key)
            elif then != now:
                findings.add("row_changed", key=key)
        findings.rows += len(chunk)
    return matched


def _deleted(findings: Findings, ledger: Ledger, model: type[Model]) -> None:
    """Name the rows the log knows and the table has not; asked only where the counts differ."""
    label = model._meta.label_lower
    keys = model._base_manager.values_list("pk", flat=True).iterator(chunk_size=eventlog.CHUNK)
    ledger.met(f"{label}:{key}" for key in keys)
    for key in ledger.unmet(label):
        findings.add("row_deleted", key=key)


def _digests(findings: Findings, model: type[Model], digest: Any, chunk: list[Any]) -> Iterator[tuple[str, str]]:
    """Keys and commitments of rows; a row that cannot be read as the table's columns say was not written by us."""
    primary = stored_digest(model)[0].index(model._meta.pk.attname)
    for values in chunk:
        try:
            yield digest(values)
        except (TypeError, ValueError, ValidationError):
            findings.add("row_unreadable", key=f"{model._meta.label_lower}:{values[primary]}")


def _looks(findings: Findings, ledger: Ledger, at: datetime) -> None:
    """Every batch of looks against the root its event carries."""
    sealed = SealedLook.objects.select_related("look").order_by("batch", "look_id").iterator(chunk_size=2000)
    for batch, group in groupby(sealed, key=lambda one: str(one.batch)):
        leaves = [look_leaf(one.look) for one in group]
        findings.looks += len(leaves)
        minute, count, tree = ledger.take_batch(batch) or ("", "", "")
        if (count, tree) != (str(len(leaves)), root(leaves).hex()):
            findings.add("looks_changed", batch=batch, minute=minute)
    for batch, minute in ledger.batches():
        findings.add("looks_changed", batch=batch, minute=minute)
    waiting = Look.objects.filter(sealedlook__isnull=True, at__lt=at - LOOK_PATIENCE).order_by("id")
    for look_id in waiting.values_list("id", flat=True).iterator(chunk_size=2000):
        findings.add("look_unsealed", look=look_id)


def _second(at: datetime) -> int:
    """A Unix second that was a Unix second before; anything finer was put in by hand and matches no signature."""
    return int(at.timestamp()) if not at.microsecond else -1


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
