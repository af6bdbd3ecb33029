"""The tree against an independent one, and proofs that lie."""

import hashlib
import random

import pytest

from huiyin.core.merkle import EMPTY, Edge, consistency, consistent, included, inclusion, node, root
from tests.rows import row

SEED = 20261125
SIZES = [*range(1, 40), 63, 64, 65, 127, 128, 129, 200]


def leaf(number: int) -> bytes:
    """Some leaf."""
    return hashlib.sha256(b"\x00%d" % number).digest()


def independent(leaves: list[bytes]) -> bytes:
    """RFC 6962's definition, read aloud."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + independent(leaves[:k]) + independent(leaves[k:])).digest()


LEAVES = [leaf(number) for number in range(max(SIZES))]


def subtree(start: int, end: int) -> bytes:
    """From the independent tree."""
    return independent(LEAVES[start:end])


def test_the_empty_tree_has_the_root_of_the_standard() -> None:
    assert Edge().root() == EMPTY == independent([])
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_test_vectors_of_certificate_transparency_come_out() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [hashlib.sha256(b"\x00" + bytes.fromhex(text)).digest() for text in inputs]
    assert root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", SIZES)
def test_growing_by_the_edge_gives_the_root_of_the_whole(size: int) -> None:
    edge = Edge()
    for one in LEAVES[:size]:
        edge.add(one)
    assert edge.root() == independent(LEAVES[:size])
    again = Edge.parse(size, edge.pack())
    assert again.root() == edge.root()
    assert {span: subtree(*span) for span in edge.spans()} == edge.spans()


def test_an_edge_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="perfect subtrees"):
        Edge(3, [leaf(0)])
    with pytest.raises(ValueError, match="whole hashes"):
        Edge.parse(1, b"short")


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_to_be_in_every_tree(size: int) -> None:
    tree = independent(LEAVES[:size])
    for index in range(size):
        assert included(LEAVES[index], index, size, inclusion(index, size, subtree), tree)


@pytest.mark.parametrize("new", SIZES)
def test_every_tree_is_proved_to_begin_with_every_smaller_one(new: int) -> None:
    tree = independent(LEAVES[:new])
    for old in range(new + 1):
        assert consistent(old, independent(LEAVES[:old]), new, tree, consistency(old, new, subtree))


@row("SG-49")
def test_a_server_that_lies_about_inclusion_is_not_believed() -> None:
    chance = random.Random(SEED)
    for _ in range(1500):
        size = chance.choice(SIZES)
        index = chance.randrange(size)
        path, tree = inclusion(index, size, subtree), independent(LEAVES[:size])
        lie = chance.choice(["leaf", "index", "size", "root", "short", "long", "bit"])
        told = {"leaf": LEAVES[index], "index": index, "size": size, "path": list(path), "root": tree}
        if lie in {"short", "bit"} and not path:
            continue
        if lie == "leaf":
            told["leaf"] = flip(LEAVES[index], chance)
        elif lie == "index":
            told["index"] = (index + 1 + chance.randrange(size)) if size == 1 else (index + 1) % size
        elif lie == "size":
            # Twice as many leaves need a longer path; the exact size is what the checkpoint signs, not the path.
            told["size"] = size * 2 if len(path) else 200
        elif lie == "root":
            told["root"] = flip(tree, chance)
        elif lie == "short":
            told["path"].pop(chance.randrange(len(path)))
        elif lie == "long":
            told["path"].insert(chance.randrange(len(path) + 1), leaf(9999))
        else:
            at = chance.randrange(len(path))
            told["path"][at] = flip(path[at], chance)
        assert not included(told["leaf"], told["index"], told["size"], told["path"], told["root"]), (SEED, lie, told)


@row("SG-49")
def test_a_server_that_lies_about_consistency_is_not_believed() -> None:
    chance = random.Random(SEED)
    for _ in range(1500):
        new = chance.choice(SIZES[1:])
        old = chance.randrange(1, new)
        proof = consistency(old, new, subtree)
        before, after = independent(LEAVES[:old]), independent(LEAVES[:new])
        lie = chance.choice(["before", "after", "short", "long", "bit", "larger"])
        told = [old, before, new, after, list(proof)]
        if lie == "before":
            told[1] = flip(before, chance)
        elif lie == "after":
            told[3] = flip(after, chance)
        elif lie == "short":
            told[4].pop(chance.randrange(len(proof)))
        elif lie == "long":
            told[4].insert(chance.randrange(len(proof) + 1), leaf(9999))
        elif lie == "bit":
            at = chance.randrange(len(proof))
            told[4][at] = flip(proof[at], chance)
        else:
            told[0], told[2] = new, old
        assert not consistent(*told), (SEED, lie, told)


def test_a_fork_has_no_proof() -> None:
    forked = [*LEAVES[:10], leaf(777), *LEAVES[11:50]]
    proof = consistency(20, 50, lambda start, end: independent(forked[start:end]))
    assert not consistent(20, independent(LEAVES[:20]), 50, independent(forked[:50]), proof)


def test_proofs_outside_the_tree_are_not_made() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion(3, 3, subtree)
    with pytest.raises(ValueError, match="cannot begin"):
        consistency(4, 3, subtree)


def test_hashes_of_another_length_prove_nothing() -> None:
    assert not included(LEAVES[0], 0, 2, [b"x"], node(LEAVES[0], b"x"))
    assert not consistent(1, LEAVES[0], 2, node(LEAVES[0], b"x"), [b"x"])


def flip(value: bytes, chance: random.Random) -> bytes:
    """One bit turned."""
    at = chance.randrange(len(value))
    return value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
