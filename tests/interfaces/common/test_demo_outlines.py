"""The invented county's map: whole, without a gap, the same for the same seed, and nowhere on land."""

from itertools import pairwise

import pytest

from huiyin.interfaces.common.demo.outlines import outlines
from huiyin.register.rules.shapes import Ring

COUNTY = "990101000000"
TOWNS = [(f"99010110{n}000", f"{n}镇") for n in range(1, 6)]
VILLAGES = [(f"99010110{n}20{m}", f"{n}镇{m}村") for n in range(1, 6) for m in range(1, 6)]


def area(ring: Ring) -> float:
    """By the shoelace rule; against the clock is positive."""
    return sum(one[0] * two[1] - two[0] * one[1] for one, two in pairwise(ring)) / 2


@pytest.mark.parametrize("seed", [1, 2, 42])
def test_villages_fill_their_towns_and_towns_the_county(seed: int) -> None:
    found = {one.code: one.geometry for one in outlines(COUNTY, TOWNS, VILLAGES, seed)}
    assert set(found) == {COUNTY, *(code for code, _ in TOWNS), *(code for code, _ in VILLAGES)}
    for geometry in found.values():
        for (ring,) in geometry:
            assert ring[0] == ring[-1]
            assert len(ring) >= 5
    covered = {code: sum(area(ring) for (ring,) in geometry) for code, geometry in found.items()}
    assert all(size > 0 for size in covered.values())
    for above, below in [(COUNTY, TOWNS), *((town, VILLAGES) for town, _ in TOWNS)]:
        parts = [covered[code] for code, _ in below if above == COUNTY or code.startswith(above[:9])]
        assert sum(parts) == pytest.approx(covered[above])


def test_the_same_seed_draws_the_same_map() -> None:
    assert list(outlines(COUNTY, TOWNS, VILLAGES, 7)) == list(outlines(COUNTY, TOWNS, VILLAGES, 7))
