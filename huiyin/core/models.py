"""The foundation's tables: evidence, work owed, people, accounts, rulebooks, working days."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.db.models import Q
from django.db.models.functions import Mod

from huiyin.core.ids import uuid7
from huiyin.core.kept import Kept, KeptQuerySet


class Event(models.Model):
    """What happened; written once. A trigger and the role's rights refuse UPDATE and DELETE.

    `rows` maps "app.table:key" to the hex SHA-256 commitment to the row's whole new state ("" where it is gone); of
    many rows it holds the Merkle root alone, under "*", and the commitments lie in a `RowSet`.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_index=True)
    by_id = models.UUIDField(null=True, db_index=True)
    on_behalf_of_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=40, blank=True, default="")
    subject = models.CharField(max_length=64, db_index=True)
    data = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True, default="")


class RowSet(models.Model):
    """The commitments of an event that wrote many rows; `Event.rows` then holds their root (huiyin.core.rowset)."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True)
    rows = models.BinaryField()


class Leaf(models.Model):
    """An event's place in the Merkle tree (RFC 6962): `seq` from 0 without gaps, `hash` = SHA-256(0x00 || event)."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT)
    hash = models.BinaryField(max_length=32)


class Checkpoint(models.Model):
    """A signed statement of the tree: its size and root. `edge` are the hashes the next batch grows from."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    edge = models.BinaryField(max_length=2048)
    at = models.DateTimeField()
    key_id = models.CharField(max_length=8)
    signature = models.BinaryField(max_length=64)


class Cosignature(models.Model):
    """A witness's word that it has seen a checkpoint, and when by its own clock."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    witness = models.CharField(max_length=64)
    key_id = models.CharField(max_length=8)
    at = models.DateTimeField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_cosignature_each")]


class Delivery(models.Model):
    """One event owed to one consumer: the part of the log's post office that changes."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    consumer = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="one_delivery_each")]
        indexes = [
            models.Index(
                fields=["consumer", "due_at", "id"],
                name="delivery_owed_to",
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
            ),
            models.Index(fields=["parked_at"], name="delivery_parked", condition=Q(parked_at__isnull=False)),
        ]


class Tick(models.Model):
    """When a tick is due next, and who is at it."""

    name = models.CharField(max_length=120, primary_key=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=120, blank=True, default="")


class Person(Kept):
    """One human being; what "handler, supervisor and caller are different" is decided on. Name and pinyin in clear."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=120, blank=True, default="", db_index=True)
    initials = models.CharField(max_length=20, blank=True, default="", db_index=True)


class Official(Kept):
    """A person in service (R-050): staff number, rank tier (R-051), kind of personnel (R-053), duty phone, status."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.OneToOneField(Person, on_delete=models.PROTECT)
    number = models.CharField(max_length=30, unique=True)
    tier = models.CharField(max_length=30, blank=True, default="")
    kind = models.CharField(max_length=30, blank=True, default="official")
    duty_phone = models.CharField(max_length=20, blank=True, default="")
    status = models.CharField(max_length=20, default="in_office")
    since = models.DateField(null=True)
    until = models.DateField(null=True)


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; a password is set by its owner, never by somebody else."""

    def get_queryset(self) -> "models.QuerySet[Account]":
        """That of kept rows: nothing is written behind an action's back."""
        return KeptQuerySet(self.model, using=self._db)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Account":
        """An account that can sign in once it has a password and a second factor."""
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(Kept, AbstractBaseUser):
    """A login of a person; what it may do hangs on posts. When it last signed in stands outside the log."""

    TOUCHED: ClassVar[frozenset[str]] = frozenset({"last_login"})

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True, default="")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, null=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    keys_off = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()  # type: ignore[assignment]  # in place of that of kept rows

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is the password. Nothing is written, unlike Django's own: one that is stored in an older way is
        stored anew by whoever signs in with it (`core.account_of`)."""
        return check_password(raw_password, self.password)


class SigninLink(models.Model):
    """A single-use link of the demo: only the digest is kept, valid ten minutes."""

    digest = models.BinaryField(max_length=32, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class FirstKey(models.Model):
    """What an account's owner sets a password of their own with; the newest of each account, only its digest kept."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Look(models.Model):
    """A look at something secret, an export, or a look-up outside one's own households; append-only, soon sealed."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    person_id = models.UUIDField(null=True, db_index=True)
    account_id = models.BigIntegerField(null=True)
    on_behalf_of_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True, default="")


class SealedLook(models.Model):
    """Which batch a look was sealed in; the event of the batch carries the Merkle root over its looks."""

    look = models.OneToOneField(Look, on_delete=models.PROTECT, primary_key=True)
    batch = models.UUIDField(db_index=True)


class RulebookVersion(Kept):
    """A rulebook as it was activated, whole, with its hash; every matter keeps the version it was opened under."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    hash = models.CharField(max_length=64)
    county = models.CharField(max_length=60)
    body = models.TextField()
    in_force_from = models.DateTimeField(db_index=True)


