"""Relief: an amount for each household as it was given; totals are reckoned; what was a mistake is struck."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import relief as act
from huiyin.register.models import Household, Relief
from huiyin.register.queries import relief as ask
from huiyin.register.rules import relief as rules
from tests import factories as make
from tests.cast import GROUP_THREE, SHANGHE, Cast
from tests.rooms.register.test_erasure import erased
from tests.rows import row


def codes(*households: UUID) -> list[str]:
    """The numbers of households."""
    return [Household.objects.get(pk=one).code for one in households]


@row("AM-44", "R-038")
def test_three_hundred_yuan_for_three_households_are_a_hundred_each(cast: Cast, at: datetime) -> None:
    more = [make.a_household(GROUP_THREE, head=name)[0] for name in ("吴桂芝", "孟庆有")]
    one, two, three = codes(cast.zhang_household, *more)
    given = act.give(
        by=cast.ma.viewer(at),
        at=at,
        what="慰问金",
        source="县民政局",
        lines=f"{one} 100\n{two}，100.00\n\n{three}　１００元",
    )
    found, lines = ask.one(cast.ma.viewer(at), at, given)
    assert (found.households, found.total) == (3, "300")
    assert {line.code: line.amount for line in lines} == {one: "100", two: "100", three: "100"}
    own = ask.of_household(cast.ma.viewer(at), cast.zhang_household, at)
    assert [(got.what, got.source, got.amount) for got in own] == [("慰问金", "县民政局", "100")]
    wrong = next(line for line in lines if line.code == two)
    act.strike(by=cast.ma.viewer(at), at=at, relief_id=wrong.id)
    act.strike(by=cast.ma.viewer(at), at=at, relief_id=wrong.id)
    assert ask.listed(cast.ma.viewer(at), at)[0][0].total == "200"
    assert Relief.objects.count() == 3


@row("AM-44")
def test_things_have_no_amount_and_amounts_may_differ(cast: Cast, at: datetime) -> None:
    (one,) = codes(cast.zhang_household)
    act.give(by=cast.ma.viewer(at), at=at, what="米面油", source="驻村工作队", lines=one)
    act.give(by=cast.ma.viewer(at), at=at, what="临时救助", source="柳湾镇", lines=f"{one} 66.5")
    assert [found.total for found in ask.listed(cast.ma.viewer(at), at)[0]] == ["66.50", ""]


def test_all_that_is_wrong_with_the_lines_is_named(cast: Cast, at: datetime) -> None:
    (one,) = codes(cast.zhang_household)
    viewer = cast.ma.viewer(at)

    def refused(**more: object) -> Refused:
        told = {"what": "慰问金", "source": "县民政局", "lines": f"{one} 100"} | more
        with pytest.raises(Refused) as found:
            act.give(by=viewer, at=at, **told)  # type: ignore[arg-type]  # one of them is wrong
        return found.value

    assert refused(what=" ").code == "needs_relief_what"
    assert refused(source="").code == "needs_purse"
    assert refused(lines="\n \n").code == "relief_empty"
    assert refused(lines=f"{one} 一百\n\n{one} -5").values["lines"] == "1、3"
    assert refused(lines=f"{one} 100\n{one} 50").values["codes"] == one
    assert refused(lines=f"{one} 100\nH99999999 50").values["codes"] == "H99999999"
    assert refused(lines="\n".join(f"H{number} 1" for number in range(201))).code == "relief_many"
    assert refused(day=at.date() + timedelta(days=3)).code == "day_ahead"
    assert refused(what="给钉子户的慰问金").code == "words_refused"
    assert Relief.objects.count() == 0


@row("SG-14", "AM-44")
def test_nobody_writes_or_reads_relief_of_households_they_do_not_see(cast: Cast, at: datetime) -> None:
    abroad = make.a_household(SHANGHE, head="岳长福")[0]
    here, there = codes(cast.zhang_household, abroad)
    with pytest.raises(Refused, match="relief_unknown"):
        act.give(by=cast.ma.viewer(at), at=at, what="慰问金", source="县民政局", lines=f"{here} 100\n{there} 100")
    with pytest.raises(Refused, match="not_allowed"):
        act.give(by=cast.li.viewer(at), at=at, what="慰问金", source="县民政局", lines=f"{here} 100")
    given = act.give(by=cast.chen.viewer(at), at=at, what="慰问金", source="县民政局", lines=f"{here} 100\n{there} 50")
    found, lines = ask.one(cast.ma.viewer(at), at, given)
    assert (found.households, found.total, [line.code for line in lines]) == (1, "100", [here])
    with pytest.raises(Missing):
        ask.one(cast.zheng.viewer(at), at, given)
    assert ask.of_household(cast.ma.viewer(at), abroad, at) == ()
    hidden = Relief.objects.get(household_id=abroad)
    with pytest.raises(Missing):
        act.strike(by=cast.ma.viewer(at), at=at, relief_id=hidden.pk)


def test_amounts_are_read_to_the_hundredth() -> None:
    assert rules.read("H1 1,5".replace(",", ".")) == [("H1", 150)]
    assert [rules.yuan(cents) for cents in (0, 5, 150, 123_456_700)] == ["0", "0.05", "1.50", "1,234,567"]


@row("SG-48")
def test_what_a_household_got_goes_with_the_last_who_is_erased_from_it(cast: Cast, at: datetime) -> None:
    home, person = make.a_household(GROUP_THREE, head="王秀兰")
    here, there = codes(cast.zhang_household, home)
    given = act.give(by=cast.ma.viewer(at), at=at, what="慰问金", source="县民政局", lines=f"{here} 100\n{there} 50")
    erased(cast, at, person)
    found, lines = ask.one(cast.ma.viewer(at), at, given)
    assert (found.total, [line.code for line in lines]) == ("100", [here])
    assert Relief.objects.count() == 1
