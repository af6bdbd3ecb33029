"""What went out and came in by wire, what waits to go, and how each gateway is."""

from django.db import models
from django.db.models import Q

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.sealed import sealed_column

BLIND = {"sms": "phone", "email": "email"}
"""Under which column an address is blinded; telephones as everywhere in the house."""
WAITING = Q(done_at__isnull=True, parked_at__isnull=True)


class Message(Kept):
    """Something we tell somebody outside: sealed address and words, and how far it got.

    `key` says what it is for, so that one purpose is told once (invariant 10). `about` is what it belongs to
    (`matter:<id>`), `ref` the row it carries (an answer's id). purpose: acknowledge, answer, notice, ask_more, state
    (where a matter stands, to who asked), service (nobody asked for it: a new official). state: queued, sent (the
    gateway has it), delivered (the gateway's report), failed, parked, stopped (the number asked for no more, so nothing
    was sent), erased. `doubts` counts how often it may have gone out twice, `repeats` how often the gateway reported
    the same arrival again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20)
    about = models.CharField(max_length=64, db_index=True)
    ref = models.UUIDField(null=True)
    address = models.BinaryField(null=True)
    address_blind = models.BinaryField(max_length=16, null=True, db_index=True)
    title = models.BinaryField(null=True)
    body = models.BinaryField(null=True)
    answers = models.BinaryField(null=True)
    fleeting = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default="queued")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    gateway_id = models.CharField(max_length=120, blank=True, default="")
    fault = models.CharField(max_length=60, blank=True, default="")
    doubts = models.PositiveSmallIntegerField(default=0)
    repeats = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "state"], name="message_open", condition=~Q(state__in=("sent", "delivered"))
            )
        ]


class Sending(models.Model):
    """A message that waits for its gateway: the part of the outbox that changes with every try.

    `begun_at` stands while a try is under way; where it still stands when the lease is over, the worker died between
    sending and writing it down.
    """

    message = models.OneToOneField(Message, on_delete=models.PROTECT, primary_key=True)
    channel = models.CharField(max_length=10)
    direct = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["channel", "due_at"], name="sending_due", condition=WAITING)]


class Incoming(Kept):
    """Something that somebody outside told us; taken in once, by the transport's own id.

    state: new, matter (it became one), added (to one that is open), word (the resident's “1” or “2”), asked (where a
    matter stands, and was told), stop, resume, twin (the same again within minutes), automatic (an answering
    machine's), report (a gateway's on what we sent), clerk (a person has to look, `why` says why), done (a person
    has). `about` is the matter it ended in.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    channel = models.CharField(max_length=10)
    transport_id = models.CharField(max_length=300)
    address = models.BinaryField(null=True)
    address_blind = models.BinaryField(max_length=16, null=True)
    title = models.BinaryField(null=True)
    body = models.BinaryField(null=True)
    answers = models.UUIDField(null=True)
    files = models.PositiveSmallIntegerField(default=0)
    left_out = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    state = models.CharField(max_length=12, default="new")
    why = models.CharField(max_length=40, blank=True, default="")
    about = models.CharField(max_length=64, blank=True, default="", db_index=True)
    by_id = models.UUIDField(null=True)
    note = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "transport_id"], name="one_incoming_each")]
        indexes = [
            models.Index(fields=["at", "id"], name="incoming_clerk", condition=Q(state="clerk")),
            models.Index(fields=["address_blind", "at"], name="incoming_from"),
        ]


class Stopped(Kept):
    """A number or mailbox that asked for no more notices, as a blind index only, and since when."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    channel = models.CharField(max_length=10)
    address_blind = models.BinaryField(max_length=16)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address_blind"], name="one_stop_each", condition=Q(until__isnull=True)
            )
        ]


class Line(models.Model):
    """How a gateway is: since when it does not answer, when it is tried again, what last went through.

    `cursor` is how far a mailbox was read. `strays` counts reports on messages that nobody here knows, `again` how
    often something came in that had been taken in before.
    """

    channel = models.CharField(max_length=10, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    down_since = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, blank=True, default="")
    inbox_down_since = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    last_in_at = models.DateTimeField(null=True)
    cursor = models.CharField(max_length=60, blank=True, default="")
    strays = models.PositiveIntegerField(default=0)
    again = models.PositiveIntegerField(default=0)


def _of_message(row: Message) -> str:
    return f"message:{row.pk}"


def _of_incoming(row: Incoming) -> str:
    return f"incoming:{row.pk}"


MESSAGE, INCOMING = "channels.message", "channels.incoming"
for _column in ("address", "title", "body", "answers"):
    sealed_column(Message, _column, table=MESSAGE, subject=_of_message)
for _column in ("address", "title", "body", "note"):
    sealed_column(Incoming, _column, table=INCOMING, subject=_of_incoming)
