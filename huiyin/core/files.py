"""Attachments: judged by their content, stripped of where and with what they were made, encrypted where they lie.

A file's bytes lie in `HOME/files/<xx>/<id>`, encrypted with the key of its subject (a household, a person, a matter).
They are durable before the row's transaction commits; one whose transaction failed is swept away a day later.
"""

import hashlib
import io
import os
import re
import time
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageOps

from huiyin.core import scanning
from huiyin.core.ids import uuid7
from huiyin.core.models import StoredFile, UnseenFile
from huiyin.core.text import visible
from huiyin.core.vault import Damaged, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 20
PIXELS_MOST = {"JPEG": 60_000_000, "PNG": 25_000_000}  # a JPEG is read at half size, a PNG whole
SIDE_MOST = 4096
PORTRAIT = (240, 320)
"""A portrait's width and height in pixels, as on an identity photograph: what a card and a board need, and no more."""
NAME_MOST = 80
ORPHAN_SECONDS = 86_400
CLOSED = StoredFile.CLOSED
CLOSED_KIND = "application/octet-stream"

ZIP_ENTRIES_MOST = 5_000
ZIP_BYTES_MOST = 500 * MEGABYTE
ZIP_RATIO_MOST = 200

JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MP3, AMR, WAV = "audio/mpeg", "audio/amr", "audio/wav"
ENDINGS = {
    JPEG: ".jpg",
    PNG: ".png",
    PDF: ".pdf",
    DOCX: ".docx",
    XLSX: ".xlsx",
    MP3: ".mp3",
    AMR: ".amr",
    WAV: ".wav",
}
_DEVICE = re.compile("con|prn|aux|nul|com[0-9]|lpt[0-9]", re.IGNORECASE)
_UNFIT = re.compile(r'[<>:"|?*;%&\'`$\\/]')


class Closed(Exception):
    """A file of the sealed compartment: whole, and for nobody to open but who holds a key of its matter."""


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: its type by content, a harmless name with the type's own ending, its bytes.

    `seen`: the scanner has looked at it, or none is there; what it has not seen is kept and handed to nobody.
    """

    kind: str
    name: str
    data: bytes
    seen: bool = True


def examine(name: str, data: bytes) -> Examined:
    """Judge a file by its bytes; pictures are made anew, so that position and device are gone.

    Raises Refused: file_empty, too_large, file_type, file_broken, file_macros, picture_too_large, file_malware.
    """
    if not data:
        raise Refused("file_empty", field="file")
    if len(data) > MOST_MEGABYTES * MEGABYTE:
        raise Refused("too_large", field="file", most=MOST_MEGABYTES)
    kind = kind_of(data)
    clean = _CLEANERS.get(kind)
    return Examined(kind, clean_name(name, kind), clean(data) if clean else data, scanning.seen(data))


def portrait(data: bytes) -> Examined:
    """A face for a board or a card (R-054): made anew as a small JPEG of 3 to 4, cut from the middle, a little above.

    Raises Refused as `examine`, and file_photo for what is no JPEG or PNG, picture_small for one with fewer pixels.
    """
    if data and not any(pattern.match(data) for kind, pattern in _SIGNATURES if kind in (JPEG, PNG)):
        raise Refused("file_photo", field="file")
    found = examine("portrait", data)
    with Image.open(io.BytesIO(found.data)) as picture:
        if picture.width < PORTRAIT[0] or picture.height < PORTRAIT[1]:
            raise Refused("picture_small", field="file", width=PORTRAIT[0], height=PORTRAIT[1])
        ground = Image.new("RGB", picture.size, "white")
        upright = picture.convert("RGBA")
        ground.paste(upright, mask=upright)  # what is see-through becomes white
    out = io.BytesIO()
    ImageOps.fit(ground, PORTRAIT, centering=(0.5, 0.35)).save(out, "JPEG", quality=85, optimize=True)
    return Examined(JPEG, clean_name("portrait", JPEG), out.getvalue())


def kind_of(data: bytes) -> str:
    """The media type by the first bytes. Raises Refused("file_type") for what is not kept."""
    for kind, pattern in _SIGNATURES:
        if pattern.match(data):
            return kind
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    raise Refused("file_type", field="file")


def clean_name(name: str, kind: str) -> str:
    """A name no shell, page or folder stumbles over: a path's last part, 80 characters at most, the right ending."""
    last = _UNFIT.sub("", re.split(r"[/\\]", visible(name[:1000]))[-1])
    stem = last.rsplit(".", 1)[0]
    stem = " ".join(stem.split()).strip(". ")[:NAME_MOST].strip(". ")
    return (stem if stem and not _DEVICE.fullmatch(stem) else "file") + ENDINGS[kind]


