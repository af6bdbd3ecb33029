"""A tree of topics from a list: put in force by a person, found by three letters, and none in use disappears."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from huiyin.casework.actions.steps import take_step
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.desk import topic_finder
from huiyin.programme import topictree
from huiyin.programme.loader import load_county
from huiyin.programme.problems import ProgrammeError
from huiyin.programme.schema.matters import Matters
from tests.cast import Cast
from tests.conftest import data_folder
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row
from tests.rules.programme.broken import ECHO, copy

pytestmark = pytest.mark.usefixtures("english_terminal")

HEAD = ("code", "name", "level", "parent_code", "path")
LINES = (
    ("01", "城乡建设", "1", "", ""),
    ("0101", "安全生产", "2", "01", ""),
    ("010101", "事故处理", "3", "0101", ""),
    ("010102", "其他", "3", "0101", ""),
    ("02", "纪检监察", "1", "", ""),
    ("0201", "吃拿卡要", "2", "02", ""),
)


def sheet(lines: Any = LINES, head: Any = HEAD) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *lines])
    return text.getvalue()


def in_force() -> Matters:
    """The page new matters come under."""
    book = current(now()).rulebook
    return book.matters(book.county.intake.programme)


LATER = timedelta(hours=3)
"""A matter of the tests begins some hours before the moment it is made for."""


@pytest.fixture
def take(tmp_path: Path, cast: Cast) -> Callable[..., str]:
    """`huiyin import topics` with lines; what it says."""

    def run(lines: Any = LINES, *more: str, head: Any = HEAD) -> str:
        file = tmp_path / "topics.csv"
        file.write_text(sheet(lines, head), encoding="utf-8")
        out, wrong = io.StringIO(), io.StringIO()
        options = ["--by", cast.xu.account.username, *more]
        call_command("import", "topics", str(file), *options, stdout=out, stderr=wrong)
        return out.getvalue() + wrong.getvalue()

    return run


@pytest.mark.django_db
@row("R-201")
def test_a_tree_is_put_in_force_by_a_person_and_old_matters_keep_their_version(
    cast: Cast, take: Callable[..., str]
) -> None:
    before = a_matter(cast, now(), "assign")
    assert "6 new" in take(LINES, "--held", "02")
    page = in_force()
    assert page.topics["t010101"].parent == "t0101"
    assert page.topics["t0201"].held is True
    assert page.topics["t010101"].held is False
    assert next(iter(page.topics)) == "water", "the county's own stand first"
    assert page.suggest("自来水停了")[0] == "water"
    before.refresh_from_db()
    after = a_matter(cast, now() + LATER, topic="t010101")
    assert before.rulebook_id != after.rulebook_id
    assert "the same as in force" in take(LINES, "--held", "02")


@pytest.mark.django_db
@row("R-201")
def test_no_topic_that_matters_stand_under_disappears(cast: Cast, take: Callable[..., str]) -> None:
    take()
    matter = a_matter(cast, now() + LATER, topic="t010101")
    with pytest.raises(CommandError, match=r"\.t010101"):
        take([line for line in LINES if line[0] != "010101"])
    assert "t010101" in in_force().topics
    take_step(
        by=Viewer.system("t"),
        at=now(),
        matter_id=matter.id,
        step="decline",
        given={"reason": "不归我们管", "reply": "请找别处"},
    )
    assert "5 new" in take([line for line in LINES if line[0] != "010101"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lines", "head", "told"),
    [
        ([("01", "甲", "1", "09", "")], HEAD, "“09” is not in this list"),
        ([("01", "甲", "1", "01", "")], HEAD, "“01” is not in this list"),
        ([("x1", "甲", "1", "", "")], HEAD, "“x1” is no code"),
        ([("01", "甲", "1", "", ""), ("01", "乙", "1", "", "")], HEAD, "already stands"),
        ([("01", " ", "1", "", "")], HEAD, "Line 2"),
        ([("01", "甲")], ("code", "name"), "needs these columns"),
    ],
)
def test_a_broken_list_is_refused_line_by_line(
    take: Callable[..., str], capsys: Any, lines: Any, head: Any, told: str
) -> None:
    with pytest.raises(CommandError):
        take(lines, head=head)


def test_a_county_lays_its_own_list_beside_its_page(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (folder / ECHO / topictree.FILE).write_text(sheet(), encoding="gb18030")
    topics = load_county(folder).matters("echo").topics
    assert topics["t0101"].title == "安全生产"
    assert topics["water"].title == "饮水和水利"
    (folder / ECHO / topictree.FILE).write_text(sheet([("01", "甲", "1", "09", "")]), encoding="utf-8")
    with pytest.raises(ProgrammeError) as refused:
        load_county(folder)
    assert "topics.csv" in refused.value.sentences("zh-Hans")[0]


@pytest.mark.django_db
@pytest.mark.realdata
@row("R-201")
def test_three_signs_are_enough_for_each_of_the_650_topics(cast: Cast) -> None:
    path = data_folder() / "taxonomy" / "petition_content_tree.csv"
    out = io.StringIO()
    call_command("import", "topics", str(path), "--by", cast.xu.account.username, "--held", "05", stdout=out)
    page = in_force()
    tree = [name for name in page.topics if topictree.listed(name)]
    assert len(tree) == 650
    roots = [name for name in tree if page.topics[name].parent is None]
    assert (len(roots), sum(page.topics[name].parent in roots for name in tree)) == (15, 118)
    missed = [page.topics[name].title for name in tree if not _within_three(page, name)]
    assert missed == []
    screen = seat(cast.chen).get("/desk/intake/").content.decode()
    assert 'id="id_topic_text"' in screen
    found = seat(cast.chen).post("/desk/intake/", {"do": "topics", "topic_text": "sgc"}, headers={"HX-Request": "true"})
    assert "事故处理" in found.content.decode()


def _within_three(page: Any, name: str) -> bool:
    """Whether three signs of a topic, alone or after those of what it stands under, show it among the first eight."""
    one = next(one for one in topic_finder._keyed(page) if one.branch.name == name)
    typed = {letters[:3] for letters in one.letters}
    typed |= {above[:2] + one.branch.title[:1] for above in one.above}
    return any(name in {found.name for found in topic_finder.find(page, signs)} for signs in typed)


@pytest.mark.django_db
def test_a_short_list_is_chosen_from_as_before(cast: Cast) -> None:
    screen = seat(cast.chen).get("/desk/intake/").content.decode()
    assert 'id="id_topic_text"' not in screen


@pytest.mark.django_db
def test_without_a_script_the_topics_found_stand_on_the_page_as_buttons(cast: Cast, take: Callable[..., str]) -> None:
    many = [(f"{number:04d}", f"第{number}类", "1", "", "") for number in range(1, 70)]
    take([*LINES, *[line for line in many if line[0] not in ("0101", "0201")]])
    client = seat(cast.chen)
    page = client.post("/desk/intake/", {"do": "topics", "topic_text": "安全"}).content.decode()
    assert 'name="pick_topic" value="t0101"' in page
    picked = client.post("/desk/intake/", {"pick_topic": "t0101"}).content.decode()
    assert '<option value="t0101" selected>' in picked
