"""How enterprises and projects stand on a day, who is linked with one, and how many households it affects (R-039)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.register.models import BodyState, Membership, Tie
from huiyin.register.models.body_states import BODY_STATES, RUNNING
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.queries.ties import BODIES as STATED
from huiyin.register.rules.few import FEWEST

__all__ = ["STATED", "TROUBLED", "Following", "StateLine", "following", "of_bodies", "said"]

TROUBLED = tuple(one for one in BODY_STATES if one != RUNNING)
"""The states that leave something to see to."""


@dataclass(frozen=True)
class StateLine:
    """A state and its period; `note` says what is left to see to."""

    state: str
    note: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Following:
    """Who is linked with a body, each with the kind of link, and how many households of the viewer's scope stand under
    it in a category; None for fewer than ten (SG-46)."""

    linked: tuple[tuple[UUID | None, str, str], ...]
    households: int | None


def of_bodies(viewer: Viewer, body_ids: Collection[UUID], day: date) -> dict[UUID, StateLine]:
    """The state of some bodies on a day; those that are at work are not in it."""
    rows = BodyState.objects.filter(standing(day), body__in=body_ids).exclude(state=RUNNING)
    return {row.body_id: _line(row) for row in rows}


def said(viewer: Viewer, body_id: UUID, day: date) -> tuple[StateLine, ...]:
    """What was said of a body up to a day, the newest first."""
    viewer.need("register.see")
    rows = BodyState.objects.filter(body_id=body_id, replaced_at=None, since__lte=day).order_by("-since", "-pk")
    return tuple(_line(row) for row in rows)


def following(viewer: Viewer, at: datetime, body_id: UUID) -> Following:
    """Who is to follow up what is left over. Two questions."""
    viewer.need("register.see")
    day = today(viewer, at)
    rows = Tie.objects.filter(standing(day), to_body_id=body_id).select_related("official__person", "body")
    linked = tuple(
        (row.official.person_id if row.official else None, _name(row), _title(at, row.programme, row.pairing))
        for row in rows.order_by("since", "pk")
    )
    homes = Membership.objects.filter(standing(day), viewer.scope("household__place_code"), body_id=body_id)
    count = homes.values("household_id").distinct().count()
    return Following(linked, count if count >= FEWEST or count == 0 else None)


def _line(row: BodyState) -> StateLine:
    return StateLine(row.state, row.note, row.since, row.until)


def _name(row: Tie) -> str:
    if row.official is not None:
        return row.official.person.name
    return row.body.name if row.body is not None else ""


def _title(at: datetime, programme: str, pairing: str) -> str:
    found = rulebook.current(at).rulebook.programmes.get(programme)
    links = found.links if found is not None else None
    return links.pairings[pairing].title if links is not None and pairing in links.pairings else pairing