def store(*, by: Viewer, at: datetime, subject: str, name: str, data: bytes) -> StoredFile:
    """Keep a file for a subject; call it inside an action, which tells what happened.

    `subject` names the key that encrypts it, such as `matter:<uuid>`. Raises as `examine`, and OSError when the disk
    is full: then nothing is kept.
    """
    return keep(by=by, at=at, subject=subject, examined=examine(name, data))


def keep(*, by: Viewer, at: datetime, subject: str, examined: Examined) -> StoredFile:
    """As `store`, for a file that a door has examined already: pictures are not made anew while a database waits."""
    identity = uuid7()
    sealed = vault().seal_bytes(
        subject, table="core.storedfile", column="content", row=str(identity), data=examined.data
    )
    write_durably(path_of(identity), sealed)
    row = StoredFile(
        id=identity,
        subject=subject,
        name=examined.name,
        kind=examined.kind,
        size=len(examined.data),
        sha256=hashlib.sha256(sealed).hexdigest(),
        added_at=at,
        added_by_id=by.person_id,
    )
    row.save()
    _wait(row, at, seen=examined.seen)
    return row


def keep_closed(
    *, by: Viewer, at: datetime, identity: UUID, subject: str, content: bytes, seen: bool = True
) -> StoredFile:
    """Keep bytes that somebody else has encrypted: neither name nor type is known here (`subject` begins CLOSED)."""
    write_durably(path_of(identity), content)
    row = StoredFile(
        id=identity,
        subject=subject,
        name="",
        kind=CLOSED_KIND,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_at=at,
        added_by_id=by.person_id,
    )
    row.save()
    _wait(row, at, seen=seen)
    return row


def kept(row: StoredFile, unseen: Collection[UUID]) -> Examined:
    """A kept file in clear, to be kept anew elsewhere: what is among the `unseen` goes along as that. Raises as
    `content`."""
    return Examined(row.kind, row.name, content(row), row.pk not in unseen)


def handed(row: StoredFile) -> bytes:
    """The bytes of a kept file for somebody to have. Raises as `content`, and Refused: file_unseen,
    file_malware_kept."""
    scanning.need_seen(row)
    return content(row)


def opened(row: StoredFile, data: bytes) -> bytes:
    """Bytes of the sealed compartment that their key has opened, looked at now where nobody could before. Raises
    Refused: file_unseen, file_malware_kept."""
    if UnseenFile.objects.filter(pk=row.pk).exists():
        scanning.need_harmless(data)
    return data


def content(row: StoredFile) -> bytes:
    """The bytes of a kept file. Raises Closed, Shredded after an erasure, Damaged when they are missing or altered."""
    sealed = as_kept(row)
    if row.subject.startswith(CLOSED):
        raise Closed(str(row.id))
    return vault().open_bytes(row.subject, table="core.storedfile", column="content", row=str(row.id), sealed=sealed)


def as_kept(row: StoredFile) -> bytes:
    """The bytes as they lie there, encrypted. Raises Damaged when they are missing or were altered."""
    try:
        sealed = path_of(row.id).read_bytes()
    except FileNotFoundError as problem:
        raise Damaged(f"the content of file {row.id} is missing; restore it from the backup") from problem
    if hashlib.sha256(sealed).hexdigest() != row.sha256:
        raise Damaged(f"the content of file {row.id} is not what was kept")
    return sealed


def _wait(row: StoredFile, at: datetime, *, seen: bool) -> None:
    if not seen:
        UnseenFile.objects.create(id=row.pk, since=at)


def discard(identity: UUID) -> None:
    """Take a file's bytes off the disk, after the action that erased its row has committed."""
    path_of(identity).unlink(missing_ok=True)


