"""Malware in what people hand in: refused, or kept and handed to nobody until it was looked at (trust.md W4)."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from huiyin.core import files, health, scanning
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.housekeeping import scan_waiting
from huiyin.core.ids import uuid7
from huiyin.core.models import StoredFile, UnseenFile
from huiyin.core.scanning import scanner
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests import clamd
from tests.factories import SYSTEM
from tests.rooms.core.test_files import PDF, Kept, keep, office

AWAY = "unix:/nowhere/clamd.ctl"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, settings: Any) -> None:
    settings.HUIYIN_HOME = tmp_path


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="huiyin-clamd-") as folder, clamd.scanner(Path(folder)) as address:
        yield address


def photo(after: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 32), (30, 160, 30)).save(out, "JPEG")
    return out.getvalue() + after


def packed() -> bytes:
    """A document with a packed one in it, and the test file in that."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", clamd.EICAR)
    return office("word/document.xml", "word/embeddings/x.zip", data=inner.getvalue())


INFECTED = [
    ("纸.pdf", PDF + clamd.EICAR),
    ("表.docx", office("word/document.xml", data=clamd.EICAR)),
    ("包.docx", packed()),
    ("照片.jpg", photo(clamd.EICAR)),
]


@pytest.mark.scanner
@pytest.mark.parametrize(("name", "data"), INFECTED)
def test_what_the_scanner_names_is_not_kept_whatever_it_is_packed_in(
    daemon: str, settings: Any, name: str, data: bytes
) -> None:
    assert files.examine(name, data).seen, "without a scanner it is looked at by its type alone"
    settings.HUIYIN_SCANNER = daemon
    with pytest.raises(Refused) as refused:
        files.examine(name, data)
    assert refused.value.code == "file_malware"


@pytest.mark.scanner
@pytest.mark.parametrize("data", [PDF, photo(), office("word/document.xml")])
def test_what_is_harmless_is_kept_as_before(daemon: str, settings: Any, data: bytes) -> None:
    settings.HUIYIN_SCANNER = daemon
    assert files.examine("纸", data).seen


@pytest.mark.scanner
@pytest.mark.django_db
def test_what_came_while_the_scanner_was_away_is_handed_to_nobody_until_it_was_looked_at(
    daemon: str, settings: Any, at: datetime
) -> None:
    settings.HUIYIN_SCANNER = AWAY
    good, bad = (
        keep(by=SYSTEM, at=at, subject="matter:x", name="纸.pdf", data=data) for data in (PDF, PDF + clamd.EICAR)
    )
    assert scan_waiting(at) == 0
    assert codes(good, bad) == ["file_unseen", "file_unseen"]
    settings.HUIYIN_SCANNER = daemon
    assert scan_waiting(at) == 2
    assert codes(good, bad) == ["", "file_malware_kept"]
    assert files.handed(good) == PDF
    settings.HUIYIN_SCANNER = ""
    assert codes(good, bad) == ["", "file_malware_kept"], "who takes the scanner away lets nothing out"
    assert scan_waiting(at) == 0


@pytest.mark.scanner
@pytest.mark.django_db
def test_what_is_locked_is_looked_at_by_whoever_opens_it(daemon: str, settings: Any, at: datetime) -> None:
    row = lock(by=SYSTEM, at=at, content=b"locked")
    settings.HUIYIN_SCANNER = AWAY
    with pytest.raises(Refused, match="file_unseen"):
        files.opened(row, PDF)
    settings.HUIYIN_SCANNER = daemon
    assert scan_waiting(at) == 0
    assert files.opened(row, PDF) == PDF
    with pytest.raises(Refused, match="file_malware_kept"):
        files.opened(row, clamd.EICAR)


@pytest.mark.django_db
def test_what_only_its_key_opens_waits_for_nobody_and_turns_nothing_red(settings: Any, at: datetime) -> None:
    settings.HUIYIN_SCANNER = AWAY
    lock(by=SYSTEM, at=at, content=b"locked")
    part = scanner(at + timedelta(days=30), "zh-Hans")
    assert (part.ok, part.value) == (True, 0), "nor does health tell that somebody handed in something sealed"


@pytest.mark.scanner
@pytest.mark.django_db
def test_one_file_that_cannot_be_looked_at_keeps_no_other_waiting(
    daemon: str, settings: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUIYIN_SCANNER = AWAY
    hard, good = (keep(by=SYSTEM, at=at, subject="matter:x", name="纸.pdf", data=data) for data in (PDF + b"x", PDF))
    look = scanning.malware

    def looked(data: bytes) -> str:
        if data == PDF + b"x":
            raise scanning.Away("INSTREAM size limit exceeded. ERROR")
        return look(data)

    monkeypatch.setattr(scanning, "malware", looked)
    settings.HUIYIN_SCANNER = daemon
    assert scan_waiting(at) == 1
    assert codes(hard, good) == ["file_unseen", ""]


@pytest.mark.django_db
def test_a_scanner_that_stays_away_turns_health_red(settings: Any, at: datetime) -> None:
    settings.HUIYIN_SCANNER = AWAY
    assert scanner(at, "zh-Hans").ok
    keep(by=SYSTEM, at=at, subject="matter:x", name="纸.pdf", data=PDF)
    assert scanner(at + timedelta(minutes=10), "zh-Hans").ok
    part = scanner(at + timedelta(minutes=12), "en")
    assert (part.ok, part.value) == (False, 720)
    assert part in health.deep(at + timedelta(minutes=12), "en").parts


@pytest.mark.django_db
def test_what_waits_goes_along_where_it_is_kept_anew_and_goes_with_its_file(settings: Any, at: datetime) -> None:
    settings.HUIYIN_SCANNER = AWAY
    row = keep(by=SYSTEM, at=at, subject="incoming:x", name="纸.pdf", data=PDF)
    assert not files.kept(row, scanning.unseen([row])).seen
    bad = keep(by=SYSTEM, at=at, subject="incoming:x", name="纸.pdf", data=PDF)
    UnseenFile.objects.filter(pk=bad.pk).update(found="Eicar-Test")
    for one in (row, bad):
        erase(by=SYSTEM, at=at, row=one)
    scan_waiting(at)
    assert not UnseenFile.objects.exists()


@pytest.mark.parametrize("address", [AWAY, "tcp://127.0.0.1:1"])
def test_a_scanner_that_is_away_stops_nobody_from_handing_something_in(settings: Any, address: str) -> None:
    settings.HUIYIN_SCANNER = address
    assert not files.examine("纸.pdf", PDF).seen


@action
def lock(*, by: Viewer, at: datetime, content: bytes) -> StoredFile:
    subject = f"{files.CLOSED}x"
    row = files.keep_closed(by=by, at=at, identity=uuid7(), subject=subject, content=content, seen=False)
    record(Kept(subject=subject), by=by, at=at)
    return row


@action
def erase(*, by: Viewer, at: datetime, row: StoredFile) -> None:
    row.delete()
    record(Kept(subject=row.subject), by=by, at=at)


def codes(*rows: StoredFile) -> list[str]:
    """Why each is not handed out; empty where it is."""
    said = []
    for row in rows:
        try:
            files.handed(row)
            said.append("")
        except Refused as refused:
            said.append(refused.code)
    return said
