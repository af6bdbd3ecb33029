"""What of a recorded call is not what the resident says when they are asked once more."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heard:
    """The four answers of one call; None where the resident did not know or would not say."""

    contacted: bool | None
    true: bool | None
    solved: str
    grade: int | None


def differing(first: Heard, second: Heard) -> tuple[str, ...]:
    """The parts that say something else: an answer against another. Not knowing contradicts nothing.

    A grade differs by two steps or more of the scale: between neighbours people are of two minds themselves.
    """
    found = [name for name in ("contacted", "true") if {getattr(first, name), getattr(second, name)} == {True, False}]
    known = {"yes", "part", "no"}
    if first.solved != second.solved and {first.solved, second.solved} <= known:
        found.append("solved")
    if first.grade is not None and second.grade is not None and abs(first.grade - second.grade) >= 2:
        found.append("satisfied")
    return tuple(found)
