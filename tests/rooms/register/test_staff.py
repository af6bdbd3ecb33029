"""Posts give powers for a period; a viewer is what today's posts give."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.models import Account, Event, Official
from huiyin.core.request_id import set_request_id
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff as act
from huiyin.register.models import Post
from huiyin.register.queries import serving
from huiyin.register.queries import staff as ask
from tests import factories as make
from tests.cast import COUNTY, FOREIGN_TOWN, GROUP_THREE, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast
from tests.rows import row

TODAY = date(2026, 11, 18)


@row("R-050")
def test_a_viewer_is_what_todays_posts_give(cast: Cast, at: datetime) -> None:
    li = cast.li.viewer(at)
    assert li.may("matter.reply")
    assert not li.may("matter.assign")
    assert li.sees(GROUP_THREE)
    assert not li.sees(QINGSHI)
    assert li.body_ids == {cast.bodies.town}
    assert (li.person_id, li.official_id) == (cast.li.person_id, cast.li.official_id)
    assert li.day == TODAY


def test_nobody_of_the_cast_sees_a_town_they_have_no_post_over(cast: Cast, at: datetime) -> None:
    for member in (cast.li, cast.ma, cast.luo):
        assert not member.viewer(at).sees(QINGSHI)
        assert not member.viewer(at).sees(FOREIGN_TOWN)
    assert not cast.wu.viewer(at).sees(LIUWAN)
    assert not cast.zheng.viewer(at).sees(COUNTY)
    assert not cast.chen.viewer(at).sees(FOREIGN_TOWN)


@row("R-050")
def test_a_post_that_ended_yesterday_gives_nothing_today(cast: Cast, at: datetime) -> None:
    act.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id, until=TODAY)
    gone = cast.li.viewer(at)
    assert (gone.verbs, gone.scopes, gone.body_ids) == (frozenset(), (), frozenset())
    assert cast.li.viewer(at - timedelta(days=1)).may("matter.reply")


def test_a_post_that_begins_tomorrow_gives_nothing_today(cast: Cast, at: datetime) -> None:
    late = make.an_official(cast.bodies.town, since=TODAY + timedelta(days=1))
    account = make.account_of(late)
    assert ask.viewer_for(account, at).verbs == frozenset()
    assert ask.viewer_for(account, at + timedelta(days=1)).may("matter.reply")


def test_the_day_changes_at_midnight_in_the_county_not_in_utc(cast: Cast) -> None:
    evening = datetime.fromisoformat("2026-11-18T15:59:59+00:00")
    act.end_post(by=make.SYSTEM, at=evening, post_id=cast.li.post_id, until=date(2026, 11, 19))
    assert cast.li.viewer(evening).may("matter.reply")
    assert not cast.li.viewer(evening + timedelta(seconds=1)).may("matter.reply")


@pytest.mark.parametrize("posts", [1, 50])
@pytest.mark.once
def test_a_viewer_costs_the_same_queries_with_one_post_and_with_fifty(
    cast: Cast, at: datetime, posts: int, django_assert_max_num_queries: object
) -> None:
    for number in range(posts - 1):
        place = (LIUWAN, HUAISHUPING, SHIQIAO)[number % 3]
        body = make.a_body(f"单位{number}", place)
        make.an_official(body, person_id=cast.li.person_id, username="", place_code=place)
    account = cast.li.account
    with django_assert_max_num_queries(4):  # type: ignore[operator]  # the rulebook in force, edition, posts, scopes
        viewer = ask.viewer_for(account, at)
    with django_assert_max_num_queries(2):  # type: ignore[operator]  # the rulebook in force and the edition
        assert ask.viewer_for(account, at) == viewer
    assert len(viewer.body_ids) == posts
    assert viewer.scopes == (("990101101", "990101102"),)


def test_what_is_kept_of_posts_ends_with_the_edition(cast: Cast, at: datetime) -> None:
    before = ask.viewer_for(cast.li.account, at)
    act.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id, until=at.date())
    assert before.may("matter.reply")
    assert not ask.viewer_for(cast.li.account, at).may("matter.reply")


def test_a_merged_place_is_in_scope_with_the_next_look(cast: Cast, at: datetime) -> None:
    before = ask.viewer_for(cast.li.account, at)
    assert not before.sees(QINGSHI)
    make.places_merged([QINGSHI], LIUWAN, at)
    assert ask.viewer_for(cast.li.account, at).sees(QINGSHI)


def test_a_closed_account_and_one_without_a_person_may_nothing(cast: Cast, at: datetime) -> None:
    account = cast.li.account
    account.is_active = False
    assert ask.viewer_for(account, at).verbs == frozenset()
    assert ask.viewer_for(Account(username="nobody"), at).scopes == ()


def test_a_role_the_rulebook_does_not_know_gives_nothing(cast: Cast, at: datetime) -> None:
    made = make.an_official(cast.bodies.town, role="wizard")
    assert ask.viewer_for(make.account_of(made), at).verbs == frozenset()


def test_a_delegate_without_a_post_acts_for_the_one_who_lent(cast: Cast, at: datetime) -> None:
    act.end_post(by=make.SYSTEM, at=at, post_id=cast.wu.post_id)
    _lend(cast, at)
    wu = cast.wu.viewer(at)
    assert wu.on_behalf_of == cast.ma.person_id
    assert wu.person_id == cast.wu.person_id
    assert wu.may("matter.assign")
    assert wu.sees(LIUWAN)
    assert wu.trace()["on_behalf_of_id"] == cast.ma.person_id


def test_a_delegate_with_a_post_says_for_whom_they_act(cast: Cast, at: datetime) -> None:
    _lend(cast, at)
    own, lent = cast.wu.viewer(at), cast.wu.viewer(at, acting_for=cast.ma.person_id)
    assert own.on_behalf_of is None
    assert not own.sees(LIUWAN)
    assert lent.on_behalf_of == cast.ma.person_id
    assert not lent.sees(QINGSHI)
    assert [one.name for one in ask.may_act_for(own, at)] == ["马国强"]
    assert cast.wu.viewer(at, acting_for=cast.chen.person_id).verbs == frozenset()


def test_only_the_verbs_that_were_lent_and_the_post_has_are_given(cast: Cast, at: datetime) -> None:
    _lend(cast, at, verbs=["matter.assign", "matter.held"])
    assert cast.wu.viewer(at, acting_for=cast.ma.person_id).verbs == {"matter.assign"}


def test_lent_powers_end_with_their_day_with_the_post_and_when_taken_back(cast: Cast, at: datetime) -> None:
    lent = _lend(cast, at)
    after = at + timedelta(days=7)
    assert cast.wu.viewer(after, acting_for=cast.ma.person_id).verbs == frozenset()
    act.end_delegation(by=cast.ma.viewer(at), at=at, delegation_id=lent)
    assert cast.wu.viewer(at, acting_for=cast.ma.person_id).verbs == frozenset()
    _lend(cast, at)
    act.end_post(by=make.SYSTEM, at=at, post_id=cast.ma.post_id)
    assert cast.wu.viewer(at, acting_for=cast.ma.person_id).verbs == frozenset()


def test_nobody_lends_anothers_post(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        act.delegate(
            by=cast.li.viewer(at),
            at=at,
            post_id=cast.ma.post_id,
            to_person_id=cast.li.person_id,
            since=TODAY,
            until=TODAY + timedelta(days=1),
        )
    with pytest.raises(Missing):
        act.end_delegation(by=make.SYSTEM, at=at, delegation_id=uuid4())


@row("R-050", "R-053")
def test_a_new_official_is_a_person_an_official_a_post_and_an_account(cast: Cast, at: datetime) -> None:
    made = make.an_official(
        cast.bodies.village, name="曾强", role="official", title="村民事务代理员", kind="agent", username="zengqiang"
    )
    official = Official.objects.select_related("person").get(pk=made.official_id)
    assert (official.kind, official.person.pinyin, official.person.initials) == ("agent", "zengqiang", "zq")
    account = make.account_of(made)
    assert account.username == "zengqiang"
    assert not account.has_usable_password()
    assert [post.title for post in ask.official(Viewer.system("test"), made.person_id, at)] == ["村民事务代理员"]


def test_a_resident_who_enters_service_stays_the_same_person(cast: Cast, at: datetime) -> None:
    made = make.an_official(cast.bodies.village, person_id=cast.zhang_id, role="official", title="组长")
    assert made.person_id == cast.zhang_id
    second = make.an_official(cast.bodies.town, person_id=cast.zhang_id, username="")
    assert (second.official_id, second.person_id) == (made.official_id, cast.zhang_id)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": ""}, "value_missing"),
        ({"name": "长" * 61}, "name_too_long"),
        ({"place_code": "990101101299"}, "place_unknown"),
        ({"overlay_id": uuid4()}, "place_unknown"),
        ({"person_id": uuid4()}, "person_unknown"),
        ({"until": date(2025, 1, 1)}, "period_wrong"),
    ],
)
def test_what_cannot_be_appointed_is_refused(cast: Cast, changed: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        make.an_official(cast.bodies.town, **changed)  # type: ignore[arg-type]  # each case changes another argument
    assert refused.value.code == code


def test_the_same_number_post_or_username_is_not_given_twice(cast: Cast, at: datetime) -> None:
    give = {"by": make.SYSTEM, "at": at, "body_id": cast.bodies.town, "role": "handler", "title": "干事"}
    act.appoint(name="一", number="N1", username="same", **give)  # type: ignore[arg-type]  # one dict for three calls
    with pytest.raises(Refused, match="code_taken"):
        act.appoint(name="二", number="N1", **give)  # type: ignore[arg-type]  # as above
    with pytest.raises(Refused, match="username_taken"):
        act.appoint(name="二", number="N2", username="same", **give)  # type: ignore[arg-type]  # as above
    with pytest.raises(Refused, match="post_overlaps"):
        act.appoint(person_id=cast.li.person_id, **give)  # type: ignore[arg-type]  # as above


def test_staff_is_edited_only_with_the_verb_and_inside_the_scope(cast: Cast, at: datetime) -> None:
    give = {"at": at, "name": "新局", "kind": "department", "place_code": COUNTY}
    with pytest.raises(Refused, match="not_allowed"):
        act.add_body(by=cast.li.viewer(at), **give)  # type: ignore[arg-type]  # one dict for three calls
    act.add_body(by=cast.xu.viewer(at), **give)  # type: ignore[arg-type]  # as above
    with pytest.raises(Refused, match="not_allowed"):
        act.add_body(by=cast.xu.viewer(at), **{**give, "place_code": FOREIGN_TOWN})  # type: ignore[arg-type]  # as above
    foreign = Post.objects.get(pk=cast.zheng.post_id)
    with pytest.raises(Missing):
        act.end_post(by=cast.xu.viewer(at), at=at, post_id=foreign.pk)


def test_a_transfer_ends_one_post_and_begins_another_the_same_day(cast: Cast, at: datetime) -> None:
    new = act.transfer(
        by=make.SYSTEM, at=at, post_id=cast.li.post_id, body_id=cast.bodies.other_town, role="handler", title="干事"
    )
    moved = cast.li.viewer(at)
    assert moved.body_ids == {cast.bodies.other_town}
    assert moved.sees(QINGSHI)
    assert not moved.sees(LIUWAN)
    assert Post.objects.get(pk=new).since == TODAY
    assert Event.objects.filter(name="register.official_transferred", subject=str(cast.li.person_id)).count() == 1


def test_a_correction_keeps_what_was_recorded_before(cast: Cast, at: datetime) -> None:
    act.correct_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id, since=date(2026, 1, 5), until=date(2026, 6, 1))
    old = Post.objects.get(pk=cast.li.post_id)
    assert (old.until, old.replaced_at) == (None, at)
    assert cast.li.viewer(at).verbs == frozenset()


def test_a_post_does_not_end_before_it_began(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="period_wrong"):
        act.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id, until=date(2020, 1, 1))
    with pytest.raises(Missing):
        act.end_post(by=make.SYSTEM, at=at, post_id=uuid4())


@row("R-047", "R-048")
def test_bodies_have_a_place_a_parent_a_system_and_ways_to_reach_them(cast: Cast, at: datetime) -> None:
    viewer = cast.chen.viewer(at)
    village = ask.body(viewer, cast.bodies.village)
    assert (village.parent_id, village.place_code) == (cast.bodies.town, HUAISHUPING)
    assert {body.system for body in ask.bodies(viewer, at, kinds=["town_government"])} == {"乡镇"}
    assert ask.body(viewer, cast.bodies.centre).phone == "199-0000-1200"
    assert [body.id for body in ask.bodies(viewer, at, place_code=LIUWAN)] == [cast.bodies.town, cast.bodies.village]
    with pytest.raises(Missing):
        ask.body(viewer, uuid4())


@row("R-052")
def test_officials_stand_in_four_levels_of_responsibility(cast: Cast, at: datetime) -> None:
    for level in ("section", "charge"):
        make.an_official(cast.bodies.town, name=level, responsibility=level)
    found = ask.officials(cast.chen.viewer(at), at, body_ids=[cast.bodies.town])
    assert [one.responsibility for one in found] == ["main", "charge", "section", "handler"]
    assert found[0].name == "马国强"


@pytest.mark.parametrize("typed", ["马国强", "maguo", "mgq", "镇长", "柳湾 马"])
def test_an_official_is_found_by_name_pinyin_title_or_body(cast: Cast, at: datetime, typed: str) -> None:
    assert [one.name for one in ask.officials(cast.chen.viewer(at), at, text=typed)] == ["马国强"]


def test_of_those_a_word_finds_only_as_many_are_read_as_are_shown(cast: Cast, at: datetime) -> None:
    for number in range(30):
        make.an_official(cast.bodies.town, name=f"丁一{number:02}", place_code=LIUWAN)
    with CaptureQueriesContext(connection) as seen:
        found = ask.called(cast.chen.viewer(at), at, "丁一", most=3)
    assert len({one.official_id for one in found}) == 3
    assert "LIMIT 24" in seen.captured_queries[-1]["sql"]


def test_who_serves_is_kept_within_requests_until_somebody_comes_or_goes(cast: Cast, at: datetime) -> None:
    set_request_id("test")
    try:
        by, luo = cast.xu.viewer(at), cast.luo.official_id
        assert serving.known(by, [luo], at.date())[luo].name == cast.luo.name
        with CaptureQueriesContext(connection) as seen:
            serving.known(by, [luo, cast.li.official_id], at.date())
        assert not seen.captured_queries
        act.end_post(by=make.SYSTEM, at=at, post_id=cast.luo.post_id)
        assert not serving.known(cast.xu.viewer(at), [luo], at.date())
    finally:
        set_request_id("")


def test_candidates_are_those_whose_post_covers_the_place(cast: Cast, at: datetime) -> None:
    viewer = cast.zhou.viewer(at)
    found = ask.candidates(viewer, at, verb="matter.reply", place_code=GROUP_THREE)
    assert [one.name for one in found] == ["李卫东", "白雪梅", "陈静"]
    without = ask.candidates(viewer, at, verb="matter.reply", place_code=GROUP_THREE, without=[cast.li.person_id])
    assert "李卫东" not in {one.name for one in without}
    assert [one.name for one in ask.candidates(viewer, at, role="caller")] == ["何芳"]
    kinds = ask.candidates(viewer, at, verb="matter.reply", body_kinds=["town_government"])
    assert {one.name for one in kinds} == {"李卫东", "吴涛"}
    assert ask.candidates(viewer, at, role="handler", body_id=cast.bodies.village) == ()


def test_candidates_for_a_merged_village_are_those_of_the_village_it_became(cast: Cast, at: datetime) -> None:
    make.places_merged([SHIQIAO], "990101102201", at)
    found = ask.candidates(cast.zhou.viewer(at), at, verb="matter.reply", place_code=SHIQIAO)
    assert "吴涛" in {one.name for one in found}


def test_who_a_text_from_a_village_may_name(cast: Cast, at: datetime) -> None:
    viewer = cast.chen.viewer(at)
    near = ask.officials_named_near(viewer, GROUP_THREE, at)
    names = {one.name for one in near}
    assert {"罗大勇", "李卫东", "马国强", "唐文"} <= names
    assert not {"吴涛", "郑阳"} & names
    ma = next(one for one in near if one.name == "马国强")
    assert (ma.pinyin, ma.titles) == ("maguoqiang", ("镇长",))


def test_who_works_in_a_grid_or_a_group_of_the_place_may_be_named_too(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=make.BEGIN)
    grid = make.a_grid([HUAISHUPING], at=make.BEGIN)
    make.an_official(cast.bodies.other_town, name="古力", title="网格员", place_code=QINGSHI, overlay_id=grid)
    make.an_official(cast.bodies.village, name="祁兵", title="组长", place_code=GROUP_THREE)
    viewer = cast.chen.viewer(at)
    assert {"古力", "祁兵"} <= {one.name for one in ask.officials_named_near(viewer, HUAISHUPING, at)}
    assert not {"古力", "祁兵"} & {one.name for one in ask.officials_named_near(viewer, SHIQIAO, at)}


def test_who_may_be_named_is_kept_until_the_staff_changes(
    cast: Cast, at: datetime, django_assert_num_queries: object
) -> None:
    viewer = cast.chen.viewer(at)
    near = ask.officials_named_near(viewer, GROUP_THREE, at)
    with django_assert_num_queries(1):  # type: ignore[operator]  # the edition only
        assert ask.officials_named_near(viewer, GROUP_THREE, at) is near
    set_request_id("a request")
    try:
        with django_assert_num_queries(0):  # type: ignore[operator]  # it came with the viewer
            assert ask.officials_named_near(viewer, GROUP_THREE, at) is near
    finally:
        set_request_id("")
    act.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id)
    assert "李卫东" not in {one.name for one in ask.officials_named_near(viewer, GROUP_THREE, at)}


def test_every_village_shares_whoever_serves_in_the_county_and_has_its_own_beside(cast: Cast, at: datetime) -> None:
    viewer = cast.chen.viewer(at)
    here, above = ask.officials_named(viewer, HUAISHUPING, at)
    there, shared = ask.officials_named(viewer, SHANGHE, at)
    assert above is shared, "thousands, laid out once"
    assert {"罗大勇", "李卫东", "马国强"} <= {one.name for one in here}
    assert "吴涛" in {one.name for one in there} - {one.name for one in here}
    assert "唐文" in {one.name for one in above}
    whole, nothing = ask.officials_named(viewer, COUNTY, at)
    assert {"罗大勇", "吴涛"} <= {one.name for one in whole}
    assert "唐文" not in {one.name for one in whole}
    assert nothing is above
    assert {*here, *above} == set(ask.officials_named_near(viewer, HUAISHUPING, at))


@row("SG-24")
def test_the_public_directory_shows_listed_posts_and_forgets_them_when_they_end(cast: Cast, at: datetime) -> None:
    anybody = Viewer.resident()
    assert {one.name for one in ask.directory(anybody, at, place_code=GROUP_THREE)} == {"马国强", "唐文"}
    act.end_post(by=make.SYSTEM, at=at, post_id=cast.ma.post_id)
    assert {one.name for one in ask.directory(anybody, at, place_code=GROUP_THREE)} == {"唐文"}


def test_names_bodies_and_members_are_told_by_id(cast: Cast, at: datetime) -> None:
    viewer = cast.chen.viewer(at)
    assert ask.persons(viewer, [cast.li.person_id]) == {cast.li.person_id: "李卫东"}
    assert ask.body_names(viewer, [cast.bodies.town]) == {cast.bodies.town: "柳湾镇人民政府"}
    held = ask.bodies_of(viewer, [cast.li.person_id, cast.zhang_id], at)
    assert held == {cast.li.person_id: {cast.bodies.town}, cast.zhang_id: frozenset()}
    with pytest.raises(Missing):
        ask.official(viewer, cast.zhang_id, at)


def _lend(cast: Cast, at: datetime, verbs: list[str] | None = None) -> UUID:
    return act.delegate(
        by=cast.ma.viewer(at),
        at=at,
        post_id=cast.ma.post_id,
        to_person_id=cast.wu.person_id,
        since=TODAY,
        until=TODAY + timedelta(days=7),
        verbs=verbs or [],
    )


@row("R-051")
def test_a_rank_tier_is_one_of_the_countys_list(cast: Cast, at: datetime) -> None:
    body = cast.bodies.farming
    made = make.an_official(body, name="林有职", tier="section_chief")
    assert Official.objects.get(pk=made.official_id).tier == "section_chief"
    with pytest.raises(Refused) as refused:
        make.an_official(body, name="林无级", tier="emperor")
    assert refused.value.code == "tier_unknown"
