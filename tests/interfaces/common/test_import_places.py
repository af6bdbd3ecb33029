"""`huiyin import places FILE` on invented and on real data."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin.core.models import Event, Leaf
from huiyin.core.viewer import Viewer
from huiyin.register.queries import places
from tests import factories as make
from tests.rows import row

pytestmark = pytest.mark.usefixtures("english_terminal")

ANYBODY = Viewer.resident()
HEAD = "code,name,level,parent_code\n"
COUNTY = HEAD + (
    "990000000000,云岭省,province,\n"
    "990100000000,临江市,prefecture,990000000000\n"
    "990101000000,望川县,county,990100000000\n"
    "990101101000,柳湾镇,town,990101000000\n"
    "990101101201,槐树坪村,village,990101101000\n"
)


@pytest.fixture(autouse=True)
def _county(db: None) -> None:
    make.put_in_force()


def run(file: Path, *options: str) -> tuple[str, str]:
    """What the command says on stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import", "places", str(file), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "places.csv"
    file.write_bytes(text.encode(encoding))
    return file


@row("R-024")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_taken_sealed_and_a_second_time_changes_nothing(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, COUNTY, encoding)
    assert run(file) == ("places.csv: 5 added, 0 changed, 0 as they were, 0 lines refused.\n", "")
    assert Leaf.objects.count() == Event.objects.count()
    assert places.path_names(ANYBODY, "990101101201") == "柳湾镇 槐树坪村"
    events = Event.objects.count()
    assert run(file) == ("places.csv: nothing changed. 5 as they were, 0 lines refused.\n", "")
    assert Event.objects.count() == events


def test_bad_lines_are_named_with_their_reason_and_the_others_taken(tmp_path: Path) -> None:
    file = write(tmp_path, COUNTY + "99,短码,town,990101000000\n990101103201,无镇村,village,990101103000\n")
    said, complained = run(file)
    assert said.startswith("places.csv: 5 added")
    assert said.endswith("2 lines refused.\n")
    assert complained.splitlines() == [
        "line 7, code: A division code has 12 digits.",
        "line 8, parent_code: The parent 990101103000 is neither registered nor in this list.",
    ]


def test_the_answer_may_be_in_chinese(tmp_path: Path) -> None:
    said, _ = run(write(tmp_path, COUNTY), "--language", "zh-Hans")
    assert said == "places.csv：新增 5 处，改动 0 处，原样 0 处，拒收 0 行。\n"


def test_one_county_of_a_larger_list_may_be_taken(tmp_path: Path) -> None:
    file = write(tmp_path, COUNTY + "990102000000,隔川县,county,990100000000\n")
    assert run(file, "--county", "990101000000")[0].startswith("places.csv: 5 added")
    assert not places.exists(ANYBODY, "990102000000")


def test_progress_is_shown_for_a_long_list(tmp_path: Path) -> None:
    numbers = [(town, own) for town in (101, 102) for own in range(301, 851)]
    villages = "".join(f"990101{town}{own},村{town}-{own},village,990101{town}000\n" for town, own in numbers)
    _, complained = run(write(tmp_path, COUNTY + "990101102000,青石镇,town,990101000000\n" + villages))
    assert complained.splitlines() == ["1000 of 1106 lines seen", "1106 of 1106 lines seen"]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"", ()),
        (b"\x00\x01\xff" * 100, ()),
        (b"code,name\n1,2\n", ()),
        ((HEAD + "1,2,3,4\n").encode(), ()),
        (COUNTY.encode(), ("--county", "99")),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(tmp_path: Path, content: bytes, options: tuple[str, ...]) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        run(file, *options)
    assert refused.value.returncode == 1
    assert str(refused.value).endswith(".")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        run(tmp_path / "none.csv")


@pytest.mark.realdata
@row("R-024")
def test_a_real_county_is_imported_and_a_second_time_changes_nothing(real_data: Path) -> None:
    file = real_data / "divisions" / "ziyang.csv"
    assert run(file)[0] == "ziyang.csv: 227 added, 0 changed, 0 as they were, 0 lines refused.\n"
    assert run(file)[0] == "ziyang.csv: nothing changed. 227 as they were, 0 lines refused.\n"
    assert len(places.places(ANYBODY, level="village")) == 207
