"""A household and a resident written down at the desk by hand: one form each, and who may be known already is asked."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from huiyin.core.models import Look, Person
from huiyin.core.now import now
from huiyin.register.models import Household, Identity, Phone, Resident
from tests import factories as make
from tests.cast import HUAISHUPING, SHANGHE, SHIQIAO, ZHANG_PHONE, Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

pytestmark = pytest.mark.django_db

NEW = "/desk/households/new/"
ID = "990101195803121230"


@pytest.fixture
def xu(cast: Cast) -> Client:
    """Who keeps the register, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def sent(**given: str) -> dict[str, Any]:
    """What the form of a household sends."""
    return {
        "place": "石桥村",
        "household_code": "H-900",
        "name": "刘新田",
        "status": "present",
        "key": str(uuid4()),
    } | given


def one(**given: str) -> dict[str, Any]:
    """What the form of a person sends."""
    return {"name": "张小宝", "relation": "child", "key": str(uuid4())} | given


def people_of(home: UUID) -> str:
    """The address of somebody new in a household."""
    return f"/desk/households/{home}/people/new/"


@row("R-027", "R-028")
def test_a_household_is_written_down_once_with_its_head_sealed(xu: Client, cast: Cast) -> None:
    assert NEW in xu.get("/desk/households/").content.decode()
    assert "户主姓名" in xu.get(NEW).content.decode()
    given = sent(id_number=ID, phone="16000005678", door="石桥村9号", size="3", since="2026-01-05")
    answers = [xu.post(NEW, given) for _ in range(2)]
    home = Household.objects.get(code="H-900")
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, f"/desk/households/{home.pk}/")] * 2
    assert (home.place_code, home.people_stated, home.since.isoformat()) == (SHIQIAO, 3, "2026-01-05")
    assert home.opened_door() == "石桥村9号"
    living = Resident.objects.get(household=home)
    assert (living.person.name, living.relation) == ("刘新田", "head")
    known = Identity.objects.get(person=living.person)
    assert (known.birth_year, known.sex) == (1958, "male")
    assert ID.encode() not in bytes(known.number or b"")
    assert Phone.objects.get(person=living.person).opened() == "16000005678"


@row("R-028")
@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"id_number": "990101195803121239"}, "id_number", ""),
        ({"phone": "123"}, "phone", ""),
        ({"birth": "1958-03-12", "id_number": "990101196803121235"}, "birth", "和身份证号对不上"),
        ({"household_code": ""}, "household_code", "还没有填"),
        ({"place": "没有的村"}, "place", "没有的村"),
        ({"name": ""}, "name", "还没有填"),
        ({"birth": "2999-01-01"}, "birth", ""),
    ],
)
def test_what_is_wrong_stands_at_its_field(xu: Client, given: dict[str, str], field: str, words: str) -> None:
    answer = xu.post(NEW, sent(**given))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in shown
    assert words in shown
    assert not Household.objects.filter(code="H-900").exists()


@row("R-028")
def test_a_birth_that_the_number_contradicts_is_refused(xu: Client) -> None:
    shown = xu.post(NEW, sent(id_number=ID, birth="1960")).content.decode()
    assert "和身份证号对不上" in shown


@row("R-027")
def test_a_number_of_a_household_is_given_once(xu: Client, cast: Cast) -> None:
    code = Household.objects.get(pk=cast.zhang_household).code
    assert 'id="id_household_code-error"' in xu.post(NEW, sent(household_code=code)).content.decode()


@row("R-028")
def test_somebody_is_added_to_a_household_once(xu: Client, cast: Cast) -> None:
    home = cast.zhang_household
    assert people_of(home) in xu.get(f"/desk/households/{home}/").content.decode()
    assert "与户主关系" in xu.get(people_of(home)).content.decode()
    given = one(relation="child_in_law", birth="1990", sex="female")
    assert [xu.post(people_of(home), given).status_code for _ in range(2)] == [302, 302]
    fresh = Resident.objects.get(household=home, person__name="张小宝")
    assert fresh.relation == "child_in_law"
    assert Identity.objects.get(person=fresh.person).birth_year == 1990
    again = xu.post(people_of(home), one())
    assert "已经登记在这一户" in again.content.decode()
    assert "请选和户主的关系" in xu.post(people_of(home), one(name="李四", relation="")).content.decode()
    assert 'id="id_relation-error"' in xu.post(people_of(home), one(name="李四", relation="head")).content.decode()


