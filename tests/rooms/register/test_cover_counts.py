"""Coverage as the worker counts it for a county: the same figures and lists as counted live, in fewer rows."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.database import planned_anew
from huiyin.core.now import now
from huiyin.programme.refusal import Missing
from huiyin.register import ticks
from huiyin.register.actions import links, staff
from huiyin.register.models import CoverCount, CoverLed, CoverLoad, CoverMark, Household, PhoneCount, PhoneMark
from huiyin.register.queries import cover_counts, cover_whole, coverage, grids, phones, whereabouts
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast
from tests.rows import row


@pytest.fixture
def county(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Households with an official, with two, with one who left, with nobody, left out; officials of several tiers. The
    worker counts a village at a time."""
    monkeypatch.setattr(whereabouts, "PORTION", 1)
    monkeypatch.setattr(ticks, "_counts", {})
    make.put_in_force(at=at)
    tiers = ("staff", "village", "section_chief")
    some = [
        make.an_official(cast.bodies.town, name=f"甲{number}", tier=tiers[number % 3], place_code=LIUWAN)
        for number in range(6)
    ]
    for number in range(14):
        home = make.a_household((HUAISHUPING, SHIQIAO, SHANGHE)[number % 3])[0]
        if number % 4:
            make.a_link(some[number % 3].official_id, home)
        if number == 13:
            links.leave_out(by=make.SYSTEM, at=at, household_id=home, why="empty_house")
    for _ in range(13):
        make.a_link(some[3].official_id, make.a_household(SHANGHE)[0])
    staff.end_post(by=make.SYSTEM, at=at, post_id=some[2].post_id)
    return cast


@row("R-099")
def test_what_the_worker_counts_is_what_a_page_counts_by_itself(county: Cast, at: datetime) -> None:
    for by in (county.xu.viewer(at), make.SYSTEM):
        for under in (COUNTY, LIUWAN, QINGSHI):
            live = coverage.cover(by, at, under=under)
            lists = [
                coverage.officials(by, at, under=under, show=show, body=None, tier=None)
                for show in coverage.OFFICIAL_SHOWS
            ]
            assert live.counted is None
            assert ticks.count_coverage(at)
            counted = coverage.cover(by, at, under=under)
            assert counted.counted == at
            assert replace(counted, counted=None) == live
            for show, before in zip(coverage.OFFICIAL_SHOWS, lists, strict=True):
                assert coverage.officials(by, at, under=under, show=show, body=None, tier=None) == before
            CoverMark.objects.all().delete()
    assert coverage.cover(make.SYSTEM, at, under=COUNTY).gone == 1


@row("R-026", "R-099")
def test_charts_and_the_whole_of_a_place_come_out_the_same_from_what_the_worker_counted(
    county: Cast, at: datetime
) -> None:
    by = county.xu.viewer(at)
    live = [grids.chart(by, under, at) for under in (COUNTY, LIUWAN, QINGSHI, HUAISHUPING)]
    whole = coverage.overview(by, at, under=COUNTY)
    assert ticks.count_coverage(at)
    with CaptureQueriesContext(connection) as asked:
        assert [grids.chart(by, under, at) for under in (COUNTY, LIUWAN, QINGSHI)] == live[:3]
        assert replace(coverage.overview(by, at, under=COUNTY), counted=None) == whole
    read = [one["sql"] for one in asked.captured_queries]
    assert not [one for one in read if 'FROM "register_link"' in one or 'FROM "register_household"' in one]
    assert grids.chart(by, HUAISHUPING, at) == live[3]
    page = coverage.cover(by, at, under=COUNTY)
    assert (page.whole, page.staff, page.gone) == (whole.whole, whole.staff, whole.gone)


def test_a_list_of_few_villages_is_planned_for_them_and_other_questions_are_not(county: Cast, at: datetime) -> None:
    with planned_anew(), CaptureQueriesContext(connection) as asked:
        coverage.homes(county.xu.viewer(at), at, under=COUNTY, show="gap")
    sets = [one["sql"] for one in asked.captured_queries if "plan_cache_mode" in one["sql"]]
    assert bool(sets) == (connection.vendor == "postgresql")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW plan_cache_mode")
            assert cursor.fetchone() == ("auto",)


