"""Where demand exceeds capacity, and the proof of it: the minimum cut of an assignment's flow."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from huiyin.register.rules.network import SOURCE, Flow, Network


@dataclass(frozen=True)
class Shortage:
    """A certificate: everybody who can reach these places is full, and it is not enough.

    `demand` households, `capacity` the most those `bearers` may bear, `missing` how many are left over. `alone`: the
    places have enough people, but none whom these few households may be given.
    """

    places: tuple[str, ...]
    demand: int
    capacity: int
    bearers: int
    missing: int
    alone: bool = False


def shortages(network: Network, flow: Flow) -> tuple[Shortage, ...]:
    """One certificate for each part of the county that falls short, the largest first."""
    back, touching = _residual(network, flow)
    start = [network.node("leaf", place) for place in flow.lacking]
    seen = _reached(start, back)
    found = []
    for part in _parts(seen, touching):
        found.append(_shortage(network, flow, part))
    return tuple(sorted(found, key=lambda one: (-one.missing, one.places)))


def _residual(network: Network, flow: Flow) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """For each node who could still send something to it, by sending more or by taking back; and its neighbours."""
    back: dict[int, list[int]] = defaultdict(list)
    touching: dict[int, list[int]] = defaultdict(list)
    for arc, amount in zip(network.arcs, flow.amounts, strict=True):
        if arc.tail == SOURCE:
            continue
        if amount < arc.capacity:
            back[arc.head].append(arc.tail)
        if amount:
            back[arc.tail].append(arc.head)
        touching[arc.head].append(arc.tail)
        touching[arc.tail].append(arc.head)
    return back, touching


def _reached(start: Iterable[int], ways: dict[int, list[int]]) -> set[int]:
    seen, waiting = set(start), deque(start)
    while waiting:
        for one in ways.get(waiting.popleft(), ()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return seen


def _parts(seen: set[int], touching: dict[int, list[int]]) -> Iterable[set[int]]:
    """The parts of what was reached that hang together."""
    left = set(seen)
    while left:
        inside = {node: [one for one in touching.get(node, ()) if one in left] for node in left}
        part = _reached([min(left)], inside)
        left -= part
        yield part


def _shortage(network: Network, flow: Flow, part: set[int]) -> Shortage:
    places = [place for place in network.wanted if network.node("leaf", place) in part]
    bearers = [one for one in network.most if network.node("bearer", one) in part]
    return Shortage(
        places=tuple(sorted({place.partition("/")[0] for place in places})),
        demand=sum(network.wanted[place] for place in places),
        capacity=sum(network.most[one] for one in bearers),
        bearers=sum(network.most[one] > 0 for one in bearers),
        missing=sum(flow.lacking.get(place, 0) for place in places),
        alone=all("/" in place for place in places),
    )
