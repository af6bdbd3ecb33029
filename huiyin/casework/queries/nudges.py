"""What staff are told at their desk, as far as they may see its matter today; and a morning's digest of it (SG-01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.casework.models import Digest, Matter
from huiyin.casework.models.nudges import TABLE
from huiyin.casework.queries import today
from huiyin.casework.queries.matters import COLUMNS, MatterRow, beyond, key_of, rows_of
from huiyin.casework.queries.mediation import mediated
from huiyin.casework.queries.waiting import told_to, unread_by
from huiyin.core import text
from huiyin.core.questions import counts
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict

PAGE = 50
UNREAD, READ = "u", "r"
"""In which part of the list a page ended."""


@dataclass(frozen=True)
class NudgeRow:
    """One line: what happened, when, whether it was read, and the matter as lists show it."""

    id: UUID
    kind: str
    at: datetime
    unread: bool
    row: MatterRow

    @property
    def of_side(self) -> bool:
        """Whether a side of a dispute did it; the dispute has a page of its own."""
        return self.kind.startswith("side_")

    @property
    def of_wall(self) -> bool:
        """Whether comments under the wall wait, of which this is the first that day: their list is led to."""
        return self.kind.startswith("comment_")


def unread(viewer: Viewer) -> int:
    """How many the viewer has not read, counted up to `BELL`; one query, none for who is nobody."""
    if viewer.person_id is None:
        return 0
    return counts("nudges.unread", (unread_by,), conflict.stood(viewer))[0]


@dataclass(frozen=True)
class Page:
    """A page of what somebody was told, and the key of the next."""

    rows: Sequence[NudgeRow]
    after: str = ""


def listed(viewer: Viewer, at: datetime, *, after: str = "", size: int = PAGE) -> Page:
    """What the viewer was told, unread first, then newest first; `after` is a key of an earlier page. Six queries,
    three more where it is of a dispute that the viewer only mediates."""
    if viewer.person_id is None:
        return Page(())
    found: list[tuple[Any, ...]] = []
    part, key = after[:1], after[1:]
    for name in (UNREAD, READ) if part != READ else (READ,):
        rows = told_to(viewer).filter(beyond("at", key if name == part else "", descending=True))
        rows = rows.filter(read_at__isnull=name == UNREAD).order_by("-at", "-id")
        found += rows.values_list(*NAMES)[: max(size + 1 - len(found), 0)]
    more, found = len(found) > size, found[:size]
    matters = Matter.objects.visible_to(viewer).filter(id__in={one[1] for one in found}).values(*COLUMNS)
    known = {row.id: row for row in rows_of(viewer, matters)} if found else {}
    if beyond_sight := {one[1] for one in found if one[1] not in known}:
        between = mediated(viewer).filter(id__in=beyond_sight).values(*COLUMNS)
        known |= {row.id: row for row in rows_of(viewer, between)}
    rows_ = [
        NudgeRow(id=one, kind=kind, at=when, unread=read is None, row=known[matter])
        for one, matter, kind, when, read in found
        if matter in known
    ]
    return Page(rows_, after=_key(found[-1]) if more else "")


def _key(last: tuple[Any, ...]) -> str:
    """Where a page ended: among the unread or the read, when, and which."""
    one, _, _, when, read = last
    return (UNREAD if read is None else READ) + key_of({"id": one, "at": when}, "at")


@dataclass(frozen=True)
class Chosen:
    """Where somebody's digest goes; `masked` is the address as it is shown."""

    channel: str
    masked: str


def chosen(viewer: Viewer) -> Chosen:
    """What the viewer chose for themselves; one query."""
    row = Digest.objects.filter(account_id=viewer.account_id or 0).first()
    if row is None or not row.channel:
        return Chosen("", "")
    address = address_of(row)
    return Chosen(row.channel, text.mask_phone(address) if row.channel == "sms" else address)


def address_of(row: Digest) -> str:
    """A digest's address in clear, for its owner and for the machine; empty after an erasure."""
    if not row.address:
        return ""
    try:
        subject = f"person:{row.person_id}"
        return vault().open(subject, table=TABLE, column="address", row=str(row.pk), sealed=row.address)
    except (Shredded, Damaged):
        return ""


@dataclass(frozen=True)
class Morning:
    """What waits for somebody: counts, and the codes of what is late; nothing of held and sealed matters."""

    todo: int
    due_today: int
    late: int
    unread: int
    codes: Sequence[str]


CODES = 3


def morning(viewer: Viewer, at: datetime) -> Morning:
    """What a digest says; six queries."""
    found = today.today(viewer, at)
    late = [one.row.code for one in found.rows if one.row.due_at is not None and one.row.due_at <= at]
    return Morning(found.tally.todo, found.due_today, found.late, unread(viewer), late[:CODES])


NAMES = ("id", "matter_id", "kind", "at", "read_at")
