"""A complaint whose subjects are named goes to people who stand apart from them, or one level up (SG-01)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.steps import advance, find
from huiyin.casework.models import Matter
from huiyin.core.actions import action
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused


@action
def hand_over(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    topic: str,
    way: str,
    parts: Mapping[str, UUID | None],
    seen: int | None = None,
) -> Matter:
    """Accept a sealed matter, if that is still to be done, and assign it outside everybody it is about.

    `parts`: owner (body), handler, supervisor (persons).
    Raises Missing; Refused: not_allowed, held_undecided and what `rules.flow.take_step` refuses, conflict_excluded
    above all.
    """
    matter = _sealed(by, matter_id, seen)
    given = {"topic": topic, "nature": matter.nature, "way": way}
    return advance(by=by, at=at, matter=_accepted(by, at, matter), step="assign", given={**given, **parts})


@action
def hand_up(*, by: Viewer, at: datetime, matter_id: UUID, note: str, seen: int | None = None) -> Matter:
    """Take a sealed matter a level up, because everybody who could handle it here stands too near."""
    matter = _sealed(by, matter_id, seen)
    return advance(by=by, at=at, matter=_accepted(by, at, matter), step="raise", given={"note": note})


def _sealed(by: Viewer, matter_id: UUID, seen: int | None) -> Matter:
    matter = find(by, matter_id, seen)
    by.need("matter.held")
    if not matter.sealed:
        raise Refused("held_undecided")
    return matter


def _accepted(by: Viewer, at: datetime, matter: Matter) -> Matter:
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if matter.state != flow.initial or flow.taking("accept", matter.state) is None:
        return matter
    return advance(by=by, at=at, matter=matter, step="accept", given={})
