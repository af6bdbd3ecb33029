"""An office lays grids of three levels, changes and heads them, sets them right and ends them, each from a day on."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import grids, households, people
from huiyin.register.actions.households import Whereto
from huiyin.register.models import Overlay, OverlayPlace, Post
from huiyin.register.queries import grids as charts
from huiyin.register.queries import overlays as ask
from huiyin.register.queries.days import back, today
from huiyin.register.queries.staff import viewer_for
from tests import factories as make
from tests.cast import FOREIGN_VILLAGE, GROUP_THREE, HUAISHUPING, LIUWAN, SHIQIAO, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(cast: Cast, at: datetime) -> Viewer:
    make.put_in_force(at=make.BEGIN)
    return cast.xu.viewer(at)


def layers(by: Viewer, at: datetime) -> dict[str, list[tuple[str, int]]]:
    """The grids of the town: kind to name and number of places."""
    return {one.kind: [(row.name, len(row.places)) for row in one.rows] for one in ask.of_place(by, at, LIUWAN)}


@row("R-025", "N-051")
def test_an_office_lays_three_levels_and_the_chart_shows_them(by: Viewer, at: datetime) -> None:
    assert list(ask.kinds(by, at)) == ["large_grid", "medium_grid", "small_grid"]
    make.lay_places([(f"{LIUWAN[:9]}209", "第三村")])
    laid = (
        ("large_grid", "柳湾大网格", [HUAISHUPING, SHIQIAO, f"{LIUWAN[:9]}209"]),
        ("medium_grid", "第一工作片", [HUAISHUPING, SHIQIAO]),
        ("small_grid", "槐树坪网格", [HUAISHUPING]),
    )
    for kind, name, places in laid:
        grids.lay(by=by, at=at, kind=kind, name=name, place_codes=places, reason="镇党委会")
    assert layers(by, at) == {kind: [(name, len(places))] for kind, name, places in laid}
    small = ask.of_place(by, at, LIUWAN)[2]
    assert [name for _, name in small.without] == ["石桥村", "第三村"]
    homes = make.a_household(HUAISHUPING)
    assert homes
    assert ask.of_place(by, at, LIUWAN)[2].rows[0].households == 2
    assert ask.by_town(by, at, f"{LIUWAN[:6]}000000")[LIUWAN] == dict.fromkeys(ask.kinds(by, at), 1)
    cell = charts.chart(by, LIUWAN, at)
    assert cell.grid == "柳湾大网格"
    assert {one.name for one in cell.inside} == {"第一工作片", "第三村"}
    assert next(one for one in cell.inside if one.inside).inside[0].grid == "槐树坪网格"


@row("R-025")
def test_a_place_is_in_one_grid_of_a_kind_and_the_refusal_names_both(by: Viewer, at: datetime) -> None:
    make.a_grid([HUAISHUPING], kind="medium_grid", name="第一工作片", at=at)
    with pytest.raises(Refused) as refused:
        grids.lay(
            by=by, at=at, kind="medium_grid", name="第二工作片", place_codes=[HUAISHUPING, SHIQIAO], reason="镇党委会"
        )
    said = refused.value.sentence("zh-Hans")
    assert "槐树坪村" in said
    assert "第一工作片" in said
    make.a_grid([GROUP_THREE], at=at, name="三组网格")
    with pytest.raises(Refused, match="grid_taken"):
        make.a_grid([HUAISHUPING], at=at, name="槐树坪网格")
    assert Overlay.objects.count() == 2


@row("R-025", "R-059")
def test_places_change_from_a_day_on_and_the_days_before_keep_theirs(by: Viewer, at: datetime) -> None:
    day = today(by, at)
    key = grids.lay(
        by=by,
        at=at,
        kind="medium_grid",
        name="片",
        place_codes=[HUAISHUPING],
        reason="会",
        since=day - timedelta(days=30),
    )
    told: dict[str, Any] = {"by": by, "at": at, "overlay_id": key, "reason": "划片"}
    grids.change(**told, place_codes=[SHIQIAO], seen=[HUAISHUPING], on=day - timedelta(days=10))
    assert _members(key, day) == {SHIQIAO}
    assert _members(key, day - timedelta(days=11)) == {HUAISHUPING}
    (before,) = ask.of_place(back(by, at, day - timedelta(days=11)), at, LIUWAN)[1].rows
    assert [code for code, _ in before.places] == [HUAISHUPING]
    assert ask.of_place(back(by, at, day - timedelta(days=31)), at, LIUWAN)[1].rows == ()
    for seen, place, on, code in (
        ([HUAISHUPING], HUAISHUPING, day, "grid_changed"),
        ([SHIQIAO], SHIQIAO, day, "nothing_changed"),
        ([SHIQIAO], HUAISHUPING, day - timedelta(days=11), "stated_before"),
        ([SHIQIAO], HUAISHUPING, day + timedelta(days=1), "day_ahead"),
    ):
        with pytest.raises(Refused, match=code):
            grids.change(**told, place_codes=[place], seen=seen, on=on)
    grids.change(**told, place_codes=[SHIQIAO, HUAISHUPING], seen=[SHIQIAO], on=day - timedelta(days=10))
    assert _members(key, day - timedelta(days=10)) == {HUAISHUPING, SHIQIAO}
    assert [one.what for one in ask.one(by, at, key).changes] == ["places", "places", "laid"]


@row("R-025")
def test_a_head_keeps_their_post_sees_the_places_and_ends_with_the_grid(cast: Cast, by: Viewer, at: datetime) -> None:
    key = make.a_grid([SHIQIAO], kind="medium_grid", name="片", at=at)
    made = make.an_official(cast.bodies.village, name="古力", title="干事", place_code=HUAISHUPING)
    assert not viewer_for(make.account_of(made), at).sees(SHIQIAO)
    told: dict[str, Any] = {"by": by, "at": at, "overlay_id": key, "reason": "镇党委会"}
    grids.head(**told, post_id=made.post_id)
    head = ask.one(by, at, key).laid.head
    assert head is not None
    assert (head.name, head.title) == ("古力", "片长")
    viewer = viewer_for(make.account_of(made), at)
    assert viewer.sees(SHIQIAO)
    assert viewer.sees(HUAISHUPING)
    with pytest.raises(Refused, match="nothing_changed"):
        grids.head(**told, post_id=made.post_id)
    other = make.an_official(cast.bodies.village, name="祁兵", title="干事", place_code=HUAISHUPING)
    grids.head(**told, post_id=other.post_id)
    assert not viewer_for(make.account_of(made), at).sees(SHIQIAO)
    grids.end(**told)
    assert ask.one(by, at, key).laid.until == today(by, at)
    assert Post.objects.filter(overlay_id=key, until=None).count() == 0
    assert not viewer_for(make.account_of(other), at).sees(SHIQIAO)
    assert layers(by, at)["medium_grid"] == []
    make.a_grid([SHIQIAO], kind="medium_grid", name="新片", at=at)
    seal_now(at=at)
    assert verify(at, language="en").told() == []


@row("R-025")
def test_a_name_and_a_first_day_are_set_right_and_what_stood_is_kept(by: Viewer, at: datetime) -> None:
    day = today(by, at)
    key = make.a_grid([HUAISHUPING], name="淮树坪网格", at=at)
    told: dict[str, Any] = {"by": by, "at": at, "overlay_id": key, "reason": "名字写错"}
    since = day - timedelta(days=40)
    grids.correct(**told, name="槐树坪网格", since=since)
    found = ask.one(by, at, key)
    assert (found.laid.name, found.laid.since) == ("槐树坪网格", since)
    assert (found.changes[0].was_name, found.changes[0].was_since) == ("淮树坪网格", day)
    assert _members(key, since) == {HUAISHUPING}
    with pytest.raises(Refused, match="nothing_changed"):
        grids.correct(**told, name="槐树坪网格", since=since)
    grids.change(**told, place_codes=[SHIQIAO], seen=[HUAISHUPING], on=day - timedelta(days=10))
    with pytest.raises(Refused, match="period_wrong"):
        grids.correct(**told, name="槐树坪网格", since=day - timedelta(days=5))


@row("R-025")
def test_a_name_is_set_right_also_of_a_grid_whose_village_is_in_another_now(by: Viewer, at: datetime) -> None:
    day = today(by, at)
    key = make.a_grid([HUAISHUPING, SHIQIAO], name="东偏", at=at, since=day - timedelta(days=30))
    told: dict[str, Any] = {"by": by, "at": at, "overlay_id": key, "reason": "划片"}
    given = day - timedelta(days=10)
    grids.change(**told, place_codes=[SHIQIAO], seen=[HUAISHUPING, SHIQIAO], on=given)
    make.a_grid([HUAISHUPING], name="西片", at=at, since=given)
    grids.correct(**told, name="东片", since=day - timedelta(days=30))
    assert ask.one(by, at, key).laid.name == "东片"


def test_who_does_not_edit_all_of_a_grid_changes_nothing_of_it(cast: Cast, by: Viewer, at: datetime) -> None:
    key = make.a_grid([HUAISHUPING], at=at)
    told: dict[str, Any] = {"at": at, "overlay_id": key, "reason": "会"}
    for who, refused in ((cast.ma.viewer(at), (Refused, Missing)), (cast.li.viewer(at), (Refused, Missing))):
        with pytest.raises(refused):
            grids.end(by=who, **told)
    with pytest.raises(Refused, match="place_unknown"):
        grids.lay(by=by, at=at, kind="small_grid", name="外县", place_codes=[FOREIGN_VILLAGE], reason="会")
    for given, code in (
        ({"kind": "circle"}, "grid_unknown"),
        ({"name": " "}, "value_missing"),
        ({"reason": ""}, "needs_reason"),
        ({"reason": "盯住上访户"}, "words_refused"),
        ({"place_codes": [LIUWAN]}, "grid_level"),
    ):
        base: dict[str, Any] = {"kind": "small_grid", "name": "格", "place_codes": [SHIQIAO], "reason": "会"}
        with pytest.raises(Refused, match=code):
            grids.lay(by=by, at=at, **{**base, **given})


@row("R-025", "R-026", "R-059")
def test_a_grid_is_made_of_named_households_and_follows_what_becomes_of_them(
    cast: Cast, by: Viewer, at: datetime
) -> None:
    day = today(by, at)
    begun: dict[str, Any] = {"by": make.SYSTEM, "at": make.BEGIN}
    homes = {f"GZ{n}": people.add_household(**begun, code=f"GZ{n}", place_code=GROUP_THREE) for n in range(4)}
    people.add_household(**begun, code="GZ8", place_code=SHIQIAO)
    told: dict[str, Any] = {"by": by, "at": at, "kind": "small_grid", "reason": "村两委会"}
    since = day - timedelta(days=20)
    key = grids.lay(**told, name="老街格", place_codes=[], homes=["GZ0", "GZ1", "GZ2"], since=since)
    (laid,) = ask.of_place(by, at, HUAISHUPING)[2].rows
    assert (laid.households, [number for _, number, _ in laid.homes]) == (3, ["GZ0", "GZ1", "GZ2"])
    assert ask.by_town(by, at, f"{LIUWAN[:6]}000000")[LIUWAN]["small_grid"] == 1
    cell = charts.chart(by, HUAISHUPING, at).inside[-1]
    assert (cell.name, cell.households, cell.head) == ("老街格", 3, None)
    wide = make.a_grid([HUAISHUPING], kind="medium_grid", name="东片")
    make.an_official(cast.bodies.village, name=cast.luo.name, place_code=HUAISHUPING, overlay_id=wide, since=since)
    around = {n: ask.of_household(by, at, homes[f"GZ{n}"], GROUP_THREE, day) for n in (0, 3)}
    assert [[one.grid.name for one in some] for some in around.values()] == [["东片", "老街格"], ["东片"]]
    assert {one.head.name if one.head else "" for some in around.values() for one in some} == {"", cast.luo.name}
    assert ask.of_household(by, at, homes["GZ0"], GROUP_THREE, since - timedelta(days=1))[1:] == ()
    grids.end(by=by, at=at, overlay_id=wide, reason="会")
    ((summed,), _) = ask.summed(by, at, HUAISHUPING, [])
    assert (summed[0].name, summed[1].households, summed[1].covered) == ("老街格", 3, 0)
    for more, code in (
        ({"homes": ["GZ0"]}, "grid_taken"),
        ({"place_codes": [HUAISHUPING]}, "grid_taken"),
        ({"homes": ["GZ9"]}, "grid_household_unknown"),
        ({"homes": ["GZ3"], "place_codes": [SHIQIAO]}, "grid_mixed"),
        ({"homes": ["GZ3", "GZ8"]}, "grid_households_apart"),
        ({"homes": ["GZ3"], "kind": "medium_grid"}, "grid_level"),
    ):
        with pytest.raises(Refused, match=code):
            grids.lay(**{**told, "name": "又一格", "place_codes": [], **more})
    other = Whereto(SHIQIAO)
    households.move(by=by, at=at, household_id=homes["GZ0"], to=other, on=day - timedelta(days=5))
    households.merge(by=by, at=at, household_id=homes["GZ1"], into=homes["GZ2"], on=day - timedelta(days=3))
    assert [number for _, number, _ in ask.one(by, at, key).laid.homes] == ["GZ2"]
    then = back(by, at, day - timedelta(days=6))
    assert [number for _, number, _ in ask.of_place(then, at, HUAISHUPING)[2].rows[0].homes] == ["GZ0", "GZ1", "GZ2"]
    assert charts.chart(then, HUAISHUPING, at).inside[-1].households == 3
    grids.change(by=by, at=at, overlay_id=key, place_codes=[], homes=["GZ2", "GZ3"], seen=["GZ2"], reason="增一户")
    grids.correct(by=by, at=at, overlay_id=key, name="老街网格", since=since - timedelta(days=1), reason="写错")
    grids.end(by=by, at=at, overlay_id=key, reason="并格")
    assert ask.one(by, at, key).laid.homes == tuple((homes[n], n, GROUP_THREE) for n in ("GZ2", "GZ3"))
    grids.lay(**told, name="新格", place_codes=[HUAISHUPING])
    seal_now(at=at)
    assert verify(at, language="en").told() == []


def _members(key: UUID, day: date) -> set[str]:
    rows = OverlayPlace.objects.filter(overlay_id=key, since__lte=day)
    return {row.place_code for row in rows if row.until is None or row.until > day}
