"""Cards: made by the village in editions, found by their code, replaced, reconciled; asking by telephone."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards as act
from huiyin.register.actions import households, links, staff
from huiyin.register.models import Card, Enquiry, LinkWish, PrintRun
from huiyin.register.queries import cards as ask
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, ZHANG_PHONE, Cast
from tests.rows import row

RESIDENT = Viewer.resident()


def printed(cast: Cast, at: datetime, kind: str = "card", place: str = HUAISHUPING) -> UUID:
    """A run that is made."""
    run = act.ask_for(by=cast.xu.viewer(at), at=at, kind=kind, place_codes=[place])[0]
    assert ticks.print_runs(at) == 1
    return run


def code(cast: Cast, at: datetime) -> str:
    """The code on 张丽华's card."""
    card = Card.objects.get(household_id=cast.zhang_household, replaced_at=None)
    return ask.code_of(card.pk)


@row("R-117", "R-118")
def test_a_village_gets_a_card_for_each_household_and_the_next_edition_replaces_it(cast: Cast, at: datetime) -> None:
    make.a_household(HUAISHUPING, head="李小满")
    make.a_household(SHIQIAO, head="王秀兰")
    first = printed(cast, at)
    chen = cast.xu.viewer(at)
    faces = ask.faces(chen, first, at)
    assert {(one.head, one.group, one.official.name if one.official else "") for one in faces} == {
        ("张丽华", "三组", "罗大勇"),
        ("李小满", "", ""),
    }
    assert len({one.code for one in faces}) == 2
    old = code(cast, at)
    printed(cast, at + timedelta(days=30))
    assert [(one.edition, one.count, one.state) for one in ask.runs(chen, under=LIUWAN)] == [
        (2, 2, "made"),
        (1, 2, "made"),
    ]
    assert code(cast, at) != old
    assert ask.by_card(RESIDENT, old, at + timedelta(days=30))[0] == cast.zhang_household
    with pytest.raises(Missing):
        ask.by_card(RESIDENT, old, at + timedelta(days=30) + ask.DELIVERY)
    assert Card.objects.filter(replaced_at=None).count() == 2


@row("R-117", "SG-49")
def test_a_run_that_is_taken_again_holds_nothing_of_who_moved_beyond_the_scope_or_is_no_household_any_more(
    cast: Cast, at: datetime
) -> None:
    """Who heads it by now, and the code that opens who is there for it, are theirs who keep the register there."""
    li, _ = make.a_household(HUAISHUPING, head="李小满")
    wang, _ = make.a_household(HUAISHUPING, head="王秀兰")
    run = printed(cast, at)
    town = cast.xu.viewer(at).but(scopes=(subtree(LIUWAN),))
    assert {one.head for one in ask.faces(town, run, at)} == {"张丽华", "李小满", "王秀兰"}
    households.move(by=cast.xu.viewer(at), at=at, household_id=li, to=households.Whereto(SHANGHE))
    households.close(by=cast.xu.viewer(at), at=at, household_id=wang, why="left")
    assert {one.head for one in ask.faces(town, run, at)} == {"张丽华"}
    assert {one.head for one in ask.faces(cast.xu.viewer(at), run, at)} == {"张丽华", "李小满"}


