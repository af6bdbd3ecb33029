"""May two matters be looked into together, and apart again (R-235, R-236, R-417)."""

from dataclasses import dataclass
from uuid import UUID

from huiyin.programme.refusal import Refused

VILLAGE = 12
"""Digits of a place code that say the village."""


@dataclass(frozen=True)
class Side:
    """One of two matters, as plain facts. `excluded`: who may have no part in it; `parts`: who has one."""

    id: UUID
    place_code: str
    closed: bool
    follows: UUID | None
    leads: bool
    parts: frozenset[UUID] = frozenset()
    excluded: frozenset[UUID] = frozenset()


def may_join(*, lead: Side, member: Side, reason: str) -> None:
    """Refuse to let one matter follow another where that would cost somebody their own.

    Raises Refused: join_itself, join_closed, join_lead_closed, join_already, join_leads, join_chain, join_conflict,
    needs_reason (the places differ, and why they are still one thing was not said).
    """
    reasons_against = {
        "join_itself": lead.id == member.id,
        "join_closed": member.closed,
        "join_lead_closed": lead.closed,
        "join_already": member.follows is not None,
        "join_leads": member.leads,
        "join_chain": lead.follows is not None,
        # Whoever must be kept out of one would learn of it, and answer it, through the other (SG-01).
        "join_conflict": bool(lead.parts & member.excluded or member.parts & lead.excluded),
    }
    for code, stands in reasons_against.items():
        if stands:
            raise Refused(code, field="code")
    if lead.place_code[:VILLAGE] != member.place_code[:VILLAGE] and not reason:
        raise Refused("needs_reason", field="reason")
