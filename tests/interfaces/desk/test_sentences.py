"""Every sentence is our own, whatever was sent, and searches are cleaned or refused with one."""

import re
from typing import Any

import pytest
from django.test import Client

from huiyin.core.models import SavedView
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter, some_matters
from tests.interfaces.desk.seat import seat

pytestmark = pytest.mark.django_db
ERRORS = re.compile(r'<p class="hy-error".*?</p>|<div class="hy-errors[^"]*".*?</div>', re.DOTALL)
HIDDEN = "\u202e\u2066\u200b\u200f\x07"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def told(answer: Any) -> str:
    """The words of everything that is told as wrong."""
    return re.sub("<[^>]+>", " ", " ".join(ERRORS.findall(answer.content.decode())))


@pytest.mark.parametrize(
    ("step", "upto", "given", "sentence"),
    [
        ("answer", "take", {"reply": "水" * 5001}, "写得太长了，最多 5000 个字，现在多了 1 个"),
        ("assign", "accept", {"way": "magic", "owner": "x", "topic": "stars"}, "请从给出的几项里选"),
        ("classify", "accept", {"topic": "stars", "nature": "problem", "way": "pass_for_handling"}, "没有这个类别"),
    ],
)
def test_a_step_refuses_in_our_words_only(
    cast: Cast, step: str, upto: str, given: dict[str, str], sentence: str
) -> None:
    matter = a_matter(cast, now(), upto)
    member = {"answer": cast.li}.get(step, cast.zhou)
    answer = seat(member).post(f"/desk/matters/{matter.code}/step/{step}/", given | {"seen": "soon"})
    words = told(answer)
    assert answer.status_code == 422
    assert sentence in words
    for foreign in ("确保", "选择一个有效", "不在可用的选项", "Ensure", "Select a valid", "整数"):
        assert foreign not in words
    if "reply" in given:
        assert given["reply"] in answer.content.decode(), "nothing is cut off"
        assert (
            "maxlength"
            not in seat(member)
            .get(f"/desk/matters/{matter.code}/")
            .content.decode()
            .split('id="id_reply"')[1]
            .split(">")[0]
        )


def test_several_at_once_refuse_in_our_words_only(cast: Cast) -> None:
    matter = a_matter(cast, now(), "accept")
    given = {"step": "assign", "do": "look", "code": [matter.code], "way": "magic", "owner": "x", "supervisor": "y"}
    answer = seat(cast.zhou).post("/desk/matters/bulk/", given)
    assert answer.status_code == 422
    assert "请从给出的几项里选" in told(answer)
    assert "有效" not in told(answer)


PAGES = [
    ("chen", "get", "/desk/matters/", "q", 100),
    ("chen", "get", "/desk/matters/", "near", 100),
    ("chen", "get", "/desk/households/", "code", 40),
    ("chen", "post", "/desk/people/", "q", 80),
    ("xu", "post", "/desk/links/handovers/", "q", 60),
    ("xu", "post", "/desk/delegations/", "q", 60),
    ("", "get", "/wall/", "q", 40),
]


@pytest.mark.parametrize(("who", "method", "path", "name", "most"), PAGES)
def test_a_search_is_cleaned_of_what_nobody_sees_and_a_too_long_one_is_told(
    cast: Cast, who: str, method: str, path: str, name: str, most: int
) -> None:
    client = seat(getattr(cast, who)) if who else Client()
    send = getattr(client, method)
    page = send(path, {name: f"{HIDDEN}柳湾{HIDDEN}镇"}).content.decode()
    assert 'value="柳湾镇"' in page
    assert not set(HIDDEN) & set(page)
    answer = send(path, {name: "水" * (most + 3)})
    assert f"找的话最多 {most} 个字，现在多了 3 个" in told(answer)
    assert "水" * (most + 3) in answer.content.decode(), "what was typed is still there"


def test_the_search_of_the_frame_brings_a_too_long_one_to_the_list_which_says_so(cast: Cast) -> None:
    some_matters(cast, now(), 1)
    answer = seat(cast.chen).get("/desk/search/", {"q": "水" * 130}, follow=True)
    assert "现在多了 30 个" in told(answer)


def test_an_empty_search_for_somebody_is_told(cast: Cast) -> None:
    for path in ("/desk/links/handovers/", "/desk/delegations/"):
        answer = seat(cast.xu).post(path, {"q": HIDDEN})
        assert answer.status_code == 422
        assert "还没有写要找什么" in told(answer)


def test_a_saved_view_has_a_name_that_can_be_seen(cast: Cast) -> None:
    client = seat(cast.chen)
    assert client.post("/desk/matters/views/", {"name": HIDDEN, "query": ""}).status_code == 422
    assert client.post("/desk/matters/views/", {"name": f"{HIDDEN}水", "query": ""}).status_code == 302
    assert SavedView.objects.get().name == "水"
