"""One step for several matters in one transaction: each stands by itself, what is refused is told and left as it is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.actions.hand import FullHand
from huiyin.casework.actions.steps import advance
from huiyin.casework.models import Matter
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

STEPS = frozenset({"accept", "classify", "assign"})
"""Steps that refuse before they write anything, so that one refused leaves the others whole."""
SLICE = 50


@action
def take_together(
    *, by: Viewer, at: datetime, wanted: Sequence[tuple[UUID, int]], step: str, given: Mapping[str, Any]
) -> dict[UUID, Refused | None]:
    """Take a step for up to 50 matters, given with the version that was looked at; what became of each.

    Raises Refused("step_unknown") for a step that is not taken for several.
    """
    if step not in STEPS:
        raise Refused("step_unknown", step=step)
    some = dict(wanted[:SLICE])
    told: dict[UUID, Refused | None] = {matter_id: Missing() for matter_id in some}
    # Found and locked at once, in one order: two people with the same list wait for each other and never in a ring.
    rows = Matter.objects.visible_to(by).select_for_update(of=("self",)).filter(id__in=some).order_by("id")
    hand = FullHand(list(rows))
    for matter in hand.matters:
        try:
            with hand.one():
                if matter.version != some[matter.id]:
                    raise Refused("stale")
                advance(by=by, at=at, matter=matter, step=step, given=given, hand=hand)
            told[matter.id] = None
        except Refused as refused:
            told[matter.id] = refused
    hand.put_down()
    return told
