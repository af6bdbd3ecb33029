"""A round of assignment from the asking to the last link: nobody without an official, nobody with two."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, models
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from huiyin.core import apart, rulebook
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.links import Load, Pairing
from huiyin.register import ticks
from huiyin.register.actions import handovers, links, people, rounds, staff
from huiyin.register.models import Announcement, Link, LinkProposal, LinkRound, Membership
from huiyin.register.queries import coverage, left_out
from huiyin.register.queries import rounds as ask
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast
from tests.rows import row

MACHINE = Viewer.system("assignment")


def some_homes(place: str, count: int) -> list[UUID]:
    """Households of a village."""
    return [make.a_household(place)[0] for _ in range(count)]


def drawn(by: Viewer, at: datetime) -> UUID:
    """A round that has been drawn up."""
    found = rounds.ask(by=by, at=at, programme="echo", pairing="fixed")
    ticks.link_rounds(at)
    return found


def leads(household_id: UUID) -> list[UUID]:
    """The officials of a household's open lead links."""
    rows = Link.objects.filter(household_id=household_id, kind="lead", until=None, replaced_at=None)
    return list(rows.values_list("official_id", flat=True))


@row("R-063", "R-064", "R-065", "R-068")
def test_a_round_gives_every_household_exactly_one_official(cast: Cast, at: datetime) -> None:
    homes = some_homes(HUAISHUPING, 12) + some_homes(SHIQIAO, 9) + some_homes(SHANGHE, 6)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    page = ask.one(by, round_id)
    assert (page.row.state, page.row.figures["households"], page.row.figures["uncovered"]) == ("proposed", 28, 0)
    rounds.confirm(by=by, at=at, round_id=round_id, seen=page.row.version)
    ticks.link_rounds(at)
    assert LinkRound.objects.get(pk=round_id).state == "confirmed"
    assert all(len(leads(home)) == 1 for home in [*homes, cast.zhang_household])
    assert leads(cast.zhang_household) == [cast.luo.official_id]  # whoever was linked stays linked
    told = list(Event.objects.filter(subject=str(round_id)).order_by("id").values_list("name", flat=True))
    assert told == [
        "register.link_round_asked",
        "register.link_round_proposed",
        "register.link_round_confirmed",
        "register.links_assigned",
        "register.link_round_done",
    ]


@row("R-063")
def test_a_round_with_gaps_cannot_be_confirmed_and_says_where_it_falls_short(cast: Cast, at: datetime) -> None:
    some_homes(SHANGHE, 400)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    page = ask.one(by, round_id)
    missing = page.row.figures["uncovered"]
    assert missing > 0
    assert [one.missing for one in page.shortages] == [missing]
    assert page.shortages[0].demand - page.shortages[0].capacity == missing
    with pytest.raises(Refused) as refused:
        rounds.confirm(by=by, at=at, round_id=round_id)
    assert (refused.value.code, refused.value.values["count"]) == ("round_gaps", missing)
    gaps = ask.lines(by, round_id, show="gaps")
    assert len(gaps.rows) == min(missing, ask.PAGE)
    rounds.withdraw(by=by, at=at, round_id=round_id)
    assert ask.one(by, round_id).row.state == "withdrawn"


@row("SG-45")
def test_nobody_is_proposed_for_their_own_household_a_relatives_or_one_that_wishes_otherwise(
    cast: Cast, at: datetime
) -> None:
    own, _ = make.a_household(HUAISHUPING)
    people.add_resident(by=make.SYSTEM, at=at, household_id=own, person_id=cast.luo.person_id, relation="child")
    relatives, cousin = make.a_household(HUAISHUPING)
    people.add_kin(by=make.SYSTEM, at=at, person_id=cast.luo.person_id, relative_id=cousin)
    wish = make.a_household(HUAISHUPING)[0]
    links.wish(by=cast.xu.viewer(at), at=at, household_id=wish, official_id=cast.luo.official_id)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    given = dict(LinkProposal.objects.filter(round_id=round_id).values_list("household_id", "official_id"))
    assert all(given[home] not in (None, cast.luo.official_id) for home in (own, relatives, wish))
    for home in (own, relatives, wish):
        with pytest.raises(Refused, match=r"kept_apart|nothing_changed"):
            rounds.adjust(by=MACHINE, at=at, round_id=round_id, household_id=home, official_id=cast.luo.official_id)
        with pytest.raises(Refused, match=r"own_household|kept_apart"):
            links.link(by=make.SYSTEM, at=at, official_id=cast.luo.official_id, household_id=home)


