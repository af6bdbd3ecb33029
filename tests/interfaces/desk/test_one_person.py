"""One person of a household at the desk: put right, died, left, never there, taken back; and who stands near them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from huiyin.core.models import Official
from huiyin.core.now import now
from huiyin.register.actions import households, people, staff
from huiyin.register.models import Departure, Household, Identity, Kin, Link, Phone, Resident
from huiyin.register.queries.people import by_phone
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

pytestmark = pytest.mark.django_db

ID = "990101195803121230"


@pytest.fixture
def xu(cast: Cast) -> Client:
    """Who keeps the register, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def home(cast: Cast) -> str:
    """The address of the household of the cast."""
    return f"/desk/households/{cast.zhang_household}/"


def of(cast: Cast, person: UUID | None = None) -> str:
    """The address of one person of it."""
    return f"{home(cast)}people/{person or cast.zhang_id}/"


def keyed(**given: str) -> dict[str, Any]:
    """What a form of its own sends."""
    return {**given, "key": str(uuid4())}


def son_of(cast: Cast) -> UUID:
    """Another of the household."""
    made: UUID = people.add_resident(
        by=make.SYSTEM, at=now(), household_id=cast.zhang_household, name="张小宝", relation="child"
    )
    return made


@row("R-028", "R-059")
def test_a_death_ends_what_is_the_persons_and_another_heads_the_household(xu: Client, cast: Cast) -> None:
    son = son_of(cast)
    assert of(cast) in xu.get(home(cast)).content.decode()
    assert "以后谁是户主" in xu.get(f"{of(cast)}died/").content.decode()
    lacks = xu.post(f"{of(cast)}died/", keyed())
    assert 'id="id_head-error"' in lacks.content.decode()
    given = keyed(head=str(son))
    assert [xu.post(f"{of(cast)}died/", given).status_code for _ in range(2)] == [302, 302]
    assert Departure.objects.filter(person=cast.zhang_id).count() == 1
    living = Resident.objects.filter(household=cast.zhang_household, until=None, replaced_at=None)
    assert [(one.person_id, one.relation) for one in living] == [(son, "head")]
    assert not Phone.objects.filter(person=cast.zhang_id, until=None).exists()
    assert by_phone(cast.xu.viewer(now()), ZHANG_PHONE, now()) == ()
    assert Link.objects.filter(household=cast.zhang_household, until=None).exists()  # it is the household's
    shown = xu.get(home(cast)).content.decode()
    assert "张丽华 · 去世" in shown
    again = xu.post(f"{home(cast)}people/new/", keyed(name="张丽华", relation="other", phone=ZHANG_PHONE))
    assert again.status_code == 302  # somebody else of that name: the dead are not asked about


@row("R-028", "R-059")
def test_a_new_head_heads_from_the_day_of_the_death_and_was_before_what_they_were(xu: Client, cast: Cast) -> None:
    day = now().date() - timedelta(days=20)
    moved_in = people.add_resident(
        by=make.SYSTEM,
        at=now(),
        household_id=cast.zhang_household,
        name="李小红",
        relation="spouse",
        since=day - timedelta(days=300),
    )
    assert xu.post(f"{of(cast)}died/", keyed(head=str(moved_in), on=day.isoformat())).status_code == 302
    rows = Resident.objects.filter(person=moved_in, replaced_at=None).order_by("since")
    assert [(one.relation, one.since, one.until) for one in rows] == [
        ("spouse", day - timedelta(days=300), day),
        ("head", day, None),
    ]
    assert xu.post(f"{home(cast)}became/close/", keyed(why="mistaken", on=day.isoformat())).status_code == 302
    assert xu.post(home(cast), keyed(do="reopen")).status_code == 302
    living = Resident.objects.filter(person=moved_in, until=None, replaced_at=None)
    assert [one.relation for one in living] == ["head"]


@row("R-059")
def test_who_died_of_a_household_that_became_part_of_another_is_told_why_they_do_not_come_back(
    xu: Client, cast: Cast
) -> None:
    son_of(cast)
    assert xu.post(f"{of(cast)}died/", keyed(head=str(son_of(cast)))).status_code == 302
    into = make.a_household(HUAISHUPING)[0]
    households.merge(by=make.SYSTEM, at=now(), household_id=cast.zhang_household, into=into)
    gone = Departure.objects.get(person=cast.zhang_id)
    answer = xu.post(home(cast), keyed(do="back", departure=str(gone.pk)))
    assert answer.status_code == 422
    assert "这一户后来并进了另一户" in answer.content.decode()


