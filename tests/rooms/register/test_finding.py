"""Finding a person: by name, sound, telephone and door; within scope; with a trace and a budget; always in step."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Event, Look, Person
from huiyin.programme.refusal import Refused
from huiyin.register.actions import finding as act
from huiyin.register.actions import people
from huiyin.register.events import HouseholdAdded
from huiyin.register.models import Findable, Household, Resident, findable
from huiyin.register.queries import finding as ask
from tests import factories as make
from tests.cast import FOREIGN_VILLAGE, HUAISHUPING, SHANGHE, SHIQIAO, ZHANG_PHONE, Cast
from tests.rows import row


def names(cast: Cast, at: datetime, typed: str) -> list[str]:
    """Whom clerk Chen finds."""
    return [one.name for one in ask.find(cast.chen.viewer(at), typed, at).rows]


@row("R-096")
@pytest.mark.parametrize(
    "typed",
    ["张丽华", "张丽", "丽华", "張麗華", "zhanglihua", "Zhang Li", "zlh", "160-0000-1234", "张 槐树坪", "zlh 柳湾"],
)
def test_a_person_is_found_by_name_sound_initials_telephone_and_place(cast: Cast, at: datetime, typed: str) -> None:
    found = ask.find(cast.chen.viewer(at), typed, at)
    assert [(one.name, one.path, one.lead) for one in found.rows] == [("张丽华", "柳湾镇 槐树坪村 三组", "罗大勇")]
    assert not found.more


def test_a_place_keeps_people_of_other_places_out(cast: Cast, at: datetime) -> None:
    make.a_household(SHIQIAO, head="张丽霞")
    assert names(cast, at, "张丽") == ["张丽华", "张丽霞"]
    assert names(cast, at, "张 石桥") == ["张丽霞"]
    assert names(cast, at, "张丽 石桥村") == ["张丽霞"]
    assert names(cast, at, "张 没有这个村") == []


def test_a_door_is_found_by_a_fragment_within_one_village_only(cast: Cast, at: datetime) -> None:
    assert names(cast, at, "槐树坪村 12号") == ["张丽华"]
    assert names(cast, at, "槐树坪村 99号") == []
    with pytest.raises(Refused, match="door_needs_village"):
        ask.find(cast.chen.viewer(at), "12号", at)
    with pytest.raises(Refused, match="door_needs_village"):
        ask.find(cast.chen.viewer(at), "柳湾 12号", at)


def test_a_door_is_looked_for_in_the_groups_that_were_named_and_in_none_between_them(cast: Cast, at: datetime) -> None:
    make.lay_places([(f"{HUAISHUPING}007", "七组"), (f"{HUAISHUPING}013", "十三组")], at)
    for group, head, door in (("007", "李小满", "七组21号"), ("013", "王秀兰", "十三组22号")):
        make.a_household(f"{HUAISHUPING}{group}", head=head, door=door)
    assert names(cast, at, "槐树坪村 三组 22号") == ["王秀兰"]
    assert names(cast, at, "槐树坪村 三组 21号") == []
    assert names(cast, at, "槐树坪村 七组 21号") == ["李小满"]


def test_where_too_many_doors_would_have_to_be_opened_nobody_is_told_that_there_is_none(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.a_household(HUAISHUPING, head="李小满", door="七组21号")
    monkeypatch.setattr(ask, "VILLAGE_MOST", 1)
    with pytest.raises(Refused, match="door_too_many"):
        ask.find(cast.chen.viewer(at), "槐树坪村 12号", at)
    assert names(cast, at, "槐树坪村 三组 12号") == ["张丽华"]


def test_too_little_is_refused(cast: Cast, at: datetime) -> None:
    for typed in ("张", "z", "", "?"):
        with pytest.raises(Refused, match="search_too_short"):
            ask.find(cast.chen.viewer(at), typed, at)


@row("SG-49")
def test_a_hit_beyond_the_scope_answers_like_none(cast: Cast, at: datetime) -> None:
    make.a_household(FOREIGN_VILLAGE, head="钱多多")
    make.a_household(SHANGHE, head="周小满")
    for typed in ("钱多多", "qdd", "周小满"):
        found = ask.find(cast.luo.viewer(at), typed, at)
        assert (found.rows, found.more) == ((), False)
    for stranger in (cast.wu, cast.qian):
        assert ask.find(stranger.viewer(at), "张丽华", at).rows == ()
        assert ask.find(stranger.viewer(at), ZHANG_PHONE, at).rows == ()


def test_ones_own_households_are_found_wherever_they_lie(cast: Cast, at: datetime) -> None:
    household, _ = make.a_household(SHANGHE, head="周小满")
    make.a_link(cast.luo.official_id, household)
    found = ask.find(cast.luo.viewer(at), "周小", at)
    assert [(one.name, one.mine) for one in found.rows] == [("周小满", True)]
    assert ask.find(cast.luo.viewer(at), "zxm", at).rows == found.rows
    assert not found.outside


@row("SG-49")
def test_each_look_beyond_ones_own_households_is_one_row_found_or_not(cast: Cast, at: datetime) -> None:
    luo, chen = cast.luo.viewer(at), cast.chen.viewer(at)
    act.look_up(by=luo, at=at, typed="张丽华")
    assert Look.objects.count() == 0
    act.look_up(by=chen, at=at, typed="张丽华")
    act.look_up(by=chen, at=at, typed="没有人")
    assert list(Look.objects.order_by("pk").values_list("kind", "subject", "person_id")) == [
        ("people", "search:name", cast.chen.person_id),
        ("people", "search:name", cast.chen.person_id),
    ]
    assert "张丽华" not in str(list(Event.objects.values_list("data", flat=True)))


@row("SG-49")
def test_looks_have_a_budget_of_a_day_in_the_countys_zone(cast: Cast, at: datetime) -> None:
    chen = cast.chen.viewer(at)
    most = make.county_book().county.lookups_a_day
    Look.objects.bulk_create(
        Look(at=at, person_id=cast.chen.person_id, kind="people", subject="search:name") for _ in range(most - 1)
    )
    act.look_up(by=chen, at=at, typed="没有人")
    with pytest.raises(Refused, match="lookups_spent"):
        act.look_up(by=chen, at=at, typed="没有人")
    assert Look.objects.count() == most
    act.look_up(by=cast.luo.viewer(at), at=at, typed="没有人")
    tomorrow = at + timedelta(days=1)
    assert act.look_up(by=cast.chen.viewer(tomorrow), at=tomorrow, typed="没有人").rows == ()


@action
def change(*, by: object, at: datetime, person: UUID) -> None:
    """Rename somebody and move the household, as a roster does."""
    one = Person.objects.get(pk=person)
    one.name, one.pinyin, one.initials = "欧阳春", "ouyangchun", "oyc"
    one.save()
    home = Household.objects.get(residents__person=one, residents__until=None)
    home.place_code = SHANGHE
    home.save()
    record(HouseholdAdded(subject=str(home.pk), place_code=SHANGHE), by=make.SYSTEM, at=at)


def test_the_index_follows_every_change_of_names_places_and_residences(cast: Cast, at: datetime) -> None:
    change(by=make.SYSTEM, at=at, person=cast.zhang_id)
    assert names(cast, at, "张丽华") == []
    assert names(cast, at, "欧阳 上河村") == ["欧阳春"]
    assert names(cast, at, "oyc") == ["欧阳春"]
    other, _ = make.a_household(SHIQIAO, head="王秀兰")
    people.add_resident(by=make.SYSTEM, at=at, household_id=other, person_id=cast.zhang_id, relation="mother")
    assert names(cast, at, "欧阳 上河村") == []
    assert names(cast, at, "欧阳 石桥村") == ["欧阳春"]
    assert Findable.objects.count() == Resident.objects.filter(until=None, replaced_at=None).count()


def test_the_index_of_a_register_that_is_older_is_filled_by_migrating(cast: Cast, at: datetime) -> None:
    whole = list(Findable.objects.order_by("pk").values_list())
    Findable.objects.all().delete()
    findable.arrange()
    findable.arrange()
    assert list(Findable.objects.order_by("pk").values_list()) == whole


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.once
def test_a_search_costs_the_same_queries_with_one_and_with_fifty(
    cast: Cast, at: datetime, count: int, django_assert_max_num_queries: object
) -> None:
    for number in range(count):
        make.a_household(HUAISHUPING, head=f"李{chr(0x4E00 + number)}")
    viewer = cast.chen.viewer(at)
    with django_assert_max_num_queries(11):  # type: ignore[operator]  # pytest-django's fixture
        assert len(ask.find(viewer, "李 槐树坪", at).rows) == count


def test_more_than_fifty_are_said_to_be_more(cast: Cast, at: datetime) -> None:
    for number in range(52):
        make.a_household(HUAISHUPING, head=f"李{chr(0x4E00 + number)}")
    found = ask.find(cast.chen.viewer(at), "李 槐树坪", at)
    assert (len(found.rows), found.more) == (50, True)
