"""When officials can be reached: from a day on, in the directory, on cards and posters, by API."""

from datetime import date, datetime, timedelta

import pytest

from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards, duty, staff
from huiyin.register.models import Card, DutyHours
from huiyin.register.queries import cards as ask_cards
from huiyin.register.queries import staff as ask
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.rows import row

TODAY = date(2026, 11, 18)
WORDS, OTHER = "周一至周五 8:30–17:30", "每天 7:00–22:00"
RESIDENT = Viewer.resident()


def told(cast: Cast, at: datetime) -> dict[str, str]:
    """What the directory says of a village."""
    return {one.name: one.hours for one in ask.directory(RESIDENT, at, place_code=HUAISHUPING)}


@row("R-338", "R-059")
def test_hours_are_told_from_their_day_on_and_what_was_before_stays(cast: Cast, at: datetime) -> None:
    xu, ma = cast.xu.viewer(at), cast.ma.official_id
    duty.set_hours(by=xu, at=at, official_id=ma, words=WORDS, since=TODAY - timedelta(days=7))
    assert told(cast, at)[cast.ma.name] == WORDS
    duty.set_hours(by=xu, at=at, official_id=ma, words=OTHER)
    assert told(cast, at)[cast.ma.name] == OTHER
    yesterday = TODAY - timedelta(days=1)
    assert ask.duty_words(xu, [ma], yesterday) == {(ma, "hours"): WORDS}
    duty.set_hours(by=xu, at=at, official_id=ma, words="每天 8:00–20:00")
    assert DutyHours.objects.filter(official_id=ma, replaced_at=at).count() == 1, "a mistake of the same day"
    duty.set_hours(by=xu, at=at, official_id=ma, words="")
    assert told(cast, at)[cast.ma.name] == ""


def test_only_who_keeps_the_register_there_writes_hours(cast: Cast, at: datetime) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        duty.set_hours(by=cast.chen.viewer(at), at=at, official_id=cast.ma.official_id, words=WORDS)
    xu = cast.xu.viewer(at)
    with pytest.raises(Missing):
        duty.set_hours(by=xu, at=at, official_id=cast.zheng.official_id, words=WORDS)
    with pytest.raises(Refused, match="nothing_changed"):
        duty.set_hours(by=xu, at=at, official_id=cast.ma.official_id, words=" ")
    duty.set_hours(by=xu, at=at, official_id=cast.ma.official_id, words=WORDS)
    with pytest.raises(Refused, match="period_wrong"):
        duty.set_hours(by=xu, at=at, official_id=cast.ma.official_id, words=OTHER, since=TODAY - timedelta(days=1))


@row("R-096")
def test_a_card_tells_the_hours_of_its_official(cast: Cast, at: datetime) -> None:
    duty.set_hours(by=cast.xu.viewer(at), at=at, official_id=cast.luo.official_id, words=WORDS)
    cards.ask_for(by=cast.xu.viewer(at), at=at, kind="card", place_codes=[HUAISHUPING])
    ticks.print_runs(at)
    code = ask_cards.code_of(Card.objects.get().pk)
    assert [one.hours for one in ask_cards.by_card(RESIDENT, code, at)[1]] == [WORDS]
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.luo.post_id)
    assert ask_cards.by_card(RESIDENT, code, at)[1] == ()
