"""What becomes of the places under one that ends: their codes under the new one, and names that stay apart (R-024).

Codes in, codes out. A code that anybody ever had is not given again: what happened keeps the code of its day.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from huiyin.programme.refusal import Refused
from huiyin.register.rules import codes

NAME_MOST = 60


@dataclass(frozen=True)
class Node:
    """A place of the tree on a day."""

    code: str
    name: str
    level: str
    parent_code: str


def free_code(parent: str, size: int, used: Collection[str], wish: str = "") -> str:
    """A code of `size` digits under a place that nobody ever had: the wished one, the next, or the first gap.

    Raises Refused("place_codes_used_up").
    """
    if wish and wish not in used:
        return wish
    own = codes.width(parent)
    taken = {int(code[own:size]) for code in used if code[:own] == parent[:own] and codes.width(code) == size}
    last = 10 ** (size - own) - 1
    following = max(taken, default=0) + 1
    number = following if following <= last else next((n for n in range(1, last + 1) if n not in taken), 0)
    if not number:
        raise Refused("place_codes_used_up", field="into")
    return f"{parent[:own]}{number:0{size - own}d}".ljust(12, "0")


def recoded(
    nodes: Iterable[Node], onto: Mapping[str, Node], former: Mapping[str, str], *, used: set[str], names: set[str]
) -> list[tuple[Node, Node]]:
    """Each of some places as it is under the new ones, the higher first. `onto`: what an ended code became.

    A place keeps its last digits where they are free, and its name where nothing beside it has it; else the name of
    the place it was in (`former`, by code) goes before it. `used` are codes that were ever given, `names` what is
    called so already as `parent/name`; both are added to.
    """
    became, made = dict(onto), []
    for node in sorted(nodes, key=lambda one: (codes.width(one.code), one.code)):
        line = [node.parent_code, *codes.chain(node.code)[1:]]
        above = next(code for code in line if code in became)
        parent = became[above]
        size, own = codes.width(node.code), codes.width(parent.code)
        code = free_code(parent.code, size, used, parent.code[:own] + node.code[own:])
        name = node.name
        if f"{parent.code}/{name}" in names:
            name = f"{former.get(above, '')}{name}"[:NAME_MOST]
        fresh = Node(code, name, node.level, parent.code)
        used.add(code)
        names.add(f"{parent.code}/{name}")
        became[node.code] = fresh
        made.append((node, fresh))
    return made


def lies_in(code: str, known: Mapping[str, str]) -> str:
    """What the nearest place at or above a code became; empty where none of them changed."""
    return next((known[above] for above in codes.chain(code) if above in known), "")


def closed(pairs: Iterable[tuple[str, str]], before: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Successions old, new that are to be added so that any number of steps is one: whatever led to an old code leads
    to the new one as well."""
    led: dict[str, set[str]] = {}
    for old, new in before:
        led.setdefault(new, set()).add(old)
    fresh = {(one, new) for old, new in pairs for one in {old, *led.get(old, ())}}
    return {(old, new) for old, new in fresh if old != new} - set(before)
