"""Places end, begin and are renamed: everybody there goes with them, and no sum is another for it."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from huiyin.core.models import Account, Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import facts, households, links, place_changes, place_undo, shapes, staff
from huiyin.register.actions.facts import Known, Told
from huiyin.register.actions.households import Whereto
from huiyin.register.events import PostEnded
from huiyin.register.models import Body, CoverMark, Delegation, Household, OverlayPlace, Place, Post
from huiyin.register.queries import coverage, days, drawing, grids, place_history, place_plan, whereabouts
from huiyin.register.queries import places as ask
from huiyin.register.queries.place_plan import Asked, Into
from huiyin.register.queries.shapes import outlines
from huiyin.register.queries.staff import viewer_for
from huiyin.register.rules.shapes import Shape
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast, Member
from tests.rows import row

TODAY = date(2026, 11, 18)
BEFORE = TODAY - timedelta(days=1)
LATER = timedelta(days=7)
REST = Into(name="西村", rest=True)
FIGURES = ("households", "covered", "gone", "double", "excluded")


def change(
    at: datetime,
    kind: str,
    old: list[str],
    *into: Into,
    by: Viewer = make.SYSTEM,
    on: date | None = None,
    ending: frozenset[UUID] = frozenset(),
) -> UUID:
    asked = Asked(kind, tuple(old), into, why="县里批复", on=on, ending=ending)
    return place_changes.change(by=by, at=at, asked=asked)


def code_of(name: str) -> str:
    """The code of an open place by its name."""
    return Place.objects.get(name=name, until=None).code


def number_of(home: UUID) -> str:
    return Household.objects.get(pk=home).code


def where(home: UUID) -> str:
    return Household.objects.get(pk=home).place_code


@pytest.fixture
def county(cast: Cast, at: datetime) -> Cast:
    """Households with an official, with two, with one who left, with nobody, left out; in groups and in none."""
    make.put_in_force(at=at)
    make.lay_places([(f"{SHIQIAO}001", "一组"), (f"{SHIQIAO}003", "三组"), (f"{HUAISHUPING}001", "一组")])
    left = make.an_official(cast.bodies.town, name="走了的", place_code=LIUWAN)
    spots = (HUAISHUPING, SHIQIAO, f"{SHIQIAO}001", SHANGHE, f"{SHIQIAO}003", f"{HUAISHUPING}001")
    for number in range(14):
        home = make.a_household(spots[number % len(spots)], door=f"{number}号")[0]
        if number % 4:
            make.a_link((cast.li.official_id, cast.luo.official_id, left.official_id)[number % 3], home)
        if number == 13:
            links.leave_out(by=make.SYSTEM, at=at, household_id=home, why="empty_house")
    staff.end_post(by=make.SYSTEM, at=at, post_id=left.post_id)
    return cast


def sums(cover: tuple[coverage.PlaceCover, tuple[coverage.PlaceCover, ...]]) -> Counter[str]:
    """Every figure over the parts, which is that of the whole."""
    whole, parts = cover
    found = Counter({name: sum(getattr(part, name) for part in parts) for name in FIGURES})
    assert found == Counter({name: getattr(whole, name) for name in FIGURES})
    assert all(part.name for part in parts), "a line has no name: it stands under no place"
    return found


def as_of(back: Viewer, at: datetime, under: str) -> tuple[coverage.PlaceCover, tuple[coverage.PlaceCover, ...]]:
    """A place and its parts as of the day a viewer looks back to."""
    shown = coverage.cover(back, at, under=under)
    return shown.whole, shown.parts


def over_villages(by: Viewer, at: datetime) -> Counter[str]:
    """Every figure of coverage over the villages of all towns."""
    found: Counter[str] = Counter()
    for town in ask.children(by, COUNTY):
        shown = coverage.cover(by, at, under=town.code)
        found += sums((shown.whole, shown.parts))
        assert {part.code for part in shown.parts} <= {one.code for one in ask.children(by, town.code)}
    return found


def charted(by: Viewer, at: datetime) -> int:
    return sum(cell.households for town in ask.children(by, COUNTY) for cell in grids.chart(by, town.code, at).inside)


@row("R-024", "R-099")
def test_no_figure_over_the_villages_is_another_before_on_and_after_the_day_two_become_one(
    county: Cast, at: datetime
) -> None:
    by = county.xu.viewer(at)
    before, drawn = over_villages(by, at), charted(by, at)
    there = Household.objects.filter(until=None).count()
    assert before["households"] + before["excluded"] == there == 15
    make.places_merged([SHIQIAO], HUAISHUPING, at)
    make.places_merged([HUAISHUPING], SHANGHE, at)
    for moment in (at, at + LATER):
        by = county.xu.viewer(moment)
        assert over_villages(by, moment) == before
        assert charted(by, moment) == drawn
        ticks.count_coverage(moment)
        assert coverage.cover(by, moment, under=QINGSHI).counted == moment
        assert over_villages(by, moment) == before
        assert len(coverage.homes(by, moment, under=SHANGHE, show="all").rows) == before["households"]
        CoverMark.objects.all().delete()
    for day, villages_ in ((BEFORE, {"槐树坪村", "石桥村", "上河村"}), (TODAY, {"上河村"})):
        back = days.back(county.xu.viewer(at + LATER), at + LATER, day)
        then = [as_of(back, at + LATER, town) for town in (LIUWAN, QINGSHI)]
        assert {part.name for _, parts in then for part in parts} == villages_
        told = sum((sums(one) for one in then), Counter())
        assert told["households"] + told["excluded"] == there
        assert charted(back, at + LATER) == drawn


@row("R-024", "R-059")
def test_a_day_before_still_shows_the_old_village_with_its_households(county: Cast, at: datetime) -> None:
    before, _ = as_of(days.back(county.xu.viewer(at), at, BEFORE), at, SHIQIAO)
    make.places_merged([SHIQIAO], HUAISHUPING, at)
    late = at + LATER
    then, now = (days.back(county.xu.viewer(late), late, day) for day in (BEFORE, TODAY))
    whole, parts = as_of(then, late, SHIQIAO)
    assert (whole, {part.name for part in parts}) == (before, {"", "一组", "三组"})
    assert [cell.name for cell in grids.chart(then, SHIQIAO, late).inside] == ["一组", "三组"]
    with pytest.raises(Missing):
        grids.chart(now, SHIQIAO, late)
    assert as_of(now, late, SHIQIAO)[0].households == 0
    town = as_of(then, late, LIUWAN)[1]
    assert {part.name: part.households for part in town}["石桥村"] == before.households > 0


@row("R-024")
def test_groups_keep_their_number_and_their_name_where_nothing_else_has_it(county: Cast, at: datetime) -> None:
    make.places_merged([SHIQIAO], HUAISHUPING, at)
    under = {one.code: one.name for one in ask.children(make.SYSTEM, HUAISHUPING)}
    assert under == {
        f"{HUAISHUPING}001": "一组",
        GROUP_THREE: "三组",
        f"{HUAISHUPING}004": "石桥村一组",
        f"{HUAISHUPING}005": "石桥村三组",
    }
    assert ask.place(make.SYSTEM, f"{SHIQIAO}001").until == TODAY
    assert ask.successors(make.SYSTEM, f"{SHIQIAO}001", day=TODAY) == (f"{HUAISHUPING}004",)


@row("R-024", "R-092")
def test_who_had_the_old_village_has_the_new_one_and_links_stay_with_their_holders(county: Cast, at: datetime) -> None:
    old = make.an_official(county.bodies.village, name="石桥支书", role="official", place_code=SHIQIAO)
    ends = make.an_official(county.bodies.village, name="石桥文书", role="official", place_code=SHIQIAO)
    lent_to = make.an_official(county.bodies.other_town, name="代办", place_code=SHANGHE)
    until = TODAY + LATER
    staff.delegate(by=make.SYSTEM, at=at, post_id=old.post_id, to_person_id=lent_to.person_id, since=TODAY, until=until)
    led = dict(whereabouts.leads(make.SYSTEM, TODAY, COUNTY).values_list("household_id", "official_id"))
    change(at, "merged", [SHIQIAO], Into(code=SHANGHE), ending=frozenset({ends.post_id}))
    new = f"{SHANGHE}001"
    for one, reaches in ((old, True), (ends, False), (county.wu, True), (county.luo, False)):
        viewer = staff_viewer(one.account if isinstance(one, Member) else make.account_of(one), at)
        assert (viewer.sees(new), viewer.sees(SHIQIAO)) == (reaches, reaches), one
    assert staff_viewer(make.account_of(lent_to), at, acting_for=old.person_id).sees(new)
    assert led == dict(whereabouts.leads(make.SYSTEM, TODAY, COUNTY).values_list("household_id", "official_id"))
    assert Post.objects.filter(official=old.official_id, until=None, replaced_at=None).get().place_code == SHANGHE


@row("R-024", "R-052")
def test_powers_lent_go_along_to_a_post_that_was_there_already_and_posts_that_end_are_told(
    county: Cast, at: datetime
) -> None:
    twice = make.an_official(county.bodies.village, name="两村干部", role="official", place_code=SHIQIAO)
    told: dict[str, Any] = {
        "person_id": twice.person_id,
        "body_id": county.bodies.village,
        "role": "official",
        "title": "联系员",
    }
    there = staff.appoint(by=make.SYSTEM, at=at, place_code=SHANGHE, **told)
    ends = make.an_official(county.bodies.village, name="石桥文书", role="official", place_code=SHIQIAO)
    lent_to = make.an_official(county.bodies.other_town, name="代办", place_code=QINGSHI)
    lent: dict[str, Any] = {"to_person_id": lent_to.person_id, "since": TODAY, "until": TODAY + LATER}
    staff.delegate(by=make.SYSTEM, at=at, post_id=twice.post_id, **lent)
    change(at, "merged", [SHIQIAO], Into(code=SHANGHE), ending=frozenset({ends.post_id}))
    assert staff_viewer(make.account_of(lent_to), at, acting_for=twice.person_id).sees(SHANGHE)
    assert Delegation.objects.filter(until=TODAY + LATER).get().post_id == there.post_id
    told_of = set(Event.objects.filter(name=PostEnded.NAME).values_list("data__post", flat=True))
    assert {str(ends.post_id), str(twice.post_id)} & told_of == {str(ends.post_id)}


def staff_viewer(account: Account, at: datetime, acting_for: UUID | None = None) -> Viewer:
    return viewer_for(account, at, "zh-hans", acting_for)


@row("R-024", "R-025")
def test_areas_outlines_ties_bodies_and_what_is_known_go_with_their_village(county: Cast, at: datetime) -> None:
    make.a_grid([SHIQIAO], name="北片")
    make.a_grid([HUAISHUPING], name="南片")
    ring = ((110.0, 30.0), (110.2, 30.0), (110.2, 30.2), (110.0, 30.0))
    outline = [Shape(number, code, ((ring,),)) for number, code in enumerate((SHIQIAO, HUAISHUPING, SHANGHE), start=1)]
    shapes.import_shapes(by=make.SYSTEM, at=at, shapes=outline, source="invented.geojson")
    for place in (SHIQIAO, HUAISHUPING):
        make.a_body("卫生室", place, kind="public_institution")
    told = {SHIQIAO: Told("一般", "")}
    known = Known("统计表", None, looked=False)
    facts.state(by=make.SYSTEM, at=at, programme="echo", fact="economy", told=told, known=known)
    change(at, "recoded", [SHIQIAO], Into(code=f"{QINGSHI[:9]}299", name="石桥社区"))
    new = f"{QINGSHI[:9]}299"
    members = OverlayPlace.objects.filter(until=None).values_list("overlay__name", "place_code")
    assert sorted(members) == [("北片", new), ("南片", HUAISHUPING)]
    assert len(outlines(make.SYSTEM, [new])[new]) == 1
    assert list(Body.objects.filter(name="卫生室", place_code=new)) != []
    make.places_merged([new], HUAISHUPING, at)
    assert sorted(OverlayPlace.objects.filter(until=None).values_list("overlay__name", "place_code")) == [
        ("南片", HUAISHUPING)
    ]
    assert len(outlines(make.SYSTEM, [HUAISHUPING])[HUAISHUPING]) == 2
    assert {row.name for row in Body.objects.filter(place_code=HUAISHUPING, kind="public_institution")} == {
        "卫生室",
        "石桥社区卫生室",
    }


@row("R-024")
def test_a_divided_village_goes_by_groups_and_households_and_names_what_nobody_has_told_apart(
    county: Cast, at: datetime
) -> None:
    by = county.xu.viewer(at)
    before = over_villages(by, at)
    loose = list(Household.objects.filter(place_code=SHIQIAO, until=None).order_by("code"))
    assert len(loose) == 3
    first, second = Into(name="石桥东村", takes=(f"{SHIQIAO}001",)), Into(name="石桥西村", households=(loose[0].code,))
    change(at, "split", [SHIQIAO], first, second)
    east, west = code_of("石桥东村"), code_of("石桥西村")
    by = county.xu.viewer(at)
    assert where(loose[0].pk) == west
    assert over_villages(by, at) == before
    names = [part.name for part in coverage.cover(by, at, under=LIUWAN).parts]
    assert set(names) == {"槐树坪村", "石桥东村", "石桥西村", "石桥村（未分清）"}
    assert place_plan.remainders(make.SYSTEM, [SHIQIAO]) == {SHIQIAO}
    change(at + LATER, "placed", [SHIQIAO], Into(code=east, takes=(f"{SHIQIAO}003",)))
    assert place_plan.remainders(make.SYSTEM, [SHIQIAO]) == {SHIQIAO}
    change(at + LATER, "placed", [SHIQIAO], Into(code=west, rest=True))
    assert [where(home.pk) for home in loose] == [west] * 3
    assert not ask.exists(by, SHIQIAO)
    by = county.xu.viewer(at + LATER)
    assert over_villages(by, at + LATER) == before
    assert set(ask.successors(by, SHIQIAO, day=TODAY + LATER)) == {east, west}
    with pytest.raises(Refused, match="place_unknown"):
        change(at + LATER, "placed", [SHIQIAO], Into(code=west, rest=True))


@row("R-024")
def test_a_part_may_leave_and_the_village_go_on_as_itself(county: Cast, at: datetime) -> None:
    over = make.an_official(county.bodies.village, name="东村人", role="official", place_code=HUAISHUPING)
    change(at, "split", [SHIQIAO], Into(code=SHIQIAO), Into(name="石桥东村", takes=(f"{SHIQIAO}001",)))
    east = code_of("石桥东村")
    assert ask.place(make.SYSTEM, SHIQIAO).name == "石桥村"
    assert not place_plan.remainders(make.SYSTEM, [SHIQIAO])
    make.places_merged([east], HUAISHUPING, at)
    viewer = staff_viewer(make.account_of(over), at)
    assert viewer.sees(f"{SHIQIAO}001")
    assert not viewer.sees(f"{SHIQIAO}003"), "who has the part does not see what stayed"


def test_towns_are_joined_with_their_villages_and_groups(county: Cast, at: datetime) -> None:
    before = over_villages(county.xu.viewer(at), at)
    make.places_merged([LIUWAN], QINGSHI, at)
    by = county.xu.viewer(at)
    assert over_villages(by, at) == before
    assert {one.name for one in ask.children(by, QINGSHI)} == {"槐树坪村", "石桥村", "上河村"}
    assert ask.path_names(by, where(county.zhang_household)) == "青石镇 槐树坪村 三组"
    assert county.li.viewer(at).sees(where(county.zhang_household))


@row("R-024")
def test_a_change_is_taken_back_whole_as_long_as_nothing_is_built_on_it(county: Cast, at: datetime) -> None:
    def state() -> list[object]:
        return [
            sorted(Household.objects.values_list("pk", "place_code")),
            sorted(Place.objects.filter(until=None).values_list("code", "name")),
            sorted(Post.objects.filter(until=None, replaced_at=None).values_list("pk", "place_code")),
            sorted(Body.objects.values_list("pk", "place_code", "name")),
            sorted(OverlayPlace.objects.filter(until=None).values_list("place_code", flat=True)),
        ]

    make.a_grid([SHIQIAO], name="北片")
    make.an_official(county.bodies.village, name="石桥支书", role="official", place_code=SHIQIAO)
    make.a_body("石桥卫生室", SHIQIAO, kind="public_institution")
    before, by = state(), county.xu.viewer(at)
    parts = Into(name="东村", takes=(f"{SHIQIAO}001",)), Into(name="西村", rest=True)
    for kind, into in (("merged", (Into(code=HUAISHUPING),)), ("split", parts), ("renamed", (Into(name="石桥社区"),))):
        made = change(at + LATER, kind, [SHIQIAO], *into)
        assert state() != before
        place_undo.take_back(by=by, at=at + LATER, change_id=made)
        assert state() == before
        with pytest.raises(Missing):
            place_undo.take_back(by=by, at=at + LATER, change_id=made)
    made = change(at + LATER, "merged", [SHIQIAO], Into(code=HUAISHUPING))
    home = Household.objects.filter(place_code=code_of("石桥村一组")).first()
    assert home is not None
    households.move(by=make.SYSTEM, at=at + LATER, household_id=home.pk, to=Whereto(SHANGHE))
    with pytest.raises(Refused, match="place_built_on"):
        place_undo.take_back(by=by, at=at + LATER, change_id=made)
    with pytest.raises(Refused, match="not_allowed"):
        place_undo.take_back(by=county.li.viewer(at), at=at, change_id=made)


@row("R-024")
@pytest.mark.parametrize(
    ("why", "kind", "old", "into"),
    [
        ("place_unknown", "merged", ["990101101299"], [Into(code=SHIQIAO)]),
        ("place_unknown", "merged", [SHIQIAO], [Into(code="990101101299")]),
        ("place_unknown", "merged", [COUNTY], [Into(code=SHIQIAO)]),
        ("place_into_itself", "merged", [SHIQIAO], [Into(code=SHIQIAO)]),
        ("place_level_differs", "merged", [SHIQIAO], [Into(code=QINGSHI)]),
        ("place_level_differs", "merged", [SHIQIAO, QINGSHI], [Into(name="新村")]),
        ("value_missing", "merged", [], [Into(code=SHIQIAO)]),
        ("value_missing", "merged", [SHIQIAO], [Into()]),
        ("place_parts_few", "split", [SHIQIAO], [Into(name="东村", rest=True)]),
        ("place_parts_few", "merged", [SHIQIAO], [Into(name="东村"), Into(name="西村")]),
        ("place_part_empty", "split", [SHIQIAO], [Into(name="东村", rest=True), Into(name="西村")]),
        ("name_too_long", "renamed", [SHIQIAO], [Into(name="长" * 61)]),
        ("place_twice", "split", [SHIQIAO], [Into(name="东村", households=("X", "X")), Into(name="西村", rest=True)]),
        ("place_rest_once", "split", [SHIQIAO], [Into(name="东村", rest=True), Into(name="西村", rest=True)]),
        (
            "place_not_inside",
            "split",
            [SHIQIAO],
            [Into(name="东村", takes=(GROUP_THREE,)), Into(name="西村", rest=True)],
        ),
        ("place_not_inside", "split", [SHIQIAO], [Into(name="东村", households=("X",)), Into(name="西村", rest=True)]),
        ("place_name_taken", "recoded", [SHIQIAO], [Into(name="槐树坪村")]),
        ("place_name_taken", "renamed", [SHIQIAO], [Into(name="槐树坪村")]),
        ("nothing_changed", "renamed", [SHIQIAO], [Into(name="石桥村")]),
        ("nothing_changed", "recoded", [SHIQIAO], [Into(code=SHIQIAO)]),
        ("code_taken", "recoded", [SHIQIAO], [Into(code=f"{LIUWAN[:9]}203", name="旧村")]),
        ("code_wrong", "recoded", [SHIQIAO], [Into(code="99010110120", name="新村")]),
        ("place_no_rest", "placed", [SHIQIAO], [Into(code=HUAISHUPING, rest=True)]),
        ("value_unknown", "blown_up", [SHIQIAO], [Into(code=HUAISHUPING)]),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    cast: Cast, at: datetime, why: str, kind: str, old: list[str], into: list[Into]
) -> None:
    make.lay_places([(f"{LIUWAN[:9]}203", "旧村")])
    make.places_merged([f"{LIUWAN[:9]}203"], HUAISHUPING, at)
    with pytest.raises(Refused) as refused:
        change(at, kind, old, *into)
    assert refused.value.code == why
    assert refused.value.sentence("en")


def test_days_reasons_rights_and_what_is_under_way_are_asked_for(cast: Cast, at: datetime) -> None:
    into = Into(code=HUAISHUPING)
    plain = Asked("merged", (SHIQIAO,), (into,), why="撤并")
    for code, asked in (
        ("day_ahead", replace(plain, on=TODAY + LATER)),
        ("value_missing", replace(plain, why=" ")),
    ):
        with pytest.raises(Refused, match=code):
            place_changes.change(by=make.SYSTEM, at=at, asked=asked)
    with pytest.raises(Refused, match="not_allowed"):
        change(at, "merged", [SHIQIAO], into, by=cast.li.viewer(at))
    with pytest.raises(Refused, match="place_moved_since"):
        place_changes.change(by=make.SYSTEM, at=at, asked=plain, seen=7)
    village = Viewer(verbs=frozenset({"register.edit"}), scopes=((SHIQIAO, f"{SHIQIAO[:11]}3"),))
    with pytest.raises(Refused, match="place_unknown"):
        change(at, "renamed", [SHIQIAO], Into(name="石桥社区"), by=village)


@row("R-024")
def test_a_day_that_has_passed_puts_everybody_where_they_were_then(county: Cast, at: datetime) -> None:
    """Written down a week late: one had moved in since, one had moved out since, all others go on that day."""
    gone = Household.objects.filter(place_code=f"{SHIQIAO}001").first()
    assert gone is not None
    came, late = county.zhang_household, at + LATER
    households.move(by=make.SYSTEM, at=at + 3 * LATER / 7, household_id=gone.pk, to=Whereto(SHANGHE, "9号"))
    households.move(by=make.SYSTEM, at=at + 3 * LATER / 7, household_id=came, to=Whereto(f"{SHIQIAO}003"))
    change(late, "merged", [SHIQIAO], Into(code=HUAISHUPING), on=TODAY)
    assert where(came) == f"{HUAISHUPING}005"
    for day, shown in (
        (BEFORE, {"槐树坪村": 6, "石桥村": 7}),
        (TODAY, {"槐树坪村": 13}),
        (TODAY + timedelta(days=4), {"槐树坪村": 12}),
    ):
        _, parts = as_of(days.back(make.SYSTEM, late, day), late, LIUWAN)
        assert {part.name: part.households + part.excluded for part in parts} == shown, day


@pytest.mark.once
def test_a_hundred_households_cost_no_more_questions_than_ten(cast: Cast, at: datetime) -> None:
    """Questions, apart from those that write or look up by hundreds."""
    costs = []
    for count in (3, 40):
        with transaction.atomic():
            for _ in range(count):
                make.a_household(SHIQIAO)
            with CaptureQueriesContext(connection) as asked:
                place_plan.touched(
                    make.SYSTEM,
                    at,
                    place_plan.plan(make.SYSTEM, at, Asked("merged", (SHIQIAO,), (Into(code=SHANGHE),), "x")),
                )
            with CaptureQueriesContext(connection) as written:
                make.places_merged([SHIQIAO], SHANGHE, at)
            costs.append((len(asked), len(written)))
            transaction.set_rollback(True)
    assert costs[0][0] == costs[1][0] <= 15
    assert costs[1][1] <= costs[0][1] + 6


@pytest.mark.once
def test_eight_changes_of_a_place_are_told_by_as_many_questions_as_one(
    cast: Cast, at: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    names = [f"石桥{number}村" for number in range(8)]
    for number, name in enumerate(names):
        change(at + number * LATER, "renamed", [SHIQIAO], Into(name=name))
    with django_assert_max_num_queries(3):
        shown = place_history.of_place(make.SYSTEM, SHIQIAO)
    assert [row.new[0][1] for row in shown] == [f"柳湾镇 {name}" for name in reversed(names)]
    assert [row.old[0][1] for row in shown] == [f"柳湾镇 {name}" for name in reversed(["石桥村", *names[:-1]])]


Step = tuple[int, int, int, int]


def villages() -> list[str]:
    found = Place.objects.filter(until=None, level="village").filter(drawing.in_scope(COUNTY, "code"))
    return list(found.order_by("code").values_list("code", flat=True))


def totals(day: date) -> dict[str, int]:
    """Every figure over the villages that hold today."""
    found = coverage.by_beginning(make.SYSTEM, day, COUNTY, 12)
    assert {code for table in found.values() for code in table} <= set(villages())
    return {name: table.total() for name, table in found.items()}


def the_day_before(at: datetime) -> list[dict[str, int]]:
    """What each town's villages had the day before anything happened."""
    back = days.back(make.SYSTEM, at, BEFORE)
    shown = [as_of(back, at, town)[1] for town in (LIUWAN, QINGSHI)]
    return [{part.name: part.households for part in parts} for parts in shown]


