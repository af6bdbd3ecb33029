"""What must be true after the kills, read from the database by a program that imports nothing of the project.

    python check.py DATABASE LEDGER

DATABASE is a postgres:// URL or the path of an SQLite file; LEDGER has a JSON line for every matter a client sent:
{"marker", "state": "acknowledged" | "unknown" | "changed", "code", "receipt"}. An acknowledged matter exists exactly
once, with its code, its event and its leaf; one nobody heard of exists at most once. Exit 1 with a sentence for each
fault, or 0 with counts.
"""

import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

OPENED = "casework.matter_opened"
MATTERS = "SELECT id, code, text FROM casework_matter"
EVENTS = (
    "SELECT e.id, e.subject, l.hash FROM core_event e LEFT JOIN core_leaf l ON l.event_id = e.id WHERE e.name = '{}'"
)
LEAVES = "SELECT count(*), count(DISTINCT event_id), coalesce(max(seq) + 1, 0) FROM core_leaf"
SIGHT = "-c huiyin.door=open -c huiyin.aside=open"  # PostgreSQL hides matters from whoever does not say this
TOTAL = "SELECT count(*) FROM core_event"


def rows(database: str) -> dict[str, list[tuple[Any, ...]]]:
    """The four queries, on either database."""
    queries = {"matters": MATTERS, "events": EVENTS.format(OPENED), "leaves": LEAVES, "total": TOTAL}
    if database.startswith("postgres"):
        import psycopg

        with psycopg.connect(database, options=SIGHT) as connection:
            return {name: list(connection.execute(query).fetchall()) for name, query in queries.items()}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as file:
        return {name: file.execute(query).fetchall() for name, query in queries.items()}


def check(found: dict[str, list[tuple[Any, ...]]], sent: Iterable[dict[str, str]]) -> tuple[list[str], Counter[str]]:
    """Faults as sentences, and what was counted."""
    faults: list[str] = []
    by_marker: dict[str, list[tuple[str, str]]] = defaultdict(list)
    ids = set()
    for key, code, text in found["matters"]:
        identity = str(key).replace("-", "")
        ids.add(identity)
        by_marker[text.rpartition(" ")[2]].append((identity, code))
    opened: dict[str, list[str]] = defaultdict(list)
    for _, subject, leaf in found["events"]:
        opened[subject.replace("-", "")].append(bytes(leaf).hex() if leaf is not None else "")
    counts: Counter[str] = Counter(matters=len(ids), events=len(found["events"]))
    for one in sent:
        counts[one["state"]] += 1
        faults += about(one, by_marker.pop(one["marker"], []), opened)
    faults += [f"matter {code} was sent by nobody" for matters in by_marker.values() for _, code in matters]
    faults += [f"matter {one} has {len(opened[one])} opening events" for one in sorted(ids) if len(opened[one]) != 1]
    faults += [f"an opening event tells of matter {one}, which is not there" for one in sorted(opened.keys() - ids)]
    return faults + log(found), counts


def about(one: dict[str, str], matters: list[tuple[str, str]], opened: dict[str, list[str]]) -> list[str]:
    """Faults of one matter that was sent."""
    marker, state = one["marker"], one["state"]
    if state == "changed":
        return [f"{marker}: the same key was answered in two ways"]
    if len(matters) > 1:
        return [f"{marker}: {len(matters)} matters of one key"]
    if state == "unknown":
        return []
    if not matters:
        return [f"{marker}: acknowledged as {one['code']} and lost"]
    identity, code = matters[0]
    faults = [] if code == one["code"] else [f"{marker}: acknowledged as {one['code']}, kept as {code}"]
    if opened.get(identity) != [one["receipt"]]:
        faults.append(f"{marker}: its event is not in the log under the receipt that was given")
    return faults


def log(found: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """Every event has one leaf, and leaves have no gap."""
    (leaves, events, size), (total,) = found["leaves"][0], found["total"][0]
    if (leaves, events, size) == (total, total, total):
        return []
    return [f"{total} events, {leaves} leaves of {events} events, numbered up to {size}"]


def main(database: str, ledger: str) -> int:
    """Read both and say what is wrong."""
    lines = Path(ledger).read_text(encoding="utf-8").splitlines()
    faults, counts = check(rows(database), map(json.loads, lines))
    if faults:
        sys.stderr.write("\n".join(faults[:50]) + "\n")
        return 1
    sys.stdout.write(" · ".join(f"{name} {count}" for name, count in sorted(counts.items())) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
