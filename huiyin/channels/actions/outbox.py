"""What goes out: written down with the change it belongs to, sent later by the worker, once for each purpose."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from huiyin.channels.events import (
    MessageDelivered,
    MessageDoubted,
    MessageFailed,
    MessageQueued,
    MessageRepeated,
    MessageSent,
    MessagesErased,
)
from huiyin.channels.models import BLIND, MESSAGE, WAITING, Incoming, Line, Message, Sending, Stopped
from huiyin.channels.port import Letter
from huiyin.channels.queries import hours
from huiyin.channels.rules import pace
from huiyin.core import shredding
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import fresh_salt
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer

LEASE = timedelta(seconds=90)
DIRECT = ("acknowledge", "state", "account")
"""Answers to what somebody has just sent, and what somebody else did with one's account: they go at any hour, also to
who asked for no more notices."""


@dataclass(frozen=True)
class Outgoing:
    """A message to be written down: its key, what it belongs to, to whom, its words, the row it carries (`ref`).

    `title` is that of a mail, `answers` the id of what it answers.
    """

    key: str
    about: str
    address: str
    body: str
    ref: UUID | None = None
    title: str = ""
    answers: str = ""

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """What is sealed of it, by column; nothing is kept of what is empty."""
        every = (("address", self.address), ("title", self.title), ("body", self.body), ("answers", self.answers))
        return tuple((column, text) for column, text in every if text)


@action
def send(
    *,
    by: Viewer,
    at: datetime,
    channel: str,
    purpose: str,
    about: str,
    key: str,
    address: str,
    body: str,
    title: str = "",
    answers: str = "",
    ref: UUID | None = None,
    fleeting: bool = False,
) -> bool:
    """Write one message down to be sent, as `send_many`; False where one with this key is there already."""
    letter = Outgoing(key, about, address, body, ref, title, answers)
    return send_many(by=by, at=at, channel=channel, purpose=purpose, letters=[letter], fleeting=fleeting) == 1


@action
def send_many(
    *, by: Viewer, at: datetime, channel: str, purpose: str, letters: Sequence[Outgoing], fleeting: bool = False
) -> int:
    """Write messages down to be sent, by a few statements; how many were not there already, by their keys.

    `fleeting` words (a proof) are kept no longer than until the gateway has them. Whoever asked for no more notices
    gets none: the message is kept as `stopped`, so that a person sees that it did not go.
    """
    there = set(Message.objects.filter(key__in=[one.key for one in letters]).values_list("key", flat=True))
    fresh = {one.key: one for one in letters if one.key not in there}
    if not fresh:
        return 0
    keys, direct = vault(), purpose in DIRECT
    ids = {key: keys.fresh("message") for key in fresh}
    blinds = {one.address: keys.blind(BLIND[channel], one.address) for one in fresh.values()}
    stopped = frozenset() if direct else _stopped(channel, blinds.values())
    texts = [(key, column, text) for key, one in fresh.items() for column, text in one.texts]
    sealed = keys.seal_many(
        (f"message:{ids[key]}", MESSAGE, column, str(ids[key]), text) for key, column, text in texts
    )
    columns: dict[str, dict[str, bytes]] = {key: {} for key in fresh}
    for (key, column, _), ciphertext in zip(texts, sealed, strict=True):
        columns[key][column] = ciphertext
    rows = [
        Message(
            id=ids[key],
            key=key,
            channel=channel,
            purpose=purpose,
            about=one.about,
            ref=one.ref,
            address_blind=blinds[one.address],
            fleeting=fleeting,
            made_at=at,
            state="stopped" if blinds[one.address] in stopped else "queued",
            **columns[key],
        )
        for key, one in fresh.items()
    ]
    Message.objects.bulk_create(rows)
    going = [row for row in rows if row.state == "queued"]
    Sending.objects.bulk_create(Sending(message=row, channel=channel, direct=direct, due_at=at) for row in going)
    for row in rows:
        told = MessageQueued(subject=str(row.id), channel=channel, purpose=purpose, stopped=row.state == "stopped")
        record(told, by=by, at=at)
    return len(rows)


@action
def take(*, by: Viewer, at: datetime, channel: str, many: int) -> list[Letter]:
    """Lease what is due, count the try, and give it in clear. Nothing while the gateway is left alone.

    After a gateway has not answered one message is tried first. In the quiet hours only direct answers go.
    """
    line = Line.objects.filter(channel=channel).first()
    if line is not None and line.closed_until is not None and line.closed_until > at:
        return []
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    rows = Sending.objects.filter(WAITING & free, channel=channel, due_at__lte=at).order_by("due_at", "message_id")
    if channel == "sms" and hours.quiet(by, at):
        rows = rows.filter(direct=True)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    letters = []
    for row in rows.select_related("message")[: 1 if line is not None and line.failures else many]:
        if row.begun_at is not None:
            _doubted(by, at, row.message)
        if row.attempts >= pace.ATTEMPTS:
            _ended(by, at, row, "parked", "tries")
            continue
        row.attempts, row.lease_until, row.begun_at = row.attempts + 1, at + LEASE, at
        row.save()
        letters.append(_letter(row.message))
    return letters


@action
def sent(*, by: Viewer, at: datetime, message_id: UUID, gateway_id: str) -> None:
    """The gateway has taken a message over."""
    row = Sending.objects.select_for_update(of=("self",)).select_related("message").get(message_id=message_id)
    if row.done_at is None:
        _handed_over(by, at, row, gateway_id)
    _answers_again(by, at, row.channel, out=True)


@action
def turned_away(*, by: Viewer, at: datetime, message_id: UUID, fault: str) -> None:
    """The gateway refuses a message for good."""
    row = Sending.objects.select_for_update(of=("self",)).select_related("message").get(message_id=message_id)
    if row.done_at is None:
        _ended(by, at, row, "failed", fault)
    _answers_again(by, at, row.channel, out=False)


@action
def later(*, by: Viewer, at: datetime, message_id: UUID, fault: str, doubtful: bool) -> None:
    """A message was not taken now; `doubtful` where it may have been. After five tries it is parked."""
    row = Sending.objects.select_for_update(of=("self",)).select_related("message").get(message_id=message_id)
    if row.done_at is not None:
        return
    if doubtful:
        _doubted(by, at, row.message)
    if row.attempts >= pace.ATTEMPTS:
        _ended(by, at, row, "parked", fault)
        return
    row.lease_until, row.begun_at, row.due_at = None, None, at + pace.again(row.attempts)
    row.save()


@action
def gateway_down(*, by: Viewer, at: datetime, channel: str, fault: str, left: Sequence[UUID]) -> None:
    """The gateway did not answer: what was taken goes back uncounted, and it is left alone for a while."""
    _given_back(left)
    line, _ = Line.objects.get_or_create(channel=channel)
    line.failures += 1
    line.down_since = line.down_since or at
    line.closed_until, line.fault = at + pace.closed(line.failures), fault[:60]
    line.save()


@action
def give_back(*, by: Viewer, at: datetime, left: Sequence[UUID]) -> None:
    """What was taken and not tried goes back uncounted."""
    _given_back(left)


@action
def reported(*, by: Viewer, at: datetime, message_id: UUID, arrived: bool | None, channel: str) -> bool:
    """What a gateway says became of a message: arrived, not arrived, or (None) that its centre has it.

    False where nobody here knows the message; it is counted. A report may come before we have written down that we
    sent it, and may come twice.
    """
    # The sending before its message, as `sent` takes them: a report may come while that is being written down.
    row = Sending.objects.select_for_update(of=("self",)).filter(message_id=message_id).first()
    message = Message.objects.select_for_update(of=("self",)).filter(id=message_id, channel=channel).first()
    if message is None:
        Line.objects.get_or_create(channel=channel)
        Line.objects.filter(channel=channel).update(strays=F("strays") + 1)
        return False
    if row is not None and row.done_at is None:
        row.message = message
        _handed_over(by, at, row, "")
    if arrived is None:
        return True
    if message.state == "delivered":
        if arrived:
            message.repeats += 1
            message.save()
            record(MessageRepeated(subject=str(message.id), channel=message.channel), by=by, at=at)
        return True
    if arrived:
        message.state, message.ended_at = "delivered", at
        message.save()
        record(
            MessageDelivered(
                subject=str(message.id),
                channel=message.channel,
                purpose=message.purpose,
                about=message.about,
                ref=str(message.ref or ""),
            ),
            by=by,
            at=at,
        )
    elif message.state == "sent":
        _failed(by, at, message, "failed", "report")
    return True


@action
def erase(*, by: Viewer, at: datetime, about: str, to: bytes | None = None) -> int:
    """Take addresses and words away from all that went out and came in about something, and destroy their keys.

    For an erasure, and for a matter whose words may stand in its sealed compartment only; part of another action.
    `to` is the blind index of an address: then only what went to it and came from it.

    What still waited to be sent is not sent. Returns how many messages lost something.
    """
    one = {} if to is None else {"address_blind": to}
    gone: list[Message | Incoming] = [
        *Message.objects.filter(about=about, address_blind__isnull=False, **one),
        *Incoming.objects.filter(about=about, body__isnull=False, **one),
    ]
    return _emptied(by, at, gone, about.rpartition(":")[2])


@action
def erase_sent(*, by: Viewer, at: datetime, purpose: str, abouts: Collection[str], before: datetime) -> int:
    """The same of messages of one purpose that were written down before a moment, about some things at once."""
    rows = Message.objects.filter(about__in=abouts, purpose=purpose, made_at__lt=before, address_blind__isnull=False)
    return _emptied(by, at, list(rows), purpose)


def _emptied(by: Viewer, at: datetime, gone: Sequence[Message | Incoming], subject: str) -> int:
    waiting = Sending.objects.filter(message__in=[row.pk for row in gone if isinstance(row, Message)])
    for row in gone:
        row.address = row.address_blind = row.title = row.body = None
        row.salt = fresh_salt()  # nobody guesses a number by what the log once committed to
        if isinstance(row, Message):
            row.answers, row.state = None, "erased" if row.state == "queued" else row.state
        else:
            row.note = None
        row.save()
        kind = "message" if isinstance(row, Message) else "incoming"
        shredding.owe(at, f"{kind}:{row.pk}")
    waiting.filter(done_at__isnull=True).update(done_at=at, begun_at=None)
    if gone:
        record(MessagesErased(subject=subject, count=len(gone)), by=by, at=at)
    return len(gone)


def _given_back(left: Sequence[UUID]) -> None:
    Sending.objects.filter(message_id__in=left, done_at__isnull=True, parked_at__isnull=True).update(
        lease_until=None, begun_at=None, attempts=F("attempts") - 1
    )


def _stopped(channel: str, blinds: Collection[bytes]) -> frozenset[bytes]:
    """Those of some numbers or mailboxes that asked for no more notices, by their blind indexes."""
    rows = Stopped.objects.filter(channel=channel, address_blind__in=blinds, until__isnull=True)
    return frozenset(bytes(blind) for blind in rows.values_list("address_blind", flat=True))


def _letter(message: Message) -> Letter:
    subject, row = f"message:{message.id}", str(message.id)
    found = {
        column: vault().open(subject, table=MESSAGE, column=column, row=row, sealed=sealed) if sealed else ""
        for column in ("address", "title", "body", "answers")
        for sealed in (getattr(message, column),)
    }
    return Letter(id=message.id, **found)


def _handed_over(by: Viewer, at: datetime, row: Sending, gateway_id: str) -> None:
    row.done_at, row.lease_until, row.begun_at = at, None, None
    row.save()
    message = row.message
    message.state, message.sent_at, message.gateway_id = "sent", at, gateway_id[:120]
    if message.fleeting:
        message.body = None
    message.save()
    record(MessageSent(subject=str(message.id), channel=message.channel), by=by, at=at)


def _ended(by: Viewer, at: datetime, row: Sending, state: str, fault: str) -> None:
    row.lease_until = row.begun_at = None
    if state == "parked":
        row.parked_at = at
    else:
        row.done_at = at
    row.save()
    _failed(by, at, row.message, state, fault)


def _failed(by: Viewer, at: datetime, message: Message, state: str, fault: str) -> None:
    message.state, message.ended_at, message.fault = state, at, fault[:60]
    if message.fleeting:
        message.body = None
    message.save()
    record(
        MessageFailed(
            subject=str(message.id),
            channel=message.channel,
            purpose=message.purpose,
            about=message.about,
            parked=state == "parked",
            ref=str(message.ref or ""),
        ),
        by=by,
        at=at,
    )


def _doubted(by: Viewer, at: datetime, message: Message) -> None:
    message.doubts += 1
    message.save()
    record(MessageDoubted(subject=str(message.id), channel=message.channel), by=by, at=at)


def _answers_again(by: Viewer, at: datetime, channel: str, *, out: bool) -> None:
    """A gateway that answers is not left alone any more."""
    line, _ = Line.objects.get_or_create(channel=channel)
    line.failures, line.down_since, line.closed_until, line.fault = 0, None, None, ""
    line.last_out_at = at if out else line.last_out_at
    line.save()