def do(step: Step, number: int, at: datetime) -> None:
    """One change of some places; what cannot be is refused, and nothing else may go wrong."""
    what, one, other, some = step
    open_ = villages()
    old, into = open_[one % len(open_)], open_[other % len(open_)]
    below = [place.code for place in ask.children(make.SYSTEM, old)]
    homes = list(Household.objects.filter(drawing.in_scope(old), until=None).order_by("code"))
    takes, chosen = tuple(below[: some % 3]), tuple(home.code for home in homes[: some % 4])
    parts = Into(name=f"甲{number}", takes=takes, households=chosen), Into(code=into, rest=bool(some % 2))
    kinds = (
        ("merged", [old], (Into(code=into),)),
        ("merged", [old, into], (Into(name=f"乙{number}"),)),
        ("split", [old], parts),
        ("placed", [old], parts[:1]),
        ("recoded", [old], (Into(name=f"丙{number}"),)),
    )
    kind, olds, wanted = kinds[what % len(kinds)]
    try:
        made = change(at, kind, olds, *wanted)
        if some % 5 == 0:
            place_undo.take_back(by=make.SYSTEM, at=at, change_id=made)
    except Refused:
        return


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(*[st.integers(0, 59)] * 4), min_size=1, max_size=3))
@example(steps=[(7, 42, 28, 21), (15, 12, 31, 40)])
@row("R-024")
def test_whatever_becomes_of_villages_nobody_is_lost_and_nobody_is_in_two(
    county: Cast, at: datetime, steps: list[Step]
) -> None:
    with transaction.atomic():
        before = set(Household.objects.filter(until=None).values_list("pk", flat=True))
        figures, then = totals(TODAY), the_day_before(at)
        for number, step in enumerate(steps):
            do(step, number, at + LATER)
            homes = dict(Household.objects.filter(until=None).values_list("pk", "place_code"))
            assert homes.keys() == before
            assert set(homes.values()) <= set(Place.objects.filter(until=None).values_list("code", flat=True))
            assert totals(TODAY + LATER) == figures
        assert the_day_before(at + LATER) == then
        transaction.set_rollback(True)
