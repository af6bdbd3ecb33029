"""Households and their people: names in clear, doors and numbers sealed, looking leaves a trace."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import people as act
from huiyin.register.models import Household, Phone, Resident
from huiyin.register.queries import household_file
from huiyin.register.queries import people as ask
from tests import factories as make
from tests.cast import GROUP_THREE, LIUWAN, SHANGHE, SHIQIAO, ZHANG_PHONE, Cast
from tests.rows import row

TODAY = date(2026, 11, 18)


def test_a_household_shows_its_people_its_official_and_no_number_in_full(cast: Cast, at: datetime) -> None:
    page = ask.household(cast.luo.viewer(at), cast.zhang_household, at)
    assert page.path == "柳湾镇 槐树坪村 三组"
    assert [(one.name, one.relation, one.phone) for one in page.residents] == [("张丽华", "head", "160****1234")]
    assert [(one.name, one.kind) for one in page.links] == [("罗大勇", "lead")]


def test_a_household_is_missing_for_who_may_not_see_it(cast: Cast, at: datetime) -> None:
    for viewer in (cast.wu.viewer(at), cast.zheng.viewer(at), cast.qian.viewer(at), Viewer.resident()):
        with pytest.raises(Missing):
            ask.household(viewer, cast.zhang_household, at)
        assert household_file.listed(viewer, at, place_code=LIUWAN).rows == ()


def test_ones_own_households_are_those_one_is_linked_to_today(cast: Cast, at: datetime) -> None:
    luo = cast.luo.viewer(at)
    mine = ask.rows_of(luo, ask.linked_households(luo, at), at)
    assert [(one.head, one.lead, one.size, one.path) for one in mine] == [
        ("张丽华", "罗大勇", 1, "柳湾镇 槐树坪村 三组")
    ]
    assert ask.linked_households(cast.li.viewer(at), at) == frozenset()
    seen = household_file.listed(cast.li.viewer(at), at, place_code=LIUWAN).rows
    assert [one.id for one in seen] == [cast.zhang_household]


def test_a_number_and_a_door_stand_nowhere_in_clear(cast: Cast) -> None:
    number, door = Phone.objects.get().number, Household.objects.get().door
    assert ZHANG_PHONE.encode() not in bytes(number)
    assert door is not None
    assert "槐树坪".encode() not in bytes(door)
    assert ZHANG_PHONE not in str(list(Event.objects.values_list("data", "rows", "subject")))
    assert "张丽华" not in str(list(Event.objects.values_list("data", flat=True)))


def test_a_caller_is_found_by_number_in_the_clerks_scope_only(cast: Cast, at: datetime) -> None:
    found = ask.by_phone(cast.chen.viewer(at), "+86 160-0000-1234", at)
    assert [(one.name, one.household_id, one.path) for one in found] == [
        ("张丽华", cast.zhang_household, "柳湾镇 槐树坪村 三组")
    ]
    assert ask.by_phone(cast.zheng.viewer(at), ZHANG_PHONE, at) == ()
    assert ask.by_phone(cast.qian.viewer(at), ZHANG_PHONE, at) == ()
    assert ask.by_phone(cast.chen.viewer(at), "16000009999", at) == ()
    with pytest.raises(Refused, match="phone_not_digits"):
        ask.by_phone(cast.chen.viewer(at), "abc", at)


@row("SG-49")
def test_looking_up_somebody_outside_ones_own_households_leaves_a_trace(cast: Cast, at: datetime) -> None:
    act.look_up_phone(by=cast.luo.viewer(at), at=at, phone=ZHANG_PHONE)
    assert Look.objects.count() == 0
    act.look_up_phone(by=cast.chen.viewer(at), at=at, phone=ZHANG_PHONE)
    look = Look.objects.get()
    assert (look.kind, look.subject, look.person_id) == (
        "phone",
        f"household:{cast.zhang_household}",
        cast.chen.person_id,
    )


@row("SG-49")
def test_opening_a_household_needs_a_reason_and_leaves_a_trace(cast: Cast, at: datetime) -> None:
    luo = cast.luo.viewer(at)
    with pytest.raises(Refused, match="needs_reason"):
        act.reveal_household(by=luo, at=at, household_id=cast.zhang_household, reason="  ")
    assert Look.objects.count() == 0
    seen = act.reveal_household(by=luo, at=at, household_id=cast.zhang_household, reason="送低保证")
    assert (seen.door, seen.phones) == ("槐树坪村三组12号", {cast.zhang_id: ZHANG_PHONE})
    assert Look.objects.get().reason == "送低保证"
    with pytest.raises(Missing):
        act.reveal_household(by=cast.wu.viewer(at), at=at, household_id=cast.zhang_household, reason="想看看")


def test_a_new_number_ends_the_one_before(cast: Cast, at: datetime) -> None:
    assert act.set_phone(by=make.SYSTEM, at=at, person_id=cast.zhang_id, phone="16000005678")
    assert not act.set_phone(by=make.SYSTEM, at=at, person_id=cast.zhang_id, phone="160 0000 5678")
    viewer = cast.chen.viewer(at)
    assert ask.by_phone(viewer, ZHANG_PHONE, at) == ()
    assert [one.person_id for one in ask.by_phone(viewer, "16000005678", at)] == [cast.zhang_id]


def test_a_person_who_moves_lives_in_one_household_at_a_time(cast: Cast, at: datetime) -> None:
    other, _ = make.a_household(SHIQIAO, head="王秀兰")
    act.add_resident(by=make.SYSTEM, at=at, household_id=other, person_id=cast.zhang_id, relation="mother")
    viewer = cast.chen.viewer(at)
    assert [one.person_id for one in ask.household(viewer, other, at).residents][-1:] == [cast.zhang_id]
    assert Resident.objects.get(household_id=cast.zhang_household).until == TODAY
    with pytest.raises(Refused, match="nothing_changed"):
        act.add_resident(by=make.SYSTEM, at=at, household_id=other, person_id=cast.zhang_id)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"place_code": "990101101299"}, "place_unknown"),
        ({"code": ""}, "value_wrong"),
        ({"code": "长" * 41}, "value_wrong"),
        ({"door": "号" * 201}, "text_too_long"),
    ],
)
def test_what_is_no_household_is_refused(cast: Cast, at: datetime, changed: dict[str, str], code: str) -> None:
    given = {"code": "X1", "place_code": SHIQIAO, **changed}
    with pytest.raises(Refused) as refused:
        act.add_household(by=make.SYSTEM, at=at, **given)  # type: ignore[arg-type]  # texts only
    assert refused.value.code == code


def test_a_household_is_registered_once_and_by_who_may(cast: Cast, at: datetime) -> None:
    act.add_household(by=cast.xu.viewer(at), at=at, code="X1", place_code=SHANGHE)
    with pytest.raises(Refused, match="code_taken"):
        act.add_household(by=make.SYSTEM, at=at, code="X1", place_code=SHIQIAO)
    with pytest.raises(Refused, match="not_allowed"):
        act.add_household(by=cast.li.viewer(at), at=at, code="X2", place_code=GROUP_THREE)
    with pytest.raises(Refused, match="value_missing"):
        act.add_resident(by=make.SYSTEM, at=at, household_id=cast.zhang_household)
    with pytest.raises(Refused, match="person_unknown"):
        act.add_resident(by=make.SYSTEM, at=at, household_id=cast.zhang_household, person_id=uuid4())
    with pytest.raises(Missing):
        act.add_resident(by=make.SYSTEM, at=at, household_id=uuid4(), name="某")


def test_kin_are_two_known_persons(cast: Cast, at: datetime) -> None:
    for one, other in ((cast.zhang_id, cast.zhang_id), (cast.zhang_id, uuid4())):
        with pytest.raises(Refused, match="person_unknown"):
            act.add_kin(by=make.SYSTEM, at=at, person_id=one, relative_id=other)
    with pytest.raises(Refused, match="person_unknown"):
        act.set_phone(by=make.SYSTEM, at=at, person_id=uuid4(), phone=ZHANG_PHONE)
