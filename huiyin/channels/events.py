"""What the channels tell. Ids, codes and counts only: no number, no mailbox, no word of anybody."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class MessageQueued(Fact):
    """A message waits for its gateway, or was not to be sent because its number asked for no more (`stopped`)."""

    NAME: ClassVar[str] = "channels.message_queued"
    channel: str
    purpose: str
    stopped: bool


@dataclass(frozen=True, kw_only=True)
class MessageSent(Fact):
    """The gateway has taken a message over; whether it arrives is another matter."""

    NAME: ClassVar[str] = "channels.message_sent"
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageDelivered(Fact):
    """The gateway reports that a message arrived. `about` is what it belongs to, `ref` the row it carried."""

    NAME: ClassVar[str] = "channels.message_delivered"
    channel: str
    purpose: str
    about: str
    ref: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Fact):
    """A message did not arrive and will not: refused by the gateway, or given up (`parked`) after several tries.

    `about` and `ref` are as in MessageDelivered.
    """

    NAME: ClassVar[str] = "channels.message_failed"
    channel: str
    purpose: str
    about: str
    parked: bool
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageDoubted(Fact):
    """A message may have gone out twice: a try ended without anybody writing down how. Subject: the message."""

    NAME: ClassVar[str] = "channels.message_doubted"
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageRepeated(Fact):
    """A gateway reported the arrival of a message again: it may have arrived twice."""

    NAME: ClassVar[str] = "channels.message_repeated"
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageReceived(Fact):
    """Somebody outside told us something, taken in once (R-159, R-160). Subject: the incoming message."""

    NAME: ClassVar[str] = "channels.message_received"
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageSettled(Fact):
    """What became of something that came in."""

    NAME: ClassVar[str] = "channels.message_settled"
    state: str
    why: str


@dataclass(frozen=True, kw_only=True)
class NoticesStopped(Fact):
    """A number or mailbox asked for no more notices, or (`stopped` False) for notices again."""

    NAME: ClassVar[str] = "channels.notices_stopped"
    channel: str
    stopped: bool


@dataclass(frozen=True, kw_only=True)
class MessagesErased(Fact):
    """Addresses and words of what went out and came in about something were erased; how many. Subject: about what."""

    NAME: ClassVar[str] = "channels.messages_erased"
    count: int
