"""The tree of RFC 6962 §2.1 (unchanged in RFC 9162): roots, inclusion and consistency proofs, and their checks.

Pure: leaves come in as hashes, subtrees through a function, so that a proof needs no tree in memory.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
HASH = 32

Subtree = Callable[[int, int], bytes]
"""The hash over the leaves `start <= seq < end`; `end - start >= 1`."""


def node(left: bytes, right: bytes) -> bytes:
    """An inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a tree: the hashes of its perfect subtrees, largest first; all that growing needs.

    A tree of `size` leaves has one for every 1 in the binary form of `size`.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} has {size.bit_count()} perfect subtrees, not {len(hashes)}")
        self.size = size
        self.hashes = list(hashes)

    @classmethod
    def parse(cls, size: int, stored: bytes) -> "Edge":
        """From the bytes of `pack`. Raises ValueError when they cannot be an edge of that size."""
        if len(stored) % HASH:
            raise ValueError("an edge is made of whole hashes")
        return cls(size, [stored[at : at + HASH] for at in range(0, len(stored), HASH)])

    def pack(self) -> bytes:
        """The hashes one after another."""
        return b"".join(self.hashes)

    def add(self, leaf: bytes) -> None:
        """Grow by one leaf."""
        carry = self.size
        hashes = self.hashes
        while carry & 1:
            leaf = node(hashes.pop(), leaf)
            carry >>= 1
        hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root; SHA-256 of nothing for an empty tree."""
        if not self.hashes:
            return EMPTY
        found = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            found = node(left, found)
        return found

    def spans(self) -> dict[tuple[int, int], bytes]:
        """The perfect subtrees by the leaves they cover."""
        found: dict[tuple[int, int], bytes] = {}
        start = 0
        for bit in range(self.size.bit_length() - 1, -1, -1):
            if self.size >> bit & 1:
                found[start, start + (1 << bit)] = self.hashes[len(found)]
                start += 1 << bit
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    edge = Edge()
    for leaf in leaves:
        edge.add(leaf)
    return edge.root()


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The audit path of a leaf, from the bottom up (RFC 6962 §2.1.1). Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(subtree(middle, high))
            high = middle
        else:
            path.append(subtree(low, middle))
            low = middle
    return path[::-1]


def consistency(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` (RFC 6962 §2.1.2); empty for 0 and for equal.

    Raises ValueError when `old` is not within `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot begin with one of {old}")
    if old in (0, new):
        return []
    proof, low, high = [], 0, new
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(subtree(middle, high))
            high = middle
        else:
            proof.append(subtree(low, middle))
            low = middle
    if low:
        proof.append(subtree(low, high))
    return proof[::-1]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], tree: bytes) -> bool:
    """Whether the path proves that the leaf stands at `index` in the tree with that root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or any(len(item) != HASH for item in path):
        return False
    at, last, found = index, size - 1, leaf
    for item in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(item, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, item)
        at, last = at >> 1, last >> 1
    return last == 0 and found == tree


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new or any(len(item) != HASH for item in proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    return bool(path) and _walk(old, new, path) == (old_root, new_root)


def _walk(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots a consistency proof leads to; None when it is too short or too long."""
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for item in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            first, second = node(item, first), node(item, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, item)
        at, last = at >> 1, last >> 1
    return (first, second) if last == 0 else None


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)
