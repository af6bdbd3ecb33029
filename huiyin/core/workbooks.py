"""Lists as offices keep them, read safely: judged before they are opened, then read by a limited child process.

The judge looks at a workbook's zip directory and runs once through its parts as a stream: what would unpack to too
much, holds macros, entities, links to other files or a sheet of absurd extent is refused before any reader opens it.
The child (`workbook_child`) has no database and no keys, and limits on memory, time and files.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from huiyin.core.files import judge_zip
from huiyin.core.sheet_extent import Extent, undeclared
from huiyin.core.workbook_child import BESIDE, SHEET, unprefixed
from huiyin.programme.refusal import Refused

Cell = str | int | float | bool | None
MEGABYTE = 1024 * 1024
MOST_BYTES = 100 * MEGABYTE
MOST_SHARED = 150 * MEGABYTE
"""Of the texts that cells share, which the reader holds whole; 340,000 households of twenty columns have half of it."""
MOST_UNPACKED = 350 * MEGABYTE
"""Of all parts together: what a judge reads through in less than five seconds; that list has two thirds of it."""
MEMORY = 700 * MEGABYTE
SECONDS = 120
CHUNK = 1024 * 1024
OVERLAP = 64
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its number as the office sees it (from 1) and its cells."""

    number: int
    cells: list[Cell]


def judge(path: Path) -> str:
    """`xlsx` or `csv`, if the file may be read. Nothing is unpacked into memory or onto the disk.

    Raises Refused: file_empty, too_large, file_broken, file_macros, workbook_links, workbook_entities,
    workbook_extent, workbook_spelling, workbook_old, list_type.
    """
    size = path.stat().st_size
    if not size:
        raise Refused("file_empty", field="file")
    if size > MOST_BYTES:
        raise Refused("too_large", field="file", most=MOST_BYTES // MEGABYTE)
    with path.open("rb") as file:
        head = file.read(8)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused("workbook_old", field="file")
        if not head.startswith(b"PK\x03\x04"):
            return "csv"
        entries = judge_zip(file)
        _parts(file, entries)
    return "xlsx"


def _parts(file: IO[bytes], entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename for entry in entries}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise Refused("list_type", field="file")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise Refused("workbook_links", field="file")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("workbook_extent", field="file")
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in entries:
                if entry.filename.lower().endswith("sharedstrings.xml") and entry.file_size > MOST_SHARED:
                    raise Refused("workbook_extent", field="file")
                if entry.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        _part(part, entry)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as problem:
        raise Refused("file_broken", field="file") from problem


def _part(part: IO[bytes], entry: zipfile.ZipInfo) -> None:
    """One part as a stream: no entities; what is read is in UTF-8; of a sheet its true extent."""
    extent = Extent() if SHEET.fullmatch(entry.filename) else None
    blocks = unprefixed(_unpacked(part, entry))
    first = next(blocks, b"")
    if extent is not None or entry.filename in BESIDE:
        first = undeclared(first)
    for text in chain((first,), blocks):
        if extent is not None:
            extent.take(text)
    if extent is not None:
        extent.end()


def _unpacked(part: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The blocks of a part. Raises Refused: file_broken where it is longer than was said, workbook_entities."""
    seen, kept = 0, b""
    read, sheet = entry.filename in BESIDE, SHEET.fullmatch(entry.filename) is not None
    while block := part.read(CHUNK):
        seen += len(block)
        if seen > entry.file_size:
            raise Refused("file_broken", field="file")
        text = kept + block
        if not sheet and b"<!" in text and _DOCTYPE.search(text):
            raise Refused("workbook_entities", field="file")
        if read and b"\x00" in block:
            raise Refused("workbook_spelling", field="file")
        kept = text[-OVERLAP:]
        yield block


class Rows:
    """The rows of a list as the child reads them, one after another."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self.many = 0
        """How many rows the list has, blank ones with them; known once the first is read."""
        self.sheet = ""
        self.beside: list[str] = []
        """The sheet that is read, and others that hold something and are not hidden; known with the first row."""
        self._found = self._read(child)

    def __iter__(self) -> Iterator[Row]:
        return self

    def __next__(self) -> Row:
        return next(self._found)

    def _read(self, child: "subprocess.Popen[bytes]") -> Iterator[Row]:
        if child.stdout is None:
            raise RuntimeError("the child has no output")
        for line in child.stdout:
            found: Any = json.loads(line)
            if isinstance(found, dict):
                if "refused" in found:
                    raise Refused(found["refused"], field="file")
                if found.get("end"):
                    return
                self.many, self.sheet, self.beside = found["rows"], found["sheet"], list(found["beside"])
                continue
            yield Row(found[0], found[1])
        # The child died before it said that it was done: it met a limit, or a fault of its reader.
        raise Refused("file_broken", field="file")


@contextmanager
def rows(path: Path, kind: str, *, sheet: str = "") -> Iterator[Rows]:
    """The rows of a list, one after another, as the child reads them; the child ends with the block.

    Raises Refused: file_broken (it could not be read within the limits), sheet_unknown, list_type.
    """
    program = str(Path(__file__).with_name("workbook_child.py"))
    command = [sys.executable, "-I", program, kind, str(path), sheet, str(MEMORY), str(SECONDS)]
    with tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen(  # noqa: S603 - our own program, no shell, the path is an argument
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaint,
            env=_environment(),
            pass_fds=_inherited(path),
        )
        try:
            yield Rows(child)
        finally:
            child.kill()
            child.wait()
            if child.stdout is not None:
                child.stdout.close()


def _inherited(path: Path) -> tuple[int, ...]:
    """The number of an open file, where the path is one (`huiyin.core.passing`)."""
    return (int(path.name),) if path.parent == Path("/proc/self/fd") else ()


def _environment() -> dict[str, str]:
    """Nothing of ours is in the child's environment: no address of a database, no key."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
