"""The log as a file that anybody can check with one Python file and nothing else (docs/reference/log-format.md)."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from huiyin.core import eventlog, sealing
from huiyin.core.keys import line
from huiyin.core.merkle import Edge
from huiyin.core.models import Checkpoint, Cosignature

FORMAT = "huiyin-log-1"


def write(path: Path) -> int:
    """Write every sealed event, the newest checkpoint and all that witnesses signed. Returns how many events.

    Events carry ids and commitments only, so the file names nobody. A name that ends in `.gz` is compressed.
    """
    head = {"format": FORMAT, "origin": sealing.origin(), "key": str(sealing.verifier())}
    scrap = path.with_name(f".{path.name}.new")
    packed = path.suffix == ".gz"
    with gzip.open(scrap, "wt", encoding="utf-8") if packed else scrap.open("w", encoding="utf-8") as file:
        count = 0
        with eventlog.snapshot():
            for item in _lines(head):
                file.write(json.dumps(item, ensure_ascii=False, sort_keys=True) + "\n")
                count += "event" in item
    scrap.replace(path)
    return count


def _lines(head: dict[str, Any]) -> Iterator[dict[str, Any]]:
    notes = _checkpoints()
    yield head | {"sizes": sorted(checkpoint.size for checkpoint in notes)}
    edge = Edge()
    sql = (
        f"SELECT l.seq, l.hash, {eventlog.select()} "  # noqa: S608 - columns and tables are ours
        "FROM core_leaf l JOIN core_event e ON e.id = l.event_id ORDER BY l.seq"
    )
    for seq, leaf, *row in eventlog.stream(sql):
        edge.add(bytes(leaf))
        yield {"seq": seq, "leaf": bytes(leaf).hex(), "event": eventlog.fields(row)}
    for checkpoint, signatures in notes.items():
        yield {"checkpoint": sealing.note(checkpoint).decode() + signatures}
    yield {"end": {"size": edge.size, "root": edge.root().hex()}}


def _checkpoints() -> dict[Checkpoint, str]:
    """The newest checkpoint and every witnessed one, each with its witnesses' signature lines."""
    found: dict[Checkpoint, str] = {}
    for one in Cosignature.objects.select_related("checkpoint").order_by("checkpoint__size", "at"):
        data = int(one.at.timestamp()).to_bytes(8, "big") + bytes(one.signature)
        found[one.checkpoint] = found.get(one.checkpoint, "") + line(one.witness, one.key_id, data).decode()
    newest = sealing.newest()
    if newest is not None:
        found.setdefault(newest, "")
    return found
