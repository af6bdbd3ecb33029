"""Figures count what happened, each to its own base."""

from datetime import datetime, timedelta

from huiyin.casework.actions.steps import take_step
from huiyin.casework.queries.counts import figures
from huiyin.core.worker import drain
from tests.cast import COUNTY, Cast
from tests.rooms.casework import spine
from tests.rows import row


@row("SG-33", "R-211")
def test_an_answer_in_time_stays_so_though_it_was_accepted_late(cast: Cast, at: datetime) -> None:
    begun = spine.opened(cast, at).matter
    late = at + timedelta(days=5)
    chen, zhou = cast.chen.viewer(late), cast.zhou.viewer(late)
    take_step(by=chen, at=late, matter_id=begun.id, step="accept", given={})
    given = {"topic": "water", "nature": "question", "way": "direct_answer", "reply": "今晚七点恢复供水。"}
    take_step(by=chen, at=late + timedelta(minutes=9), matter_id=begun.id, step="answer", given=given)
    spine.called(cast, begun.id, late + timedelta(hours=4))
    drain(late + timedelta(hours=5))
    found = figures(zhou, COUNTY, from_=at.date(), until=late.date() + timedelta(days=2))
    assert (found.opened, found.answered, found.in_time, found.called_back, found.solved) == (1, 1, 1, 1, 1)
