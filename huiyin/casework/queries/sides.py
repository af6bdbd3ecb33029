"""What a side of a dispute may see: where it stands, its own words and the agreement; nothing the other said (R-221).

By the proof of its own slip all of that, by the matter's code and the end of its number the state only. A dispute that
is held or sealed opens to no side: one of them may be whom it is about (SG-01).
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models

from huiyin.casework.models import Side
from huiyin.casework.queries.mediation import page_of
from huiyin.casework.rules import codes
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.sealed import sealed_columns
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import places, staff

PROOF = "casework.side_proof"


@dataclass(frozen=True)
class Written:
    """What the side wrote on its page: added to its version, or objected to the agreement."""

    kind: str
    at: datetime
    words: str


@dataclass(frozen=True)
class Day:
    """A day on which both sides are asked, and what this one said; empty where it was not asked yet."""

    on: date
    word: str
    over: bool


@dataclass(frozen=True)
class SidePage:
    """A dispute as one side sees it. `full` is False for code and last four digits: the state and the days only."""

    side_id: UUID
    code: str
    full: bool
    title: str
    about: str
    sort: str
    place: str
    opened_at: datetime
    state: str
    mediator: str
    meetings: Sequence[tuple[date, str]]
    words: str
    heard_at: datetime | None
    written: Sequence[Written]
    agreement: str
    agreed_at: datetime | None
    days: Sequence[Day]
    may_add: bool
    may_object: bool


def proof_of(viewer: Viewer, side_id: UUID, key: UUID) -> str:
    """The proof on a slip of a side that is made with this key: the same however often a button is pressed."""
    return codes.proof_from(vault().blind("casework.side_slip", f"{side_id}:{key}"))


@looking_as(OPEN)
def by_proof(viewer: Viewer, typed: str, at: datetime) -> SidePage:
    """The dispute a side's proof opens. Raises Missing."""
    proof = codes.read_proof(typed)
    if proof is None:
        raise Missing
    side = _open().filter(proof_key=vault().blind(PROOF, proof)).first()
    if side is None:
        raise Missing
    return _shown(viewer, side, at, full=True)


@looking_as(OPEN)
def by_phone_end(viewer: Viewer, typed: str, last_four: str, at: datetime) -> SidePage:
    """Where a dispute stands, for its code and the last four digits of a side. The door throttles. Raises Missing."""
    code = codes.read_code(typed)
    digits = "".join(str(int(one)) for one in last_four[:20] if one.isdecimal())
    if code is None or len(digits) != 4:
        raise Missing
    wanted = vault().blind(f"last_four:{code}", digits)
    known = list(_open().filter(mediation__matter__code=code, last_four__isnull=False))
    side = next((one for one in known if hmac.compare_digest(bytes(one.last_four or b""), wanted)), None)
    if side is None:
        raise Missing
    return _shown(viewer, side, at, full=False)


@looking_as(OPEN)
def by_number(viewer: Viewer, code: str, number: str, at: datetime) -> SidePage:
    """The same for the side's telephone itself. The caller throttles. Raises Missing."""
    blind = vault().blind("phone", number)
    theirs = _open().filter(mediation__matter__code=code, phone_blind=blind, last_four__isnull=False)
    side = theirs.first() if code else None
    if side is None:
        raise Missing
    return _shown(viewer, side, at, full=False)


def _open() -> models.QuerySet[Side]:
    rows = Side.objects.filter(mediation__matter__held=False, mediation__matter__sealed=False)
    return rows.select_related("mediation__matter")


def _shown(viewer: Viewer, side: Side, at: datetime, *, full: bool) -> SidePage:
    row, matter = side.mediation, side.mediation.matter
    how = page_of(viewer, at)
    said = dict(side.said.values_list("follow_up_id", "word"))
    agreed = row.state == "agreed"
    return SidePage(
        side_id=side.id,
        code=matter.code,
        full=full,
        title=matter.title if full else "",
        about=matter.text if full else "",
        sort=(how.sorts if how else {}).get(row.sort, ""),
        place=places.path_names(viewer, matter.place_code) if full else "",
        opened_at=row.at,
        state=row.state,
        mediator=staff.persons(viewer, {row.mediator_id}).get(row.mediator_id, "") if row.mediator_id else "",
        meetings=[(one.on, one.where) for one in row.meetings.all()] if full else (),
        words=_clear(side, "words") if full else "",
        heard_at=side.heard_at,
        written=[Written(one.kind, one.at, _clear(one, "words")) for one in side.written.all()] if full else (),
        agreement=_clear(row, "agreement") if full and agreed else "",
        agreed_at=row.ended_at if agreed else None,
        days=[Day(one.due_on, said.get(one.pk, ""), one.ended_at is not None) for one in row.follow_ups.all()],
        may_add=full and row.state == "open",
        may_object=full and agreed,
    )


def _clear(row: models.Model, column: str) -> str:
    if not getattr(row, column):
        return ""
    return next(one for one in sealed_columns() if one.model is type(row) and one.column == column).open(row)
