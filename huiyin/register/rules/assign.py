"""Who is to look after whom in a whole county: a flow from officials to households at the least cost.

Plain numbers in, plain numbers out. Households are counted by place, so that 340,000 of them are a few thousand
demands; officials reach a place through the tree of codes, or directly where they are already. What the costs say, in
this order: everybody is covered; whoever is linked stays linked; loads lie within their band, near their aim.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from huiyin.register.rules.cut import Shortage, shortages
from huiyin.register.rules.network import NEAR, Flow, Network, line_of, steps

NOBODY = -1
UNCOVERED = 1_000_000
KEEP = 20_000
SOFT = 2_000
NEAREST = 1_000
"""Prices: of a household left without anybody, of a link of today that stays, of a place found in an earlier pass; of a
step that outweighs every part of a band (`pieces`)."""


@dataclass(frozen=True)
class Bearer:
    """Somebody who can be linked: to places whose code begins with `under`; so many at least, rather and at most.

    `post` is the beginning of the code of where they serve, at or under `under`, where nearness to it counts; without
    it whoever reaches less is nearer.
    """

    under: str
    least: int
    aim: int
    most: int
    post: str = ""


@dataclass(frozen=True)
class Problem:
    """A county's households and officials; both are named by their number in these sequences.

    `current` is who leads today, or NOBODY. `apart` holds the bearers a household may not be given: their own, their
    relatives', those it wishes not to have, those it complained about; nobody asks which of them it is. `near` is the
    price of a step away from a post: NEAR, or NEAREST where whoever is nearest goes first as long as they have room.
    """

    places: Sequence[str]
    bearers: Sequence[Bearer]
    current: Sequence[int]
    apart: Mapping[int, frozenset[int]] = field(default_factory=dict)
    near: int = NEAR


@dataclass(frozen=True)
class Outcome:
    """Who is proposed for each household (NOBODY where there is none), and where it is not enough.

    `cost` is that of the first pass's flow, which a second solver must find too.
    """

    bearer: tuple[int, ...]
    shortages: tuple[Shortage, ...]
    cost: int

    def uncovered(self) -> int:
        """Households without anybody."""
        return self.bearer.count(NOBODY)

    def loads(self, bearers: int) -> tuple[int, ...]:
        """How many households each of so many bearers would have."""
        found = [0] * bearers
        for one in self.bearer:
            if one != NOBODY:
                found[one] += 1
        return tuple(found)


@dataclass
class _Held:
    """What a pass keeps to: who is at a household, whether they lead there today, and which are solved alone."""

    hold: list[int]
    firm: list[bool]
    alone: frozenset[int] = frozenset()


def propose(problem: Problem) -> Outcome:
    """Propose a round. Never gives a household somebody it is kept apart from or who cannot reach it.

    Conflicts that cannot be settled within a place are solved again, those households one by one, all else staying.
    """
    held = _Held([_may(problem, home, now) for home, now in enumerate(problem.current)], [True] * len(problem.places))
    first: int | None = None
    while True:
        network = _network(problem, held)
        flow = network.solve()
        first = flow.cost if first is None else first
        given, loose = _place(problem, flow, held)
        if not loose:
            return Outcome(tuple(given), shortages(network, flow), first)
        firm = [old == new for old, new in zip(problem.current, given, strict=True)]
        # A household solved alone never comes loose again, so this ends.
        held = _Held(given, firm, held.alone | loose)


def reaches(bearer: Bearer, place: str) -> bool:
    """Whether a place lies where a bearer may be linked."""
    return place.startswith(bearer.under)


def distance(bearer: Bearer, place: str) -> int:
    """Steps from a bearer's post to a place: 0 in one group, 1 in one village, 2 in one town, 3 in one county."""
    post = bearer.post or bearer.under
    return steps(next((code for code in line_of(place) if post.startswith(code)), bearer.under))


