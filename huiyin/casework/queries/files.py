"""The files of a matter: who may read the matter may have them; everybody else learns nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huiyin.casework.models import Attachment, Matter
from huiyin.casework.queries import compartment
from huiyin.casework.queries.compartment import Laid
from huiyin.casework.rules import codes
from huiyin.core import files
from huiyin.core.boxes import NONCE_BYTES
from huiyin.core.files import Examined
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
    """One file to be handed out, with the matter it belongs to; of a locked matter what its key has opened."""

    file: StoredFile | Examined
    matter_id: UUID
    aside: bool


def of_matter(viewer: Viewer, matter: Matter, laid: Laid | None = None) -> Sequence[FileRow]:
    """The files of a matter that the viewer has reached, oldest first; one query.

    Of a locked one with the names and types that `laid` holds; none of those it does not.
    """
    if not getattr(matter, "filed", True):  # asked with the matter itself
        return ()
    rows = Attachment.objects.filter(matter=matter).order_by("at", "id")
    columns = ("id", "file__name", "file__kind", "file__size", "part", "reply_id", "by_id", "at")
    if not matter.locked:
        return [FileRow(*row) for row in rows.values_list(*columns)]
    known = dict(laid.of(compartment.FILE)) if laid else {}
    return [
        FileRow(row.id, said["name"], said["kind"], said["size"], row.part, row.reply_id, row.by_id, row.at)
        for row in rows
        if (said := known.get(str(row.file_id)))
    ]


def one(viewer: Viewer, typed: str, attachment_id: UUID, key: Callable[[Matter], bytes | None] | None = None) -> Found:
    """A file of a matter in reach, by the matter's code. Raises Missing: absent, foreign and not opened alike."""
    code = codes.read_code(typed)
    reached = Matter.objects.readable_by(viewer).filter(code=code).first() if code else None
    secret = key(reached) if key is not None and reached is not None and reached.locked else None
    laid = compartment.read(reached, secret) if reached is not None and secret is not None else Laid()
    return _found(reached, attachment_id, laid)


@looking_as(OPEN)
def by_proof(viewer: Viewer, typed: str, attachment_id: UUID) -> Found:
    """A file of the matter that a proof opens. Raises Missing."""
    proof = codes.read_proof(typed)
    key = vault().blind("casework.proof", proof) if proof else None
    matter = Matter.objects.filter(proof_key=key).first() if key else None
    laid = compartment.read_as_reporter(matter, proof) if matter is not None and proof else Laid()
    return _found(matter, attachment_id, laid)


def _found(matter: Matter | None, attachment_id: UUID, laid: Laid) -> Found:
    row = Attachment.objects.filter(matter=matter, id=attachment_id).select_related("file").first() if matter else None
    if matter is None or row is None:
        raise Missing
    if not matter.locked:
        return Found(row.file, matter.id, matter.held or matter.sealed)
    said = dict(laid.of(compartment.FILE)).get(str(row.file_id))
    if said is None:
        raise Missing
    content = files.as_kept(row.file)
    key, nonce = AESGCM(bytes.fromhex(said["key"])), content[:NONCE_BYTES]
    data = files.opened(row.file, key.decrypt(nonce, content[NONCE_BYTES:], str(row.file_id).encode()))
    return Found(Examined(said["kind"], said["name"], data), matter.id, aside=True)
