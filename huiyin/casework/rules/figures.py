"""What a matter counts as in figures: one definition for pages, reports, files and checks (R-211, AM-23, SG-33).

Every measure is counted once for each matter, as it stands now. A share is always part / base of `SHARES`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from huiyin.programme.schema.matters import Grade

Z = 1.959964
"""For 95 %, both sides."""

NOT_ENDED_HERE = ("retained", "passed", "joined", "withdrawn", "declined")
"""Ends that are none of handling: such a matter is never solved, whatever was said of it (SG-33)."""

COORDINATED = ("discussing", "raised", "applied", "submitted", "disputed")
"""States in which several units or a higher level have to settle it before anybody can go on (R-229, AM-24)."""

MEASURES = (
    "collected",
    "answered",
    "delivered",
    "in_time",
    "asked",
    "called",
    "heard",
    "closed",
    "solved",
    "graded",
    "satisfied",
    "points",
    "reasonable",
    "reasonable_graded",
    "reasonable_satisfied",
    "reopened",
    "common",
    "coordinating",
    "said_contacted",
    "was_contacted",
    "said_true",
    "was_true",
    "said_solved",
    "was_solved",
    "said_grade",
    "was_satisfied",
)
"""What is added up. All but `points` are 0 or 1 of one matter."""

SHARES = {
    "replied": ("delivered", "collected"),
    "in_time": ("in_time", "answered"),
    "called": ("called", "asked"),
    "solved": ("solved", "answered"),
    "solved_heard": ("solved", "heard"),
    "satisfied": ("satisfied", "graded"),
    "satisfied_reasonable": ("reasonable_satisfied", "reasonable_graded"),
    "reopened": ("reopened", "collected"),
    "four_contacted": ("was_contacted", "said_contacted"),
    "four_true": ("was_true", "said_true"),
    "four_solved": ("was_solved", "said_solved"),
    "four_satisfied": ("was_satisfied", "said_grade"),
}
"""Shares by name: part and base, both measures."""

FOUR = ("four_contacted", "four_true", "four_solved", "four_satisfied")
"""The four parts of closing, each only of what was said to nobody of the handling body."""

ESTIMATES = frozenset({"solved_heard", "satisfied", "satisfied_reasonable", *FOUR})
"""Shares of those who spoke, which stand for everybody only within an interval."""

OF_GRADES = frozenset(
    {"graded", "satisfied", "points", "reasonable_graded", "reasonable_satisfied", "said_grade", "was_satisfied"}
)
"""Measures of what grade was given: opened for one's own work they would tell who gave it."""

GOALS = ("replied", "called", "satisfied_reasonable")
"""The three goals of 100 %, each to its own base (R-211, AM-23)."""


@dataclass(frozen=True)
class Outside:
    """What was said of the newest answer to nobody of the handling body, the last word of each part; None: not said."""

    contacted: bool | None = None
    true: bool | None = None
    word: str = ""
    grade: int | None = None


@dataclass(frozen=True)
class Facts:
    """A matter as counting needs it. `word` and `grade` are the last ones about its newest answer."""

    state: str
    way_counts: bool
    answered: bool
    late: bool
    delivered: bool
    reached: bool
    asked: bool = True
    word: str = ""
    grade: int | None = None
    reasonable: bool | None = None
    reopened: int = 0
    common: bool = False
    outside: Outside = Outside()


