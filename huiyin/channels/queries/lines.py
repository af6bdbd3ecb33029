"""How the gateways are (R-239): which are on, what went through last, what waits, what failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from huiyin.channels.gateways import transports
from huiyin.channels.mail import inbox
from huiyin.channels.models import BLIND, WAITING, Incoming, Line, Message, Sending
from huiyin.channels.queries.hours import quiet
from huiyin.core.viewer import Viewer

LATE = timedelta(minutes=15)
"""A message that has waited longer, in hours in which it may go, is overdue."""
LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Gateway:
    """One gateway: `on` is whether it is set up, `down_since` since when it does not answer.

    `failed` and `doubts` count the messages of the last seven days that will not arrive, and that may have gone out
    twice; `waiting` all that wait, `overdue` those that have for a quarter of an hour; `clerk` what a person must look
    at.
    """

    channel: str
    on: bool
    down_since: datetime | None
    fault: str
    last_in_at: datetime | None
    last_out_at: datetime | None
    waiting: int
    overdue: int
    failed: int
    doubts: int
    clerk: int
    strays: int

    @property
    def state(self) -> str:
        """off, down, late or well."""
        if not self.on:
            return "off"
        if self.down_since is not None:
            return "down"
        return "late" if self.overdue else "well"


def gateways(viewer: Viewer, at: datetime) -> Sequence[Gateway]:
    """Every gateway the product knows, set up or not. Four queries. Counts only: nothing of any message."""
    rows = {line.channel: line for line in Line.objects.all()}
    waiting = {one["channel"]: one for one in _waiting(viewer, at)}
    lately = Q(channel__in=BLIND, made_at__gte=at - LATELY)
    ended: dict[str, Mapping[str, Any]] = {
        one["channel"]: one
        for one in Message.objects.filter(lately)
        .values("channel")
        .annotate(
            failed=Count("id", filter=Q(state__in=("failed", "parked"))), doubts=Count("id", filter=Q(doubts__gt=0))
        )
    }
    clerk = dict(Incoming.objects.filter(state="clerk").values_list("channel").annotate(count=Count("id")))
    return [
        _gateway(
            one.channel,
            on=one.is_on(),
            line=rows.get(one.channel),
            waiting=waiting.get(one.channel, {}),
            ended=ended.get(one.channel, {}),
            clerk=clerk.get(one.channel, 0),
        )
        for one in transports()
    ]


def is_on(viewer: Viewer, channel: str) -> bool:
    """Whether messages of a channel go out by themselves."""
    return any(one.channel == channel and one.is_on() for one in transports())


def broken(viewer: Viewer, at: datetime, *, since: timedelta) -> int:
    """How many gateways that are on do not answer for so long, and how many messages were given up."""
    on = [one.channel for one in transports() if one.is_on()] + (["email"] if inbox.is_on() else [])
    down = Q(down_since__lt=at - since) | Q(inbox_down_since__lt=at - since)
    return Line.objects.filter(down, channel__in=on).count() + Sending.objects.filter(parked_at__isnull=False).count()


def waiting(viewer: Viewer, channel: str) -> int:
    """How many messages wait for a gateway."""
    return Sending.objects.filter(WAITING, channel=channel).count()


def cursor(viewer: Viewer, channel: str) -> tuple[str, datetime | None]:
    """How far a mailbox was read, and when something last came in."""
    line = Line.objects.filter(channel=channel).first()
    return (line.cursor, line.last_in_at) if line else ("", None)


def _waiting(viewer: Viewer, at: datetime) -> list[Mapping[str, Any]]:
    late = Q(due_at__lt=at - LATE)
    if quiet(viewer, at):
        late &= Q(direct=True) | ~Q(channel="sms")
    counted = Sending.objects.filter(WAITING).values("channel")
    late_ones = Count("message_id", filter=late)
    return [*counted.annotate(waiting=Count("message_id"), overdue=late_ones)]


def _gateway(
    channel: str,
    *,
    on: bool,
    line: Line | None,
    waiting: Mapping[str, Any],
    ended: Mapping[str, Any],
    clerk: int,
) -> Gateway:
    down = [one for one in (line.down_since, line.inbox_down_since) if one is not None] if line else []
    return Gateway(
        channel=channel,
        on=on,
        down_since=min(down, default=None),
        fault=line.fault if line else "",
        last_in_at=line.last_in_at if line else None,
        last_out_at=line.last_out_at if line else None,
        waiting=waiting.get("waiting", 0),
        overdue=waiting.get("overdue", 0),
        failed=ended.get("failed", 0),
        doubts=ended.get("doubts", 0),
        clerk=clerk,
        strays=line.strays if line else 0,
    )
