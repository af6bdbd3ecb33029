"""A tree of topics from a list: columns code, name, parent_code; optionally body, keywords (joined with |) and held.

The list is read where it lies and never copied: its topics go into the rulebook, which is stored whole. A county may
also lay such a list beside its own page, as `topics.csv`.
"""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass

from huiyin.programme.schema.matters import Matters, Topic
from huiyin.programme.schema.topics import ringed
from huiyin.programme.sheets import Fault

FILE = "topics.csv"
MOST = 5_000
CODE = re.compile(r"[0-9][0-9A-Za-z]{0,39}\Z")
WANTED = ("code", "name", "parent_code")


@dataclass(frozen=True)
class Tree:
    """The topics of a list by name, in its order, and the lines that are none."""

    topics: dict[str, Topic]
    faults: tuple[Fault, ...]


def read(text: str, *, held: Collection[str] = ()) -> Tree:
    """The tree in a list. `held` are codes whose topics, and all under them, are about what officials do (SG-01)."""
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    if not lines or any(column not in lines[0] for column in WANTED):
        return Tree({}, (Fault(1, "topics_columns", values={"columns": ", ".join(WANTED)}),))
    known = {(line["code"] or "").strip() for line in lines}
    topics: dict[str, Topic] = {}
    faults: list[Fault] = []
    for number, line in enumerate(lines[:MOST], start=2):
        code, parent = (line["code"] or "").strip(), (line["parent_code"] or "").strip()
        wrong = _wrong(code, parent, known, topics, line["name"])
        if wrong:
            faults.append(Fault(number, wrong[0], wrong[1], {"code": code[:40], "parent": parent[:40]}))
            continue
        above = topics.get(name_of(parent))
        topics[name_of(code)] = Topic(
            title=line["name"].strip(),
            parent=name_of(parent) if parent else None,
            body=(line.get("body") or "").strip() or (above.body if above else None),
            keywords=tuple(word.strip() for word in (line.get("keywords") or "").split("|") if word.strip()),
            held=code in held or bool((line.get("held") or "").strip()) or (above.held if above else False),
        )
    if len(lines) > MOST:
        faults.append(Fault(MOST + 2, "topics_many", values={"most": MOST}))
    return Tree(topics, tuple(faults))


def name_of(code: str) -> str:
    """The name a topic of a list has in the rulebook."""
    return f"t{code.lower()}"


def listed(name: str) -> bool:
    """Whether a topic's name is that of a list's topic, not one of a programme's own."""
    return bool(re.match(r"t[0-9]", name))


def merged(page: Matters, topics: dict[str, Topic]) -> Matters:
    """The page with the tree after the county's own topics; its own keep their names, words and keywords.

    Raises ValueError where the two together stand in a ring.
    """
    both = {**topics, **page.topics}
    ordered = {name: both[name] for name in (*page.topics, *(one for one in topics if one not in page.topics))}
    if ringed(ordered):
        raise ValueError("topic_own_parent")
    return page.model_copy(update={"topics": ordered})


def _wrong(
    code: str, parent: str, known: Collection[str], topics: dict[str, Topic], title: str
) -> tuple[str, str] | None:
    if not CODE.match(code):
        return "topic_code_wrong", "code"
    if name_of(code) in topics:
        return "code_twice", "code"
    if not title.strip() or len(title.strip()) > 200:
        return "value_missing", "name"
    if parent and (parent not in known or parent == code):
        return "topic_parent_missing", "parent_code"
    return None
