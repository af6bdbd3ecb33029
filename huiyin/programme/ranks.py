"""Ranks and where they are cut (AM-51): standard competition rank, ties for the person's good."""

from collections.abc import Mapping


def ranks(scores: Mapping[str, float]) -> dict[str, int]:
    """Each name's rank, 1 for the highest score; equal scores share a rank, and the next one skips (1, 2, 2, 4)."""
    listed = list(scores.values())
    return {name: 1 + sum(other > one for other in listed) for name, one in scores.items()}


def inside(scores: Mapping[str, float], many: int, *, first: bool, sanction: bool) -> frozenset[str]:
    """Who is among the first or last `many`. A tie across the edge is all inside for a reward, and none of it for a
    sanction: nobody is punished by lot, and nobody loses a reward by it.
    """
    turned = scores if first else {name: -one for name, one in scores.items()}
    found = {name for name, rank in ranks(turned).items() if rank <= many}
    if sanction and len(found) > many:
        edge = min(turned[name] for name in found)
        found = {name for name in found if turned[name] > edge}
    return frozenset(found)
