"""What many raise is offered as a candidate for a common issue; people register it and put its matters under it."""

import html as escaped
import re
from uuid import uuid4

import pytest

from huiyin.casework.models import Issue, IssueMember
from huiyin.casework.queries import issues as queries
from huiyin.casework.queries import likeness
from huiyin.casework.rules import alike
from huiyin.casework.rules.alike import groups
from huiyin.casework.rules.hot import Candidate, Cell, candidates
from huiyin.core.now import now
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

PAGE = "/desk/issues/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def cell(village: str, topic: str, lately: int) -> Cell:
    return Cell(village, topic, 0, 0, lately, 0)


@row("R-422", "R-216")
def test_a_topic_of_three_villages_is_a_candidate_for_all_of_them_before_one_of_a_single_village() -> None:
    cells = [cell("a", "roads", 2), cell("b", "roads", 3), cell("c", "roads", 1), cell("a", "water", 9)]
    cells += [cell("b", "schools", 2), cell("c", "", 40), cell("b", "water", 1)]
    assert candidates(cells) == [Candidate("roads", "", 6, 3), Candidate("water", "a", 9, 1)]
    assert candidates([cell("a", "roads", 1), cell("b", "roads", 1), cell("c", "roads", 1)]) == []


@row("R-422")
def test_a_candidate_leads_to_an_issue_and_to_its_matters_and_is_none_any_more_once_they_stand_under_it(
    cast: Cast,
) -> None:
    for number in range(3):
        a_matter(cast, now(), "assign", reporter_phone=f"1600000500{number}")
    drain(now())
    client = seat(cast.zhou)
    html = client.get(PAGE).content.decode()
    assert "也许是共性问题" in html and "也许是共性问题" not in seat(cast.li).get(PAGE).content.decode()
    way = re.search(r'href="(/desk/issues/new/[?]topic=water[^"]*)"', html)
    assert way and f"place={HUAISHUPING}" in escaped.unescape(way[1])
    address = escaped.unescape(way[1])
    assert re.search(r'<option value="water" selected', client.get(address).content.decode())
    form = {"key": str(uuid4()), "title": "槐树坪缺水", "text": "傍晚没水。", "topic": "water", "urgency": "now"}
    sent = client.post(address, form)
    issue = Issue.objects.get()
    assert (sent.status_code, issue.place_code) == (302, HUAISHUPING)
    gather = client.get(sent["Location"]).content.decode()
    codes = re.findall(r'name="code" value="([0-9]+)"', gather)
    assert len(codes) == 3
    assert client.post(sent["Location"], {"code": codes}).status_code == 302
    assert IssueMember.objects.filter(issue=issue).count() == 3
    drain(now())
    assert queries.candidates(cast.zhou.viewer(now()), now().date()) == []


@row("R-422")
def test_texts_are_grouped_by_what_they_share_in_bounded_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def pairs(text: str) -> frozenset[str]:
        return frozenset(text[at : at + 2] for at in range(len(text) - 1))

    bus = ["进城的班车早上六点半就没有了", "班车早上六点半以后没有，进城不方便", "早上六点半进城的班车停了"]
    texts = dict(enumerate(map(pairs, [*bus, "村口的路灯坏了三盏", "养老金这个月没有到账"])))
    assert [sorted(one) for one in groups(texts)] == [[0, 1, 2]]
    many = {number: pairs(f"第{number}户的水表坏了，编号{number * 7919}") for number in range(3000)}
    compared = 0
    weigh = alike._alike

    def counted(mine: frozenset[str], theirs: frozenset[str]) -> float:
        nonlocal compared
        compared += 1
        return weigh(mine, theirs)

    monkeypatch.setattr(alike, "_alike", counted)
    groups(many)
    # Thousands that share their common words are not compared each with each.
    assert 0 < compared <= len(many) * alike.COMPARED


@row("R-422", "SG-01")
def test_near_words_under_different_topics_are_a_candidate_and_lead_to_their_matters(cast: Cast) -> None:
    said = (
        "班车早上六点半以后就没有了，老人进城看病很不方便。",
        "进城的班车早上六点半以后没有了，看病很不方便。",
        "早上六点半以后没有进城的班车，老人看病不方便。",
    )
    given = {"subject": "", "reporter_phone": "", "disclosure": "anonymous"}
    made = [
        a_matter(cast, now(), text=text, topic=topic, **given)
        for text, topic in zip(said, ("water", "construction", ""), strict=True)
    ]
    a_matter(cast, now(), text="村里的路灯坏了三盏，晚上看不见。", topic="water", **given)
    secret = a_matter(cast, now(), text=f"{said[0]}李卫东收钱才肯加班车，我要举报。", **given)
    drain(now())
    assert secret.held
    (found,) = likeness.candidates(cast.zhou.viewer(now()), now(), [])
    assert sorted(found.codes) == sorted(one.code for one in made)
    assert not likeness.candidates(cast.wu.viewer(now()), now(), [])
    client = seat(cast.zhou)
    html = client.get(PAGE).content.decode()
    way = re.search(r'href="(/desk/issues/new/[?][^"]*alike=[^"]*)"', html)
    assert "只比较最近的 600 件" in html, "how far it looks"
    assert way and "话说得很像的" in html and "话说得很像的" not in seat(cast.li).get(PAGE).content.decode()
    form = {
        "key": str(uuid4()),
        "title": "早班车",
        "text": "六点半以后没有车。",
        "topic": "construction",
        "urgency": "now",
    }
    sent = client.post(escaped.unescape(way[1]), form)
    gather = client.get(sent["Location"]).content.decode()
    codes = re.findall(r'name="code" value="([0-9]+)"', gather)
    assert sorted(codes) == sorted(found.codes)
    assert client.post(sent["Location"], {"code": codes}).status_code == 302
    assert IssueMember.objects.filter(issue=Issue.objects.get()).count() == 3
    assert not likeness.candidates(cast.zhou.viewer(now()), now(), [])
