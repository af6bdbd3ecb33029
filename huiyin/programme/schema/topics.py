"""The tree of topics: what stands under what, in the order to show it, and what somebody means who types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

MANY = 60
"""A list of more topics than these is shown from its roots."""


class Topical(Protocol):
    """What a tree needs of a topic."""

    @property
    def title(self) -> str: ...

    @property
    def parent(self) -> str | None: ...


@dataclass(frozen=True)
class Branch:
    """A topic where it stands: how deep, and the words from its root to it."""

    name: str
    title: str
    depth: int
    path: str


def branches(topics: Mapping[str, Topical]) -> tuple[Branch, ...]:
    """Every topic once, each after what it stands under, siblings in written order."""
    below: dict[str | None, list[str]] = {}
    for name, topic in topics.items():
        below.setdefault(topic.parent if topic.parent in topics else None, []).append(name)
    found: list[Branch] = []
    wait = [(name, 0, "") for name in reversed(below.get(None, []))]
    while wait:
        name, depth, above = wait.pop()
        path = f"{above} › {topics[name].title}" if above else topics[name].title
        found.append(Branch(name, topics[name].title, depth, path))
        wait += [(child, depth + 1, path) for child in reversed(below.get(name, []))]
    return tuple(found)


def under(topics: Mapping[str, Topical], wanted: Iterable[str]) -> frozenset[str]:
    """The topics named and all that stands under them."""
    chosen = set(wanted)
    grown = True
    while grown:
        more = {name for name, topic in topics.items() if topic.parent in chosen and name not in chosen}
        chosen |= more
        grown = bool(more)
    return frozenset(chosen)


def ringed(topics: Mapping[str, Topical]) -> tuple[str, ...]:
    """Topics from which no way leads to a root: they stand under themselves."""
    reached = {one.name for one in branches(topics)}
    return tuple(name for name in topics if name not in reached)
