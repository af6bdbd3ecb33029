"""What may become of a line of a roster, and what a person may decide where the register cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from huiyin.programme.refusal import Refused

AGREED: dict[str, tuple[str, ...]] = {"same": ("same",), "move": ("same", "move"), "new": ("new",)}
"""What a decision agrees to: who says "moved" says that it is the same person."""

PICKS = ("pick1", "pick2", "pick3", "pick4", "pick5")
"""Which of those it may be about a held line means, in their order."""
CHOICES: dict[str, tuple[str, ...]] = {
    "household_moved": ("move", "skip"),
    "household_ended": ("same", "skip"),
    "id_other_name": ("same", "skip"),
    "lives_elsewhere": ("move", "skip"),
    "names_alike": ("new", "skip"),
    "name_other_id": ("same", "new", "skip"),
    "name_other_birth": ("same", "new", "skip"),
    "phone_and_name_known": ("move", "new", "skip"),
    "head_differs": ("same", "new", "skip"),
    "lead_differs": ("move", "skip"),
    "code_other_head": ("same", "skip"),
    "body_kind_new": ("take", "skip"),
    "kin_linked": ("end", "skip"),
    "grid_differs": ("take", "skip"),
    "grid_head_differs": ("take", "skip"),
    "officials_named": (*PICKS, "skip"),
    "official_elsewhere": (*PICKS, "skip"),
    "households_named": (*PICKS, "skip"),
    "household_near": (*PICKS, "skip"),
}
"""What a person may decide on a line held for a reason."""


def choices(reason: str, many: int) -> tuple[str, ...]:
    """What may be decided on a line held for a reason, that may be about so many."""
    return tuple(one for one in CHOICES.get(reason, ("skip",)) if one not in PICKS[many:])


@dataclass(frozen=True)
class Verdict:
    """What becomes of a line: `new`, `changed`, `same`, `held` (a person decides) or `refused`, with the reason.

    `plan` are the rows it would write, where there are any; `about` whom a held line may be about.
    """

    what: str
    reason: str = ""
    column: str = ""
    about: list[str] = field(default_factory=list)
    values: Mapping[str, str | int] = field(default_factory=dict)
    plan: Any = None


def judged(judge: Callable[[dict[str, Any]], Verdict], values: dict[str, Any]) -> Verdict:
    """What becomes of a line's values, whose judge may refuse them."""
    try:
        return judge(values)
    except Refused as refused:
        return Verdict("refused", refused.code, column=refused.field, values=refused.values)