@row("SG-01")
def test_of_ones_own_office_nothing_can_be_told_from_a_round(cast: Cast, at: datetime) -> None:
    """Whether 陈静 was complained about is not to be read by her colleague from a line that moves or is refused."""
    (home, *_) = some_homes(HUAISHUPING, 2)
    make.a_link(cast.chen.official_id, home)
    by = cast.xu.viewer(at)
    decided: set[tuple[UUID, UUID, bool]] = set()
    ask_complaints = apart.source(lambda _viewer, _at, _homes, _persons: decided)
    try:
        seen = []
        for complaint in (None, (home, cast.chen.person_id, False), (home, cast.chen.person_id, True)):
            decided.clear()
            decided |= {complaint} if complaint else set()
            round_id = drawn(by, at)
            seen.append([(one.household_id, one.says) for one in ask.lines(by, round_id).rows])
            refusals = set()
            for one in (home, cast.zhang_household):
                with pytest.raises((Refused, Missing)) as refused:
                    rounds.adjust(by=by, at=at, round_id=round_id, household_id=one, official_id=cast.chen.official_id)
                refusals.add(refused.value.code)
            assert refusals == {"not_found", "official_near"}
            kept = LinkProposal.objects.get(round_id=round_id, household_id=home).official_id == cast.chen.official_id
            assert kept == (not complaint or not complaint[2])  # what nobody has decided on ends nothing that stands
            rounds.withdraw(by=by, at=at, round_id=round_id)
        assert home not in [one for lines in seen for one, _ in lines]
        assert seen[0] == seen[1] == seen[2]
    finally:
        apart.forget(ask_complaints)


def test_how_many_somebody_gets_counts_no_line_that_the_viewer_does_not_see(cast: Cast, at: datetime) -> None:
    (home, *_) = some_homes(HUAISHUPING, 3)
    make.a_link(cast.chen.official_id, home)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    shown = next(one for one in ask.lines(by, round_id).rows if one.official_id)
    assert shown.official_id is not None
    rounds.adjust(by=make.SYSTEM, at=at, round_id=round_id, household_id=home, official_id=shown.official_id)
    assert LinkProposal.objects.filter(round_id=round_id, official_id=shown.official_id).count() == shown.load + 1
    after = ask.line(by, round_id, shown.household_id)
    assert (after.load, after.says) == (shown.load, shown.says)


def test_a_line_can_be_changed_by_hand_until_the_round_is_confirmed(cast: Cast, at: datetime) -> None:
    (home,) = some_homes(SHIQIAO, 1)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    before = LinkProposal.objects.get(round_id=round_id, household_id=home).official_id
    other = cast.ma if before != cast.ma.official_id else cast.li
    rounds.adjust(by=by, at=at, round_id=round_id, household_id=home, official_id=other.official_id)
    line = ask.line(by, round_id, home)
    assert (line.official, line.by_hand) == (other.name, True)
    assert other.name in line.says
    loads = ask.one(by, round_id).loads
    counted = dict(
        LinkProposal.objects.filter(round_id=round_id).values_list("official_id").annotate(Count("pk")).order_by()
    )
    assert sum(load * n for tier in loads for load, n in tier.table) == sum(counted.values())
    for given, code in ((other.official_id, "nothing_changed"), (uuid4(), "official_unknown")):
        with pytest.raises(Refused, match=code):
            rounds.adjust(by=by, at=at, round_id=round_id, household_id=home, official_id=given)
    with pytest.raises(Refused, match="stale"):
        rounds.confirm(by=by, at=at, round_id=round_id, seen=1)
    rounds.confirm(by=by, at=at, round_id=round_id)
    with pytest.raises(Refused, match="round_not_open"):
        rounds.adjust(by=by, at=at, round_id=round_id, household_id=home, official_id=cast.luo.official_id)
    ticks.link_rounds(at)
    assert leads(home) == [other.official_id]