def pieces(bearer: Bearer) -> list[tuple[int, int]]:
    """How many households at which cost each: rewarded up to the least, then ever dearer with each part of the band."""
    found = [(bearer.least, -600)]
    below, above = (-60, -40, -20), (20, 60, 120, 200)
    for low, high, costs in ((bearer.least, bearer.aim, below), (bearer.aim, bearer.most, above)):
        ends = [low + (high - low) * number // len(costs) for number in range(len(costs) + 1)]
        found += [(end - begin, cost) for begin, end, cost in zip(ends, ends[1:], costs, strict=False)]
    return [(count, cost) for count, cost in found if count > 0]


def _may(problem: Problem, home: int, bearer: int) -> int:
    """The bearer if they may stay with the household, else NOBODY."""
    if bearer == NOBODY or bearer in problem.apart.get(home, ()):
        return NOBODY
    return bearer if reaches(problem.bearers[bearer], problem.places[home]) else NOBODY


def _network(problem: Problem, held: _Held) -> Network:
    network = Network(problem.near)
    for home, place in enumerate(problem.places):
        network.demand(_leaf(place, home, held.alone))
    for number, bearer in enumerate(problem.bearers):
        network.supply(number, bearer.under, pieces(bearer), bearer.post)
    counts: dict[tuple[int, str, bool], int] = defaultdict(int)
    for home, holder in enumerate(held.hold):
        if holder != NOBODY and home not in held.alone:
            counts[holder, problem.places[home], held.firm[home]] += 1
    for (number, place, sure), count in counts.items():
        network.direct(number, place, count, -KEEP if sure else -SOFT)
    for home in sorted(held.alone):
        _alone(problem, network, home, held)
    network.close(UNCOVERED)
    return network


def _alone(problem: Problem, network: Network, home: int, held: _Held) -> None:
    """One household for itself: whoever reaches its place and is not kept apart from it."""
    place, never = problem.places[home], problem.apart.get(home, frozenset())
    for number in network.reaching(place):
        if number not in never:
            stays = number == problem.current[home]
            price = -KEEP if stays else problem.near * distance(problem.bearers[number], place)
            network.direct(number, _leaf(place, home, held.alone), 1, price)


def _leaf(place: str, home: int, alone: frozenset[int]) -> str:
    return f"{place}/{home}" if home in alone else place


def _place(problem: Problem, flow: Flow, held: _Held) -> tuple[list[int], frozenset[int]]:
    """Numbers become households: who stays, stays; the rest in order; conflicts are swapped away inside the place."""
    given = [NOBODY] * len(held.hold)
    homes: dict[str, list[int]] = defaultdict(list)
    for home, place in enumerate(problem.places):
        homes[_leaf(place, home, held.alone)].append(home)
    loose: set[int] = set()
    for place, living in homes.items():
        stay = dict(flow.direct.get(place, {}))
        free: list[int] = []
        # Whoever leads today stays before whom only an earlier pass put there.
        for home in sorted(living, key=lambda one: not held.firm[one]):
            bearer = held.hold[home]
            if stay.get(bearer, 0) > 0:
                stay[bearer] -= 1
                given[home] = bearer
            else:
                free.append(home)
        slots = [bearer for bearer, count in (*stay.items(), *flow.pooled.get(place, ())) for _ in range(count)]
        loose |= _fill(problem, given, free, slots)
    return given, frozenset(loose)


def _fill(problem: Problem, given: list[int], free: list[int], slots: list[int]) -> set[int]:
    """Give the free households of a place the bearers there are for them; return those it cannot be settled for."""
    for home, bearer in zip(free, slots, strict=False):
        given[home] = bearer
    loose = set()
    for home in free:
        apart = problem.apart.get(home)
        if apart and given[home] in apart and not _swapped(problem, given, free, home):
            given[home] = NOBODY
            loose.add(home)
    return loose


def _swapped(problem: Problem, given: list[int], free: Sequence[int], home: int) -> bool:
    """Exchange with another household of the place, if both may have each other's bearer."""
    mine, apart = given[home], problem.apart[home]
    for other in free:
        theirs = given[other]
        if theirs != mine and theirs not in apart and mine not in problem.apart.get(other, ()):
            given[home], given[other] = theirs, mine
            return True
    return False
