"""Attachments: judged by content, stripped, encrypted, and harmless whatever they are called."""

import io
import os
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import IFD

from huiyin.core import files
from huiyin.core.actions import action
from huiyin.core.events import Fact, record
from huiyin.core.models import StoredFile
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Kept(Fact):
    NAME = "test.kept"


@action
def keep(*, by: Viewer, at: datetime, subject: str, name: str, data: bytes) -> StoredFile:
    row = files.store(by=by, at=at, subject=subject, name=name, data=data)
    record(Kept(subject=subject), by=by, at=at)
    return row


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: object) -> None:
    settings.HUIYIN_HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings take any name


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 32), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **options)
    return out.getvalue()


def located() -> bytes:
    """A photograph with a position, a device and a comment."""
    exif = Image.Exif()
    exif[0x0110] = "Telltale Phone 9"
    exif[0x0112] = 6
    exif.get_ifd(IFD.GPSInfo)[2] = (36.0, 59.0, 1.0)
    return picture(exif=exif, comment=b"telltale comment")


def office(*names: str, data: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, data)
    return out.getvalue()


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.sentence("zh-Hans")
    assert refused.value.sentence("en")
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture(), files.JPEG),
        (picture("PNG"), files.PNG),
        (PDF, files.PDF),
        (office("word/document.xml"), files.DOCX),
        (office("xl/workbook.xml"), files.XLSX),
        (b"#!AMR\n" + b"\x00" * 30, files.AMR),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", files.WAV),
        (b"ID3\x04" + b"\x00" * 30, files.MP3),
        (b"\xff\xfb\x90\x00" + b"\x00" * 30, files.MP3),
    ],
)
def test_the_type_is_read_from_the_content(data: bytes, kind: str) -> None:
    examined = files.examine("whatever.exe", data)
    assert examined.kind == kind
    assert examined.name == "whatever" + files.ENDINGS[kind]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00", "file_type"),
        (b"<html><script>alert(1)</script>", "file_type"),
        (b"<svg onload='alert(1)'/>", "file_type"),
        (b"GIF89a", "file_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_type"),
        (b"\x00" * 100, "file_type"),
        (b"\xff\xd8\xff\xe0 not a picture", "file_broken"),
        (picture()[:-200], "file_broken"),
        (picture("PNG")[:60], "file_broken"),
        (b"%PDF-1.7\n cut", "file_broken"),
        (b"PK\x03\x04 not a zip", "file_broken"),
        (office("word/document.xml")[:-10], "file_broken"),
        (office("readme.txt"), "file_type"),
        (office("word/document.xml", "word/vbaProject.bin"), "file_macros"),
        (office("word/document.xml", "../../etc/passwd"), "file_broken"),
        (office("word/document.xml", "/etc/passwd"), "file_broken"),
        (office("word/document.xml", "C:\\x"), "file_broken"),
        (office("word/document.xml", data=b"0" * 30_000_000), "file_broken"),
        (PDF + b" " * 21 * 1024 * 1024, "too_large"),
    ],
)
def test_what_is_not_kept_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    assert refusal(lambda: files.examine("a.jpg", data)) == code


def bomb_png(width: int, height: int) -> bytes:
    """A small PNG that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_000, 10_000), (6_000, 5_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    began = time.thread_time()
    assert refusal(lambda: files.examine("a.png", bomb_png(*size))) == "picture_too_large"
    assert time.thread_time() - began < 1


def test_overlapping_entries_of_a_zip_are_refused() -> None:
    data = bytearray(office("word/document.xml", "word/a.xml"))
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    assert refusal(lambda: files.examine("a.docx", bytes(data))) == "file_broken"


def test_a_picture_loses_position_device_and_comment_and_stands_upright() -> None:
    data = located()
    assert b"Telltale" in data
    kept = files.examine("photo.jpg", data).data
    assert b"elltale" not in kept
    with Image.open(io.BytesIO(kept)) as again:
        assert again.size == (32, 64)
        assert not again.getexif()


def test_what_is_hidden_behind_a_picture_is_gone() -> None:
    kept = files.examine("a.jpg", picture() + b"PK\x03\x04 a zip behind <?php ?>").data
    assert b"php" not in kept


def test_a_large_photograph_is_made_smaller() -> None:
    kept = files.examine("a.jpg", picture(size=(5000, 2000))).data
    with Image.open(io.BytesIO(kept)) as again:
        assert again.size == (4096, 1638)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("照片 1.jpeg", "照片 1.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\秘密.png", "秘密.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "a Set-Cookie x=1.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("a\x00.php", "a.jpg"),
        ("a\ud800b.jpg", "ab.jpg"),
        (".htaccess", "file.jpg"),
        ("", "file.jpg"),
        ("con.jpg", "file.jpg"),
        ("<script>alert(1)</script>.jpg", "script.jpg"),
        ("字" * 100_000, "字" * 80 + ".jpg"),
        ("...", "file.jpg"),
    ],
)
def test_a_hostile_name_becomes_a_harmless_one(name: str, clean: str) -> None:
    assert files.clean_name(name, files.JPEG) == clean


@pytest.mark.django_db
def test_a_kept_file_is_unreadable_on_the_disk_and_opens_again(tmp_path: Path, at: datetime) -> None:
    row = keep(by=Viewer.system("test"), at=at, subject="matter:1", name="a.pdf", data=PDF)
    stored = files.path_of(row.id)
    assert stored.stat().st_mode & 0o077 == 0
    assert all(b"%PDF" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert files.content(StoredFile.objects.get()) == PDF
    assert (row.kind, row.size) == (files.PDF, len(PDF))


@pytest.mark.django_db
def test_an_altered_missing_or_erased_file_says_so(at: datetime) -> None:
    row = keep(by=Viewer.system("test"), at=at, subject="matter:1", name="a.pdf", data=PDF)
    path = files.path_of(row.id)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Damaged):
        files.content(row)
    path.write_bytes(sealed)
    vault().destroy("matter:1", at=at)
    with pytest.raises(Shredded):
        files.content(row)
    files.discard(row.id)
    files.discard(row.id)
    with pytest.raises(Damaged, match="missing"):
        files.content(row)


@pytest.mark.django_db
def test_a_full_disk_keeps_nothing(tmp_path: Path, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    vault().prepare(["matter:1"])
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(by=Viewer.system("test"), at=at, subject="matter:1", name="a.pdf", data=PDF)
    assert StoredFile.objects.count() == 0
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_bytes_without_a_row_are_swept_away_after_a_day(at: datetime) -> None:
    row = keep(by=Viewer.system("test"), at=at, subject="matter:1", name="a.pdf", data=PDF)
    kept = files.path_of(row.id)
    orphan, young = kept.with_name("0190a0b0-0000-7000-8000-000000000001"), kept.with_name(".half")
    for path in (orphan, young):
        path.write_bytes(b"x")
    old = time.time() - 2 * 86_400
    for path in (kept, orphan):
        os.utime(path, (old, old))
    assert files.sweep() == 1
    assert kept.exists()
    assert young.exists()
    assert not orphan.exists()


def test_a_file_is_never_shown_inside_a_page() -> None:
    headers = files.download_headers(StoredFile(name='路灯"\r\n.jpg', kind=files.JPEG))
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert not any("\r" in value or "\n" in value for value in headers.values())
    assert headers["Content-Disposition"].isascii()
