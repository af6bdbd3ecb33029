"""Single-use sign-in links of the demo; only their digests are kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from huiyin.core.marks import is_demo
from huiyin.core.models import Account, SigninLink
from huiyin.programme.refusal import Refused

VALID = timedelta(minutes=10)


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


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
