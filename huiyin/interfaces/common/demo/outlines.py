"""Outlines of the invented county's places: a sheet of small cells shared out among villages, nowhere on land."""

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from huiyin.register.rules.shapes import Shape

Node = tuple[int, int]
COLUMNS, ROWS = 44, 32
LEFT, BOTTOM, STEP = 150.0, 20.0, 0.012
"""Degrees: in the open ocean, so that nobody takes it for a real county."""
WOBBLE = 0.34


def outlines(
    county: str, towns: Sequence[tuple[str, str]], villages: Sequence[tuple[str, str]], seed: int
) -> Iterator[Shape]:
    """One outline for the county, each town and each village; what touches shares its border to the last point."""
    chance = random.Random(seed)  # noqa: S311 - the same map for the same seed
    seats = _seats([code for code, _ in towns], [code for code, _ in villages], chance)
    cells: dict[str, list[Node]] = defaultdict(list)
    for column in range(COLUMNS):
        for row in range(ROWS):
            across, up = (column + 0.5) / COLUMNS * 2 - 1, (row + 0.5) / ROWS * 2 - 1
            if math.hypot(across, up) > 0.93 + 0.07 * math.sin(5 * math.atan2(up, across)):
                continue
            nearest = min(seats, key=lambda code: math.dist(seats[code], (across, up)))
            for code in (nearest, f"{nearest[:9]}000", county):
                cells[code].append((column, row))
    where = {
        (column, row): (
            round(LEFT + (column + chance.uniform(-WOBBLE, WOBBLE)) * STEP, 4),
            round(BOTTOM + (row + chance.uniform(-WOBBLE, WOBBLE)) * STEP, 4),
        )
        for column in range(COLUMNS + 1)
        for row in range(ROWS + 1)
    }
    for number, (code, own) in enumerate(sorted(cells.items()), start=1):
        rings = [[where[node] for node in ring] for ring in _rings(own)]
        yield Shape(number, code, [[ring] for ring in rings])


def _seats(towns: Sequence[str], villages: Sequence[str], chance: random.Random) -> dict[str, tuple[float, float]]:
    """Where each village lies, -1 to 1 both ways: towns around the middle, their villages around them."""
    seats = {}
    for index, town in enumerate(towns):
        angle = 2 * math.pi * index / len(towns)
        own = [code for code in villages if code.startswith(town[:9])]
        for place, code in enumerate(own):
            turn = 2 * math.pi * (place + chance.uniform(-0.2, 0.2)) / len(own)
            seats[code] = (
                0.56 * math.cos(angle) + 0.27 * math.cos(turn),
                0.56 * math.sin(angle) + 0.27 * math.sin(turn),
            )
    return seats


def _rings(cells: Iterable[Node]) -> Iterator[list[Node]]:
    """The outer borders of some cells, each ring closed: sides that two cells share cancel out."""
    sides: set[tuple[Node, Node]] = set()
    for column, row in cells:
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        for one, other in zip(corners, corners[1:] + corners[:1], strict=True):
            if (other, one) in sides:
                sides.remove((other, one))
            else:
                sides.add((one, other))
    onward: dict[Node, list[Node]] = defaultdict(list)
    for one, other in sorted(sides):
        onward[one].append(other)
    while onward:
        ring = [min(onward)]
        while len(ring) == 1 or ring[-1] != ring[0]:
            ahead = onward[ring[-1]]
            ring.append(ahead.pop())
            if not ahead:
                del onward[ring[-2]]
        yield ring