@row("R-117", "R-118")
def test_a_village_with_more_households_than_a_run_holds_gets_several_runs(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(act, "MOST", 2)
    for number in range(4):
        make.a_household(HUAISHUPING, head=f"户主{number}")
    printed(cast, at - timedelta(days=9))  # an older edition does not stand for the new one
    act.ask_for(by=cast.xu.viewer(at), at=at, kind="card", place_codes=[HUAISHUPING])
    before = Card.objects.count()
    for minute in range(1, 6):
        ticks.print_runs(at + timedelta(minutes=minute))
    new = ask.runs(cast.xu.viewer(at), under=LIUWAN)[:3]
    assert [(one.count, one.state) for one in new] == [(1, "made"), (2, "made"), (2, "made")]
    assert not PrintRun.objects.filter(state="asked").exists()
    assert Card.objects.count() == before + 5
    fresh = Card.objects.filter(replaced_at=None, issued_at__gt=at).values_list("household_id", flat=True)
    assert len(set(fresh)) == len(fresh) == 5


@row("R-094", "R-096")
def test_the_card_on_the_wall_opens_until_the_next_one_is_at_the_door_and_says_who_it_is_today(
    cast: Cast, at: datetime
) -> None:
    printed(cast, at)
    old = code(cast, at)
    links.end_link(by=make.SYSTEM, at=at, link_id=cast.zhang_link)
    make.a_link(cast.li.official_id, cast.zhang_household)
    later = at + timedelta(days=1)
    printed(cast, later)
    for moment in (later, later + ask.DELIVERY - timedelta(days=1)):
        household, (found,) = ask.by_card(RESIDENT, old, moment)
        assert (household, found.name) == (cast.zhang_household, "李卫东")
    with pytest.raises(Missing):
        ask.by_card(RESIDENT, old, later + ask.DELIVERY)
    households.close(by=make.SYSTEM, at=later, household_id=cast.zhang_household, why="left")
    with pytest.raises(Missing):
        ask.by_card(RESIDENT, old, later)


@row("R-096")
def test_a_card_says_who_the_official_is_today_and_nothing_about_the_household(cast: Cast, at: datetime) -> None:
    printed(cast, at)
    _, found = ask.by_card(RESIDENT, code(cast, at), at)
    assert [(one.name, one.unit) for one in found] == [("罗大勇", "槐树坪村村民委员会")]
    assert "张丽华" not in str(found)
    for wrong in ("", "0000-0000-0000-0000", code(cast, at)[:-1], "x" * 16):
        with pytest.raises(Missing):
            ask.by_card(RESIDENT, wrong, at)


@row("R-096")
def test_the_holder_of_a_card_wishes_another_official_without_a_reason(cast: Cast, at: datetime) -> None:
    printed(cast, at)
    for _ in range(2):
        act.wish_another(by=RESIDENT, at=at, code=code(cast, at))
    wish = LinkWish.objects.get()
    assert (wish.household_id, wish.official_id) == (cast.zhang_household, cast.luo.official_id)
    with pytest.raises(Missing):
        act.wish_another(by=RESIDENT, at=at, code="0" * 16)


@row("R-118")
def test_cards_issued_are_reckoned_against_households_and_todays_officials(cast: Cast, at: datetime) -> None:
    viewer = cast.xu.viewer(at)
    printed(cast, at)
    late, _ = make.a_household(HUAISHUPING, head="李小满")
    [found], _ = ask.balance(viewer, LIUWAN, at)
    assert (found.households, found.right, found.stale, found.without) == (2, 1, 0, 1)
    link = make.a_link(cast.luo.official_id, late)
    printed(cast, at)
    links.end_link(by=make.SYSTEM, at=at, link_id=link)
    [found], _ = ask.balance(viewer, LIUWAN, at)
    assert (found.right, found.stale, found.without) == (1, 1, 0)
    with pytest.raises(Missing):
        ask.balance(cast.wu.viewer(at), LIUWAN, at)


def test_a_towns_reckoning_is_counted_by_the_database_and_no_household_is_read(cast: Cast, at: datetime) -> None:
    viewer = cast.xu.viewer(at)
    printed(cast, at)
    make.a_household(SHIQIAO, head="王秀兰")
    printed(cast, at, place=SHIQIAO)
    with CaptureQueriesContext(connection) as asked:
        found = {one.place_code: one for one in ask.balance(viewer, LIUWAN, at)[0]}
    read = [one["sql"] for one in asked.captured_queries if "register_household" in one["sql"]]
    assert ["GROUP BY" in one for one in read] == [True, True]
    assert (found[HUAISHUPING].right, found[HUAISHUPING].stale) == (1, 0)
    # Nobody leads there and the card names nobody: it is right.
    assert (found[SHIQIAO].households, found[SHIQIAO].right, found[SHIQIAO].without) == (1, 1, 0)


def test_a_towns_reckoning_is_the_worker_s_and_what_was_printed_since_is_counted_now(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=at)
    viewer = cast.xu.viewer(at)
    printed(cast, at)
    make.a_household(SHIQIAO, head="王秀兰")
    live, counted = ask.balance(viewer, LIUWAN, at)
    assert counted is None
    assert ticks.count_coverage(at + timedelta(minutes=5))
    later = at + timedelta(minutes=6)
    with CaptureQueriesContext(connection) as asked:
        assert ask.balance(viewer, LIUWAN, later) == (live, at + timedelta(minutes=5))
    assert not [one for one in asked.captured_queries if 'FROM "register_household"' in one["sql"]]
    printed(cast, later, place=SHIQIAO)
    found = {one.place_code: one for one in ask.balance(viewer, LIUWAN, later)[0]}
    assert found[SHIQIAO].right == 1
    assert found[HUAISHUPING] == next(one for one in live if one.place_code == HUAISHUPING)


def test_a_card_reads_the_units_of_its_officials_only(cast: Cast, at: datetime) -> None:
    home, _ = make.a_household(SHIQIAO, head="王秀兰")
    make.a_link(cast.zhou.official_id, home)
    printed(cast, at, place=SHIQIAO)
    given = ask.code_of(Card.objects.get().pk)
    with CaptureQueriesContext(connection) as asked:
        _, [found] = ask.by_card(RESIDENT, given, at)
    assert found.unit_phone == "199-0000-1200"
    assert not [one for one in asked.captured_queries if 'FROM "register_body"' in one["sql"]]


@row("R-119")
def test_letters_books_charts_and_posters_are_counted_by_their_pieces(cast: Cast, at: datetime) -> None:
    for kind in ("letter", "book", "chart", "poster"):
        run = printed(cast, at, kind)
        assert PrintRun.objects.get(pk=run).count == 1
    [(contact, homes)] = ask.linked_in(cast.xu.viewer(at), HUAISHUPING, at)
    assert (contact.name, [(one.head, one.group) for one in homes]) == ("罗大勇", [("张丽华", "三组")])


def test_only_who_edits_the_register_prints_and_only_in_scope(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        act.ask_for(by=cast.chen.viewer(at), at=at, kind="card", place_codes=[HUAISHUPING])
    xu = cast.xu.viewer(at)
    for kind, codes, why in (
        ("flag", [HUAISHUPING], "value_unknown"),
        ("card", [], "needs_village"),
        ("card", [LIUWAN], "place_unknown"),
        ("card", ["990102101201"], "place_unknown"),
    ):
        with pytest.raises(Refused, match=why):
            act.ask_for(by=xu, at=at, kind=kind, place_codes=codes)
    act.ask_for(by=xu, at=at, kind="card", place_codes=[HUAISHUPING, SHIQIAO, SHANGHE])
    with pytest.raises(Refused, match="print_under_way"):
        act.ask_for(by=xu, at=at, kind="card", place_codes=[HUAISHUPING])
    with pytest.raises(Missing):
        act.take(by=xu, at=at, run_id=PrintRun.objects.earliest("pk").pk)
    assert ticks.print_runs(at) == 3
    assert ticks.print_runs(at) == 0


@row("R-096")
def test_a_registered_number_is_rung_back_and_an_unknown_one_leaves_nothing(cast: Cast, at: datetime) -> None:
    for phone in (ZHANG_PHONE, ZHANG_PHONE, "16000009999"):
        assert act.ask_by_phone(by=RESIDENT, at=at, phone=phone) is None
    chen = cast.chen.viewer(at)
    [waiting] = ask.enquiries(chen, at)
    assert (waiting.name, waiting.official.name if waiting.official else "") == ("张丽华", "罗大勇")
    assert ask.enquiries(cast.wu.viewer(at), at) == ()
    assert act.number_to_ring(by=chen, at=at, enquiry_id=waiting.id) == (ZHANG_PHONE,)
    assert Look.objects.get().subject == f"household:{cast.zhang_household}"
    act.told(by=chen, at=at, enquiry_id=waiting.id)
    assert ask.enquiries(chen, at) == ()
    with pytest.raises(Missing):
        act.told(by=chen, at=at, enquiry_id=waiting.id)
    assert Enquiry.objects.get().told_by_id == cast.chen.person_id
    assert ZHANG_PHONE not in str(list(Event.objects.values_list("data", "subject")))


@row("SG-24")
def test_whoever_leaves_a_post_is_on_no_card_the_same_day(cast: Cast, at: datetime) -> None:
    printed(cast, at)
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.luo.post_id)
    assert ask.by_card(RESIDENT, code(cast, at), at)[1] == ()
