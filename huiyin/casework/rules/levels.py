"""Levels a matter climbs: the ladder is the county's, one rung at a time, and a place never refuses below itself."""

from collections.abc import Iterable, Sequence

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.base import Level

RUNGS: tuple[Level, ...] = ("group", "village", "town", "county", "beyond")
CLIMBS = frozenset({"raise", "climb", "take_up"})
"""Steps by which a matter comes to the next level."""


def rung(ladder: Sequence[Level], level: str) -> str:
    """The rung a matter stands on: its level, or the ladder's lowest where it is below (a group's stands on the
    village's), so that what a level may keep it for runs there too.
    """
    lowest = min(ladder, key=RUNGS.index)
    return lowest if level not in RUNGS or RUNGS.index(level) < RUNGS.index(lowest) else level


def following(ladder: Sequence[Level], level: str) -> Level | None:
    """The next level of the ladder above one; None at the top. What is below the ladder stands on its lowest rung."""
    height = RUNGS.index(rung(ladder, level))
    return next((one for one in sorted(ladder, key=RUNGS.index) if RUNGS.index(one) > height), None)


def handled_at(level: str, body: str) -> str:
    """The level of a matter that a body of this level is given: the body's, never lower than it was."""
    heights = {rung: height for height, rung in enumerate(RUNGS)}
    return max(level, body, key=lambda one: heights.get(one, 0))  # type: ignore[call-overload]  # names of rungs


def may_apply(ladder: Sequence[Level], level: str) -> Level:
    """The level a matter may be applied for to. Raises Refused("level_top")."""
    found = following(ladder, level)
    if found is None:
        raise Refused("level_top")
    return found


def may_decide(ladder: Sequence[Level], level: str, stands: Iterable[Level], *, own: bool) -> None:
    """Whether somebody whose posts stand on these levels may take up or give back what was applied for from `level`.

    What goes beyond the county is answered for by the county, which records the higher body's word. `own` is whether
    they have the matter in hand themselves. Raises Refused: level_top, apply_needs_other, level_too_low.
    """
    wanted = may_apply(ladder, level)
    if own:
        raise Refused("apply_needs_other")
    needed = min(RUNGS.index(wanted), RUNGS.index("county"))
    if max((RUNGS.index(one) for one in stands), default=-1) < needed:
        raise Refused("level_too_low")
