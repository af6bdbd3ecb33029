"""`huiyin places`: what becomes of places, said first, done with --do, taken back."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin.core.now import now
from huiyin.register.models import Household, Place, PlaceChange
from tests import factories as make
from tests.cast import HUAISHUPING, SHIQIAO, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db


def run(*arguments: object, by: Cast) -> str:
    out = StringIO()
    call_command("places", *map(str, arguments), "--by", by.xu.account.username, stdout=out)
    return out.getvalue()


@row("R-024")
def test_places_are_joined_divided_renamed_and_set_back_from_the_command_line(cast: Cast, tmp_path: Path) -> None:
    make.put_in_force(at=now())
    homes = [make.a_household(SHIQIAO)[0] for _ in range(3)]
    why = ("--why", "县政府批复")
    said = run("merge", SHIQIAO, "--into", HUAISHUPING, *why, by=cast)
    assert "会动到 3 户" in said
    assert not PlaceChange.objects.exists()
    done = run("merge", SHIQIAO, "--into", HUAISHUPING, *why, "--do", by=cast)
    assert "3 户跟着过去" in done
    assert Household.objects.get(pk=homes[0]).place_code == HUAISHUPING
    key = PlaceChange.objects.get().pk
    assert str(key) in done
    assert "3 户回到原来的地方" in run("undo", key, by=cast)
    file = tmp_path / "parts.csv"
    numbers = [Household.objects.get(pk=home).code for home in homes]
    file.write_text(f"code,name,takes,household\n,东村,,{numbers[0]}\n,西村,,{numbers[1]}\n", encoding="utf-8")
    assert "还有 1 户没分清" in run("split", SHIQIAO, file, *why, "--do", by=cast)
    east = Place.objects.get(name="东村", until=None).code
    file.write_text(f"code,name,takes,household\n{east},,*,\n", encoding="utf-8")
    assert "还有" not in run("split", SHIQIAO, file, *why, "--do", by=cast)
    assert Household.objects.filter(place_code=east).count() == 2
    run("rename", east, "东山村", *why, "--do", by=cast)
    run("recode", east, "--into", f"{HUAISHUPING[:9]}299", *why, "--do", by=cast)
    assert Place.objects.get(code=f"{HUAISHUPING[:9]}299").name == "东山村"


def test_what_cannot_be_is_one_sentence_on_stderr(cast: Cast, tmp_path: Path) -> None:
    make.put_in_force(at=now())
    file = tmp_path / "parts.csv"
    file.write_text("code,name,takes,household\n,,x,\n", encoding="utf-8")
    bare, long = tmp_path / "bare.csv", tmp_path / "long.csv"
    bare.write_text("code,name,takes\n,东村,x\n", encoding="utf-8")
    long.write_text(f"code,name,takes,household\n,{'东' * 140_000},,\n", encoding="utf-8")
    for arguments, sentence in (
        (("merge", SHIQIAO, "--into", SHIQIAO, "--why", "x"), "不能并到自己里面去"),
        (("split", SHIQIAO, file, "--why", "x"), "第 2 行"),
        (("split", SHIQIAO, tmp_path / "none.csv", "--why", "x"), "读不了文件"),
        (("split", SHIQIAO, bare, "--why", "x"), "household"),
        (("split", SHIQIAO, long, "--why", "x"), "第 2 行"),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(*arguments, by=cast)
    with pytest.raises(CommandError):
        call_command("places", "undo", "0198e9e4-0000-7000-8000-000000000000", "--by", "nobody")