@row("R-099")
def test_a_list_goes_through_the_villages_that_had_some_and_holds_what_its_figure_says(
    county: Cast, at: datetime
) -> None:
    by = county.xu.viewer(at)

    def lists() -> dict[str, list[object]]:
        shows, places = coverage.HOUSEHOLD_SHOWS, (COUNTY, LIUWAN, HUAISHUPING)
        return {
            f"{place} {show}": [one.id for one in coverage.homes(by, at, under=place, show=show).rows]
            for place in places
            for show in shows
        }

    live = lists()
    assert live[f"{COUNTY} gap"] and live[f"{COUNTY} gone"] and live[f"{COUNTY} excluded"]
    ticks.count_coverage(at)
    assert lists() == live
    with CaptureQueriesContext(connection) as asked:
        coverage.homes(by, at, under=COUNTY, show="double")
    assert not [one for one in asked.captured_queries if 'FROM "register_household"' in one["sql"]]


@pytest.mark.parametrize("few", [1, 20])
def test_pages_of_a_list_follow_each_other_through_the_villages_that_had_some(
    county: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(coverage, "PAGE", 2)
    monkeypatch.setattr(coverage, "FEW_VILLAGES", few)
    by = county.xu.viewer(at)

    def whole() -> list[UUID]:
        seen: list[UUID] = []
        after = ""
        while True:
            page = coverage.homes(by, at, under=COUNTY, show="gap", after=after)
            seen += [one.id for one in page.rows]
            after = page.after
            if not after:
                return seen

    live = whole()
    ticks.count_coverage(at)
    assert len(live) == coverage.overview(by, at, under=COUNTY).whole.gap > 2
    assert whole() == live
    gone = {one.place_code for one in Household.objects.filter(pk__in=live)}
    for home in Household.objects.filter(pk__in=live, place_code=min(gone)):
        make.a_link(county.li.official_id, home.pk)
    left = [one for one in live if Household.objects.get(pk=one).place_code != min(gone)]
    assert whole() == left, "a village that has none any more since it was counted is passed over"


def test_counting_again_writes_only_what_changed(county: Cast, at: datetime) -> None:
    ticks.count_coverage(at)
    rows = [*CoverCount.objects.values_list("pk"), *CoverLoad.objects.values_list("pk"), *CoverLed.objects.all()]
    home = make.a_household(SHANGHE)[0]
    make.a_link(county.li.official_id, home)
    assert ticks.count_coverage(at)
    fresh = [*CoverCount.objects.values_list("pk"), *CoverLoad.objects.values_list("pk"), *CoverLed.objects.all()]
    assert len(set(rows) & set(fresh)) >= len(rows) - 2
    assert (SHANGHE, county.li.official_id, 1) in CoverLed.objects.values_list(
        "place_code", "official_id", "households"
    )
    assert CoverLoad.objects.get(official_id=county.li.official_id).households == 1


def test_what_was_counted_is_shown_while_it_is_right_and_not_of_another_day(county: Cast, at: datetime) -> None:
    told = now()  # what was laid above was told before this moment
    make.put_in_force(at=told)
    later = told + timedelta(minutes=3)
    ticks.count_coverage(later)
    for ago in (timedelta(), timedelta(minutes=30)):
        assert cover_counts.counted(make.SYSTEM, later + ago, width=9) == later, "nothing was told since"
    assert cover_counts.counted(make.SYSTEM, later + timedelta(days=1), width=9) is None
    by = county.xu.viewer(at)
    narrow = replace(by, scopes=((f"{HUAISHUPING}001", f"{HUAISHUPING}002"),))
    assert cover_counts.counted(narrow, later, width=9) is None
    assert cover_counts.counted(by, later, width=15) is None
    ticks.count_coverage(told)
    assert cover_counts.counted(make.SYSTEM, told + timedelta(minutes=4), width=9) == told, "lately"
    assert cover_counts.counted(make.SYSTEM, told + timedelta(minutes=5), width=9) is None


def kept() -> list[object]:
    """All that is kept of coverage."""
    models = (CoverMark, CoverCount, CoverLoad, CoverLed)
    return [values for model in models for values in model._default_manager.order_by("pk").values_list()]


def test_a_count_cut_off_half_way_leaves_the_last_and_the_next_is_whole(
    county: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ticks.count_coverage(at) == 5, "part by part"
    before, later = kept(), at + timedelta(minutes=1)
    make.a_link(county.li.official_id, make.a_household(HUAISHUPING)[0])
    for _ in range(3):
        assert ticks._count_some_coverage(later)
    assert kept() == before, "half of a count is nobody's to read"
    ticks._counts.clear()  # the process was killed
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(cover_whole, "_serving", lambda *_: 1 // 0)
        ticks.count_coverage(later)
    assert kept() == before, "nor is one that a fault ended"
    ticks.count_coverage(later)
    live = coverage.cover(make.SYSTEM.but(back=later.date()), later, under=COUNTY)
    assert replace(coverage.cover(make.SYSTEM, later, under=COUNTY), counted=None) == live
    assert CoverMark.objects.get().counted_at == later


def test_a_count_that_another_process_overtook_is_not_kept(county: Cast, at: datetime) -> None:
    ticks.count_phones(at)
    assert ticks._count_some_coverage(at) and not ticks._counts.get("phones")
    slow = ticks._counts.pop("coverage")
    make.a_link(county.li.official_id, make.a_household(HUAISHUPING)[0])
    later = at + timedelta(seconds=20)
    ticks.count_coverage(later)
    before = kept()
    ticks._counts["coverage"] = slow
    ticks.count_coverage(later + timedelta(seconds=1))
    assert kept() == before


def test_telephones_are_counted_part_by_part_and_half_a_count_is_not_read(county: Cast, at: datetime) -> None:
    assert ticks.count_phones(at) == len({one.place_code[:12] for one in Household.objects.all()}) == 3
    rows = [PhoneMark.objects.get().counted_at, *PhoneCount.objects.order_by("pk").values_list()]
    make.a_household(SHANGHE, phone="16000002000")
    later = at + timedelta(days=1)
    assert ticks._count_some_phones(later)
    assert rows == [PhoneMark.objects.get().counted_at, *PhoneCount.objects.order_by("pk").values_list()]
    ticks._counts.clear()  # the process was killed
    ticks.count_phones(later)
    told = {one.pk: one.households for one in PhoneCount.objects.all()}
    homes = phones.frame(make.SYSTEM.but(back=later.date()), later, under=COUNTY).whole.households
    assert sum(told.values()) == homes == Household.objects.count()


def test_an_hour_without_anything_new_counts_nothing_again(county: Cast, at: datetime) -> None:
    assert ticks.count_coverage(at)
    CoverMark.objects.update(counted_at=now() + timedelta(minutes=10))
    assert ticks.count_coverage(at) == 0
    assert CoverMark.objects.get().counted_at == at
    assert CoverCount.objects.count() == 3


def test_pages_of_officials_follow_each_other_without_gap_or_double(
    county: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "OFFICIALS", 3)
    by = county.xu.viewer(at)

    def all_pages() -> list[object]:
        seen: list[object] = []
        after = ""
        while True:
            page = coverage.officials(by, at, under=COUNTY, show="all", body=None, tier=None, after=after)
            seen += [one.official_id for one in page.rows]
            after = page.after
            if not after:
                assert len(seen) == len(set(seen)) == page.total
                return seen

    live = all_pages()
    ticks.count_coverage(at)
    with CaptureQueriesContext(connection) as queries:
        counted = all_pages()
    assert counted == live
    assert not [one for one in queries if 'FROM "register_household"' in one["sql"]]
    for wrong in ("x", "1~x", "x~1"):
        with pytest.raises(Missing):
            coverage.officials(by, at, under=COUNTY, show="all", body=None, tier=None, after=wrong)


@row("R-099", "R-393")
def test_what_was_counted_for_a_county_is_not_shown_of_a_village_where_it_was_not_counted(
    county: Cast, at: datetime
) -> None:
    """Officials who left are counted by town: a village's list, and the lists of a viewer of a village, ask anew."""
    narrow = replace(county.xu.viewer(at), scopes=((SHANGHE, f"{SHANGHE}~"),))
    asked = [(make.SYSTEM, SHANGHE), (narrow, COUNTY), (narrow, QINGSHI), (narrow, SHANGHE)]

    def shown() -> list[object]:
        lists = [
            coverage.officials(by, at, under=under, show=show, body=None, tier=None)
            for by, under in asked
            for show in coverage.OFFICIAL_SHOWS
        ]
        return [*lists, *(replace(coverage.cover(by, at, under=under), counted=None) for by, under in asked)]

    live = shown()
    ticks.count_coverage(at)
    assert shown() == live
