"""The same form sent twice is one write: what doors do around `core.idempotency.once`."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.core.idempotency import once
from huiyin.programme.refusal import Refused


def once_each(
    *, key: UUID, route: str, sender: str, body: bytes, at: datetime, run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """As `once`, for people: a form that says something else now is Refused("form_used"); show it with a fresh key."""
    try:
        return once(key=key, route=route, sender=sender, body=body, at=at, run=run)
    except Refused as refused:
        if refused.code != "key_reused":
            raise
        raise Refused("form_used") from refused


def as_sent(post: Mapping[str, str]) -> bytes:
    """What a form of plain fields said, to know it again; without its key and the token."""
    return json.dumps(
        sorted((name, post[name]) for name in post if name not in ("key", "csrfmiddlewaretoken"))
    ).encode()
