"""`huiyin programme`: from a folder into force, by a named person, with every mistake told."""

import shutil
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from huiyin.casework.queries.past import past
from huiyin.core import rulebook, sealing
from huiyin.core.models import Event, RulebookVersion
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.loader import county_folder
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, cast: Cast) -> Path:
    """A copy of the demo county's folder, beside the same in force."""
    make.notices_from(now())
    make.put_in_force(at=now())
    return Path(shutil.copytree(county_folder("wangchuan"), tmp_path / "county"))


def edit(folder: Path, page: str, old: str, new: str) -> None:
    """Change a page by hand, as a clerk would."""
    path = folder / page
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def seven_days(folder: Path) -> None:
    """The limit for handling becomes seven days, in the page and in its examples that spoke of five."""
    five, seven = (f"limit       = {{ amount = {n}, unit" for n in (5, 7))
    edit(folder, "programmes/echo/matters.toml", five, seven)
    example = '[[topic]]\ntext = "停水"\nfirst = "water"\n'
    (folder / "programmes/echo/examples.test.toml").write_text(example, encoding="utf-8")


def said(*arguments: str) -> str:
    """What the command says."""
    out = StringIO()
    call_command("programme", *arguments, stdout=out)
    return out.getvalue()


def test_a_sound_folder_is_checked_with_its_examples(folder: Path) -> None:
    told = said("check", str(folder))
    assert "望川县：1 套办法" in told
    assert "个例子都对" in told


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_mistake_is_told_at_once_and_refused(folder: Path, language: str) -> None:
    edit(folder, "programmes/echo/matters.toml", 'escalate_to = "head"', 'escalate_to = "emperor"')
    edit(folder, "programmes/echo/programme.toml", '"clocks.accept", ', "")
    with pytest.raises(CommandError) as refused:
        said("check", str(folder), "--language", language)
    told = str(refused.value)
    assert "emperor" in told
    assert "clocks.accept" in told
    assert refused.value.returncode == 1


def test_an_example_that_comes_out_wrong_is_a_mistake(folder: Path) -> None:
    edit(folder, "programmes/echo/matters.toml", "limit       = { amount = 5, unit", "limit       = { amount = 6, unit")
    with pytest.raises(CommandError, match="个例子不对"):
        said("check", str(folder))


@pytest.mark.parametrize("what", ["check", "diff", "try"])
def test_a_folder_that_is_not_there_is_refused_with_a_sentence(cast: Cast, what: str) -> None:
    with pytest.raises(CommandError, match=r"没有“/no/such/folder”这个文件夹.*wangchuan"):
        said(what, "/no/such/folder")


def test_wrong_usage_ends_with_two(folder: Path) -> None:
    for arguments in (("activate", str(folder)), ("burn", str(folder)), ("try", str(folder), "--days", "0")):
        with pytest.raises(CommandError) as wrong:
            said(*arguments)
        assert "usage" in str(wrong.value) or wrong.value.returncode in (1, 2)


@row("R-001")
def test_what_changes_is_told_as_sentences(folder: Path) -> None:
    assert "没有变化" in said("diff", str(folder))
    seven_days(folder)
    assert "5个工作日 → 7个工作日" in said("diff", str(folder))


def test_a_programme_is_tried_on_the_matters_of_the_past(folder: Path, cast: Cast, clock: Clock, at: datetime) -> None:
    clock(at)
    spine.answered(cast, at - timedelta(days=20))  # opened on a Thursday, answered on the Saturday
    edit(folder, "programmes/echo/matters.toml", "limit       = { amount = 5, unit", "limit       = { amount = 1, unit")
    told = said("try", str(folder))
    assert "收到 1 件" in told
    assert "旧的晚了 0/1，新的晚了 1/1" in told
    assert "收到 0 件" in said("try", str(folder), "--days", "3")


@row("R-001", "R-023")
def test_it_is_put_in_force_by_a_named_person_whole_and_sealed_and_reaches_nothing_backwards(
    folder: Path, cast: Cast
) -> None:
    matter = spine.opened(cast, now() - timedelta(hours=1)).matter
    seven_days(folder)
    told = said("activate", str(folder), "--by", cast.xu.account.username)
    assert cast.xu.account.username in told
    active = rulebook.current(now()).rulebook
    assert active.programmes["echo"].matters.clocks["handling"].limit.amount == 7
    event = Event.objects.filter(name="core.rulebook_activated").latest("id")
    assert (event.by_id, event.data["hash"]) == (cast.xu.person_id, active.hash)
    newest = sealing.newest()
    assert newest is not None
    assert newest.size == Event.objects.count()
    matter.refresh_from_db()
    assert RulebookVersion.objects.get(pk=matter.rulebook_id).hash != active.hash
    with pytest.raises(CommandError, match="不用再启用"):
        said("activate", str(folder), "--by", cast.xu.account.username)


def test_in_a_year_whose_working_days_are_not_entered_nothing_is_put_in_force(
    folder: Path, cast: Cast, clock: Clock
) -> None:
    seven_days(folder)
    clock(datetime(2031, 3, 3, 1, 44, tzinfo=UTC))
    count = RulebookVersion.objects.count()
    with pytest.raises(CommandError, match="2031"):
        said("activate", str(folder), "--by", cast.xu.account.username)
    assert "2031" in said("check", str(folder))
    assert RulebookVersion.objects.count() == count


def test_it_may_come_into_force_later_and_never_earlier(folder: Path, cast: Cast) -> None:
    seven_days(folder)
    before = rulebook.current(now()).rulebook.hash
    ahead = (now() + timedelta(days=10)).date()
    said("activate", str(folder), "--by", cast.xu.account.username, "--from", ahead.isoformat())
    assert rulebook.current(now()).rulebook.hash == before
    assert rulebook.current(now() + timedelta(days=11)).rulebook.hash != before
    with pytest.raises(CommandError):
        said("activate", str(folder), "--by", cast.xu.account.username, "--from", "2026-01-05")


def test_nobody_and_whoever_may_not_put_nothing_in_force(folder: Path, cast: Cast) -> None:
    seven_days(folder)
    count = RulebookVersion.objects.count()
    for name in ("nobody", cast.chen.account.username, cast.tang.account.username):
        with pytest.raises(CommandError):
            said("activate", str(folder), "--by", name)
    assert RulebookVersion.objects.count() == count


def test_the_past_is_read_in_batches_and_holds_no_imported_and_no_sealed_matter(cast: Cast) -> None:
    moment = now()
    make.put_in_force(at=moment)
    spine.answered(cast, moment - timedelta(days=6))
    spine.opened(cast, moment - timedelta(days=5), text="柳湾镇的李卫东态度很差，要钱才给办。")
    spine.opened(cast, moment - timedelta(days=5), history=True)
    found = list(past(Viewer.system("test"), since=moment - timedelta(days=9), until=moment))
    assert [list(one.moments) for one in found] == [["open", "answer", "take", "assign", "classify", "accept"]]
    assert list(past(cast.he.viewer(moment), since=moment, until=moment)) == []