def test_whoever_left_between_proposal_and_confirmation_is_held_back_and_nobody_loses_an_official(
    cast: Cast, at: datetime
) -> None:
    new = make.an_official(cast.bodies.village, name="新来的", role="official")
    by = cast.xu.viewer(at)
    some_homes(HUAISHUPING, 110)
    round_id = drawn(by, at)
    assert LinkProposal.objects.filter(round_id=round_id, official_id=new.official_id).exists()
    staff.end_post(by=make.SYSTEM, at=at, post_id=new.post_id)
    rounds.confirm(by=by, at=at, round_id=round_id)
    ticks.link_rounds(at)
    found = LinkRound.objects.get(pk=round_id)
    assert found.figures["held_back"] == LinkProposal.objects.filter(official_id=new.official_id).count()
    assert not Link.objects.filter(official_id=new.official_id).exists()
    assert leads(cast.zhang_household) == [cast.luo.official_id]


@row("R-063", "R-094")
def test_what_was_handed_over_since_a_round_was_drawn_up_stays_so(cast: Cast, at: datetime) -> None:
    by, home, (fresh,) = cast.xu.viewer(at), cast.zhang_household, some_homes(HUAISHUPING, 1)
    round_id = drawn(by, at)
    drawn_to = dict(LinkProposal.objects.filter(round_id=round_id).values_list("household_id", "official_id"))
    assert drawn_to[fresh] not in (None, cast.ma.official_id)
    make.a_link(cast.ma.official_id, fresh, at)
    handovers.hand_over_some(
        by=by, at=at, official_id=cast.luo.official_id, to={cast.zhang_link: cast.ma.official_id}, why="transfer"
    )
    told = Event.objects.filter(name="register.links_handed_over").count()
    rounds.confirm(by=by, at=at, round_id=round_id, tell="all")
    ticks.link_rounds(at)
    assert leads(home) == leads(fresh) == [cast.ma.official_id]
    assert LinkRound.objects.get(pk=round_id).figures["held_back"] == 2
    assert not Announcement.objects.filter(cause_id=round_id, household_id__in=(home, fresh)).exists()
    assert Event.objects.filter(name="register.links_handed_over").count() == told, "no matter is moved by it"


@pytest.mark.parametrize("first_by_hand", [False, True])
def test_a_proposal_that_was_changed_beside_the_product_is_not_carried_out(
    cast: Cast, at: datetime, *, first_by_hand: bool
) -> None:
    homes = some_homes(SHIQIAO, 3)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    if first_by_hand:
        for other in (cast.li, cast.ma, cast.li):
            rounds.adjust(by=MACHINE, at=at, round_id=round_id, household_id=homes[0], official_id=other.official_id)
    lines = LinkProposal.objects.filter(round_id=round_id, household_id=homes[1])
    lines.update(official_id=cast.luo.official_id, by_hand=first_by_hand)
    rounds.confirm(by=by, at=at, round_id=round_id)
    ticks.link_rounds(at)
    row_ = LinkRound.objects.get(pk=round_id)
    assert (row_.state, row_.figures["changed"], row_.done) == ("withdrawn", True, 0)
    assert not Link.objects.filter(household_id__in=homes).exists()
    assert Event.objects.filter(subject=str(round_id), name="register.link_round_changed").exists()


