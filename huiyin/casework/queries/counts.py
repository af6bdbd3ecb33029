"""Figures about matters, from tallies, each with its base and its definition (R-211, SG-33)."""

from dataclasses import dataclass
from datetime import date

from huiyin.core import tallies
from huiyin.core.viewer import Viewer, subtree

KEYS = (
    "opened",
    "answered",
    "answered.in_time",
    "called_back",
    "closed",
    "reopened",
    "declined",
    "way.retain",
    "way.pass",
    "word.yes",
    "word.part",
    "word.no",
    "word.none",
    "reasonable",
    "reasonable.yes",
)


@dataclass(frozen=True)
class Figures:
    """Counts of a place and a period. Retained and passed-for-reading matters are apart and never solved.

    Shares: answered in time = in_time / answered; solved = solved / answered (over all) and reasonable_solved /
    reasonable (over reasonable appeals); called back = called_back / answered.
    """

    opened: int
    answered: int
    in_time: int
    called_back: int
    closed: int
    reopened: int
    retained: int
    passed: int
    solved: int
    part: int
    unsolved: int
    silent: int
    reasonable: int
    reasonable_solved: int


def figures(viewer: Viewer, place_code: str, *, from_: date, until: date) -> Figures:
    """Sums of a place and all under it, from_ <= day < until. One query. Counts hold no sealed or held matter."""
    low, high = subtree(place_code)
    found = tallies.sums(KEYS, low=low, high=high, from_=from_, until=until)
    return Figures(
        opened=found["opened"],
        answered=found["answered"],
        in_time=found["answered.in_time"],
        called_back=found["called_back"],
        closed=found["closed"],
        reopened=found["reopened"],
        retained=found["way.retain"],
        passed=found["way.pass"],
        solved=found["word.yes"],
        part=found["word.part"],
        unsolved=found["word.no"],
        silent=found["word.none"],
        reasonable=found["reasonable"],
        reasonable_solved=found["reasonable.yes"],
    )