def download_headers(row: StoredFile | Examined) -> dict[str, str]:
    """Headers under which a browser saves the file and never shows it inside our pages (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", row.name)
    return {
        "Content-Type": row.kind,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def judge_zip(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    """The entries of a zip that unpacks to what it says and no more; nothing of it is unpacked to know.

    Raises Refused: file_broken (no zip, too many entries, too large or too densely packed, overlapping or encrypted
    entries, names that leave the folder), file_macros.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as problem:
        raise Refused("file_broken", field="file") from problem
    whole = file.seek(0, os.SEEK_END)
    file.seek(0)
    if any(entry.filename.lower().endswith(("vbaproject.bin", ".bin.vba")) for entry in entries):
        raise Refused("file_macros", field="file")
    sizes = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    fits = (
        0 < len(entries) <= ZIP_ENTRIES_MOST
        and packed <= whole
        and sizes <= min(ZIP_BYTES_MOST, ZIP_RATIO_MOST * whole)
        and len({entry.header_offset for entry in entries}) == len(entries)
        and not any(entry.flag_bits & 1 or _leaves(entry.filename) for entry in entries)
    )
    if not fits:
        raise Refused("file_broken", field="file")
    return entries


def path_of(identity: UUID) -> Path:
    """Where a file's bytes lie; spread over 256 folders by the id's random end."""
    return Path(settings.HUIYIN_HOME) / "files" / identity.hex[-2:] / str(identity)


def sweep() -> int:
    """Delete bytes older than a day that no row names (their transaction failed); gives how many."""
    count = 0
    for path in (Path(settings.HUIYIN_HOME) / "files").glob("*/*"):
        if path.stat().st_mtime < time.time() - ORPHAN_SECONDS and not _has_row(path.name):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _has_row(name: str) -> bool:
    try:
        identity = UUID(name)
    except ValueError:
        return False  # the rest of a write that never ended
    return StoredFile.objects.filter(pk=identity).exists()


def write_durably(path: Path, content: bytes) -> None:
    """Write durably under a passing name, then rename; a full disk leaves nothing behind."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scrap = path.with_name(f".{path.name}")
    try:
        descriptor = os.open(scrap, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scrap.replace(path)
    except OSError:
        scrap.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _picture(form: str, mode: str, **options: int | bool) -> Callable[[bytes], bytes]:
    """A function that makes a picture of this form anew: turned upright, at most 4,096 pixels long, pixels only."""

    def make(data: bytes) -> bytes:
        too_large = Refused("picture_too_large", field="file", most=PIXELS_MOST[form] // 10_000)
        try:
            with Image.open(io.BytesIO(data), formats=[form]) as picture:
                if picture.width * picture.height > PIXELS_MOST[form]:
                    raise too_large
                picture.draft(mode, (SIDE_MOST, SIDE_MOST))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((SIDE_MOST, SIDE_MOST))
                pixels = upright.convert(mode)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
            raise too_large from problem
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as problem:
            raise Refused("file_broken", field="file") from problem
        fresh = Image.new(mode, pixels.size)
        fresh.paste(pixels)
        out = io.BytesIO()
        fresh.save(out, form, **options)
        return out.getvalue()

    return make


def _pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise Refused("file_broken", field="file")
    return data


def _office_kind(data: bytes) -> str:
    names = {entry.filename for entry in judge_zip(io.BytesIO(data))}
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return XLSX
    raise Refused("file_type", field="file")


def _leaves(name: str) -> bool:
    """Whether an entry's name leads out of its folder or is no name."""
    return name.startswith(("/", "\\")) or "\x00" in name or ":" in name or ".." in re.split(r"[/\\]", name)


_SIGNATURES = [
    (JPEG, re.compile(rb"\xff\xd8\xff")),
    (PNG, re.compile(rb"\x89PNG\r\n\x1a\n")),
    (PDF, re.compile(rb"%PDF-[12]\.[0-9]")),
    (AMR, re.compile(rb"#!AMR(-WB)?\n")),
    (WAV, re.compile(rb"RIFF.{4}WAVE", re.DOTALL)),
    (MP3, re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")),
]
_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    JPEG: _picture("JPEG", "RGB", quality=85, optimize=True),
    PNG: _picture("PNG", "RGBA", optimize=False),
    PDF: _pdf,
}
