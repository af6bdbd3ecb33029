"""Files as people send them, and as nobody should: made on the spot, with invented content."""

import io
import zipfile
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import IFD

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"


def photo(name: str = "水管.jpg", size: tuple[int, int] = (64, 32)) -> SimpleUploadedFile:
    """A photograph that tells where and with what it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "Telltale Phone 9"
    exif.get_ifd(IFD.GPSInfo)[2] = (36.0, 59.0, 1.0)
    out = io.BytesIO()
    Image.new("RGB", size, (90, 120, 160)).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def paper(name: str = "收据.pdf", more: bytes = b"") -> SimpleUploadedFile:
    """A PDF of a few bytes, and `more`."""
    return SimpleUploadedFile(name, PDF.replace(b"<<>>", b"<<" + more + b">>", 1), "application/pdf")


def bomb() -> SimpleUploadedFile:
    """A picture of few bytes and 100 million pixels."""
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return SimpleUploadedFile("平地.png", out.getvalue(), "image/png")


def part(name: str) -> zipfile.ZipInfo:
    """A part of an office file, dated: of two made one after the other the bytes are the same."""
    return zipfile.ZipInfo(name, (2026, 11, 18, 9, 44, 0))


def packed() -> SimpleUploadedFile:
    """An office file that unpacks to far more than it says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<x/>")
        archive.writestr("word/document.xml", b"\x00" * 30_000_000)
    return SimpleUploadedFile("说明.docx", out.getvalue())


def packed_well(name: str = "申请.docx") -> SimpleUploadedFile:
    """A small office file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part("[Content_Types].xml"), b"<x/>")
        archive.writestr(part("word/document.xml"), b"<x/>")
    return SimpleUploadedFile(name, out.getvalue())


def plain(name: str, data: bytes, kind: str = "image/jpeg") -> SimpleUploadedFile:
    """Bytes under a name that may lie about them."""
    return SimpleUploadedFile(name, data, kind)


HOSTILE: dict[str, Callable[[], SimpleUploadedFile]] = {
    "a page called a photograph": lambda: plain("照片.jpg", b"<html>" + SCRIPT + b"</html>"),
    "a drawing with a script": lambda: plain("图.svg", b"<svg>" + SCRIPT + b"</svg>"),
    "a picture cut in half": lambda: plain("半张.jpg", photo().read()[:200]),
    "a PDF without an end": lambda: plain("没完.pdf", b"%PDF-1.7\n" + b"x" * 4000),
    "a program": lambda: plain("看看.pdf.exe", b"MZ\x90\x00" + b"\x00" * 400),
    "nothing": lambda: plain("空.jpg", b""),
    "a hundred million pixels": bomb,
    "an office file that swells": packed,
    "a name that leads away": lambda: plain("../../../etc/passwd", b"root:x:0:0"),
    "more than twenty megabytes": lambda: plain("大.pdf", b"%PDF-1.7\n" + b"\x00" * (20 * 1024 * 1024 + 10) + b"%%EOF"),
}
