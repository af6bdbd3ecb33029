"""Places: imported, renamed, merged, laid over, found."""

from datetime import date, datetime
from pathlib import Path

import pytest

from huiyin.core.models import Event
from huiyin.core.request_id import set_request_id
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import grids
from huiyin.register.actions import places as act
from huiyin.register.queries import places as ask
from huiyin.register.queries import staff
from huiyin.register.queries.staff import viewer_for
from huiyin.register.rules.divisions import Line, read
from tests import factories as make
from tests.cast import COUNTY, FOREIGN_VILLAGE, GROUP_THREE, HUAISHUPING, LIUWAN, QINGSHI, SHIQIAO, Cast
from tests.rows import row

ANYBODY = Viewer.resident()


@row("R-024")
def test_a_path_names_a_place_from_its_town_down(cast: Cast) -> None:
    assert ask.path_names(ANYBODY, GROUP_THREE) == "柳湾镇 槐树坪村 三组"
    assert ask.path_names(ANYBODY, LIUWAN) == "柳湾镇"
    assert ask.path_names(ANYBODY, COUNTY) == "望川县"
    assert ask.path_names(ANYBODY, "990109000000") == "990109000000"


def test_paths_of_many_places_are_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        paths = ask.paths(ANYBODY, [GROUP_THREE, SHIQIAO, QINGSHI, GROUP_THREE])
    assert paths[SHIQIAO] == "柳湾镇 石桥村"
    assert len(paths) == 3


def test_within_requests_names_are_asked_for_once_until_the_register_changes(
    cast: Cast, at: datetime, django_assert_num_queries: object
) -> None:
    codes = [GROUP_THREE, LIUWAN, "990109000000"]
    set_request_id("one")
    try:
        chen = cast.chen.viewer(at)
        before = ask.paths(chen, codes), staff.body_names(chen, [cast.chen.body_id])
        with django_assert_num_queries(0):  # type: ignore[operator]  # pytest-django's fixture
            assert (ask.paths(chen, codes), staff.body_names(chen, [cast.chen.body_id])) == before
        assert before[0] == ask.paths(ANYBODY, codes)
        act.import_places(
            by=Viewer.system("test"), at=at, lines=[Line(1, GROUP_THREE, "三组（新）", "group", HUAISHUPING)]
        )
        assert ask.paths(cast.chen.viewer(at), codes)[GROUP_THREE] == "柳湾镇 槐树坪村 三组（新）"
    finally:
        set_request_id("")
    assert before[0][GROUP_THREE] == "柳湾镇 槐树坪村 三组"
    assert before[0]["990109000000"] == "990109000000"
    assert before[1][cast.chen.body_id]


@row("R-024")
def test_the_tree_is_walked_by_parent_and_by_level(cast: Cast) -> None:
    assert [place.name for place in ask.children(ANYBODY, COUNTY)] == ["柳湾镇", "青石镇"]
    assert [place.name for place in ask.places(ANYBODY, level="village", under=COUNTY)] == [
        "槐树坪村",
        "石桥村",
        "上河村",
    ]
    assert ask.place(ANYBODY, GROUP_THREE).level == "group"
    with pytest.raises(Missing):
        ask.place(ANYBODY, "990109000000")


def test_a_list_may_be_narrowed_to_the_viewers_scope(cast: Cast, at: datetime) -> None:
    mine = ask.places(cast.li.viewer(at), level="village", mine=True)
    assert [place.code for place in mine] == [HUAISHUPING, SHIQIAO]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("槐树", "槐树坪村"),
        ("hsp", "槐树坪村"),
        ("huaishu", "槐树坪村"),
        ("HSPC", "槐树坪村"),
        ("990101101201", "槐树坪村"),
        ("柳湾 三组", "三组"),
        ("lw hsp", "槐树坪村"),
        ("柳湾", "柳湾镇"),
    ],
)
def test_a_place_is_found_by_name_pinyin_initials_or_code(cast: Cast, typed: str, first: str) -> None:
    assert ask.search_places(ANYBODY, typed)[0].name == first


@pytest.mark.parametrize("typed", ["", "  ", "没有这个地方", "青石 槐树", "'; DROP TABLE", "%", "_"])
def test_a_search_that_finds_nothing_gives_nothing(cast: Cast, typed: str) -> None:
    assert ask.search_places(ANYBODY, typed) == ()


def test_a_second_import_changes_nothing(cast: Cast, at: datetime) -> None:
    lines = [Line(2, QINGSHI, "青石镇", "town", COUNTY)]
    before = Event.objects.count()
    outcome = act.import_places(by=make.SYSTEM, at=at, lines=lines)
    assert (outcome.added, outcome.renamed, outcome.same) == (0, 0, 1)
    assert Event.objects.count() == before


