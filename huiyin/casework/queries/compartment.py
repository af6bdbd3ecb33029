"""What of a locked matter can be read, and by whom: rows laid out again with the words that a key opens."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Count, Q

from huiyin.casework.models import Keyholder, Matter, SealedKey, SealedText
from huiyin.casework.queries.matters import beyond, key_of
from huiyin.core import boxes
from huiyin.core.boxes import Unopened
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import conflict

FILE, SHARE = "core.storedfile", "casework.reportershare"
SIDE, DISPUTE = "casework.side", "casework.mediation"
OWN = b"\x01"
"""Begins what is closed once more inside its box, as the reporter's own; words begin with a brace."""
M = TypeVar("M", bound=models.Model)
LEAST = 2
"""So many custodians must have keys before a matter is locked: the loss of one is made good by the other."""


def about(matter_id: UUID, table: str, row: str) -> str:
    """What a box is bound to, so that it opens nowhere else."""
    return f"huiyin-sealed-1\n{matter_id}\n{table}\n{row}"


@dataclass
class Laid:
    """The opened words of a matter, by table and row; the empty one changes nothing."""

    words: dict[tuple[str, str], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    def on(self, row: M) -> M:
        """The row with its words; for reading only, never to be saved."""
        for name, value in self.words.get((row._meta.label_lower, str(row.pk)), {}).items():
            setattr(row, name, UUID(value) if name.endswith("_id") and isinstance(value, str) else value)
        return row

    def of(self, table: str) -> list[tuple[str, dict[str, Any]]]:
        """All rows of a table that stands in boxes only: a reporter, a file."""
        return [(row, said) for (name, row), said in self.words.items() if name == table]


def read(matter: Matter, secret: bytes, *, told: bool = False) -> Laid:
    """Open a matter's boxes with its private key, or with `told` those of whoever reported it with theirs; nothing
    that was the reporter's own once they are erased.

    Raises Unopened for another key. One query.
    """
    laid, own = Laid(), None
    column = "told" if told else "box"
    rows = SealedText.objects.filter(matter=matter, **{f"{column}__isnull": False}).order_by("id")
    kept = sorted(rows.values_list("table", "row", column), key=lambda one: one[0] != SHARE)
    for table, row, box in kept:  # first what opens the others: ids of one moment are in no order
        data = boxes.open_box(secret, box, about(matter.id, table, row))
        if data[:1] == OWN:
            if own is None:
                continue
            data = boxes.open_box(own, data[1:], about(matter.id, table, row))
        said = json.loads(data.decode(errors="surrogatepass"))
        if table == SHARE:
            own = _own(matter, said)
        else:
            laid.words[table, row].update(said)
    return laid


def _own(matter: Matter, said: dict[str, Any]) -> bytes | None:
    """The key of what is the reporter's own; None once one of the persons they are was erased."""
    data = bytes.fromhex(said["secret"])
    try:
        for person in reversed(said["persons"]):
            data = vault().open_bytes(f"person:{person}", table=SHARE, column="secret", row=str(matter.id), sealed=data)
    except (Shredded, Damaged):
        return None
    return data


@dataclass(frozen=True)
class Sides:
    """What the compartment holds of a dispute: letter, name, number, words and what was said when asked, of each side
    that was not erased; the mediator's notes by day; what was agreed."""

    sides: Sequence[tuple[str, str, str, str, Sequence[str]]]
    notes: Sequence[tuple[str, str]]
    agreement: str


def sides(viewer: Viewer, laid: Laid) -> Sides | None:
    """The dispute among the opened words; None where there is none."""
    found = next((said for _, said in laid.of(DISPUTE)), None)
    if found is None:
        return None
    told = []
    for row, said in laid.of(SIDE):
        clear = _of_side(row, said)
        if clear is not None:
            told.append((said["letter"], clear["name"], clear["phone"], clear["words"], clear["asked"]))
    return Sides(sorted(told), [(day, note) for day, note in found["notes"]], found["agreement"])


def _of_side(row: str, said: dict[str, Any]) -> dict[str, Any] | None:
    """One side in clear; None once the person it is was erased."""
    data: str = said["said"]
    if said["person"]:
        column = {"table": SIDE, "column": "said", "row": row}
        try:
            data = vault().open(f"person:{said['person']}", **column, sealed=bytes.fromhex(data))
        except (Shredded, Damaged):
            return None
    clear: dict[str, Any] = json.loads(data)
    return clear


def read_as_reporter(matter: Matter, proof: str) -> Laid:
    """What whoever reported it may read, by the proof; nothing where the matter is from before proofs opened any."""
    if not matter.locked or matter.reporter_key is None:
        return Laid()
    try:
        return read(matter, boxes.secret_of(proof, str(matter.id)), told=True)
    except Unopened:
        return Laid()


def holder_of(viewer: Viewer, person_id: UUID | None) -> Keyholder | None:
    """A person's pair of keys that is in use."""
    return Keyholder.objects.filter(person_id=person_id, ended_at__isnull=True).first() if person_id else None


def custodians(viewer: Viewer) -> list[Keyholder]:
    """The custodians whose keys are in use, longest first."""
    return list(Keyholder.objects.filter(custodian=True, ended_at__isnull=True).order_by("made_at", "id"))


@looking_as(OPEN)
def locks(viewer: Viewer) -> bool:
    """Whether what is said on the confidential way is locked here: there are custodians enough. One query."""
    return len(custodians(viewer)) >= LEAST


def apart(viewer: Viewer, persons: Sequence[UUID], *, at: datetime, day: Any) -> list[Keyholder]:
    """The custodians a matter about these persons is locked for; none while the county has fewer than two."""
    known = custodians(viewer)
    if len(known) < LEAST:
        return []
    near = conflict.exclusion(viewer, persons, at=at, day=day) if persons else frozenset()
    return [one for one in known if one.person_id not in near]


def secret_for(viewer: Viewer, matter: Matter, own: bytes | None) -> bytes | None:
    """A locked matter's private key, out of the viewer's box by the viewer's own; None where they have none."""
    if own is None or viewer.person_id is None or viewer.on_behalf_of is not None:
        return None
    row = SealedKey.objects.filter(
        matter=matter, holder__person_id=viewer.person_id, holder__ended_at__isnull=True
    ).first()
    if row is None:
        return None
    try:
        return boxes.open_box(own, row.box, about(matter.id, "key", str(row.holder_id)))
    except Unopened:
        return None


def unlock(viewer: Viewer, passphrase: str) -> bytes:
    """The viewer's own private key, for a quarter of an hour in their hands. The door counts the tries.

    Raises Refused: keys_missing, passphrase_wrong.
    """
    own = holder_of(viewer, viewer.person_id) if viewer.on_behalf_of is None else None
    if own is None:
        raise Refused("keys_missing")
    try:
        return boxes.unlock(own.locked or b"", passphrase)
    except Unopened as wrong:
        raise Refused("passphrase_wrong", field="passphrase") from wrong


PAGE = 50


@dataclass(frozen=True)
class KeyRow:
    """What a list may say of a locked matter: a code, since when, where it stands, by when."""

    code: str
    opened_at: datetime
    state: str
    due_at: datetime | None


@dataclass(frozen=True)
class KeyList:
    """A page of them, and the key of the next."""

    rows: Sequence[KeyRow]
    after: str


def held_keys(viewer: Viewer, *, after: str = "") -> KeyList:
    """Open locked matters the viewer may open, as custodian or handler, longest waiting first; one query."""
    mine = SealedKey.objects.filter(holder=holder_of(viewer, viewer.person_id))
    rows = Matter.objects.sealed_to(viewer).filter(closed_at__isnull=True, id__in=mine.values("matter_id"))
    if after:
        rows = rows.filter(beyond("opened_at", after, descending=False))
    columns = ("id", "code", "opened_at", "state", "due_at")
    found = list(rows.order_by("opened_at", "id").values(*columns)[: PAGE + 1])
    here = found[:PAGE]
    last = key_of(here[-1], "opened_at") if len(found) > PAGE else ""
    return KeyList([KeyRow(*(row[name] for name in columns[1:])) for row in here], last)


@dataclass(frozen=True)
class HolderRow:
    """Somebody with keys: who, since when, and how many matters they may open."""

    id: UUID
    person_id: UUID
    custodian: bool
    made_at: datetime
    keys: int


def holders(viewer: Viewer) -> list[HolderRow]:
    """Everybody whose keys are in use, custodians first; one query.

    Only what the viewer may learn of is counted: a custodian who is named in a matter must not read it from the sum of
    another (SG-01).
    """
    known = Matter.objects.sealed_to(viewer)
    keys = Count("sealed_keys", filter=Q(sealed_keys__matter__in=known.values("pk")))
    rows = Keyholder.objects.filter(ended_at__isnull=True).annotate(keys=keys)
    columns = ("id", "person_id", "custodian", "made_at", "keys")
    return [HolderRow(*row) for row in rows.order_by("-custodian", "made_at", "id").values_list(*columns)]


@dataclass(frozen=True)
class Register:
    """The register of their own: how many locked matters there are, no place and no person with them."""

    open: int
    answered: int
    closed: int
    unlocked: int
    """Those that went the sealed way before there were two custodians, and wait for keys."""


def register(viewer: Viewer) -> Register:
    """Count what the viewer holds; what is about them or theirs is not in the sum. One query."""
    locked = Q(lock_key__isnull=False)
    found = Matter.objects.sealed_to(viewer).aggregate(
        open=Count("id", filter=locked & Q(closed_at__isnull=True) & ~Q(state="answered")),
        answered=Count("id", filter=locked & Q(closed_at__isnull=True, state="answered")),
        closed=Count("id", filter=locked & Q(closed_at__isnull=False)),
        unlocked=Count("id", filter=Q(lock_key__isnull=True, sealed=True, closed_at__isnull=True)),
    )
    return Register(**found)