@row("R-059")
def test_the_last_of_a_household_dies_and_it_is_asked_to_be_closed(xu: Client, cast: Cast) -> None:
    answer = xu.post(f"{of(cast)}died/", keyed())
    assert answer["Location"].startswith(f"{home(cast)}became/close/?why=died_out")
    shown = xu.get(answer["Location"]).content.decode()
    assert "家里没有人了" in shown
    assert '<option value="died_out" selected' in shown
    assert "给这一户销户" in xu.get(home(cast)).content.decode()
    assert xu.post(f"{home(cast)}became/close/", keyed(why="died_out")).status_code == 302
    assert not Link.objects.filter(household=cast.zhang_household, until=None).exists()


@row("R-028", "R-059")
def test_a_death_told_late_ends_also_what_was_written_down_since(xu: Client, cast: Cast) -> None:
    son, day = son_of(cast), now().date() - timedelta(days=20)
    people.set_phone(by=make.SYSTEM, at=now(), person_id=cast.zhang_id, phone="16000005678")
    assert xu.post(f"{of(cast)}died/", keyed(head=str(son), on=day.isoformat())).status_code == 302
    assert not Phone.objects.filter(person=cast.zhang_id, until=None, replaced_at=None).exists()
    gone = Departure.objects.get(person=cast.zhang_id)
    assert xu.post(home(cast), keyed(do="back", departure=str(gone.pk))).status_code == 302
    assert Phone.objects.get(person=cast.zhang_id, until=None, replaced_at=None).opened() == "16000005678"


@row("R-059")
def test_what_was_wrong_is_taken_back_and_stays_readable(xu: Client, cast: Cast) -> None:
    assert xu.post(f"{of(cast)}died/", keyed()).status_code == 302
    assert xu.post(f"{home(cast)}became/close/", keyed(why="died_out")).status_code == 302
    gone = Departure.objects.get(person=cast.zhang_id)
    given = keyed(do="back", departure=str(gone.pk))
    assert "写错了，撤回" in xu.get(home(cast)).content.decode()
    assert [xu.post(home(cast), given).status_code for _ in range(2)] == [302, 302]
    living = Resident.objects.get(person=cast.zhang_id, until=None, replaced_at=None)
    assert (living.household_id, living.relation) == (cast.zhang_household, "head")
    assert Phone.objects.get(person=cast.zhang_id, until=None, replaced_at=None).opened() == ZHANG_PHONE
    stands = Household.objects.get(pk=cast.zhang_household)
    assert (stands.until, stands.status) == (None, "present")
    assert Resident.objects.filter(person=cast.zhang_id).exclude(replaced_at=None).exists()
    gone.refresh_from_db()
    assert gone.replaced_at is not None


@row("R-059")
def test_a_household_closed_by_mistake_stands_again_with_its_people(xu: Client, cast: Cast) -> None:
    son = son_of(cast)
    assert xu.post(f"{home(cast)}became/close/", keyed(why="mistaken")).status_code == 302
    assert "恢复这一户" in xu.get(home(cast)).content.decode()
    assert xu.post(home(cast), keyed(do="reopen")).status_code == 302
    living = Resident.objects.filter(household=cast.zhang_household, until=None, replaced_at=None)
    assert {one.person_id for one in living} == {son, cast.zhang_id}
    assert "恢复这一户" not in xu.get(home(cast)).content.decode()


@row("R-059")
def test_who_never_lived_there_lives_where_they_did(xu: Client, cast: Cast) -> None:
    other, person = make.a_household(Household.objects.get(pk=cast.zhang_household).place_code, head="赵小花", at=now())
    people.add_resident(by=make.SYSTEM, at=now(), household_id=cast.zhang_household, person_id=person, relation="other")
    assert xu.post(f"{of(cast, person)}struck/", keyed()).status_code == 302
    back = Resident.objects.get(person=person, until=None, replaced_at=None)
    assert (back.household_id, back.relation) == (other, "head")
    son_of(cast)
    assert "先改正谁是户主" in xu.post(f"{of(cast)}struck/", keyed()).content.decode()


@row("R-059")
def test_somebody_leaves_alone_and_the_day_is_not_ahead(xu: Client, cast: Cast) -> None:
    son = son_of(cast)
    for wrong in ("2999-01-01", "2026-02-30", "1990-01-01"):
        assert 'id="id_on-error"' in xu.post(f"{of(cast, son)}left/", keyed(on=wrong)).content.decode()
    assert xu.post(f"{of(cast, son)}left/", keyed()).status_code == 302
    assert "张小宝 · 迁出本县" in xu.get(home(cast)).content.decode()
    assert xu.get(of(cast, son)).status_code == 404
    assert xu.get(f"{of(cast)}nonsense/").status_code == 404


