"""Recorded calls of the story that were drawn once their day was over, and asked for once more by another caller."""

from datetime import UTC, datetime, time, timedelta

from huiyin.casework.actions import rechecks
from huiyin.casework.queries.rechecks import to_check
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo.story import Telling

DAYS = 120
"""So far back it is drawn: with one call in twenty, fewer days could come out empty."""


def asked_again(telling: Telling) -> None:
    """Every day but the last, which the worker draws; the newest one of each caller waits to be asked."""
    today = telling.now.astimezone(telling.zone).date()
    for back in range(DAYS, 1, -1):
        day = today - timedelta(days=back)
        after_midnight = datetime.combine(day + timedelta(days=1), time(0, 30), telling.zone).astimezone(UTC)
        rechecks.draw(by=Viewer.system("demo"), at=after_midnight, programme="echo", day=day)
    at = datetime.combine(today - timedelta(days=1), time(14), telling.zone).astimezone(UTC)
    visited = False
    for caller in telling.county.of("caller"):
        by = telling.viewer(caller, at)
        for one in to_check(by, at)[:-1]:
            at += timedelta(minutes=6)
            # One of them says that nobody came: it stands on the page beside what was written down.
            rechecks.recheck(
                by=by,
                at=at,
                recheck_id=one.id,
                outcome="reached",
                contacted=visited,
                true=True,
                solved="yes",
                grade=4,
                words="" if visited else telling.data["asked_again"]["words"],
            )
            visited = True
