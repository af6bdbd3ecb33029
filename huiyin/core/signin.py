"""Keys used once, digests only: sign-in links of the demo, and first keys, with which people set their own password."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from huiyin.core import text
from huiyin.core.marks import is_demo
from huiyin.core.models import Account, FirstKey, SigninLink
from huiyin.programme.refusal import Refused

VALID = timedelta(minutes=10)
FIRST_VALID = timedelta(hours=72)
FIRST_LENGTH = 16
"""Letters of a first key: 2 to the power of 79, typed from paper."""


def make_link(account: Account, at: datetime) -> str:
    """A token that signs an account in once within ten minutes. Raises Refused("demo_only") outside the demo."""
    if not is_demo():
        raise Refused("demo_only")
    SigninLink.objects.filter(expires_at__lt=at).delete()
    token = secrets.token_urlsafe(24)
    SigninLink.objects.create(digest=_digest(token), account=account, expires_at=at + VALID)
    return token


def use_link(token: str, at: datetime) -> Account:
    """The account of a token, which is used up by this. Raises Refused: demo_only, link_used."""
    if not is_demo():
        raise Refused("demo_only")
    fresh = SigninLink.objects.filter(digest=_digest(token), expires_at__gt=at, used_at__isnull=True)
    if fresh.update(used_at=at) != 1:  # one statement: of two at once, one is told that it is used
        raise Refused("link_used", field="token")
    account = Account.objects.get(signinlink__digest=_digest(token))
    if not account.is_active:
        raise Refused("link_used", field="token")
    return account


@dataclass(frozen=True)
class Standing:
    """How far an account is: its name, whether its owner has set a password and bound a second factor, and the newest
    first key."""

    username: str
    has_password: bool
    is_bound: bool
    made_at: datetime | None
    expires_at: datetime | None
    used_at: datetime | None


def standing_of(person_id: UUID) -> Standing | None:
    """How far the account of a person is; None where there is none. One question."""
    bound = Exists(apps.get_model("mfa.Authenticator")._base_manager.filter(user=OuterRef("pk")))
    found = Account.objects.filter(person_id=person_id).annotate(bound=bound)
    account = found.select_related("firstkey").first()
    if account is None:
        return None
    key = getattr(account, "firstkey", None)
    told = (key.made_at, key.expires_at, key.used_at) if key else (None, None, None)
    return Standing(account.username, account.has_usable_password(), account.bound, *told)


def is_bound(account: Account) -> bool:
    """Whether the account's owner has bound a second factor."""
    return bool(apps.get_model("mfa.Authenticator")._base_manager.filter(user=account).exists())


def unbind(account: Account) -> None:
    """Take off the second factor with its recovery codes, and the password, with which every session ends; part of the
    action that says why."""
    apps.get_model("mfa.Authenticator")._base_manager.filter(user=account).delete()
    account.set_unusable_password()
    account.save(update_fields=["password"])


def letters(many: int = FIRST_LENGTH) -> str:
    """So many letters of a key, by chance."""
    return "".join(secrets.choice(text.ALPHABET) for _ in range(many))


def make_first_key(account: Account, by: UUID | None, at: datetime, key: str = "") -> str:
    """A key for the owner of an account, shown once, valid three days; the one before it ends. What the account has
    already, password and second factor, stays as it is until the key is used, and the second factor then too."""
    key = key or letters()
    told = {"digest": _digest(key), "made_at": at, "made_by_id": by, "expires_at": at + FIRST_VALID, "used_at": None}
    FirstKey.objects.update_or_create(account=account, defaults=told)
    return key


def account_of_first_key(username: str, key: str, at: datetime) -> Account:
    """Whose key this is. Raises Refused("first_key_wrong"), whatever it is that does not fit."""
    clean = "".join(key.split()).replace("-", "").upper()
    row = _fresh(clean, at).select_related("account").first()
    if row is None or row.account.username != username.strip() or not row.account.is_active:
        raise Refused("first_key_wrong", field="first_key")
    return row.account


def made_by(account: Account) -> UUID | None:
    """Who made the newest first key of an account; None for the machine, and where there is none."""
    return FirstKey.objects.filter(account=account).values_list("made_by_id", flat=True).first()


def use_first_key(account: Account, at: datetime) -> None:
    """The key is used up; part of the action that sets the password. Raises Refused("first_key_wrong") where another
    press was faster."""
    if FirstKey.objects.filter(account=account, used_at=None, expires_at__gt=at).update(used_at=at) != 1:
        raise Refused("first_key_wrong", field="first_key")


def _fresh(key: str, at: datetime) -> QuerySet[FirstKey]:
    return FirstKey.objects.filter(digest=_digest(key), used_at=None, expires_at__gt=at)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
