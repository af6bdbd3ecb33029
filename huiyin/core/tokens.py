"""Tokens of staff accounts for machines, and single-use links of the demo: only digests are kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from huiyin.core.accounts import subject_of
from huiyin.core.actions import action
from huiyin.core.events import Fact, record
from huiyin.core.models import Account, ApiToken
from huiyin.core.viewer import Viewer

LONGEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class TokenMade(Fact):
    """A machine was given a token that may do what an account may, until then. Subject: the account's person."""

    NAME: ClassVar[str] = "core.token_made"
    account: int
    token: int
    until: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    """A token was taken back. Subject: the account's person."""

    NAME: ClassVar[str] = "core.token_revoked"
    account: int
    token: int


@action
def issue(*, by: Viewer, at: datetime, account: Account, label: str, life: timedelta) -> str:
    """A new token in clear, shown once. `life` is cut at a year."""
    token, until = "hy_" + secrets.token_urlsafe(32), at + min(life, LONGEST)
    row = ApiToken(digest=digest(token), account=account, label=label[:60], made_at=at, expires_at=until)
    row.save(force_insert=True)
    ends = until.strftime("%Y-%m-%dT%H:%MZ")
    record(TokenMade(subject=subject_of(account), account=account.pk, token=row.pk, until=ends), by=by, at=at)
    return token


def account_of(token: str, at: datetime) -> Account | None:
    """Whose token this is; None for an unknown or expired one, or a closed account."""
    found = ApiToken.objects.select_related("account").filter(digest=digest(token), expires_at__gt=at).first()
    return found.account if found and found.account.is_active else None


@action
def revoke(*, by: Viewer, at: datetime, account: Account, label: str | None = None) -> int:
    """Take back every token of an account, or those of a label. Returns how many."""
    rows = list(ApiToken.objects.filter(account=account, **({} if label is None else {"label": label})))
    for row in rows:
        told = TokenRevoked(subject=subject_of(account), account=account.pk, token=row.pk)
        row.delete()
        record(told, by=by, at=at)
    return len(rows)


def digest(token: str) -> bytes:
    """SHA-256; a token has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
