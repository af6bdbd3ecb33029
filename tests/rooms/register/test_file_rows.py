"""What the file keeps beside a category: who serves, where somebody is, which office alone ends it; and telephones."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import ValidationError

from huiyin.core import rulebook
from huiyin.core.audit import verify
from huiyin.core.models import Event, Look
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.places import PlaceFacts
from huiyin.register import ticks
from huiyin.register.actions import categories, duty, facts, household_file, people, staff, ties
from huiyin.register.actions.categories import Heard, Into
from huiyin.register.models import BodyName, Membership, PhoneCount, Removal
from huiyin.register.queries import coverage, phones, served
from huiyin.register.queries import facts as fact_queries
from huiyin.register.queries import household_file as ask
from huiyin.register.queries import staff as staff_queries
from huiyin.register.queries import ties as tie_queries
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHANGHE, Cast, Member
from tests.interfaces.desk.seat import appointed
from tests.rooms.register.test_erasure import erased
from tests.rooms.register.test_ties import FIXED, in_force
from tests.rows import row

RESIDENT = Viewer.resident()
PLAIN = {"title": "甲", "source": "乙", "purpose": "丙", "kind": "number"}
ELSEWHERE = """
[pairings.destination]
title = "务工地常联系"
purpose = "经常联系"
link = "supporting"
to = "unit"
giver = "body"
covers = 0
loads = { any = { aim = 1, most = 9 } }
"""


def away(cast: Cast, at: datetime, where: str, body: str = "东莞市厚街镇劳务站") -> UUID:
    into = Into("echo", "away", "本户自己说", person_id=cast.zhang_id, body=body, where=where)
    return categories.enter(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, into=into)


@pytest.fixture
def station(cast: Cast) -> UUID:
    """A labour-destination authority with a contact person."""
    body = make.a_body("东莞市厚街镇劳务站", kind="destination", phone="199-0000-1300", address="厚街镇")
    make.an_official(body, name="何站长", role="contact", title="站长", duty_phone="160-0000-1301")
    return body


@pytest.fixture
def bureau(cast: Cast) -> Member:
    """The office that alone decides on hardship."""
    return appointed("闵科长", make.a_body("望川县民政局"), "official", "科长")


@row("R-042")
def test_where_somebody_works_away_is_kept_sealed_and_seen_on_need(cast: Cast, at: datetime, station: UUID) -> None:
    key = away(cast, at, "厚街镇某鞋厂三车间")
    kept = Membership.objects.get(pk=key)
    assert "鞋厂".encode() not in bytes(kept.where or b"")
    shown = ask.household_file(cast.luo.viewer(at), cast.zhang_household, at).categories[0]
    assert (shown.name, shown.body, shown.where) == ("张丽华", "东莞市厚街镇劳务站", True)
    assert "鞋厂" not in str(ask.household_file(cast.luo.viewer(at), cast.zhang_household, at))
    before = Look.objects.count()
    seen = people.reveal_household(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, reason="通知体检")
    assert seen.away == (("张丽华", "厚街镇某鞋厂三车间"),)
    assert Look.objects.count() == before + 1
    again = categories.review(by=cast.luo.viewer(at), at=at, membership_id=key)
    assert served.where_of(cast.luo.viewer(at), Membership.objects.get(pk=again)) == "厚街镇某鞋厂三车间"
    categories.leave(by=cast.luo.viewer(at), at=at, membership_id=again)
    with pytest.raises(Refused, match="words_refused"):
        away(cast, at, "钉子户")
    for event in Event.objects.all():
        assert "鞋厂" not in str(event.data)


@row("R-042", "SG-17")
def test_where_somebody_is_goes_with_their_erasure(cast: Cast, at: datetime, station: UUID) -> None:
    key = away(cast, at, "厚街镇某鞋厂")
    erased(cast, at, cast.zhang_id)
    assert not Membership.objects.filter(pk=key).exists()


@row("R-043", "R-095")
def test_the_authorities_where_people_work_are_registered_with_whom_to_call_and_linked_to_the_government(
    cast: Cast, at: datetime, station: UUID
) -> None:
    found = staff_queries.body(cast.chen.viewer(at), station)
    assert (found.kind, found.phone) == ("destination", "199-0000-1300")
    assert [(one.name, one.duty_phone) for one in staff_queries.officials(RESIDENT, at, body_ids=[station])] == [
        ("何站长", "160-0000-1301")
    ]
    in_force(at, FIXED + ELSEWHERE)
    ties.tie(
        by=make.SYSTEM, at=at, programme="echo", pairing="destination", body_id=cast.bodies.office, to_body_id=station
    )
    shown = tie_queries.one(cast.xu.viewer(at), at, programme="echo", pairing="destination")
    assert [(one.giver, "东莞市厚街镇劳务站" in one.target) for one in shown.rows] == [("望川县政府办公室", True)]


@row("R-046", "SG-46")
def test_service_clients_are_tied_to_who_serves_them_and_counted_by_body_not_below_ten(
    cast: Cast, at: datetime
) -> None:
    by = cast.luo.viewer(at)
    homes = [make.a_household(GROUP_THREE) for _ in range(23)]
    for number, (home, person) in enumerate(homes):
        body = "望川县农业农村局" if number < 12 else "望川县审计局" if number < 21 else "柳湾镇人民政府"
        into = Into("echo", "client", "部门名单", person_id=person, body=body)
        categories.enter(by=by.but(scopes=((COUNTY[:6], COUNTY[:6] + "~"),)), at=at, household_id=home, into=into)
    with pytest.raises(Refused, match="category_needs_body"):
        into = Into("echo", "client", "名单", person_id=homes[0][1])
        categories.enter(by=by, at=at, household_id=homes[0][0], into=into)
    with pytest.raises(Refused, match="body_unknown"):
        into = Into("echo", "client", "名单", person_id=cast.zhang_id, body="没有这个局")
        categories.enter(by=by, at=at, household_id=cast.zhang_household, into=into)
    told = {body: n for _, _, body, n in served.counted_by_body(cast.chen.viewer(at), at)}
    assert told == {"望川县农业农村局": 12, "望川县审计局": None, "柳湾镇人民政府": None}
    assert served.counted_by_body(cast.wu.viewer(at), at) == ()


@row("SG-46")
def test_of_a_category_fewer_than_ten_are_not_counted(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    for told in (*[None] * 9, 10):
        home, _ = make.a_household(GROUP_THREE)
        categories.enter(by=by, at=at, household_id=home, into=Into("echo", "capable", "走访"))
        assert ask.counted(by, at) == (("echo", "capable", told),)


@row("SG-46")
def test_one_small_number_is_not_told_by_what_is_left_beside_it(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    for number in range(25):
        home, person = make.a_household(GROUP_THREE)
        body = "望川县农业农村局" if number < 13 else "望川县审计局" if number < 23 else "柳湾镇人民政府"
        categories.enter(
            by=by, at=at, household_id=home, into=Into("echo", "client", "名单", person_id=person, body=body)
        )
    told = {body: n for _, _, body, n in served.counted_by_body(by, at)}
    assert told == {"望川县农业农村局": 13, "望川县审计局": None, "柳湾镇人民政府": None}


@row("SG-46")
def test_several_small_numbers_are_not_told_together_by_what_is_left_beside_them(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    for number in range(27):
        home, person = make.a_household(GROUP_THREE)
        body = ("望川县农业农村局" if number < 24 else "柳湾镇人民政府") if number != 26 else "望川县审计局"
        body = "望川县政府办公室" if number < 11 else body
        into = Into("echo", "client", "名单", person_id=person, body=body)
        categories.enter(by=by, at=at, household_id=home, into=into)
    told = {body: n for _, _, body, n in served.counted_by_body(by, at) if n is not None}
    assert told == {"望川县农业农村局": 13}


@row("SG-15")
def test_support_ends_by_no_day_and_by_nobody_but_its_office_after_notice_hearing_and_appeal(
    cast: Cast, at: datetime, bureau: Member
) -> None:
    luo = cast.luo.viewer(at)
    into = Into("echo", "hardship", "县民政局名单")
    key = categories.enter(by=luo, at=at, household_id=cast.zhang_household, into=into)
    assert Membership.objects.get(pk=key).until is None  # a day that is reached takes nothing away
    years = at + timedelta(days=1500)
    assert Membership.objects.filter(pk=key, until=None).exists()
    assert [one.category for one in ask.high_of(cast.luo.viewer(years), cast.zhang_household, years)] == ["hardship"]
    told, heard = date(2026, 11, 2), date(2026, 11, 16)
    good = Heard(told, heard, "收入超过标准，听证会同意")
    for by in (luo, cast.ma.viewer(at), cast.xu.viewer(at), Viewer.system("test")):
        with pytest.raises(Refused, match="category_office_only"):
            categories.remove(by=by, at=at, membership_id=key, heard=good)
    with pytest.raises(Refused, match="category_office_only"):
        categories.leave(by=luo, at=at, membership_id=key)
    office = bureau.viewer(at).but(scopes=((COUNTY[:6], COUNTY[:6] + "~"),))
    for wrong, code in (
        (Heard(None, heard, "x"), "value_missing"),
        (Heard(told, None, "x"), "value_missing"),
        (Heard(heard, told, "x"), "heard_before_told"),
        (Heard(told, told, "x"), "heard_before_told"),
        (Heard(told, date(2026, 11, 30), "x"), "day_ahead"),
        (Heard(told, heard, " "), "needs_note"),
    ):
        with pytest.raises(Refused, match=code):
            categories.remove(by=office, at=at, membership_id=key, heard=wrong)
    objection = household_file.object_to(
        by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, about="category", words="我家还是困难"
    )
    with pytest.raises(Refused, match="category_appeal_open"):
        categories.remove(by=office, at=at, membership_id=key, heard=good)
    household_file.answer(by=cast.xu.viewer(at), at=at, objection_id=objection, outcome="kept", words="听证会上说过了")
    categories.remove(by=office, at=at, membership_id=key, heard=good)
    assert ask.high_of(luo, cast.zhang_household, at) == ()
    assert ask.history(cast.luo.viewer(at), cast.zhang_household, at).removals == ()  # hardship is on need only
    own = household_file.make_key(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household)
    past = ask.history_by_key(RESIDENT, own, at).removals
    assert [(one.category, one.noticed_on, one.heard_on, one.reason, one.by) for one in past] == [
        ("hardship", told, heard, "收入超过标准，听证会同意", "闵科长")
    ]
    assert "收入".encode() not in bytes(Removal.objects.get().reason)
    seal_now(at)
    assert verify(at, language="en").told() == []


@row("R-030", "R-031")
def test_the_file_has_a_place_for_work_schooling_medical_care_and_old_age(cast: Cast, at: datetime) -> None:
    by = cast.luo.viewer(at)
    for section in ("work", "school", "medical", "old_age"):
        household_file.write(
            by=by, at=at, household_id=cast.zhang_household, section=section, words=f"关于{section}", seen="-"
        )
    told = {one.section: one.words for one in ask.household_file(by, cast.zhang_household, at).notes}
    assert {told[one] for one in ("work", "school", "medical", "old_age")} == {
        "关于work",
        "关于school",
        "关于medical",
        "关于old_age",
    }
    with pytest.raises(Refused, match="words_refused"):
        household_file.write(
            by=by, at=at, household_id=cast.zhang_household, section="work", words="是个钉子户", seen="-"
        )


@row("R-044", "R-045", "SG-16")
def test_the_reach_of_telephones_is_counted_by_place_down_to_the_group_and_by_system_down_to_the_unit(
    cast: Cast, at: datetime
) -> None:
    for number in range(12):
        make.a_household(GROUP_THREE, phone=f"1600000{2000 + number}" if number % 2 else "")
    for number in range(10):
        make.a_household(SHANGHE, phone="" if number else "16000003000")
    make.an_official(cast.bodies.farming, name="有电话", duty_phone="160-0000-4000")
    assert ticks.count_phones(at)
    assert ticks.count_phones(at) == 0
    by = cast.xu.viewer(at)
    county = phones.frame(by, at, under=COUNTY)
    assert (county.whole.households, county.whole.reached, county.whole.numbers) == (23, 8, 8)
    assert {one.name: (one.households, one.reached) for one in county.parts} == {"柳湾镇": (13, 7), "青石镇": (10, 1)}
    village = phones.frame(by, at, under=HUAISHUPING)
    assert [(one.name, one.households) for one in village.parts] == [("三组", 13)]
    assert village.units == ()
    systems = {one.system: (one.officials, one.with_number) for one in county.units}
    assert systems["农口"] == (2, 1)
    units = phones.frame(by, at, under=COUNTY, named="农口").units
    assert [(one.name, one.officials, one.with_number) for one in units] == [("望川县农业农村局", 2, 1)]
    town = phones.frame(cast.ma.viewer(at), at, under=LIUWAN)
    assert town.whole.households == 13
    with pytest.raises(Refused, match="not_allowed"):
        phones.frame(RESIDENT, at, under=COUNTY)
    with pytest.raises(Missing):
        phones.parts(by, at)
    later = at + timedelta(hours=2)
    people.set_phone(by=make.SYSTEM, at=later, person_id=cast.zhang_id, phone="16000007777")
    assert ticks.count_phones(later)
    assert PhoneCount.objects.get(place_code=GROUP_THREE).numbers == 7


@row("R-054", "R-337", "R-338")
def test_residents_read_what_an_official_is_in_charge_of_while_they_hold_the_post(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    duty.set_hours(by=by, at=at, official_id=cast.ma.official_id, words="分管农业、水利", what="work")
    duty.set_hours(by=by, at=at, official_id=cast.ma.official_id, words="周一至周五")
    listed = staff_queries.directory(RESIDENT, at, place_code=HUAISHUPING)
    told = {one.name: (one.hours, one.work) for one in listed}
    assert told["马国强"] == ("周一至周五", "分管农业、水利")
    with pytest.raises(Refused, match="value_unknown"):
        duty.set_hours(by=by, at=at, official_id=cast.ma.official_id, words="x", what="photo")
    with pytest.raises(Refused, match="text_too_long"):
        duty.set_hours(by=by, at=at, official_id=cast.ma.official_id, words="长" * 121, what="work")
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.ma.post_id)
    assert "马国强" not in {one.name for one in staff_queries.directory(RESIDENT, at, place_code=HUAISHUPING)}


@row("AM-47")
def test_a_body_that_is_renamed_is_the_same_body_and_its_old_name_stays_the_name_of_its_days(
    cast: Cast, at: datetime
) -> None:
    hall, by = cast.bodies.centre, cast.xu.viewer(at)
    day = at.date()
    staff.rename_body(by=by, at=at, body_id=hall, name="望川县政务服务中心")
    former = BodyName.objects.get(body_id=hall)
    assert (former.name, former.until) == ("望川县群众诉求受理中心", day)
    assert staff_queries.body(by, hall).name == "望川县政务服务中心"
    assert [one.name for one in staff_queries.officials(by, at, body_ids=[hall]) if one.name == "陈静"] == ["陈静"]
    for wrong, code in (
        ({"name": "望川县政务服务中心"}, "nothing_changed"),
        ({"name": "望川县审计局"}, "body_there"),
        ({"name": ""}, "value_missing"),
        ({"name": "又一个名字", "on": day + timedelta(days=1)}, "day_ahead"),
        ({"name": "又一个名字", "on": day}, "renamed_before"),
    ):
        with pytest.raises(Refused, match=code):
            staff.rename_body(by=by, at=at, body_id=hall, **wrong)
    with pytest.raises(Missing):
        staff.rename_body(by=cast.zheng.viewer(at).but(verbs=by.verbs), at=at, body_id=hall, name="别人的")


@row("R-059")
def test_a_corrected_door_keeps_both_and_shows_the_one_before_to_who_gives_a_reason(cast: Cast, at: datetime) -> None:
    home, luo = cast.zhang_household, cast.luo.viewer(at)
    for moment, door in ((at, "三组21号"), (at + timedelta(hours=1), "三组22号")):
        seen = ask.mark_of(luo, home, "door", None, moment)
        right = household_file.Right("door", door, "上门核对", seen)
        household_file.correct(by=luo, at=moment, household_id=home, right=right)
    later = at + timedelta(hours=2)
    shown = people.reveal_household(by=luo, at=later, household_id=home, reason="送证")
    assert (shown.door, [before for _, before in shown.doors]) == ("三组22号", ["三组21号", "槐树坪村三组12号"])
    assert not any("21号" in str(event.data) for event in Event.objects.all())
    assert "21号" not in str(ask.history(luo, home, later))


@row("AM-48")
def test_a_number_with_a_base_is_told_as_a_share_of_it(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    known = facts.Known("县民政局")
    for name, value in (("rural", "1000000"), ("allowance", "30000")):
        facts.state(by=by, at=at, programme="echo", fact=name, told={COUNTY: facts.Told(value, "")}, known=known)
    told = {one.name: one.share for one in fact_queries.of_place(by, COUNTY, "county", at)}
    assert (told["allowance"], told["rural"]) == ("3.0% · 农村人口", "")
    with pytest.raises(ValidationError, match="fact_base"):
        PlaceFacts.model_validate({"facts": {"a": {**PLAIN, "base": "b"}}})


@row("R-097")
def test_how_strong_a_unit_is_shows_and_who_acts_for_a_household_does_not_hang_on_it(cast: Cast, at: datetime) -> None:
    strong = make.a_body("望川县大局")
    many = [make.an_official(strong, name=f"员{number}") for number in range(6)]
    homes = [make.a_household(GROUP_THREE)[0] for _ in range(2)]
    make.a_link(many[0].official_id, homes[0])
    make.a_link(cast.bai.official_id, homes[1])
    bodies = coverage.cover(cast.xu.viewer(at), at, under=COUNTY).bodies
    shown = {one.name: (one.officials, one.households) for one in bodies}
    assert (shown["望川县大局"], shown["望川县农业农村局"]) == ((6, 1), (1, 1))
    ladder = rulebook.current(at).rulebook.county.ladder
    assert ladder[:3] == ("village", "town", "county")  # what one cannot do goes up, whoever is linked
    for linked in (many[0].person_id, cast.bai.person_id):
        offered = staff_queries.candidates(RESIDENT, at, verb="matter.accept", place_code=GROUP_THREE, without=[linked])
        assert [one.name for one in offered if one.body_id == cast.bodies.town] == ["李卫东"]
