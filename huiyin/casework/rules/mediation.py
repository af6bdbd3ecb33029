"""Mediation: who may stand between two sides, and when they have agreed (R-221)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from huiyin.programme.refusal import Refused

LETTERS = ("a", "b")
WORDS = ("kept", "partly", "broken", "unreached")
"""What a side may be written down to have said when it is asked."""


@dataclass(frozen=True)
class Between:
    """Who is to stand between the sides, against who has another part: `kin` says whether a side is family."""

    person: UUID
    sides: Collection[UUID]
    parts: Collection[UUID]
    """Handler, supervisor and caller of the matter."""
    excluded: Collection[UUID]
    """Who may have no part in it."""
    kin: bool


def may_mediate(one: Between) -> None:
    """Raises Refused: mediator_is_side, mediator_is_kin, mediator_has_part, conflict_excluded."""
    if one.person in one.sides:
        raise Refused("mediator_is_side", field="mediator")
    if one.kin:
        raise Refused("mediator_is_kin", field="mediator")
    if one.person in one.parts:
        raise Refused("mediator_has_part", field="mediator")
    if one.person in one.excluded:
        raise Refused("conflict_excluded", field="mediator")


def agreement_faults(*, heard: Collection[str], came: Collection[str], text: str) -> Iterator[Refused]:
    """What is missing of an agreement. `heard` are the sides whose words are kept, `came` who came to each meeting."""
    if set(heard) < set(LETTERS):
        yield Refused("both_not_heard", field="agreement")
    elif not any(set(LETTERS) <= set(one) for one in came):
        yield Refused("both_not_met", field="agreement")
    if not text.strip():
        yield Refused("text_empty", field="agreement")