class DayNotice(Kept):
    """A year whose working-day notice is loaded."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200, blank=True, default="")


class SpecialDay(Kept):
    """A day that is not what its weekday says: `holiday`, or `makeup`, a weekend day worked in exchange (调休)."""

    day = models.DateField(primary_key=True)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=40, blank=True, default="")


class StoredFile(Kept):
    """An attachment: its type is read from its content, its bytes lie encrypted in the files folder."""

    CLOSED: ClassVar[str] = "sealed:"
    """How the subject of a file begins whose key is in no store of ours: only people's keys lead to it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField(null=True)


class UnseenFile(models.Model):
    """A kept file, by its id, that the scanner has not looked at, or in which it `found` malware: nobody is handed it
    (trust.md W4)."""

    id = models.UUIDField(primary_key=True)
    since = models.DateTimeField(db_index=True)
    found = models.CharField(max_length=80, default="")


class IdempotencyKey(models.Model):
    """A write from outside, by its key: the same key and body get the same answer for 30 days. Ids, no text."""

    key = models.UUIDField()
    route = models.CharField(max_length=60)
    sender = models.CharField(max_length=64)
    body_hash = models.BinaryField(max_length=32)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "route", "sender"], name="one_key_each")]


class Throttle(models.Model):
    """A counter of one network or phone in one window, under a salted hash that lives at most a day."""

    bucket = models.CharField(max_length=90, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)


class ApiToken(Kept):
    """A token of a staff account for machines: only its digest is kept, and it may do no more than the account may."""

    digest = models.BinaryField(max_length=32, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    label = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Draft(models.Model):
    """What a clerk has typed and not yet sent, sealed under the account's own key; one per form and account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    form = models.CharField(max_length=60)
    body = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "form"], name="one_draft_each")]


class SavedView(models.Model):
    """A list's filters under a name, of one account or shared with a role."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    role = models.CharField(max_length=60, blank=True, default="")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "page", "name"], name="one_view_each")]


class Mark(models.Model):
    """A mark on the database itself, such as `demo` (set on an empty database, removed by nothing)."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()


class Tally(models.Model):
    """A daily count by place and key, kept by consumers so that no page counts a year of rows."""

    day = models.DateField()
    place_code = models.CharField(max_length=15)
    key = models.CharField(max_length=80)
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "place_code", "key"], name="one_tally_each")]
        indexes = [models.Index(fields=["key", "day", "place_code"], include=["count"], name="tally_sums")]


class DoomedKey(models.Model):
    """A key that is to be destroyed, written with the change that ends what it is for (huiyin.core.shredding)."""

    subject = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)


class SearchText(models.Model):
    """Tokens of a text that may be searched; written in the same transaction as the text. Sealed text never.

    `current`: what it is of is not over. Of these there are few, and they are sought most: their index, laid over that
    of the tokens, leaves out the thousands from before that have the same words.
    """

    kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    tokens = models.TextField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="one_search_text_each")]
        # In an order of its own on purpose: a planner who thought it could read these texts one after the other would
        # unpack thousands, where it should only lay their places over those the tokens are at.
        indexes = [
            models.Index(
                Mod(models.F("id") * 7919, 100003), name="search_text_current", condition=models.Q(current=True)
            )
        ]