@row("R-028")
def test_who_may_be_known_already_is_asked_about_and_a_person_decides(xu: Client, cast: Cast) -> None:
    other, _ = make.a_household(SHIQIAO, head="王大山", at=now())
    given = sent(name="张丽华", phone=ZHANG_PHONE)
    looks = Look.objects.count()
    asked = xu.post(NEW, given)
    shown = asked.content.decode()
    assert asked.status_code == 422
    assert "另一户有同名同电话的人" in shown
    assert "张丽华 · " in shown
    assert 'value="move"' in shown
    assert Look.objects.count() == looks + 1
    assert not Household.objects.filter(code="H-900").exists()
    assert xu.post(NEW, given | {"decision": "move", "key": str(uuid4())}).status_code == 302
    home = Resident.objects.get(person=cast.zhang_id, until=None)
    assert home.household.code == "H-900"
    assert "搬到这一户" not in xu.get(people_of(other)).content.decode()


@row("R-028")
def test_a_namesake_of_the_village_is_asked_about(xu: Client, cast: Cast) -> None:
    first, person = make.a_household(HUAISHUPING, head="赵小花", at=now())
    asked = xu.post(people_of(cast.zhang_household), one(name="赵小花")).content.decode()
    assert "这个村里有同名的人" in asked
    assert f'value="move:{person}"' in asked
    given = one(name="赵小花", decision="new")
    assert xu.post(people_of(cast.zhang_household), given).status_code == 302
    assert Person.objects.filter(name="赵小花").count() == 2
    moved = xu.post(people_of(cast.zhang_household), one(name="赵小花", decision=f"move:{person}"))
    assert moved.status_code == 422  # there is one of that name in the household already
    second, _ = make.a_household(HUAISHUPING, head="钱大宝", at=now())
    assert xu.post(people_of(second), one(name="赵小花", decision=f"move:{person}")).status_code == 302
    assert Resident.objects.get(person=person, until=None).household_id == second
    assert not Resident.objects.filter(household=first, until=None).exists()


@row("R-028")
def test_a_known_id_number_is_asked_about_twice_and_the_name_is_put_right(xu: Client, cast: Cast) -> None:
    assert xu.post(NEW, sent(id_number=ID)).status_code == 302
    given = {"household_code": "H-901", "name": "刘新天", "id_number": ID}
    shown = xu.post(NEW, sent(**given)).content.decode()
    assert "身份证号登记在另一个名字下" in shown
    shown = xu.post(NEW, sent(**given, decision="same")).content.decode()
    assert "这个人登记在另一户" in shown
    assert xu.post(NEW, sent(**given, decision="move")).status_code == 302
    one_ = Resident.objects.get(household__code="H-901", until=None)
    assert one_.person.name == "刘新天"
    assert Identity.objects.count() == 1
    assert not Resident.objects.filter(household__code="H-900", until=None).exists()


def test_who_keeps_the_register_of_a_town_writes_there_only_and_learns_of_nobody_else(cast: Cast) -> None:
    make.put_in_force(at=now())
    town = seat(appointed("高远", cast.bodies.other_town, "admin", "登记员"))
    make.a_household(SHANGHE, head="孙平", at=now())
    assert 'id="id_place-error"' in town.post(NEW, sent()).content.decode()
    given = sent(place="上河村", name="张丽华", phone=ZHANG_PHONE)
    assert town.post(NEW, given).status_code == 302  # who has it elsewhere is not told
    assert Resident.objects.get(person=cast.zhang_id, until=None).household_id == cast.zhang_household
    assert town.get(people_of(cast.zhang_household)).status_code == 404
    assert town.post(people_of(cast.zhang_household), one()).status_code == 404


def test_whose_id_number_is_registered_elsewhere_is_not_taken_away(cast: Cast) -> None:
    make.put_in_force(at=now())
    assert seat(cast.xu).post(NEW, sent(id_number=ID)).status_code == 302
    town = seat(appointed("高远", cast.bodies.other_town, "admin", "登记员"))
    answer = town.post(NEW, sent(place="上河村", household_code="H-901", id_number=ID, decision="move"))
    assert answer.status_code == 422
    assert "请县里管登记的人来办" in answer.content.decode()
    assert Household.objects.filter(code="H-901").count() == 0


def test_who_may_not_change_the_register_has_no_such_page(cast: Cast) -> None:
    make.put_in_force(at=now())
    assert seat(cast.li).get(NEW).status_code in (403, 404)
