"""How the figures are gone through once an hour: a little at a time, each time from where it stopped."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

HOUR = timedelta(hours=1)
SPAN = timedelta(minutes=50)
"""Within so long a round is through, so that what has grown meanwhile is reached within the hour as well."""
ASLEEP = timedelta(minutes=5)
"""Where nobody looked for longer than this, the time does not count: a round goes on at its pace instead of hurrying
to make up for hours in which no worker ran."""
START = UUID(int=0)
END = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Round:
    """Where one round stands: since when, behind which matter, how many were seen, how many the last one had, and when
    somebody looked last."""

    begun: datetime
    after: UUID = START
    seen: int = 0
    size: int = 0
    looked: datetime | None = None

    @property
    def through(self) -> bool:
        return self.after == END

    def __str__(self) -> str:
        looked = self.looked or self.begun
        return f"{self.begun.isoformat()} {self.after} {self.seen} {self.size} {looked.isoformat()}"


def read(text: str, at: datetime) -> Round:
    """A round as it was written down; none yet is one that begins now."""
    if not text:
        return Round(at)
    begun, after, seen, size, *looked = text.split()  # the last was not written down by earlier releases
    moment = datetime.fromisoformat(looked[0]) if looked else None
    return Round(datetime.fromisoformat(begun), UUID(after), int(seen), int(size), moment)


def gone_on(found: Round, at: datetime) -> Round:
    """The round to go on with: another one when its hour is over, and after the first, which was made in one go; also
    where the clock was set back. One that nobody went on with for a while began so much later.
    """
    if at < found.begun:
        return Round(at, size=max(found.seen, found.size), looked=at)
    if found.through:
        over = at - found.begun >= HOUR or not found.size
        return Round(at, size=found.seen, looked=at) if over else found
    slept = at - (found.looked or at)
    return replace(found, begun=found.begun + slept if slept > ASLEEP else found.begun, looked=at)


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