def measures(facts: Facts, grades: Sequence[Grade]) -> dict[str, int]:
    """Every measure of one matter.

    answered: an answer was written; delivered: it reached the resident, in one of the settled meanings. in_time: no
    answer of it met its deadline late, so that answering a reopened matter fast mends nothing. asked: answered, and
    the resident is to be asked about it: everybody, or where the programme calls a share those who were drawn.
    called: of these the resident was reached or spoke by themselves; heard: and said whether it is solved. solved:
    closed, on a way that can solve, and the resident's last word is yes. satisfied: by the programme's scale; points:
    its value, 0 to 100. coordinating: in a state in which units or levels are to settle it among themselves.
    """
    grade = next((one for one in grades if facts.answered and one.value == facts.grade), None)
    graded, satisfied, reasonable = grade is not None, grade is not None and grade.satisfied, bool(facts.reasonable)
    heard = facts.answered and facts.word in ("yes", "part", "no")
    found = {
        "collected": True,
        "answered": facts.answered,
        "delivered": facts.answered and facts.delivered,
        "in_time": facts.answered and not facts.late,
        "asked": facts.answered and facts.asked,
        "called": facts.answered and facts.asked and (facts.reached or bool(facts.word)),
        "heard": heard,
        "closed": facts.state == "closed",
        "solved": facts.state == "closed" and facts.way_counts and facts.answered and facts.word == "yes",
        "graded": graded,
        "satisfied": satisfied,
        "points": grade.points if grade else 0,
        "reasonable": reasonable,
        "reasonable_graded": reasonable and graded,
        "reasonable_satisfied": reasonable and satisfied,
        "reopened": facts.reopened > 0,
        "common": facts.common,
        "coordinating": facts.state in COORDINATED,
        **(_four(facts.outside, grades) if facts.answered else dict.fromkeys(MEASURES[-8:], False)),
    }
    return {name: int(value) for name, value in found.items()}


def _four(said: Outside, grades: Sequence[Grade]) -> dict[str, bool]:
    """The four parts: who said something of it, and who said that it was so; "does not know" is no answer."""
    grade = next((one for one in grades if one.value == said.grade), None)
    return {
        "said_contacted": said.contacted is not None,
        "was_contacted": bool(said.contacted),
        "said_true": said.true is not None,
        "was_true": bool(said.true),
        "said_solved": said.word in ("yes", "part", "no"),
        "was_solved": said.word == "yes",
        "said_grade": grade is not None,
        "was_satisfied": grade is not None and grade.satisfied,
    }


def result(facts: Facts) -> str:
    """How it came out: a state that ends it elsewhere, the resident's word on a closed one, or how far it is."""
    if facts.state in NOT_ENDED_HERE:
        return facts.state
    if facts.state == "closed":
        if facts.word == "yes":
            return "solved" if facts.way_counts and facts.answered else "kept"
        return {"part": "part", "no": "unsolved"}.get(facts.word, "silent")
    return "answered" if facts.state == "answered" else "open"


def call(facts: Facts, tries: int) -> str:
    """How asking the resident went: own (they spoke by themselves), reached, tried, or none."""
    if facts.reached:
        return "reached"
    if facts.answered and facts.word:
        return "own"
    return "tried" if tries else "none"


@dataclass(frozen=True)
class Share:
    """`part` of `base`; where it is an estimate, `low` and `high` bound it (95 %, Wilson 1927). None without a base."""

    name: str
    part: int
    base: int
    low: float | None = None
    high: float | None = None

    @property
    def point(self) -> float | None:
        """The share itself, 0 to 1; nothing where there is no base: nought of nought is no share."""
        return self.part / self.base if self.base else None

    @property
    def goal(self) -> str:
        """Against a goal of all of them: met, not_met, or indeterminate where nobody could be asked (SG-07)."""
        if not self.base:
            return "indeterminate"
        return "met" if self.part == self.base else "not_met"


def wilson(part: int, base: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); there has to be a base."""
    p = part / base
    middle = (p + Z * Z / (2 * base)) / (1 + Z * Z / base)
    half = Z * sqrt(p * (1 - p) / base + Z * Z / (4 * base * base)) / (1 + Z * Z / base)
    return max(0.0, min(middle - half, p)), min(1.0, max(middle + half, p))


def share(name: str, sums: dict[str, int]) -> Share:
    """One share of sums, with its interval where it is an estimate."""
    part, base = (sums[measure] for measure in SHARES[name])
    if not base or name not in ESTIMATES:
        return Share(name, part, base)
    return Share(name, part, base, *wilson(part, base))


def score(sums: dict[str, int]) -> float | None:
    """The mean of the grades' values, 0 to 100 (R-317); None where nobody gave a grade."""
    return sums["points"] / sums["graded"] if sums["graded"] else None
