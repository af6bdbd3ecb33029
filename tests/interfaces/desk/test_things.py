"""Practical things: committed to, done with a result, and held against what the programme says is owed."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import things as actions
from huiyin.casework.models import Thing
from huiyin.casework.queries import things as queries
from huiyin.casework.rules.things import Committed, standing
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.ledgers import FirstBatch, Ledger
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, SHANGHE, SHIQIAO, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

PAGE = "/desk/things/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def soon(days: int = 30) -> date:
    return now().date() + timedelta(days=days)


def committed(cast: Cast, place: str = HUAISHUPING, title: str = "修两百米出村路") -> Thing:
    at = now()
    by = cast.zhou.viewer(at)
    return actions.commit(by=by, at=at, place_code=place, title=title, due_on=soon(), person=cast.luo.person_id)


@row("R-208", "R-238")
def test_a_linked_official_commits_to_a_thing_once_and_says_what_came_of_it(cast: Cast) -> None:
    client = seat(cast.luo)
    html = client.get(PAGE).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]+)"', html)
    assert key
    form = {"do": "commit", "key": key[1], "title": "修两百米出村路", "place_code": HUAISHUPING, "due_on": f"{soon()}"}
    wrong = client.post(PAGE, form | {"title": " ", "place_code": "", "due_on": "明年"})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 3)
    assert "2026/1/2" not in wrong.content.decode(), "a form takes days in one way, and says which"
    assert client.post(PAGE, form | {"due_on": "2020-01-01", "key": str(uuid4())}).status_code == 422
    assert [client.post(PAGE, form).status_code for _ in range(2)] == [302, 302]
    thing = Thing.objects.get()
    assert client.post(PAGE, {"do": "finish", "thing": str(thing.id), "result": " "}).status_code == 422
    done = {"do": "finish", "thing": str(thing.id), "result": "硬化了，孩子上学不踩泥"}
    assert [client.post(PAGE, done).status_code for _ in range(2)] == [302, 302]
    assert "孩子上学不踩泥" in client.get(PAGE).content.decode()
    told = Event.objects.filter(name__startswith="casework.thing").order_by("id").values_list("name", flat=True)
    assert list(told) == ["casework.thing_committed", "casework.thing_done"]


@row("R-207")
def test_a_village_without_its_first_batch_stands_first_and_late_once_the_day_is_past(cast: Cast) -> None:
    committed(cast, HUAISHUPING)
    for number in range(3):
        committed(cast, SHIQIAO, f"打井{number}")
    today = now().date()
    how = Ledger(first_batch=FirstBatch(until=today), per_village=2, per_official=5)
    viewer = cast.zhou.viewer(now())
    found = queries.book(viewer, COUNTY, how, today)
    assert [(code, owed.first, owed.late, owed.missing) for code, _, owed in found.villages] == [
        (SHANGHE, "missing", False, 2),
        (HUAISHUPING, "fine", False, 1),
        (SHIQIAO, "many", False, 0),
    ]
    assert [(name, owed.missing) for name, owed in found.officials] == [("罗大勇", 1)]
    late = queries.book(viewer, COUNTY, how, today + timedelta(days=1))
    assert (late.villages[0][0], late.villages[0][2].late) == (SHANGHE, True)
    assert (late.committed, late.done) == (4, 0)


@row("R-208")
def test_an_official_who_committed_to_nothing_stands_first_among_those_who_owe(cast: Cast) -> None:
    idle = make.an_official(cast.bodies.village, name="丁一平", title="联户干部")
    make.a_link(idle.official_id, make.a_household(HUAISHUPING)[0])
    committed(cast)
    viewer, today = cast.zhou.viewer(now()), now().date()
    found = queries.book(viewer, COUNTY, Ledger(per_official=2), today)
    assert [(name, owed.committed, owed.missing) for name, owed in found.officials] == [
        ("丁一平", 0, 2),
        ("罗大勇", 1, 1),
    ]
    assert found.idle == 1
    elsewhere = queries.book(viewer, SHANGHE, Ledger(per_official=2), today)
    assert "丁一平" not in [name for name, _ in elsewhere.officials]
    without = queries.book(viewer, COUNTY, Ledger(), today)
    assert [name for name, _ in without.officials] == ["罗大勇"], "where nothing is owed nobody is named for owing it"


@row("R-207", "R-208")
def test_what_came_after_the_day_is_no_first_batch_and_counts_for_the_quota() -> None:
    rule = FirstBatch(until=date(2027, 4, 30))
    late = [Committed(date(2027, 5, 1), done=True)]
    found = standing(late, quota=2, first=rule, today=date(2027, 5, 2))
    assert (found.first, found.late, found.committed, found.done, found.missing) == ("missing", True, 1, 1, 1)
    last = standing([Committed(date(2027, 4, 30), done=False)], quota=0, first=rule, today=date(2027, 5, 2))
    assert (last.first, last.late, last.missing) == ("fine", False, 0)


@row("R-238")
def test_a_unit_keeps_a_list_of_what_it_launched_and_how_much_of_it_is_done(cast: Cast) -> None:
    client = seat(cast.zhou)
    html = client.get(PAGE).content.decode()
    key = re.search(r'name="key" value="([0-9a-f-]+)"', html)
    assert key
    form = {"do": "commit", "key": key[1], "title": "十户通水", "place_code": SHIQIAO, "due_on": f"{soon()}"}
    assert client.post(PAGE, form | {"body": str(uuid4())}).status_code == 422
    assert client.post(PAGE, form | {"body": str(cast.bodies.farming)}).status_code == 302
    committed(cast)
    found = queries.book(cast.zhou.viewer(now()), COUNTY, Ledger(), now().date())
    assert [(name, owed.committed, owed.done) for name, owed in found.units] == [("望川县农业农村局", 1, 0)]
    page = client.get(PAGE).content.decode()
    assert "各单位发起的" in page and "定 1，成 0" in page
    actions.finish(by=cast.zhou.viewer(now()), at=now(), thing_id=Thing.objects.get(title="十户通水").id, result="通了")
    assert "定 1，成 1" in client.get(PAGE).content.decode()


def test_nobody_commits_or_finishes_beyond_their_scope_or_post(cast: Cast) -> None:
    thing, at = committed(cast), now()
    with pytest.raises(Refused, match="place_unknown"):
        actions.commit(by=cast.luo.viewer(at), at=at, place_code=SHANGHE, title="路", due_on=soon())
    with pytest.raises(Refused, match="not_allowed"):
        actions.commit(by=cast.he.viewer(at), at=at, place_code=HUAISHUPING, title="路", due_on=soon())
    with pytest.raises(Missing):
        actions.finish(by=cast.wu.viewer(at), at=at, thing_id=thing.id, result="好了")
    assert "修两百米出村路" not in seat(cast.wu).get(PAGE).content.decode()


@pytest.mark.once
def test_the_page_asks_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    client, asked = seat(cast.zhou), []
    for many in (1, 29):
        for number in range(many):
            committed(cast, title=f"实事{many}-{number}")
        client.get(PAGE)
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1] <= 14, asked
