"""How the figures are gone through once an hour: a little at a time, each time from where it stopped."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

HOUR = timedelta(hours=1)
SPAN = timedelta(minutes=50)
"""Within so long a round is through, so that what has grown meanwhile is reached within the hour as well."""
START = UUID(int=0)
END = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Round:
    """Where one round stands: since when, behind which matter, how many were seen, how many the last one had."""

    begun: datetime
    after: UUID = START
    seen: int = 0
    size: int = 0

    @property
    def through(self) -> bool:
        return self.after == END

    def __str__(self) -> str:
        return f"{self.begun.isoformat()} {self.after} {self.seen} {self.size}"


def read(text: str, at: datetime) -> Round:
    """A round as it was written down; none yet is one that begins now."""
    if not text:
        return Round(at)
    begun, after, seen, size = text.split()
    return Round(datetime.fromisoformat(begun), UUID(after), int(seen), int(size))


def gone_on(found: Round, at: datetime) -> Round:
    """The round to go on with: another one when its hour is over, and after the first, which was made in one go; also
    where the clock was set back.
    """
    if at < found.begun:
        return Round(at, size=max(found.seen, found.size))
    over = at - found.begun >= HOUR or not found.size
    return Round(at, size=found.seen) if found.through and over else found


def behind(found: Round, at: datetime) -> bool:
    """Whether more should have been seen by now. Before it is known how many there are, one slice after another is."""
    if found.through:
        return False
    part = (at - found.begun) / SPAN
    return not found.size or part >= 1 or found.seen < part * found.size


def seen(found: Round, ids: list[UUID], most: int) -> Round:
    """The round after a slice; a slice that was not full was the last."""
    after = ids[-1] if len(ids) == most else END
    return replace(found, after=after, seen=found.seen + len(ids))
