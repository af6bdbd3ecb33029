"""The sealed compartment: who holds keys, which matters each may open, and what was said there, unreadable without.

The server can write all of this and read none of it (decisions.md, Sealed matters). In clear are only ids, times and
codes; the words of a locked matter stand in no other table.
"""

from django.db import models
from django.db.models import Q

from huiyin.casework.models.matters import Matter
from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept
from huiyin.core.sealed import closed_column


class Keyholder(Kept):
    """A person's pair of keys; the private one is locked by their passphrase (`core.boxes`).

    A custodian gets the key of every locked matter they stand apart from; other holders only of what they handle.
    A lost or ended pair stays as a row without its private half.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField(db_index=True)
    custodian = models.BooleanField(default=False)
    public = models.BinaryField(max_length=32)
    locked = models.BinaryField(max_length=200, null=True)
    made_at = models.DateTimeField()
    let_in_by_id = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id"], condition=Q(ended_at__isnull=True), name="one_pair_each")
        ]


class Passkey(Kept):
    """A passkey (WebAuthn) that opens its holder's private key as their passphrase does.

    `locked` is that key once more, under what the passkey answers to `asked` (`core.boxes`); no answer is kept.
    `domain` is where it was made and can be used, `credential` and `public` are its id and COSE key, `counter` is its
    last signature counter. Taking a passkey away deletes the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    holder = models.ForeignKey(Keyholder, on_delete=models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=40)
    domain = models.CharField(max_length=253)
    credential = models.BinaryField(max_length=1023, unique=True)
    public = models.BinaryField(max_length=1200)
    counter = models.PositiveBigIntegerField()
    asked = models.BinaryField(max_length=32)
    locked = models.BinaryField(max_length=100)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Challenge(models.Model):
    """What a passkey is to sign, once and within minutes, in the one session it was asked in (its digest).

    `purpose` is `add` or `open`; with the first goes what the new passkey is to answer to (`Passkey.asked`).
    """

    nonce = models.BinaryField(max_length=32, unique=True)
    holder = models.ForeignKey(Keyholder, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=8)
    session = models.BinaryField(max_length=32)
    asked = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField(db_index=True)


class SealedKey(Kept):
    """A locked matter's private key in a box that one holder opens."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="sealed_keys")
    holder = models.ForeignKey(Keyholder, on_delete=models.PROTECT, related_name="sealed_keys")
    box = models.BinaryField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "holder"], name="one_sealed_key_each")]


class SealedText(Kept):
    """What would have stood in the columns of a row of a locked matter, as JSON in a box for the matter's key.

    `table` and `row` name the row; of several the last one holds. `told` is the same for whoever reported it, opened by
    the proof; empty for what is not theirs to read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="sealed_texts")
    table = models.CharField(max_length=60)
    row = models.CharField(max_length=40)
    box = models.BinaryField()
    told = models.BinaryField(null=True)

    class Meta:
        ordering = ["id"]


closed_column(SealedKey, "box")
closed_column(SealedText, "box")
