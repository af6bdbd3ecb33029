"""Texts that speak of the same, grouped by the pairs of characters they share (R-422)."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

LIKE = 0.35
"""From so much likeness (cosine of their pairs) two texts speak of the same."""
LEAST = 3
"""So many make a group."""
RAREST = 24
"""So many of a text's rarest pairs say which others it may be like, each of them at most so many (`COMMON`); the
`COMPARED` that share most of them are compared. So the work grows with the texts and not with their square."""
COMMON = 60
COMPARED = 60


def groups(texts: Mapping[K, frozenset[str]]) -> list[list[K]]:
    """Groups of at least three like texts, the largest first; each text stands in one, and is like its first one."""
    seen = Counter(pair for pairs in texts.values() for pair in pairs)
    having: defaultdict[str, list[K]] = defaultdict(list)
    rare: dict[K, Sequence[str]] = {}
    for key, pairs in texts.items():
        rare[key] = sorted((one for one in pairs if seen[one] > 1), key=lambda one: (seen[one], one))[:RAREST]
        for pair in rare[key]:
            if len(having[pair]) < COMMON:
                having[pair].append(key)
    like = {key: _like(key, texts, rare, having) for key in texts}
    taken: set[K] = set()
    found = []
    for key in sorted(texts, key=lambda one: -len(like[one])):
        members = [key, *(one for one in like[key] if one not in taken)]
        if key in taken or len(members) < LEAST:
            continue
        taken.update(members)
        found.append(members)
    return sorted(found, key=lambda one: -len(one))


def _like(
    key: K, texts: Mapping[K, frozenset[str]], rare: Mapping[K, Sequence[str]], having: Mapping[str, list[K]]
) -> list[K]:
    """The texts that are like this one, the likest first."""
    shared = Counter(other for pair in rare[key] for other in having[pair] if other != key)
    mine = texts[key]
    scored = ((_alike(mine, texts[other]), other) for other, _ in shared.most_common(COMPARED))
    return [other for alike, other in sorted(scored, key=lambda one: -one[0]) if alike >= LIKE]


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / math.sqrt(len(mine) * len(theirs)) if mine and theirs else 0.0
