"""The kit of linked officials: who lacks what of the programme's items, from papers, cards, files and by hand."""

from datetime import datetime, timedelta

import pytest

from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards, staff
from huiyin.register.actions import household_file as files
from huiyin.register.actions import kit as act
from huiyin.register.models import KitGiven
from huiyin.register.queries import household_file as ask_file
from huiyin.register.queries import kit as ask
from huiyin.register.rules import kit as rules
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, LIUWAN, QINGSHI, Cast
from tests.rows import row

FIVE = {"echo.file", "echo.book", "echo.letter", "echo.diary", "echo.card"}


def lacks(cast: Cast, at: datetime) -> set[str]:
    """What 罗大勇 lacks."""
    return {key for one in ask.of_place(cast.xu.viewer(at), at, LIUWAN).rows for key in one.lacks}


@row("R-119")
def test_the_five_items_are_reckoned_from_what_was_printed_kept_and_handed_over(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    found = ask.of_place(xu, at, LIUWAN)
    assert (found.officials, found.whole, [one.lacking for one in found.items]) == (1, 0, [1, 1, 1, 1, 1])
    assert lacks(cast, at) == FIVE
    for kind in ("card", "book", "letter"):
        cards.ask_for(by=xu, at=at, kind=kind, place_codes=[HUAISHUPING])
    assert lacks(cast, at) == FIVE, "asked for is not printed"
    ticks.print_runs(at)
    assert lacks(cast, at) == {"echo.file", "echo.diary"}
    luo, home = cast.luo.viewer(at), cast.zhang_household
    seen = ask_file.mark_of(luo, home, "work", None, at)
    files.write(by=luo, at=at, household_id=home, section="work", words="种茶", seen=seen)
    assert act.hand_over(by=xu, at=at, item="echo.diary", official_ids=[cast.luo.official_id]) == 1
    assert act.hand_over(by=xu, at=at, item="echo.diary", official_ids=[cast.luo.official_id]) == 0
    assert lacks(cast, at) == set()
    assert ask.of_place(xu, at, LIUWAN).whole == 1
    own = ask.of_official(xu, at, cast.luo.official_id, "16000001111")
    assert own is not None
    assert (own.lacks, own.handed) == (0, frozenset({"echo.diary"}))
    assert ask.of_official(xu, at, cast.ma.official_id, "") is None, "who leads nobody has no kit"
    act.strike(by=xu, at=at, item="echo.diary", official_id=cast.luo.official_id)
    assert lacks(cast, at) == {"echo.diary"}


@row("R-119")
def test_a_household_more_or_another_official_makes_it_lacking_again(cast: Cast, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    for kind in ("card", "book", "letter"):
        cards.ask_for(by=xu, at=at, kind=kind, place_codes=[HUAISHUPING])
    ticks.print_runs(at)
    home, _ = make.a_household(GROUP_THREE, head="吴桂芝")
    make.a_link(cast.luo.official_id, home, at)
    assert "echo.card" in lacks(cast, at)
    later = at + timedelta(days=2)
    fresh = make.an_official(cast.bodies.village, name="新来的", role="official", title="干事", place_code=HUAISHUPING)
    other, _ = make.a_household(GROUP_THREE, head="孟庆有")
    make.a_link(fresh.official_id, other, later)
    rows = {one.name: set(one.lacks) for one in ask.of_place(cast.xu.viewer(later), later, LIUWAN).rows}
    assert rows["新来的"] == FIVE, "the letters and books of before are not theirs"
    assert "echo.letter" not in rows[cast.luo.name]
    staff.end_post(by=make.SYSTEM, at=later, post_id=fresh.post_id)
    assert ask.of_place(cast.xu.viewer(later), later, LIUWAN).officials == 1


@row("R-119")
def test_only_who_keeps_the_register_there_writes_down_what_was_handed_over(cast: Cast, at: datetime) -> None:
    xu, luo = cast.xu.viewer(at), [cast.luo.official_id]
    with pytest.raises(Refused, match="not_allowed"):
        act.hand_over(by=cast.ma.viewer(at), at=at, item="echo.diary", official_ids=luo)
    with pytest.raises(Refused, match="value_unknown"):
        act.hand_over(by=xu, at=at, item="echo.card", official_ids=luo)  # a card is printed, not ticked
    with pytest.raises(Refused, match="needs_officials"):
        act.hand_over(by=xu, at=at, item="echo.diary", official_ids=[])
    with pytest.raises(Refused, match="official_unknown"):
        act.hand_over(by=xu, at=at, item="echo.diary", official_ids=[cast.wu.official_id])
    with pytest.raises(Missing):
        act.strike(by=xu, at=at, item="echo.diary", official_id=cast.luo.official_id)
    with pytest.raises(Missing):
        ask.of_place(cast.ma.viewer(at), at, QINGSHI)
    assert not KitGiven.objects.exists()


@row("R-073")
def test_an_official_is_what_their_links_say(cast: Cast, at: datetime) -> None:
    offices = ask.offices(cast.xu.viewer(at), at, cast.luo.official_id)
    assert [one.functions for one in offices] == [
        ("民意调查员", "政策宣传员", "纠纷调解员", "群众服务员", "工作指导员")
    ]
    assert ask.offices(cast.xu.viewer(at), at, cast.li.official_id) == ()


def test_every_way_of_showing_an_item_has_a_rule() -> None:
    nothing = rules.Held(
        3, 2, 0, frozenset("ab"), {"letter": ["a"], "book": ["a", "b"]}, phone=True, handed=frozenset("x")
    )
    items = {
        "card": "card",
        "file": "file",
        "letter": "letter",
        "book": "book",
        "phone": "phone",
        "x": "hand",
        "y": "hand",
    }
    assert rules.lacking(items, nothing) == ("card", "file", "letter", "y")
