"""Files of a matter: kept with its row and its event or not at all, and gone with whoever gave them."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import TestCase

from huiyin.casework.actions import files as actions
from huiyin.casework.actions.erasing import ERASER, carry_out
from huiyin.casework.models import Attachment, Matter
from huiyin.casework.queries import files as queries
from huiyin.casework.rules import files as rules
from huiyin.core import files
from huiyin.core.audit import verify
from huiyin.core.files import Examined, examine
from huiyin.core.models import Event, StoredFile
from huiyin.core.sealing import seal_now
from huiyin.core.vault import Damaged
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import erasure
from tests.cast import Cast
from tests.interfaces import papers
from tests.rooms.casework import spine
from tests.rows import row

RESIDENT = Viewer.resident()


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    """A home of its own, to count what lies in it."""
    settings.HUIYIN_HOME = tmp_path
    return tmp_path


def a_photo(name: str = "水管.jpg") -> Examined:
    """A photograph as a door hands it on."""
    return examine(name, papers.photo().read())


def on_disk(home: Path) -> list[Path]:
    """The bytes of every file."""
    return [path for path in (home / "files").glob("*/*") if not path.name.startswith(".")]


@row("SG-11", "R-180")
def test_what_a_resident_gave_goes_with_them_and_the_log_still_verifies(cast: Cast, at: datetime) -> None:
    matter = spine.called(cast, spine.delivered(cast, at).id, at + timedelta(days=3))
    given, answer = a_photo(), examine("验收单.pdf", papers.PDF)
    actions.give(by=RESIDENT, at=at, matter_id=matter.id, given=[given])
    keep_answer(by=Viewer.system("tests"), at=at, matter=matter, given=[answer])
    paths = {one.part: files.path_of(one.file_id) for one in Attachment.objects.filter(matter=matter)}
    assert all(path.exists() for path in paths.values())
    at = at + timedelta(days=4)
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=cast.zhang_id, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    with TestCase.captureOnCommitCallbacks(execute=True):
        carry_out(by=ERASER, at=at, erasure_id=asked, person_id=cast.zhang_id)
    assert [one.part for one in Attachment.objects.filter(matter=matter)] == ["answer"]
    assert StoredFile.objects.count() == 1
    assert (paths["said"].exists(), paths["answer"].exists()) == (False, True)
    assert Event.objects.get(name="casework.files_erased").data["count"] == 1
    seal_now(at)
    assert verify(at, language="en").told() == []


def keep_answer(*, by: Viewer, at: datetime, matter: Matter, given: list[Examined]) -> None:
    """A file as it comes with an answer."""
    actions.add(by=by, at=at, matter=matter, given=given, part=actions.ANSWER)


def test_a_full_disk_keeps_neither_row_nor_event(
    cast: Cast, at: datetime, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = spine.opened(cast, at).matter

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        actions.give(by=RESIDENT, at=at, matter_id=matter.id, given=[a_photo()])
    assert not Attachment.objects.exists()
    assert on_disk(home) == []
    assert not Event.objects.filter(name="casework.files_added").exists()


def test_bytes_that_were_altered_are_never_handed_out(cast: Cast, at: datetime, home: Path) -> None:
    matter = spine.opened(cast, at).matter
    actions.give(by=RESIDENT, at=at, matter_id=matter.id, given=[a_photo()])
    (path,) = on_disk(home)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(Damaged):
        files.content(StoredFile.objects.get())


def test_a_matter_that_is_not_there_takes_no_files(cast: Cast, at: datetime) -> None:
    with pytest.raises(Missing):
        actions.give(by=RESIDENT, at=at, matter_id=cast.zhang_id, given=[a_photo()])
    matter = spine.opened(cast, at).matter
    assert actions.give(by=RESIDENT, at=at, matter_id=matter.id, given=[]) == 0
    assert queries.of_matter(RESIDENT, matter) == []
    with pytest.raises(Missing):
        queries.one(cast.zhou.viewer(at), matter.code, cast.zhang_id)


@pytest.mark.parametrize(
    ("sizes", "code"),
    [([1] * 5, ""), ([1] * 6, "files_many"), ([10 * 2**20] * 3, ""), ([10 * 2**20 + 1] * 3, "files_together")],
)
def test_how_many_and_how_much_go_with_one_form(sizes: list[int], code: str) -> None:
    if not code:
        rules.fits(sizes)
        return
    with pytest.raises(Refused) as refused:
        rules.fits(sizes)
    assert refused.value.code == code