def test_choices_by_hand_are_carried_out_and_confirming_reads_no_line(cast: Cast, at: datetime) -> None:
    homes = some_homes(SHIQIAO, 3)
    by = cast.xu.viewer(at)
    round_id = drawn(by, at)
    laid = LinkRound.objects.get(pk=round_id).digest
    for other in (cast.li, cast.ma):
        rounds.adjust(by=MACHINE, at=at, round_id=round_id, household_id=homes[0], official_id=other.official_id)
    with CaptureQueriesContext(connection) as queries:
        rounds.confirm(by=by, at=at, round_id=round_id)
    assert not [one for one in queries if "linkproposal" in one["sql"]]
    ticks.link_rounds(at)
    row_ = LinkRound.objects.get(pk=round_id)
    assert (row_.state, row_.digest) == ("confirmed", laid)
    assert leads(homes[0]) == [cast.ma.official_id]


def test_the_lines_of_a_round_go_thirty_days_after_its_end_and_its_figures_stay(cast: Cast, at: datetime) -> None:
    some_homes(SHIQIAO, 3)
    by = cast.xu.viewer(at)
    first = drawn(by, at)
    rounds.withdraw(by=by, at=at, round_id=first)
    second = drawn(by, at)
    assert ticks.clear_rounds(at + timedelta(days=29)) == 0
    assert ticks.clear_rounds(at + timedelta(days=31)) == 4
    assert ticks.clear_rounds(at + timedelta(days=31)) == 0
    assert not LinkProposal.objects.filter(round_id=first).exists()
    assert LinkProposal.objects.filter(round_id=second).count() == 4
    assert ask.one(by, first).row.figures["households"] == 4
    assert ask.lines(by, first).rows == ()
    told = Event.objects.get(name="register.link_round_cleared")
    assert (told.subject, told.data["lines"]) == (str(first), 4)


@row("R-094")
def test_a_second_round_moves_only_the_households_of_who_left(cast: Cast, at: datetime) -> None:
    homes = some_homes(HUAISHUPING, 10) + some_homes(SHIQIAO, 10)
    by = cast.xu.viewer(at)
    first = drawn(by, at)
    rounds.confirm(by=by, at=at, round_id=first)
    ticks.link_rounds(at)
    before = {home: leads(home) for home in homes}
    leaver = next(one for (one,) in before.values() if one != cast.luo.official_id)
    post = next(one for one in vars(cast).values() if getattr(one, "official_id", None) == leaver)
    staff.end_post(by=make.SYSTEM, at=at, post_id=post.post_id)
    later = at + timedelta(days=1)
    by = cast.xu.viewer(later)
    second = drawn(by, later)
    rounds.confirm(by=by, at=later, round_id=second)
    ticks.link_rounds(later)
    moved = [home for home in homes if leads(home) != before[home]]
    assert moved == [home for home in homes if before[home] == [leaver]]
    assert all(len(leads(home)) == 1 for home in homes)


def test_a_round_is_asked_for_by_who_may_where_they_may_and_one_at_a_time(cast: Cast, at: datetime) -> None:
    by = cast.xu.viewer(at)
    cases: list[tuple[Viewer, dict[str, object], str]] = [
        (cast.li.viewer(at), {}, "not_allowed"),
        (by, {"pairing": "none"}, "pairing_unknown"),
        (by, {"programme": "none"}, "pairing_unknown"),
        (by, {"place_code": "990102000000"}, "place_unknown"),
        (by, {"since": date(2020, 1, 1)}, "period_wrong"),
    ]
    for who, given, code in cases:
        with pytest.raises(Refused) as refused:
            rounds.ask(by=who, at=at, **{"programme": "echo", "pairing": "fixed", **given})  # type: ignore[arg-type]  # cases of one call
        assert refused.value.code == code
    rounds.ask(by=by, at=at, programme="echo", pairing="fixed")
    with pytest.raises(Refused, match="round_under_way"):
        rounds.ask(by=by, at=at, programme="echo", pairing="fixed")
    with pytest.raises(Missing):
        ask.one(cast.wu.viewer(at), uuid4())