@row("R-024")
def test_a_renamed_place_keeps_its_name_for_the_days_before(cast: Cast, at: datetime) -> None:
    outcome = act.import_places(by=make.SYSTEM, at=at, lines=[Line(2, SHIQIAO, "石桥社区", "village", LIUWAN)])
    assert outcome.renamed == 1
    assert ask.path_names(ANYBODY, SHIQIAO) == "柳湾镇 石桥社区"
    assert ask.path_names(ANYBODY, SHIQIAO, day=date(2026, 11, 17)) == "柳湾镇 石桥村"
    assert ask.path_names(ANYBODY, SHIQIAO, day=date(2026, 11, 18)) == "柳湾镇 石桥社区"
    assert ask.place(ANYBODY, SHIQIAO, day=date(2026, 11, 17)).name == "石桥村"


def test_an_importer_takes_only_what_lies_in_their_scope(cast: Cast, at: datetime) -> None:
    by = Viewer(verbs=frozenset({"register.import"}), scopes=(subtree(LIUWAN),))
    lines = [
        Line(2, "990101101203", "新村", "village", LIUWAN),
        Line(3, "990101102203", "别镇新村", "village", QINGSHI),
        Line(4, COUNTY, "改名县", "county", "990100000000"),
    ]
    outcome = act.import_places(by=by, at=at, lines=lines)
    assert (outcome.added, [fault.number for fault in outcome.faults]) == (1, [3, 4])


def test_nobody_imports_without_the_verb(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        act.import_places(by=cast.li.viewer(at), at=at, lines=[])
    with pytest.raises(ValueError, match="at most"):
        act.import_places(by=make.SYSTEM, at=at, lines=[Line(n, "", "", "", "") for n in range(1001)])


@row("R-024")
def test_who_sees_a_merged_village_sees_what_was_kept_under_its_old_codes(cast: Cast, at: datetime) -> None:
    make.places_merged([SHIQIAO], HUAISHUPING, at)
    make.places_merged([HUAISHUPING], "990101102201", at)
    over = make.an_official(cast.bodies.other_town, place_code="990101102201")
    viewer = viewer_for(make.account_of(over), at)
    assert viewer.sees(SHIQIAO)
    assert viewer.sees(GROUP_THREE)
    assert not viewer.sees(LIUWAN)
    assert ask.successors(ANYBODY, SHIQIAO, day=date(2026, 11, 18)) == ("990101102201",)
    assert not ask.exists(ANYBODY, SHIQIAO)
    assert ask.exists(ANYBODY, SHIQIAO, day=date(2026, 11, 17))


def test_what_cannot_be_merged_is_refused(cast: Cast, at: datetime) -> None:
    for old, new in (([SHIQIAO], "990101101299"), (["990101101299"], SHIQIAO), ([SHIQIAO], SHIQIAO)):
        with pytest.raises(Refused):
            make.places_merged(old, new, at)


@row("R-024")
def test_an_overlay_filters_and_is_a_scope(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=make.BEGIN)
    overlay = grids.lay(
        by=make.SYSTEM,
        at=make.BEGIN,
        kind="medium_grid",
        name="北片管区",
        reason="镇党委会纪要",
        code="LW-N",
        place_codes=[HUAISHUPING, "990101102201"],
    )
    assert [place.name for place in ask.places(ANYBODY, overlay="LW-N")] == ["槐树坪村", "上河村"]
    assert ask.overlays(ANYBODY, kind="medium_grid")[0].place_codes == (HUAISHUPING, "990101102201")
    made = make.an_official(cast.bodies.town, overlay_id=overlay, place_code=LIUWAN)
    viewer = viewer_for(make.account_of(made), at)
    assert viewer.sees(GROUP_THREE)
    assert viewer.sees("990101102201")
    assert not viewer.sees(SHIQIAO)
    assert not viewer.sees(FOREIGN_VILLAGE)


def test_an_overlay_of_unknown_places_or_a_taken_code_is_refused(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=make.BEGIN)
    for codes_, refused in (([], "grid_empty"), (["990101101299"], "place_unknown")):
        with pytest.raises(Refused, match=refused):
            make.a_grid(codes_, at=at)
    make.a_grid([SHIQIAO], code="G1", at=at)
    with pytest.raises(Refused, match="code_taken"):
        make.a_grid([HUAISHUPING], code="G1", at=at)


@pytest.mark.realdata
@row("R-024")
def test_a_real_county_is_taken_whole_and_found(db: None, at: datetime, real_data: Path) -> None:
    sheet = read((real_data / "divisions" / "ziyang.csv").read_bytes())
    make.put_in_force(at=make.BEGIN)
    first = act.import_places(by=make.SYSTEM, at=at, lines=sheet.lines)
    again = act.import_places(by=make.SYSTEM, at=at, lines=sheet.lines)
    assert (first.added, len(first.faults), again.added, again.same) == (227, 0, 0, 227)
    assert len(ask.places(ANYBODY, level="village")) == 207
    assert len(ask.children(ANYBODY, "610924000000")) == 17
    assert ask.search_places(ANYBODY, "hpz")[0].name == "蒿坪镇"
