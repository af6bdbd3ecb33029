"""A side's own page: the slip its mediator gives it, and what it adds or objects to there (R-221)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.mediation import find_own, open_again
from huiyin.casework.events.early import SideHeard, SideObjected, SideSlipMade
from huiyin.casework.models import Matter, Side, SideSaid
from huiyin.casework.queries import sides
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase

ADDED, OBJECTED = "added", "objected"
LONGEST = 2000
MOST = 50
"""So many times a side writes on its page; after that it tells its mediator."""


@action
def make_slip(*, by: Viewer, at: datetime, matter_id: UUID, letter: str, key: UUID) -> str:
    """The proof of a side's own page, for the slip its mediator hands over; no earlier slip opens it any more.

    It is kept by nobody: the same form (`key`) pressed again gives the same. Raises Missing; Refused: not_mediator,
    mediator_…, value_unknown, side_erased.
    """
    row = find_own(by, at, matter_id, going=False)
    side = row.sides.select_for_update(of=("self",)).filter(letter=letter).first()
    if side is None:
        raise Refused("value_unknown", field="letter")
    if side.name is None:
        raise Refused("side_erased")
    proof = sides.proof_of(by, side.id, key)
    found = vault().blind(sides.PROOF, proof)
    if side.proof_key is None or bytes(side.proof_key) != found:
        side.proof_key = found
        side.save()
        record(SideSlipMade(subject=str(row.matter_id)), by=by, at=at)
    return proof


@looking_as(OPEN)
@action
def add(*, by: Viewer, at: datetime, side_id: UUID, words: str) -> SideSaid:
    """A side adds to its version, which its mediator reads; the door has checked the proof.

    What it says of somebody in office holds the whole of it (SG-01). Raises Missing; Refused: dispute_over,
    too_many_written, text_empty, text_too_long, text_not_readable.
    """
    side, matter = _found(side_id)
    if side.mediation.state != "open":
        raise Refused("dispute_over")
    row, said = _write(side, ADDED, words, at)
    record(SideHeard(subject=str(matter.id)), by=by, at=at)
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return row


@looking_as(OPEN)
@action
def object_to(*, by: Viewer, at: datetime, side_id: UUID, words: str) -> SideSaid:
    """A side says that it did not agree so: no agreement of one side stands, it is mediated again.

    Raises as `add`; Refused: dispute_open where there is no agreement.
    """
    side, matter = _found(side_id)
    if side.mediation.state != "agreed":
        raise Refused("dispute_open")
    row, said = _write(side, OBJECTED, words, at)
    record(SideObjected(subject=str(matter.id)), by=by, at=at)
    open_again(by, at, side.mediation, matter, note=phrase("template", "agreement_objected"))
    hold_if_about_officials(by=by, at=at, matter=matter, said=said)
    return row


def _found(side_id: UUID) -> tuple[Side, Matter]:
    """The side and its matter, locked; none of a dispute that is held or sealed by now. Raises Missing."""
    side = Side.objects.select_related("mediation").filter(id=side_id).first()
    if side is None or side.proof_key is None:
        raise Missing
    matter = Matter.objects.select_for_update(of=("self",)).get(id=side.mediation.matter_id)
    if matter.held or matter.sealed:
        raise Missing
    side.mediation.refresh_from_db()
    return side, matter


def _write(side: Side, kind: str, words: str, at: datetime) -> tuple[SideSaid, str]:
    said = text.normalise(words, most=LONGEST, least=1, field="words")
    if side.written.count() >= MOST:
        raise Refused("too_many_written", field="words")
    row = SideSaid(id=uuid7(), side=side, kind=kind, at=at)
    row.words = vault().seal(f"side:{side.id}", table="casework.sidesaid", column="words", row=str(row.id), text=said)
    row.save(force_insert=True)
    return row, said