@row("R-099")
def test_coverage_counts_both_directions_and_opens_every_figure(cast: Cast, at: datetime) -> None:
    some_homes(SHIQIAO, 3)
    by = cast.xu.viewer(at)
    cover = coverage.cover(by, at, under=COUNTY)
    assert (cover.whole.households, cover.whole.covered, cover.whole.gap) == (4, 1, 3)
    assert {one.code: one.gap for one in cover.parts} == {LIUWAN: 3}
    for show, count in (("all", 4), ("gap", 3), ("covered", 1), ("gone", 0), ("double", 0), ("excluded", 0)):
        assert len(coverage.homes(by, at, under=COUNTY, show=show).rows) == count, show
    idle = [one for one in coverage.loads(by, at, under=COUNTY) if one.is_("idle")]
    assert len(idle) == cover.staff.idle > 0
    links.link(by=make.SYSTEM, at=at, official_id=cast.li.official_id, household_id=cast.zhang_household, programme="x")
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id)
    assert coverage.cover(by, at, under=COUNTY).whole.double == 0  # who left leads nobody
    links.link(by=make.SYSTEM, at=at, official_id=cast.ma.official_id, household_id=cast.zhang_household, programme="y")
    assert coverage.cover(by, at, under=COUNTY).whole.double == 1
    assert len(coverage.homes(by, at, under=COUNTY, show="double").rows) == 1
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.luo.post_id)
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.ma.post_id)
    after = coverage.cover(by, at, under=COUNTY)
    assert (after.whole.gone, after.whole.covered, after.gone) == (1, 0, 3)
    assert coverage.cover(cast.wu.viewer(at), at, under=COUNTY).whole.households == 0  # another town's eyes
    assert coverage.cover(cast.wu.viewer(at), at, under=QINGSHI).whole.households == 0


@row("R-066", "R-068", "R-069")
def test_key_households_get_a_second_official_beside_their_lead(cast: Cast, at: datetime) -> None:
    homes = [cast.zhang_household, *some_homes(SHIQIAO, 5)]
    by = cast.xu.viewer(at)
    first = drawn(by, at)
    rounds.confirm(by=by, at=at, round_id=first)
    ticks.link_rounds(at)
    book = make.county_book()
    page = book.programmes["echo"].links
    assert page is not None
    key = Pairing(
        title="包联对子",
        purpose="帮扶",
        link="supporting",
        categories=("hardship",),
        loads={"any": Load(aim=2, most=4)},
    )
    links_ = page.model_copy(update={"pairings": {**page.pairings, "key": key}})
    echo = book.programmes["echo"].model_copy(update={"links": links_})
    book = book.model_copy(update={"programmes": {"echo": echo}})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=book, in_force_from=at)
    marks = [
        Membership(
            household_id=home, programme="echo", category="hardship", source="x", since=at.date(), recorded_at=at
        )
        for home in homes[:2]
    ]
    models.QuerySet[Membership](Membership).bulk_create(marks)
    second = rounds.ask(by=by, at=at, programme="echo", pairing="key")
    ticks.link_rounds(at)
    rounds.confirm(by=by, at=at, round_id=second)
    ticks.link_rounds(at)
    for home in homes:
        beside = Link.objects.filter(household_id=home, kind="supporting", until=None)
        assert [link.pairing for link in beside] == (["key"] if home in homes[:2] else [])
        assert len(leads(home)) == 1
        assert not beside.filter(official_id__in=leads(home)).exists()


