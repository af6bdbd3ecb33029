"""Hundreds of matters at once: all that the filters find, slice by slice, with how far it is; each stands by itself."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.together import SLICE, take_together
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import SHIQIAO, Cast
from tests.interfaces.desk.made import some_matters
from tests.interfaces.desk.seat import seat

pytestmark = pytest.mark.django_db
BULK = "/desk/matters/bulk/"
MANY = SLICE * 2 + 10


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.notices_from(now())
    make.put_in_force(at=now() - timedelta(days=1))
    make.put_in_force(at=now())


def hidden(page: str) -> dict[str, str]:
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def go_on(client: Client, page: str, **headers: str) -> list[str]:
    """Press on until nothing is left; the pages on the way."""
    pages = [page]
    for _ in range(10):
        answer = client.post(BULK, hidden(pages[-1]), headers=headers)
        if answer.status_code == 302 or "HX-Redirect" in answer.headers:
            return pages
        pages.append(answer.content.decode())
        if "<progress" not in pages[-1]:
            return pages
    raise AssertionError("it never ends")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_all_that_the_filters_find_is_done_slice_by_slice_with_and_without_a_script(
    cast: Cast, headers: dict[str, str]
) -> None:
    some_matters(cast, now(), MANY)
    beside = some_matters(cast, now(), 1, SHIQIAO)[0]
    client, back = seat(cast.zhou), "place=990101101201"
    ticked = Matter.objects.exclude(id=beside.id).first()
    assert ticked
    look = client.post(BULK, {"step": "accept", "all": "1", "code": ticked.code, "back": back})
    page = look.content.decode()
    assert f"这 {MANY} 件" in page and len(hidden(page)["picked"].split()) == MANY
    first = client.post(BULK, hidden(page) | {"do": "accept"}, headers=headers).content.decode()
    assert f"{SLICE} / {MANY}" in first and "<progress" in first
    assert Matter.objects.filter(state="accepted").count() == SLICE, "what is done is done"
    assert len(go_on(client, first, **headers)) == 2
    assert Matter.objects.filter(state="accepted").count() == MANY
    beside.refresh_from_db()
    assert beside.state == "received", "outside the filters"


def test_one_that_was_touched_after_the_preview_is_named_at_the_end_and_the_others_are_done(cast: Cast) -> None:
    matters = some_matters(cast, now(), MANY)
    client = seat(cast.zhou)
    page = client.post(BULK, {"step": "accept", "all": "1", "back": ""}).content.decode()
    chosen = [one.partition(":")[0] for one in hidden(page)["picked"].split()]
    theirs = next(one for one in matters if one.code == chosen[0])
    add_words(by=Viewer.resident(), at=now(), matter_id=theirs.id, words="又漏得更大了")
    first = client.post(BULK, hidden(page) | {"do": "accept"}).content.decode()
    last = go_on(client, first)[-1]
    assert "没有做成的" in last and theirs.title in last and "刚才有人动过" in last
    assert Matter.objects.filter(state="accepted").count() == MANY - 1


def test_more_than_the_most_are_cut_and_a_slice_takes_no_step_that_writes_before_it_refuses(cast: Cast) -> None:
    viewer = cast.zhou.viewer(now())
    (matter,) = some_matters(cast, now(), 1)
    with pytest.raises(Refused, match="step_unknown"):
        take_together(by=viewer, at=now(), wanted=[(matter.id, 1)], step="answer", given={"reply": "好"})
    stranger = cast.zheng.viewer(now())
    told = take_together(by=stranger, at=now(), wanted=[(matter.id, matter.version)], step="accept", given={})
    assert str(told[matter.id]) == "not_found" and Matter.objects.get(id=matter.id).state == "received"
