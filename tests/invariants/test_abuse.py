"""Cases of abuse that no other test holds (docs/explanation/abuse.md)."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

import pytest

from huiyin.casework.actions import feedback, joining, tallies
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import CaseTally, Joining, Judgement, Matter, Reply
from huiyin.casework.rules import clocks
from huiyin.casework.rules.clocks import Dims
from huiyin.core.viewer import Viewer
from huiyin.programme.clock import seeded
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import Matters
from tests import factories as make
from tests.cast import Cast, Member
from tests.rooms.casework import spine, ways
from tests.rows import row
from tests.walks.county import FIVE

DAYS = seeded((2026,))
MACHINE = Viewer.system("tally")
HANDS = {"accept", "assign", "take", "transfer", "hand_over", "decide", "instruct", "send_back", "take_up", "apply"}
"""Steps by which a matter only changes hands."""


def everybody(cast: Cast) -> list[Member]:
    return [one for one in vars(cast).values() if isinstance(one, Member)]


@row("SG-32", "R-209")
@pytest.mark.django_db
def test_nobody_of_the_staff_speaks_for_the_resident(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    later = at + timedelta(days=3)
    for who in everybody(cast):
        for meaning in ("proof", "gateway"):
            with pytest.raises((Refused, Missing)):
                feedback.deliver(by=who.viewer(later), at=later, matter_id=matter.id, meaning=meaning)
        for step in ("close", "reopen", "call_back", "deliver"):
            with pytest.raises((Refused, Missing)):
                take_step(by=who.viewer(later), at=later, matter_id=matter.id, step=step, given={"note": "已解决"})
        if who is not cast.he:
            with pytest.raises((Refused, Missing)):
                feedback.call_back(
                    by=who.viewer(later), at=later, matter_id=matter.id, outcome="reached", solved="yes", grade=5
                )
    assert not Judgement.objects.exists()
    assert Reply.objects.get(matter=matter).delivered_at is None


@row("SG-32")
@pytest.mark.django_db
def test_nobody_of_the_staff_takes_a_matter_back(cast: Cast, at: datetime) -> None:
    for matter in (spine.opened(cast, at).matter, spine.accepted(cast, at), ways.working(cast, at)):
        for who in everybody(cast):
            with pytest.raises((Refused, Missing)):
                take_step(by=who.viewer(at), at=at, matter_id=matter.id, step="withdraw", given={"note": "不办了"})
        matter.refresh_from_db()
        assert matter.state != "withdrawn" and matter.closed_at is None


@row("SG-33", "R-214")
@pytest.mark.django_db
def test_what_is_declined_comes_back_by_the_residents_word_and_was_never_solved(cast: Cast, at: datetime) -> None:
    matter = spine.opened(cast, at).matter
    for lacks in ({"reason": "不归县里管"}, {"reply": "请向市里提。"}):
        with pytest.raises(Refused, match="needs_"):
            ways.step(cast.chen, at, matter, "decline", **lacks)
    declined = ways.step(cast.chen, at, matter, "decline", reason="不归县里管", reply="请向市水务集团提，电话 12345。")
    tallies.rebuild(by=MACHINE, at=at)
    assert declined.state == "declined" and not CaseTally.objects.filter(matter=matter, solved__gt=0).exists()
    later = at + timedelta(days=2)
    again = feedback.resident_word(by=Viewer.resident(), at=later, matter_id=matter.id, source="proof", solved="no")
    assert (again.state, again.closed_at) == ("reopened", None)


@row("R-236", "SG-33")
@pytest.mark.django_db
def test_joining_and_splitting_move_no_count(cast: Cast, at: datetime) -> None:
    lead, member = spine.opened(cast, at).matter, spine.opened(cast, at).matter
    before = counted(at)
    assert sum(sum(one.values()) for one in before.values()) > 0
    joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=member.id)
    joined = counted(at)
    assert {one: row_["collected"] for one, row_ in joined.items()} == {
        one: row_["collected"] for one, row_ in before.items()
    }
    joining.split(by=cast.zhou.viewer(at), at=at, member_id=member.id, reason="不是一件事")
    assert counted(at) == joined
    assert Matter.objects.count() == 2


def counted(at: datetime) -> dict[object, dict[str, int]]:
    """The rows of all figures, reckoned anew."""
    tallies.rebuild(by=MACHINE, at=at)
    names = ("collected", "answered", "delivered", "called", "solved", "reopened")
    return {row_.matter_id: {name: getattr(row_, name) for name in names} for row_ in CaseTally.objects.all()}


@row("R-188")
@pytest.mark.parametrize("name", FIVE)
def test_no_order_of_steps_begins_a_running_deadline_anew(name: str, at: datetime) -> None:
    """Two thousand orders of all steps of a flow, in hands that change: what runs keeps its day until it ends."""
    book = make.county_book(name)
    page = book.matters(book.county.intake.programme)
    kind, zone = book.county.intake.kind, book.county.tz
    steps = sorted({step.name for step in page.flow_of(kind).steps})
    dice = Random(name)
    for _ in range(2000):
        running: set[str] = set()
        for number in range(10):
            dims = Dims(kind, way=dice.choice(["", *page.ways]), level=dice.choice(book.county.ladder))
            moment = at + timedelta(hours=number)
            step = dice.choice(steps)
            effect = clocks.effects(
                matters=page, dims=dims, step=step, running=running, at=moment, zone=zone, days=DAYS
            )
            begun = {one.name for one in effect.starts}
            assert begun.isdisjoint(running), "what runs begins again"
            for ended in effect.ended:
                assert may_end(page, ended, dims, step), f"{step} ends {ended}, so that the next step begins it anew"
            running = (running | begun) - {*effect.met, *effect.ended}


def may_end(page: Matters, name: str, dims: Dims, step: str) -> bool:
    """Whether the programme ends a clock by this step, its level is left, or a way without clocks is taken."""
    clock, way = page.clocks[name], page.ways.get(dims.way)
    assert "answer" not in clock.met_by or not set(clock.ended_by) & HANDS, "nobody ends it by handing it round"
    left = clock.level not in (None, dims.level)
    return step in clock.ended_by or left or (way is not None and not way.clocked and way.step == step)


@row("R-236", "SG-33")
@pytest.mark.django_db
def test_no_order_of_joining_and_splitting_moves_a_count_or_a_day(cast: Cast, at: datetime) -> None:
    """Ten of one, or one of ten (S20): figures count what came in, by the day and place it came."""
    matters = [spine.opened(cast, at).matter.id for _ in range(5)]
    zhou, dice = cast.zhou.viewer(at), Random(20)
    before, due = collected(at), dict(Matter.objects.values_list("id", "due_at"))
    for _ in range(40):
        lead, member = dice.sample(matters, 2)
        with suppress(Refused):
            if dice.random() < 0.6:
                joining.join(by=zhou, at=at, lead_id=lead, member_id=member)
            else:
                joining.split(by=zhou, at=at, member_id=member, reason="不是一件事")
    assert Joining.objects.filter(split_at__isnull=True).exists() and Joining.objects.exclude(split_at=None).exists()
    assert collected(at) == before and len(before) == 5
    assert dict(Matter.objects.values_list("id", "due_at")) == due


def collected(at: datetime) -> dict[object, tuple[object, ...]]:
    return {one: (found["collected"],) for one, found in counted(at).items()}


@row("R-188")
@pytest.mark.parametrize("name", FIVE)
def test_no_series_of_grants_gives_more_time_than_the_programme_says_or_than_thirty_days(
    name: str, at: datetime
) -> None:
    """More time again and again (S18): whatever is asked for in whichever order, the thirty-first day is refused."""
    book = make.county_book(name)
    page, zone = book.matters(book.county.intake.programme), book.county.tz
    dice, longest = Random(name), 0
    asked = [one for one in page.clocks.values() if one.extension is not None]
    often = [
        one.model_copy(update={"extension": one.extension.model_copy(update={"max_times": 12})})
        for one in asked
        if one.extension
    ]
    for clock in (*asked, *often):
        assert clock.extension is not None and clock.extension.max_total.amount <= 30
        for _ in range(150):
            due_at, granted = at, list[int]()
            for _ in range(12):
                amount = dice.randint(-2, 31)
                with suppress(Refused):
                    due_at = clocks.extended(
                        clock=clock, due_at=due_at, granted=granted, amount=amount, zone=zone, days=DAYS
                    )
                    granted.append(amount)
            assert sum(granted) <= clock.extension.max_total.amount and len(granted) <= clock.extension.max_times
            assert due_at >= at
            longest = max(longest, sum(granted))
        with pytest.raises(Refused):
            clocks.extended(clock=clock, due_at=at, granted=(), amount=31, zone=zone, days=DAYS)
    assert longest > 0 or not asked
