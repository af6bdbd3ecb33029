"""Figures: each to its own base, in one question, and opening to their matters."""

from datetime import date, datetime, timedelta

from huiyin.casework.actions import aside
from huiyin.casework.models import CaseTally
from huiyin.casework.queries import figures
from huiyin.casework.rules import spans
from huiyin.casework.rules.spans import Wanted
from huiyin.core.worker import drain
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, SHANGHE, Cast
from tests.rooms.casework import spine
from tests.rows import row


def year(at: datetime, **more: object) -> Wanted:
    given = {"from_": at.date() - timedelta(days=9), "until": at.date() + timedelta(days=60), "place": COUNTY} | more
    return Wanted(**given)  # type: ignore[arg-type]  # named as Wanted names them


def told(cast: Cast, at: datetime) -> None:
    """Two matters of one village and one of another: solved and satisfied, silent, just received by letter."""
    first = spine.delivered(cast, at)
    spine.called(cast, first.id, at + timedelta(days=3))
    spine.delivered(cast, at)
    spine.opened(cast, at, place_code=SHANGHE, channel="letter")
    drain(at + timedelta(days=4))


@row("R-211", "R-419", "AM-25", "SG-33")
def test_channel_sums_reconcile_and_each_share_has_its_own_base(cast: Cast, at: datetime) -> None:
    told(cast, at)
    zhou = cast.zhou.viewer(at)
    found = figures.split(zhou, year(at), figures.ELEMENTS)
    whole = figures.whole(zhou, year(at))
    assert whole["collected"] == 3
    for name in figures.ELEMENTS:
        assert spans.total(found[name]) == whole, name
    assert {line.value: line.sums["collected"] for line in found["channel"]} == {"phone": 2, "letter": 1}
    shares = spans.shares(whole)
    assert (shares["replied"].part, shares["replied"].base) == (2, 3)
    assert (shares["called"].part, shares["called"].base) == (1, 2)
    assert (shares["solved"].part, shares["solved"].base) == (1, 2)
    assert (shares["satisfied"].part, shares["satisfied"].base) == (1, 1)
    assert shares["satisfied"].low is not None
    assert shares["satisfied"].low < 0.3  # one voice says little about everybody
    assert (shares["satisfied_reasonable"].point, shares["satisfied_reasonable"].goal) == (None, "indeterminate")


def test_a_day_a_place_and_a_body_narrow_all_figures(cast: Cast, at: datetime) -> None:
    told(cast, at)
    zhou = cast.zhou.viewer(at)
    assert figures.whole(zhou, year(at, place=LIUWAN))["collected"] == 2
    assert figures.whole(zhou, year(at, place=HUAISHUPING, body=cast.bodies.town))["answered"] == 2
    assert figures.whole(zhou, year(at, body=cast.bodies.farming))["collected"] == 0
    parts = figures.split(zhou, year(at), ("place",))["place"]
    assert {line.value: line.sums["collected"] for line in parts} == {LIUWAN: 2, "990101102000": 1}
    answered = year(at, basis="answered", from_=at.date() + timedelta(days=2), until=at.date() + timedelta(days=3))
    assert figures.whole(zhou, answered)["collected"] == 2
    assert figures.whole(zhou, year(at, only=(("channel", "letter"), ("handler", ""))))["collected"] == 1


@row("SG-33", "R-416", "R-417", "R-418")
def test_days_are_put_together_to_weeks_months_and_quarters(cast: Cast, at: datetime) -> None:
    told(cast, at)
    days = figures.split(cast.zhou.viewer(at), year(at), ("day",))["day"]
    for step in ("day", "week", "month", "quarter", "year"):
        assert spans.total(spans.by_period(days, step, date(2000, 1, 1))) == spans.total(days)
    assert spans.begins(date(2026, 11, 25), "week") == date(2026, 11, 23)
    assert spans.begins(date(2026, 11, 25), "quarter") == date(2026, 10, 1)
    assert spans.follows(date(2026, 12, 1), "month") == date(2027, 1, 1)
    asked = Wanted(from_=date(2027, 1, 1), until=date(2027, 2, 1), place=COUNTY)
    assert spans.before(asked, "month").from_ == date(2026, 12, 1)
    assert spans.a_year_ago(asked, "month").until == date(2026, 2, 1)


@row("SG-01")
def test_figures_are_of_what_the_viewer_may_see(cast: Cast, at: datetime) -> None:
    told(cast, at)
    asked = year(at)
    assert figures.whole(cast.wu.viewer(at), asked)["collected"] == 1  # a handler of the other town
    assert figures.whole(cast.zheng.viewer(at), asked)["collected"] == 0  # a dispatcher of another county
    assert figures.whole(cast.qian.viewer(at), asked)["collected"] == 3  # an auditor, who opens none of them
    recused = CaseTally.objects.filter(channel="letter").get()
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=recused.matter_id, person=cast.zhou.person_id)
    assert figures.whole(cast.zhou.viewer(at), asked)["collected"] == 2
    assert figures.whole(cast.sun.viewer(at), asked)["collected"] == 3