@row("R-064")
def test_who_is_left_out_is_listed_with_the_reason_and_comes_back(cast: Cast, at: datetime) -> None:
    (home,) = some_homes(SHIQIAO, 1)
    by = cast.xu.viewer(at)
    out = links.leave_out(by=by, at=at, household_id=home, why="empty_house", note="外出十年")
    links.leave_out(by=by, at=at, official_id=cast.li.official_id, why="sick_leave")
    page = ask.one(by, drawn(by, at))
    assert page.row.figures["households"] == 1
    assert page.row.figures["households_without"] == 1
    assert page.row.figures["without"]["excluded"] == 1
    assert [one.code for one in coverage.homes(by, at, under=COUNTY, show="excluded").rows]
    links.end_leave_out(by=by, at=at, exclusion_id=out)
    assert coverage.cover(by, at, under=COUNTY).whole.excluded == 0
    for given, code in (
        ({"household_id": home, "why": "nothing"}, "value_unknown"),
        ({"household_id": home, "why": "sick_leave"}, "value_unknown"),
        ({"official_id": cast.luo.official_id, "why": "empty_house"}, "value_unknown"),
        ({"why": "declined"}, "household_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            links.leave_out(by=by, at=at, **given)


@row("R-064")
def test_officials_are_left_out_by_who_looks_after_their_register_and_by_nobody_near(cast: Cast, at: datetime) -> None:
    other_town, by = cast.wu.viewer(at), cast.xu.viewer(at)
    for who, code in ((other_town, "not_allowed|official_unknown"), (by, "official_near")):
        official = cast.luo.official_id if who is other_town else cast.xu.official_id
        with pytest.raises(Refused, match=code):
            links.leave_out(by=who, at=at, official_id=official, why="study")
    elsewhere = replace(by, scopes=(subtree(QINGSHI),))
    with pytest.raises(Refused, match="official_unknown"):
        links.leave_out(by=elsewhere, at=at, official_id=cast.luo.official_id, why="study")
    out = links.leave_out(by=by, at=at, official_id=cast.luo.official_id, why="study", note="到党校三个月")
    (row_,) = left_out.left_out(by, at).rows
    assert (row_.name, row_.why, row_.note, row_.by) == ("罗大勇", "study", "到党校三个月", cast.xu.name)
    assert left_out.left_out(elsewhere, at).rows == ()
    with pytest.raises(Missing):
        links.end_leave_out(by=elsewhere, at=at, exclusion_id=out)
    with pytest.raises(Refused, match="nothing_changed"):
        links.leave_out(by=by, at=at, official_id=cast.luo.official_id, why="retiring")
    links.end_leave_out(by=by, at=at, exclusion_id=out)
    assert left_out.left_out(by, at).rows == ()


@row("R-063", "R-094")
def test_wherever_the_machine_stops_nobody_is_without_an_official_and_nobody_has_two(cast: Cast, at: datetime) -> None:
    homes = [cast.zhang_household, *some_homes(HUAISHUPING, 16)]
    for home in homes[1:]:
        make.a_link(cast.luo.official_id, home)  # more than his band: some have to move
    by = cast.xu.viewer(at)
    round_id = rounds.ask(by=by, at=at, programme="echo", pairing="fixed")
    cut_off = rounds.Line(homes[0], HUAISHUPING, cast.li.official_id, None)
    died, hand = at - 2 * ticks.SILENT, uuid4()  # a machine that died while drawing up
    rounds.begin(by=MACHINE, at=died, round_id=round_id, hand=hand)
    rounds.lay(by=MACHINE, at=died, round_id=round_id, lines=[cut_off], hand=hand)
    ticks.link_rounds(died + ticks.SILENT)
    assert LinkRound.objects.get(pk=round_id).state == "asked"  # it may be at it still
    ticks.link_rounds(at)
    with pytest.raises(Refused, match="round_not_open"):
        rounds.lay(by=MACHINE, at=at, round_id=round_id, lines=[cut_off], hand=hand)
    assert LinkProposal.objects.filter(round_id=round_id).count() == len(homes)
    assert ask.one(by, round_id).row.figures["moved"] > 0
    rounds.confirm(by=by, at=at, round_id=round_id)
    while rounds.carry_out(by=MACHINE, at=at, round_id=round_id, most=2):
        assert all(len(leads(home)) == 1 for home in homes)
    with pytest.raises(Refused, match="round_not_open"):
        rounds.carry_out(by=MACHINE, at=at, round_id=round_id)
    assert LinkRound.objects.get(pk=round_id).state == "confirmed"


@pytest.mark.django_db
def test_what_is_not_done_of_a_round_has_no_other_index_to_be_sought_by() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, LinkProposal._meta.db_table)
    by_round = [one["columns"] for one in found.values() if one["index"] and (one["columns"] or [""])[0] == "round_id"]
    assert ["round_id", "id"] in by_round
    assert ["round_id"] not in by_round, "a planner without figures of a new round takes it and sorts all its lines"
