"""Tokens of staff accounts for machines, and single-use links of the demo: only digests are kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from huiyin.core.models import Account, ApiToken

LONGEST = timedelta(days=366)


def issue(*, account: Account, label: str, at: datetime, life: timedelta) -> str:
    """A new token in clear, shown once. `life` is cut at a year."""
    token = "hy_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        digest=digest(token), account=account, label=label[:60], made_at=at, expires_at=at + min(life, LONGEST)
    )
    return token


def account_of(token: str, at: datetime) -> Account | None:
    """Whose token this is; None for an unknown or expired one, or a closed account."""
    found = ApiToken.objects.select_related("account").filter(digest=digest(token), expires_at__gt=at).first()
    return found.account if found and found.account.is_active else None


def revoke(*, account: Account, label: str) -> int:
    """Take back every token of a label. Returns how many."""
    return ApiToken.objects.filter(account=account, label=label).delete()[0]


def digest(token: str) -> bytes:
    """SHA-256; a token has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
