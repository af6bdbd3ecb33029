"""Several at once: seen before it is done, refused by name with the reason, each for itself, never half."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import aside, books
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Conflict, Matter, Move
from huiyin.casework.queries import several
from huiyin.core.actions import action
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import SHANGHE, Cast
from tests.interfaces.desk.made import a_matter, some_matters
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

BULK, LIST = "/desk/matters/bulk/", "/desk/matters/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def hidden(page: str) -> dict[str, Any]:
    """The form of a preview as a browser sends it back."""
    found: dict[str, Any] = {"code": re.findall(r'name="code" value="(\d+)"', page)}
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return found | {name: value for name, value in pairs if name not in ("code", "csrfmiddlewaretoken")}


def looked(client: Client, step: str, matters: list[Matter], **given: Any) -> str:
    form = {"step": step, "code": [one.code for one in matters], "do": "look", "back": "", **given}
    answer = client.post(BULK, form)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def parts(cast: Cast) -> dict[str, str]:
    """To Li of the town, watched by Zhao."""
    return {
        "owner": f"{cast.bodies.town}:{cast.li.person_id}",
        "supervisor": str(cast.zhao.person_id),
        "way": "pass_for_handling",
    }


SORTED = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}


@row("R-173")
def test_several_are_classified_after_a_look(cast: Cast) -> None:
    matters = [a_matter(cast, now(), "accept", subject=f"第{n}件") for n in range(3)]
    client, before = seat(cast.zhou), Event.objects.count()
    chosen = client.post(BULK, {"step": "classify", "code": [one.code for one in matters]}).content.decode()
    assert 'name="topic"' in chosen
    page = looked(client, "classify", matters, **SORTED)
    assert "分类这 3 件？" in page
    assert Event.objects.count() == before, "nothing is done by looking"
    done = client.post(BULK, hidden(page) | {"do": "classify"})
    assert done.status_code == 302
    assert "分类：做好了 3 件。" in client.get(LIST).content.decode()
    assert {(one.topic, one.nature, one.way) for one in Matter.objects.all()} == {tuple(SORTED.values())}
    assert Move.objects.filter(step="classify", by_id=cast.zhou.person_id).count() == 3
    again = client.post(BULK, hidden(page) | {"do": "classify"})
    assert again.status_code == 302
    assert Move.objects.filter(step="classify").count() == 3, "a second press does nothing"


@row("R-175", "R-176")
def test_several_are_assigned_and_what_cannot_be_is_named_before_and_stays(cast: Cast) -> None:
    ready = [a_matter(cast, now(), "accept", subject=f"能交办{n}", topic="water", nature="problem") for n in range(2)]
    bare = a_matter(cast, now(), "accept", subject="还没分类")
    taken = a_matter(cast, now(), "take", subject="已经在办")
    fresh = a_matter(cast, now(), subject="刚收到")
    client = seat(cast.zhou)
    page = looked(client, "assign", [*ready, bare, taken, fresh], **parts(cast))
    will, rest = page.split("做不了的，不动")
    assert "能交办0" in will
    assert "柳湾镇人民政府 李卫东 农业干事" in will, "to whom it will go stands on the page, and to which unit"
    assert "还没分类" not in will
    assert "还没有选是哪方面的事" in rest
    assert "刚收到" in rest
    assert "早就是这样的" in page
    assert client.post(BULK, hidden(page) | {"do": "assign"}).status_code == 302
    states = dict(Matter.objects.values_list("title", "state"))
    assert [states[f"能交办{n}"] for n in range(2)] == ["assigned"] * 2
    assert (states["还没分类"], states["已经在办"], states["刚收到"]) == ("accepted", "working", "received")
    assert Matter.objects.filter(title__startswith="能交办", handler_id=cast.li.person_id).count() == 2


def test_a_matter_that_is_past_a_step_is_told_so_and_not_to_take_the_one_before(cast: Cast) -> None:
    fresh, answered = a_matter(cast, now(), subject="刚收到"), a_matter(cast, now(), "answer", subject="答了")
    page = looked(seat(cast.zhou), "classify", [fresh, answered], **(SORTED | {"topic": "roads"}))
    rest = page.split("做不了的，不动")[1]
    assert "这件事现在是“已答复·待回访”，“分类”那一步已经过了" in rest
    assert "请先做前面的一步" not in rest


def test_all_that_several_lack_is_told_at_once(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "accept"), seat(cast.zhou)
    answer = client.post(BULK, {"step": "assign", "code": [matter.code], "do": "look", "owner": "nobody"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [name for name in ("way", "owner", "supervisor") if f'id="id_{name}-error"' in page] == [
        "way",
        "owner",
        "supervisor",
    ]


def test_nothing_chosen_is_told(cast: Cast) -> None:
    some_matters(cast, now(), 1)
    for codes in ([], ["473011685"], ["x"]):
        answer = seat(cast.zhou).post(BULK, {"step": "accept", "code": codes, "back": "q=水"}, follow=True)
        assert "还没有选事项" in answer.content.decode()
        assert answer.redirect_chain[-1][0].startswith(LIST)


@action
def _about(*, by: Viewer, at: datetime, matter: Matter, person: UUID) -> None:
    """An ordinary matter about somebody; the actions seal such a one."""
    Conflict(matter=matter, person_id=person, kind="subject", at=at).save()
    books.note_move(by=by, at=at, matter=matter, step="supervise")


@row("SG-01", "SG-32")
def test_whom_a_matter_is_about_and_their_near_are_kept_out_by_one_question_a_person(
    cast: Cast,
) -> None:
    at, viewer = now(), cast.zhou.viewer(now())
    given = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    codes: list[str] = []
    asked = []
    for number in range(4):
        one = a_matter(cast, at, "accept", subject=f"第{number}件", topic="water", nature="problem")
        _about(by=viewer, at=at, matter=one, person=cast.ma.person_id)
        codes.append(one.code)
        with CaptureQueriesContext(connection) as caught:
            told = several.prospects(viewer, codes, "assign", given | {"way": "pass_for_handling"}, at)
        asked.append(len(caught))
        assert [one.refused.code for one in told if one.refused] == ["conflict_excluded"] * (number + 1)
    assert asked[1] == asked[-1], "the first one also reads what is kept at hand"


@row("SG-01", "SG-32")
def test_nobody_is_given_a_matter_they_must_keep_out_of(cast: Cast) -> None:
    two = [a_matter(cast, now(), "accept", subject=f"第{n}件", topic="water", nature="problem") for n in range(2)]
    at = now()
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=two[0].id, person=cast.li.person_id)
    assert Conflict.objects.filter(matter=two[0]).exists()
    client = seat(cast.zhou)
    page = looked(client, "assign", two, **parts(cast))
    assert "按回避规定" in page
    client.post(BULK, hidden(page) | {"do": "assign"})
    assert {one.title: one.state for one in Matter.objects.all()} == {"第0件": "accepted", "第1件": "assigned"}
    same = parts(cast) | {"supervisor": str(cast.li.person_id)}
    page = looked(client, "assign", [two[0]], **same)
    assert "不能是同一个人" in page or "按回避规定" in page


def test_what_changed_since_the_look_is_refused_by_name_and_the_others_are_done(cast: Cast) -> None:
    two = [a_matter(cast, now(), "accept", subject=f"第{n}件") for n in range(2)]
    client = seat(cast.zhou)
    page = looked(client, "classify", two, **SORTED)
    at = now()
    other = {"topic": "roads", "nature": "problem", "way": "pass_for_handling"}
    take_step(by=cast.sun.viewer(at), at=at, matter_id=two[0].id, step="classify", given=other)
    answer = client.post(BULK, hidden(page) | {"do": "classify"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "有 1 件没有做成" in text
    assert "另外 1 件做好了" in text
    assert "刚才有人动过" in text
    assert dict(Matter.objects.values_list("title", "topic")) == {"第0件": "roads", "第1件": "water"}


def test_a_choice_left_out_is_asked_for_before_anything_is_shown(cast: Cast) -> None:
    matters = [a_matter(cast, now(), "accept")]
    client = seat(cast.zhou)
    for step, given in (("classify", {"topic": "water"}), ("assign", {"owner": "x"}), ("assign", {})):
        answer = client.post(BULK, {"step": step, "code": [matters[0].code], "do": step, **given})
        assert answer.status_code == 422
        assert "还没有" in answer.content.decode() or "请从给出的" in answer.content.decode()
    assert Move.objects.exclude(step__in=("open", "accept")).count() == 0


def test_each_step_asks_for_its_verb_and_nothing_foreign_is_touched(cast: Cast) -> None:
    matters = some_matters(cast, now(), 2)
    codes = [one.code for one in matters]
    assert seat(cast.chen).post(BULK, {"step": "assign", "code": codes, "do": "assign"}).status_code == 403
    assert seat(cast.zhou).post(BULK, {"step": "close", "code": codes}).status_code == 404
    assert seat(cast.zheng).post(BULK, {"step": "classify", "code": codes, "do": "classify"}).status_code == 302
    held = a_matter(cast, now(), subject="投诉", text="李卫东收红包", nature="complaint")
    page = seat(cast.zhou).post(BULK, {"step": "classify", "code": [held.code, codes[0]]}).content.decode()
    assert held.code not in page
    bar = seat(cast.chen).get(LIST).content.decode()
    assert 'value="classify"' in bar
    assert 'value="assign"' not in bar
    assert 'value="assign"' in seat(cast.ma).get(LIST).content.decode()


def test_only_those_are_offered_whose_reach_covers_every_place(cast: Cast) -> None:
    here = a_matter(cast, now(), "accept", topic="water", nature="problem")
    there = a_matter(cast, now(), "accept", topic="water", nature="problem", place_code=SHANGHE)
    county_wide = appointed("孟秋", cast.bodies.farming, "handler", "科员")
    client = seat(cast.zhou)
    one = client.post(BULK, {"step": "assign", "code": [here.code]}).content.decode()
    both = client.post(BULK, {"step": "assign", "code": [here.code, there.code]}).content.decode()
    assert "李卫东" in one
    assert "李卫东" not in both
    assert county_wide.name in both
