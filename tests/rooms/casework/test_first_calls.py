"""Where a share is called back: who is drawn nobody knows before, and who is not closes only on their own word."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import aside, first_calls
from huiyin.casework.actions.feedback import close_unreached, resident_word
from huiyin.casework.models import CallTurn, CaseTally, DaySeed, Matter, Reply
from huiyin.casework.queries import calls, matters, today
from huiyin.core import rulebook
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.drawing import commitment, drawn
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import CallBack
from tests import factories as make
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rows import row

MACHINE = Viewer.system("clock")
TEN_DAYS = timedelta(days=12)


def by_share(at: datetime, share: float) -> None:
    """The cast's county with a programme that calls a share back."""
    book = make.county_book()
    page = book.matters("echo")
    flows = {
        name: flow.model_copy(
            update={
                "callback": CallBack(of="share", share=share),
                "clocks": tuple(one for one in flow.clocks if one != "call_back"),
            }
        )
        for name, flow in page.flows.items()
    }
    echo = book.programmes["echo"].model_copy(update={"matters": page.model_copy(update={"flows": flows})})
    changed = book.model_copy(update={"programmes": {**book.programmes, "echo": echo}})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=changed, in_force_from=at)


def answered(cast: Cast, at: datetime, share: float) -> tuple[Matter, datetime]:
    """A matter answered under such a programme, and a moment an hour after."""
    by_share(at, share)
    first_calls.make_seeds(by=MACHINE, at=at + timedelta(days=1))
    return spine.answered(cast, at), at + timedelta(days=2, hours=1)


@row("R-178", "AM-31")
def test_a_days_seed_is_committed_to_before_the_day_and_told_thirty_days_after_it(cast: Cast, at: datetime) -> None:
    matter, _ = answered(cast, at, 1.0)
    turn = CallTurn.objects.get(matter=matter)
    assert turn.drawn and not turn.waits and turn.seed.committed_at < turn.at - timedelta(hours=12)
    told = Event.objects.get(name="casework.call_seed_made", subject=str(turn.seed_id))
    assert told.data["commitment"] == commitment(turn.seed.seed)
    assert not Event.objects.filter(data__icontains=turn.seed.seed).exists()
    assert first_calls.make_seeds(by=MACHINE, at=at + timedelta(days=1)) == 0, "once a day"
    soon, later = turn.at + timedelta(days=29), turn.at + timedelta(days=32)
    assert first_calls.tell_seeds(by=MACHINE, at=soon) == 0
    tang = cast.tang.viewer(soon)
    assert {one.seed for one in calls.seeds(tang, soon)} == {""}
    assert first_calls.tell_seeds(by=MACHINE, at=later) > 0
    (shown,) = [one for one in calls.seeds(tang, soon) if one.of]
    assert (shown.seed, shown.of, shown.drawn) == (turn.seed.seed, 1, 1)
    assert commitment(shown.seed) == shown.commitment and drawn(shown.seed, str(turn.reply_id), 1000)
    with pytest.raises(Missing):
        calls.seeds(cast.li.viewer(soon), soon)


@row("R-178", "SG-32")
def test_who_is_not_drawn_is_in_no_queue_and_rung_by_nobody_while_their_own_word_is_waited_for(
    cast: Cast, at: datetime
) -> None:
    matter, after = answered(cast, at, 0.0)
    he = cast.he.viewer(after)
    assert calls.waiting(he, after) == [] and today.tally(he, after).calls == 0 and calls.next_call(he, after) == ""
    with pytest.raises(Missing):
        calls.call(he, matter.code, after)
    with pytest.raises(Refused, match="call_not_drawn"):
        spine.called(cast, matter.id, after)
    assert not aside.rings(he, matter)
    with pytest.raises(Refused, match=r"attempts_missing|reply_not_delivered"):
        close_unreached(by=he, at=after, matter_id=matter.id)
    assert first_calls.come_up(by=MACHINE, at=after + timedelta(days=9)) == 0


@row("R-178")
def test_silence_closes_nothing_who_says_nothing_is_rung_after_their_days(cast: Cast, at: datetime) -> None:
    matter, after = answered(cast, at, 0.0)
    then = after + TEN_DAYS
    assert first_calls.come_up(by=MACHINE, at=then) == 1 and first_calls.come_up(by=MACHINE, at=then) == 0
    assert Matter.objects.get(id=matter.id).state == "answered"
    he = cast.he.viewer(then)
    assert [one.row.code for one in calls.waiting(he, then)] == [matter.code]
    assert spine.called(cast, matter.id, then).state == "closed"


@row("R-178", "R-213")
def test_the_residents_own_word_closes_and_reopens_what_was_not_drawn(cast: Cast, at: datetime) -> None:
    matter, after = answered(cast, at, 0.0)
    resident_word(by=Viewer.resident(), at=after, matter_id=matter.id, source="web", solved="yes")
    assert Matter.objects.get(id=matter.id).state == "closed"
    then = after + timedelta(hours=1)
    resident_word(by=Viewer.resident(), at=then, matter_id=matter.id, source="web", solved="no", words="又没水了")
    assert Matter.objects.get(id=matter.id).state == "reopened"


@row("R-178", "R-213")
def test_to_those_who_handle_it_drawn_and_not_drawn_look_the_same(cast: Cast, at: datetime) -> None:
    seen = []
    for share in (0.0, 1.0):
        matter, after = answered(cast, at, share)
        li = cast.li.viewer(after)
        (found,) = matters.rows_of(li, Matter.objects.filter(id=matter.id).values(*matters.COLUMNS))
        kept = Matter.objects.get(id=matter.id)
        steps = [one.step for one in kept.moves.all()]
        seen.append((found.state, kept.due_at is None, kept.caller_id, kept.version, steps))
        at = at + timedelta(minutes=1)
    assert seen[0] == seen[1]


@row("R-211", "AM-23")
def test_the_base_of_those_reached_is_who_was_to_be_asked(cast: Cast, at: datetime) -> None:
    left, after = answered(cast, at, 0.0)
    resident_word(by=Viewer.resident(), at=after, matter_id=left.id, source="web", solved="yes")
    drain(after)
    silent = CaseTally.objects.get(pk=left.id)
    assert (silent.answered, silent.asked, silent.called, silent.heard, silent.solved) == (1, 0, 0, 1, 1)
    asked, then = answered(cast, at + timedelta(minutes=1), 1.0)
    spine.called(cast, asked.id, then)
    drain(then)
    rung = CaseTally.objects.get(pk=asked.id)
    assert (rung.answered, rung.asked, rung.called) == (1, 1, 1)


@row("SG-01")
def test_held_matters_are_in_no_draw_and_always_asked_about(cast: Cast, at: datetime) -> None:
    by_share(at, 0.0)
    held = spine.opened(cast, at, text="李卫东收了我的烟，水也没修。").matter
    assert held.held
    held.state = "answered"
    first_calls.choose(MACHINE, at, held, Reply(matter=held, text="已查。", at=at))
    assert not CallTurn.objects.exists()


def test_a_seed_made_late_is_there_and_says_when(cast: Cast, at: datetime) -> None:
    by_share(at, 0.5)
    matter = spine.answered(cast, at)
    seed = DaySeed.objects.get()
    turn = CallTurn.objects.get(matter=matter)
    assert seed.committed_at == turn.at and turn.drawn is drawn(seed.seed, str(turn.reply_id), 500)
