"""What became of a household, at the desk: each change is one form, what is refused stands at its field."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.interfaces.desk.forms.households import NEEDED
from huiyin.programme.words import say
from huiyin.register.actions import people
from huiyin.register.models import Household, Resident
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, SHIQIAO, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def xu(cast: Cast) -> Client:
    """Who keeps the register, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def page(home: UUID, what: str) -> str:
    """The address of a change."""
    return f"/desk/households/{home}/became/{what}/"


def keyed(given: dict[str, Any]) -> dict[str, Any]:
    """What a form of its own sends."""
    return {**given, "key": str(uuid4())}


@row("R-059")
def test_a_household_moves_goes_away_and_its_past_is_told(xu: Client, cast: Cast) -> None:
    home = cast.zhang_household
    shown = xu.get(f"/desk/households/{home}/").content.decode()
    assert page(home, "move") in shown
    assert "搬到哪个村" in xu.get(page(home, "move")).content.decode()
    assert xu.post(page(home, "move"), keyed({"place": "石桥村", "door": "1号"})).status_code == 302
    assert Household.objects.get(pk=home).place_code == SHIQIAO
    assert xu.post(page(home, "presence"), keyed({"status": "away"})).status_code == 302
    past = xu.get(f"/desk/households/{home}/history/").content.decode()
    assert "柳湾镇 槐树坪村 三组 · 在家" in past
    assert "外出" in xu.get(f"/desk/households/{home}/").content.decode()


def test_a_name_of_several_places_is_asked_about(xu: Client, cast: Cast) -> None:
    make.lay_places([(f"{HUAISHUPING}007", "七组"), (f"{SHIQIAO}007", "七组")], now())
    home = cast.zhang_household
    answer = xu.post(page(home, "move"), keyed({"place": "七组"}))
    assert answer.status_code == 422
    assert "叫这个名字的不止一处" in answer.content.decode()
    assert f"{SHIQIAO}007" in answer.content.decode()
    sent = {"place": "七组", "code_of_place": f"{SHIQIAO}007"}
    assert xu.post(page(home, "move"), keyed(sent)).status_code == 302
    assert Household.objects.get(pk=home).place_code == f"{SHIQIAO}007"


@row("R-059")
def test_some_split_off_and_join_again(xu: Client, cast: Cast) -> None:
    home = cast.zhang_household
    son = people.add_resident(by=make.SYSTEM, at=now(), household_id=home, name="张小宝", relation="child")
    sent = {"people": [str(son)], "head": str(son), "code": "H-NEW"}
    assert xu.post(page(home, "split"), keyed(sent | {"head": ""})).status_code == 422
    answer = xu.post(page(home, "split"), keyed(sent))
    fresh = Household.objects.get(code="H-NEW")
    assert (answer.status_code, fresh.place_code) == (302, GROUP_THREE)
    assert "从这一户分出来" in xu.get(f"/desk/households/{fresh.pk}/history/").content.decode()
    assert "没有找到这一户" in xu.post(page(fresh.pk, "merge"), keyed({"into": "nothing"})).content.decode()
    number = Household.objects.get(pk=home).code
    assert xu.post(page(fresh.pk, "merge"), keyed({"into": number})).status_code == 302
    assert Resident.objects.get(person_id=son, until=None).household_id == home


def test_a_household_that_ended_is_changed_no_more(xu: Client, cast: Cast) -> None:
    home = cast.zhang_household
    wrong = xu.post(page(home, "close"), keyed({"why": "left", "on": "2026-02-30"}))
    assert wrong.status_code == 422
    assert xu.post(page(home, "close"), keyed({"why": "left"})).status_code == 302
    shown = xu.get(f"/desk/households/{home}/").content.decode()
    assert "这一户已经结束" in shown
    assert page(home, "move") not in shown
    assert xu.get(page(home, "move")).status_code == 404
    assert xu.get(page(home, "nonsense")).status_code == 404


def test_all_that_a_change_lacks_is_told_at_once_each_at_its_field(xu: Client, cast: Cast) -> None:
    lacks = {
        "move": ("place",),
        "presence": ("status",),
        "split": ("people", "head", "code"),
        "merge": ("into",),
        "close": ("why",),
    }
    for what, names in lacks.items():
        answer = xu.post(page(cast.zhang_household, what), keyed({"on": "2026-02-30"}))
        shown = answer.content.decode()
        assert answer.status_code == 422
        for name in (*names, "on"):
            assert f'id="id_{name}-error"' in shown, (what, name)
            assert f'href="#id_{name}"' in shown, (what, name)
        said = [say(code) for code in NEEDED[what].values()]
        assert [shown.count(one) for one in said] == [2] * len(names), "above and at its field"


def test_a_change_pressed_twice_is_one_even_where_the_household_ended_by_it(xu: Client, cast: Cast) -> None:
    home = cast.zhang_household
    son = people.add_resident(by=make.SYSTEM, at=now(), household_id=home, name="张小宝", relation="child")
    number = Household.objects.get(pk=home).code
    split = keyed({"people": [str(son)], "head": str(son), "code": "H-NEW"})
    for what, sent in (("move", keyed({"place": "石桥村"})), ("presence", keyed({"status": "away"})), ("split", split)):
        first, second = (xu.post(page(home, what), sent) for _ in range(2))
        assert (first.status_code, second.status_code) == (302, 302), what
        assert first["Location"] == second["Location"]
    fresh = Household.objects.get(code="H-NEW")
    merge, close = keyed({"into": number}), keyed({"why": "left"})
    assert [xu.post(page(fresh.pk, "merge"), merge).status_code for _ in range(2)] == [302, 302]
    assert [xu.post(page(home, "close"), close).status_code for _ in range(2)] == [302, 302]
    for given in (keyed({"why": "left"}), {"why": "left"}):
        assert xu.post(page(home, "close"), given).status_code == 404, "another form, after its end"


def test_only_who_keeps_the_register_finds_the_forms(cast: Cast) -> None:
    make.put_in_force(at=now())
    for who in (cast.chen, cast.luo):
        assert (
            page(cast.zhang_household, "move")
            not in seat(who).get(f"/desk/households/{cast.zhang_household}/").content.decode()
        )
        assert seat(who).post(page(cast.zhang_household, "close"), {"why": "left"}).status_code in (403, 404)
    assert Household.objects.get(pk=cast.zhang_household).until is None
