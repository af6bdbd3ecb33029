"""What happened: facts that rooms tell, kept as events and owed to those who asked (house.md §6.9)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from huiyin.core.kept import current_change
from huiyin.core.viewer import Viewer


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. Fields are ids, codes and numbers of the time; never personal data, never floats."""

    NAME: ClassVar[str]
    subject: str

    def data(self) -> dict[str, Any]:
        """The fields apart from the subject."""
        values = asdict(self)
        values.pop("subject")
        return values


@dataclass(frozen=True)
class Spoken:
    """A fact with who and when, waiting for the action's end."""

    fact: Fact
    by: Viewer
    at: datetime


@dataclass(frozen=True)
class Told:
    """An event as a consumer receives it."""

    event_id: int
    name: str
    at: datetime
    recorded_at: datetime
    subject: str
    data: dict[str, Any]
    by_id: UUID | None


Consumer = Callable[..., None]


@dataclass(frozen=True)
class Subscription:
    """One consumer of one or more kinds of event; `soon`: somebody waits for what it does."""

    name: str
    run: Consumer
    batch: bool
    soon: bool = False


_by_event: dict[str, list[Subscription]] = {}
_by_name: dict[str, Subscription] = {}


def on(*names: str, batch: bool = False, soon: bool = False) -> Callable[[Consumer], Consumer]:
    """Subscribe a consumer: `f(told, *, at)`, or with `batch` `f(list of told, *, at)`.

    A consumer may run again after a crash; it must be idempotent, and it calls actions. With `soon` it has its turn
    before those nobody waits for: what goes to residents, and who a matter is with.
    """

    def register(consumer: Consumer) -> Consumer:
        name = f"{consumer.__module__.removeprefix('huiyin.')}.{consumer.__name__}"
        subscription = Subscription(name, consumer, batch, soon)
        _by_name[name] = subscription
        for event in names:
            _by_event.setdefault(event, []).append(subscription)
        return consumer

    return register


def subscribers(event: str) -> Sequence[Subscription]:
    """Who asked for this kind of event."""
    return _by_event.get(event, ())


def subscription(name: str) -> Subscription | None:
    """A consumer by the name its deliveries carry; None when the code no longer has it."""
    return _by_name.get(name)


def record(fact: Fact, *, by: Viewer, at: datetime) -> None:
    """Tell a fact. It is stored when the action ends, in the same transaction as the rows."""
    current_change().told.append(Spoken(fact, by, at))
