"""`huiyin programme replay`: what a changed method would have meant, told before it is signed; nothing is changed."""

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiyin.casework.models import Clock as Deadline
from huiyin.casework.models import Matter, Move
from huiyin.core import rulebook
from huiyin.core.models import Event
from tests.cast import Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rooms.core.test_programme_command import edit, folder, said
from tests.rows import row

pytestmark = pytest.mark.django_db
__all__ = ["folder"]  # a fixture
FIVE = "limit       = { amount = 5, unit"


def everything() -> list[object]:
    """All that a replay might have touched."""
    return [list(model._base_manager.order_by("pk").values()) for model in (Matter, Move, Deadline)]


@row("R-188", "R-001")
def test_last_years_matters_are_gone_through_by_class_and_unit_and_none_is_changed(
    folder: Path, cast: Cast, clock: Clock, at: datetime, tmp_path: Path
) -> None:
    clock(at)
    spine.answered(cast, at - timedelta(days=20))
    spine.opened(cast, at - timedelta(days=200))
    complaint = spine.opened(cast, at - timedelta(days=5), text="柳湾镇的李卫东态度很差，要钱才给办。").matter
    edit(folder, "programmes/echo/matters.toml", FIVE, "limit       = { amount = 1, unit")
    before, lines = everything(), tmp_path / "lines.csv"
    told = said("replay", str(folder), "--since", "2026-06-01", "--lines", str(lines))
    assert everything() == before
    assert "收到的 1 件" in told, "neither what is older nor what is held"
    assert "1 件变早" in told and "超期的从 0 件变成 1 件" in told
    assert "echo.water：1 件" in told and "柳湾镇人民政府：1 件" in told
    with lines.open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["topic"], line["changes"]) == ("water", "earlier newly_late")
    assert complaint.code not in lines.read_text(encoding="utf-8-sig")
    page = seat(cast.tang).get("/desk/programme/").content.decode().partition("按分类和单位看")[2]
    for name in ("饮水和水利", "柳湾镇人民政府"):  # the command's lines, on the page
        (cells,) = re.findall(rf'<th scope="row">[^<]*{name}[^<]*</th>(.*?)</tr>', page)
        assert re.findall(r">([\d→ ]+)<", cells) == ["1", "0", "1", "1", "0", "0 → 0"], name
    assert "replayed" not in str(Event.objects.filter(subject=str(complaint.id)).values_list("name", flat=True))


@row("R-001")
def test_whoever_puts_it_in_force_is_told_whether_it_was_gone_through(
    folder: Path, cast: Cast, clock: Clock, at: datetime
) -> None:
    clock(at)
    spine.answered(cast, at - timedelta(days=20))
    edit(folder, "programmes/echo/matters.toml", FIVE, "limit       = { amount = 7, unit")
    example = '[[topic]]\ntext = "停水"\nfirst = "water"\n'
    (folder / "programmes/echo/examples.test.toml").write_text(example, encoding="utf-8")
    ahead = (at + timedelta(days=9)).date().isoformat()
    name = cast.xu.account.username
    assert "还没有在以往事项上走过一遍" in said("activate", str(folder), "--by", name, "--from", ahead)
    said("replay", str(folder), "--since", "2026-01-05")
    (gone,) = rulebook.replays()
    assert (gone.found["since"], gone.found["matters"], gone.found["later"]) == ("2026-01-05", 1, 1)
    later = (at + timedelta(days=5)).date().isoformat()
    told = said("activate", str(folder), "--by", name, "--from", later)
    assert "2026-11-18 走过一遍" in told and "变晚 1" in told
    page = seat(cast.tang).get("/desk/programme/").content.decode()
    assert "走过一遍的" in page and gone.hash[:16] in page


def test_the_page_says_where_nothing_was_gone_through(folder: Path, cast: Cast) -> None:
    assert "还没有走过" in seat(cast.tang).get("/desk/programme/").content.decode()


def test_matters_of_a_programme_that_either_lacks_are_said_to_be_left_out(
    folder: Path, cast: Cast, clock: Clock, at: datetime
) -> None:
    clock(at)
    spine.answered(cast, at - timedelta(days=20))
    assert "另有" not in said("replay", str(folder), "--since", "2026-06-01")
    told = said("replay", "zoucheng-2013", "--since", "2026-06-01")
    assert "收到的 0 件" in told and "另有 1 件没有算" in told
