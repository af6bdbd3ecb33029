"""The files of a matter: who may read the matter may have them; everybody else learns nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Attachment, Matter
from huiyin.casework.rules import codes
from huiyin.core.models import StoredFile
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing


@dataclass(frozen=True)
class FileRow:
    """A file as pages list it; `part` is said or answer, `size` in bytes."""

    id: UUID
    name: str
    kind: str
    size: int
    part: str
    reply_id: UUID | None
    by_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class Found:
    """One file to be handed out, with the matter it belongs to."""

    file: StoredFile
    matter_id: UUID
    aside: bool


def of_matter(viewer: Viewer, matter: Matter) -> Sequence[FileRow]:
    """The files of a matter that the viewer has reached, oldest first; one query."""
    rows = Attachment.objects.filter(matter=matter).order_by("at", "id")
    columns = ("id", "file__name", "file__kind", "file__size", "part", "reply_id", "by_id", "at")
    return [FileRow(*row) for row in rows.values_list(*columns)]


def one(viewer: Viewer, typed: str, attachment_id: UUID) -> Found:
    """A file of a matter in reach, by the matter's code. Raises Missing: absent, foreign and sealed alike."""
    code = codes.read_code(typed)
    reached = Matter.objects.reachable_by(viewer).filter(code=code).first() if code else None
    return _found(reached, attachment_id)


@looking_as(OPEN)
def by_proof(viewer: Viewer, typed: str, attachment_id: UUID) -> Found:
    """A file of the matter that a proof opens. Raises Missing."""
    proof = codes.read_proof(typed)
    key = vault().blind("casework.proof", proof) if proof else None
    return _found(Matter.objects.filter(proof_key=key).first() if key else None, attachment_id)


def _found(matter: Matter | None, attachment_id: UUID) -> Found:
    row = Attachment.objects.filter(matter=matter, id=attachment_id).select_related("file").first() if matter else None
    if matter is None or row is None:
        raise Missing
    return Found(row.file, matter.id, matter.held or matter.sealed)