def test_who_is_in_office_is_not_written_off_in_passing(xu: Client, cast: Cast) -> None:
    home_id = cast.zhang_household
    people.add_resident(by=make.SYSTEM, at=now(), household_id=home_id, person_id=cast.bai.person_id, relation="other")
    answer = xu.post(f"{of(cast, cast.bai.person_id)}died/", keyed())
    assert "先在干部页面结束职务" in answer.content.decode()
    staff.end_post(by=make.SYSTEM, at=now(), post_id=cast.bai.post_id)
    assert xu.post(f"{of(cast, cast.bai.person_id)}died/", keyed()).status_code == 302


@row("R-028")
def test_name_birth_sex_and_number_are_put_right_with_a_reason(xu: Client, cast: Cast) -> None:
    def put(what: str, words: str) -> str:
        address = f"{home(cast)}change/?what={what}&person={cast.zhang_id}"
        page = xu.get(address).content.decode()
        seen = page.split('name="seen" value="')[1].split('"')[0]
        given = keyed(what=what, person=str(cast.zhang_id), words=words, reason="照身份证改", seen=seen)
        answer = xu.post(f"{home(cast)}change/", given)
        return "" if answer.status_code == 302 else answer.content.decode()

    assert put("born", "1957") == ""
    assert put("sex", "female") == ""
    assert 'id="id_words-error"' in put("id_number", ID[:-1] + "9")
    assert put("id_number", ID) == ""
    known = Identity.objects.get(person=cast.zhang_id)
    assert (known.birth_year, known.sex) == (1958, "male")
    assert "和身份证号对不上" in put("born", "1957")
    assert "和身份证号对不上" in put("sex", "female")
    assert put("name", "张立华") == ""
    shown = xu.get(of(cast)).content.decode()
    assert "张立华" in shown
    assert ID not in shown
    past = xu.get(f"{home(cast)}history/").content.decode()
    assert "张丽华 → 张立华" in past
    assert ID not in past
    son = son_of(cast)
    given = keyed(what="id_number", person=str(son), words=ID, reason="照身份证改", seen="-")
    assert "登记在另一个人名下" in xu.post(f"{home(cast)}change/", given).content.decode()


@row("SG-45")
def test_a_relative_is_written_down_once_and_a_link_between_them_ends(xu: Client, cast: Cast) -> None:
    number = Official.objects.get(pk=cast.luo.official_id).number
    assert "两家人互相不联系" in xu.get(of(cast)).content.decode()
    lacks = xu.post(of(cast), keyed(do="add", name="罗大勇", tie="sibling"))
    assert lacks.status_code == 422
    wrong = xu.post(of(cast), keyed(do="add", name="别的名字", tie="sibling", other_number=number))
    assert wrong.status_code == 422
    given = keyed(do="add", name="罗大勇", tie="in_law", other_number=number)
    assert [xu.post(of(cast), given).status_code for _ in range(2)] == [302, 302]
    kin = Kin.objects.get(until=None, replaced_at=None)
    assert {kin.person_id, kin.relative_id} == {cast.zhang_id, cast.luo.person_id}
    assert not Link.objects.filter(pk=cast.zhang_link, until=None).exists()
    assert "罗大勇</" in xu.get(of(cast)).content.decode() or "罗大勇 · 姻亲" in xu.get(of(cast)).content.decode()
    again = xu.post(of(cast), keyed(do="add", name="罗大勇", tie="friend", other_number=number))
    assert "这两位的关系已经登记了" in again.content.decode()
    assert xu.post(of(cast), keyed(do="never", kin=str(kin.pk))).status_code == 302
    assert not Kin.objects.filter(until=None, replaced_at=None).exists()


@row("SG-45")
def test_a_relative_of_another_household_is_named_by_its_number(xu: Client, cast: Cast) -> None:
    there = Household.objects.get(pk=cast.zhang_household).place_code
    other, _ = make.a_household(there, head="赵小花", at=now())
    code = Household.objects.get(pk=other).code
    assert xu.post(of(cast), keyed(do="add", name="赵小花", tie="child", household_code=code)).status_code == 302
    kin = Kin.objects.get(until=None, replaced_at=None)
    assert xu.post(of(cast), keyed(do="end", kin=str(kin.pk))).status_code == 302
    kin.refresh_from_db()
    assert kin.until is not None
    assert xu.post(of(cast), keyed(do="end", kin=str(kin.pk))).status_code == 404


def test_who_keeps_the_register_elsewhere_has_no_such_page(cast: Cast) -> None:
    make.put_in_force(at=now())
    town = seat(appointed("高远", cast.bodies.other_town, "admin", "登记员"))
    assert town.get(of(cast)).status_code == 404
    assert town.post(f"{of(cast)}died/", keyed()).status_code == 404
    gone = keyed(do="reopen")
    assert town.post(home(cast), gone).status_code == 404
