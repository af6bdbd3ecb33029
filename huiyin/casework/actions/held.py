"""A complaint whose subjects are named goes to people who stand apart from them, or one level up (SG-01)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books, compartment, keyholders
from huiyin.casework.actions.steps import advance, find
from huiyin.casework.models import Matter
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.queries import mediation
from huiyin.core.actions import action
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries.days import today


@action
def hand_over(
    *,
    by: Viewer,
    at: datetime,
    matter_id: UUID,
    topic: str,
    way: str,
    parts: Mapping[str, UUID | None],
    more: Mapping[str, Any] | None = None,
    seen: int | None = None,
    own: bytes | None = None,
) -> Matter:
    """Accept a sealed matter, if that is still to be done, and assign it outside everybody it is about.

    On a sealed way it goes into the compartment, for the custodians who stand apart and the handler: from then on its
    words are in clear nowhere (R-187). One that is there already is given to the handler with the keys of who hands it
    over (`own`). `parts`: owner (body), handler, supervisor (persons); `more` is what else the flow asks for.
    Raises Missing; Refused: not_allowed, held_undecided, handler_without_key, sealed_not_open and what
    `rules.flow.take_step` refuses, conflict_excluded above all.
    """
    matter = _sealed(by, matter_id, seen)
    # Asked now: once it is locked only their officials are known (`shutting`), and the sides by nobody.
    near = mediation.family(by, matter.id, today(by, at))
    if near & set(parts.values()):
        raise Refused("conflict_excluded")
    secret = _secret(by, at, matter, way, parts, own)
    given = {**(more or {}), "topic": topic, "nature": matter.nature, "way": way}
    matter = advance(by=by, at=at, matter=_accepted(by, at, matter), step="assign", given={**given, **parts})
    if secret is not None:
        keyholders.hand(by, at, matter, secret)
    return matter


@action
def shut(*, by: Viewer, at: datetime, matter_id: UUID) -> Matter:
    """Lock a sealed matter that is still in clear, because it went its way before there were two custodians.

    Raises Missing; Refused: not_allowed, held_undecided, already_done, custodians_missing, handler_without_key.
    """
    matter = _sealed(by, matter_id, None)
    if matter.locked:
        raise Refused("already_done")
    apart = matter.handler_id not in books.excluded(by, matter, at)
    secret = _locked(by, at, matter)
    if secret is None:
        raise Refused("custodians_missing")
    if matter.handler_id and apart:  # who became family of a side is only to hand it back
        keyholders.hand(by, at, matter, secret)
    return matter


def _secret(
    by: Viewer, at: datetime, matter: Matter, way: str, parts: Mapping[str, UUID | None], own: bytes | None
) -> bytes | None:
    """The private key of a matter that is locked, or is to be by this way; None where it stays in clear."""
    if matter.locked:
        secret = sealed.secret_for(by, matter, own)
        if secret is None:
            raise Refused("sealed_not_open")
        return secret
    ways = version(matter.rulebook_id).matters(matter.programme).ways
    if way not in ways or not ways[way].sealed:
        return None
    if sealed.apart(by, [], at=at, day=matter.local_day):
        keyholders.fit_handler(by, parts.get("handler"))
    return _locked(by, at, matter)


def _locked(by: Viewer, at: datetime, matter: Matter) -> bytes | None:
    """Lock it for the custodians who stand apart; None while there are no two in the county, or none apart."""
    known = sealed.apart(by, [], at=at, day=matter.local_day)
    away = books.excluded(by, matter, at)
    holders = [one for one in known if one.person_id not in away]
    return compartment.shut(by=by, at=at, matter=matter, holders=holders) if holders else None


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
