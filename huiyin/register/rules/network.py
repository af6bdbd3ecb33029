"""The network of an assignment, and its cheapest flow (OR-Tools): numbers and codes only, no households, no people.

From a source through each bearer's pieces to the bearer; from there into the tree of places at the place they reach, or
directly to a place where they are linked already; down the tree to the places where households are. What nobody can
bear comes straight from the source at a price above everything.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

SOURCE = 0
_WIDTHS = (12, 9, 6)


class Unsolved(RuntimeError):
    """The solver gave up: a fault of ours, since every network has a solution."""


class Arc(NamedTuple):
    """One arc. `kind`: piece, lack, direct, in, tree, leaf; with whom or where it leads, as far as the kind says."""

    tail: int
    head: int
    capacity: int
    cost: int
    kind: str
    bearer: int = -1
    place: str = ""


@dataclass
class Flow:
    """What flows: to places directly (`direct[place][bearer]`), out of common pools (`pooled[place]`), not at all."""

    cost: int
    amounts: list[int]
    """Of each arc of the network, in its order."""
    direct: dict[str, dict[int, int]]
    pooled: dict[str, list[tuple[int, int]]]
    lacking: dict[str, int]


def line_of(place: str) -> list[str]:
    """A place's code and the codes it lies under, nearest first: group 15 digits, village 12, town 9, county 6."""
    return [place, *(place[:width] for width in _WIDTHS if width < len(place))]


NEAR = 4
"""Price of a step between an official's post and a household: nearer ones go first where loads are alike."""


def steps(code: str) -> int:
    """How far apart those are who have no nearer place than this in common: 0 in a group, 1 in a village, 2 in a town,
    3 in a county."""
    return sum(len(code) <= width for width in _WIDTHS)


@dataclass
class Network:
    """Built by `demand`, then `supply`, `direct`, then `close`; then solved. A household alone is `place/number`."""

    near: int = NEAR
    wanted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    arcs: list[Arc] = field(default_factory=list)
    most: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    _ways: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Where each bearer comes into the tree: at the place they reach, and nearer to their post at a lower price."""
    _above: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _nodes: dict[tuple[str, object], int] = field(default_factory=dict)

    def demand(self, place: str) -> None:
        """One more household at a place, or one alone."""
        self.wanted[place] += 1

    def supply(self, bearer: int, under: str, pieces: Iterable[tuple[int, int]], post: str = "") -> None:
        """A bearer who reaches everything under a code, with what each further household costs, from a post there."""
        self._ways[bearer] = (*(code for code in line_of(post) if len(code) > len(under)), under)
        self._above[under].append(bearer)
        node = self.node("bearer", bearer)
        for count, cost in pieces:
            self.most[bearer] += count
            self.arcs.append(Arc(SOURCE, node, count, cost, "piece", bearer))

    def direct(self, bearer: int, place: str, count: int, cost: int) -> None:
        """A bearer who is at a place already, for so many households."""
        tail, head = self.node("bearer", bearer), self.node("leaf", place)
        self.arcs.append(Arc(tail, head, count, cost, "direct", bearer, place))

    def reaching(self, place: str) -> Iterator[int]:
        """Every bearer who reaches a place."""
        for code in line_of(place):
            yield from self._above.get(code, ())

    def close(self, lack: int) -> None:
        """The tree down to the places, each bearer's way into it, and what nobody bears at the cost `lack`."""
        counts: dict[str, int] = defaultdict(int)
        parents: dict[str, str] = {}
        for place, count in self.wanted.items():
            leaf = self.node("leaf", place)
            self.arcs.append(Arc(SOURCE, leaf, count, lack, "lack", place=place))
            if "/" in place:
                continue
            line = line_of(place)
            for code in line:
                counts[code] += count
            parents.update(pairwise(line))
            self.arcs.append(Arc(self.node("place", place), leaf, count, 0, "leaf", place=place))
        for code, parent in parents.items():
            tail, head = self.node("place", parent), self.node("place", code)
            self.arcs.append(Arc(tail, head, counts[code], 0, "tree", place=code))
        for bearer, ways in self._ways.items():
            for way in ways:
                if way in counts:
                    tail, head = self.node("bearer", bearer), self.node("place", way)
                    # Wide enough for all who live there: only what a bearer may bear ever holds them back.
                    self.arcs.append(Arc(tail, head, counts[way], self.near * steps(way), "in", bearer, way))

    def node(self, kind: str, key: object) -> int:
        """The number of a node; a new one the first time."""
        return self._nodes.setdefault((kind, key), len(self._nodes) + 1)

    def solve(self) -> Flow:
        """The cheapest flow that gives every place what it wants."""
        amounts, cost = _solve(self)
        flow = Flow(cost, amounts, {}, {}, {})
        pools: dict[str, list[list[int]]] = defaultdict(list)
        down: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for arc, amount in zip(self.arcs, amounts, strict=True):
            if not amount:
                continue
            if arc.kind == "direct":
                flow.direct.setdefault(arc.place, {}).setdefault(arc.bearer, 0)
                flow.direct[arc.place][arc.bearer] += amount
            elif arc.kind == "lack":
                flow.lacking[arc.place] = amount
            elif arc.kind == "in":
                pools[arc.place].append([arc.bearer, amount])
            elif arc.kind == "tree":
                down[line_of(arc.place)[1]].append((arc.place, amount))
            elif arc.kind == "leaf":
                flow.pooled[arc.place] = []
        _pour(pools, down, flow)
        return flow


def _solve(network: Network) -> tuple[list[int], int]:
    """OR-Tools' answer: the amount on each arc, and what all of it costs."""
    import numpy as np
    from ortools.graph.python import min_cost_flow  # type: ignore[import-untyped]  # ortools has no types

    solver = min_cost_flow.SimpleMinCostFlow()
    columns = list(zip(*(arc[:4] for arc in network.arcs), strict=True))
    if not columns:
        return [], 0
    tails, heads, capacities, costs = (np.array(column, dtype=np.int64) for column in columns)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), capacities, costs
    )
    solver.set_node_supply(SOURCE, sum(network.wanted.values()))
    for place, count in network.wanted.items():
        solver.set_node_supply(network.node("leaf", place), -count)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise Unsolved(str(status))
    return [int(amount) for amount in solver.flows(arcs)], int(solver.optimal_cost())


def _pour(pools: dict[str, list[list[int]]], down: dict[str, list[tuple[str, int]]], flow: Flow) -> None:
    """Turn what flows through the common tree into who goes where: from the widest place down, neighbours together."""
    for code in sorted({*pools, *down, *flow.pooled}, key=lambda one: (len(one), one)):
        pool = pools[code]
        for child, amount in sorted(down.get(code, ())):
            pools[child][:0] = _take(pool, amount)
        if code in flow.pooled:
            flow.pooled[code] = [(bearer, count) for bearer, count in pool if count]


def _take(pool: list[list[int]], amount: int) -> list[list[int]]:
    """Take so many from the front of a pool."""
    taken = []
    while amount > 0:
        bearer, count = pool[0]
        some = min(count, amount)
        taken.append([bearer, some])
        amount -= some
        if some == count:
            del pool[0]
        else:
            pool[0][1] = count - some
    return taken
