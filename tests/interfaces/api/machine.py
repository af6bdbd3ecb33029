"""A machine at the door: sends JSON, with a key, a proof or a token of a member of staff."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from huiyin.core import tokens
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests.cast import HUAISHUPING, Member

WORDS = {"text": "槐树坪村的路灯坏了三盏，晚上看不见路。", "place_code": HUAISHUPING}


def send(
    body: Any = None, *, key: str | None = None, address: str = "203.0.113.7", client: Client | None = None, **more: Any
) -> Any:
    """POST /api/matters; `body` is JSON-able or bytes, WORDS by default; a fresh key unless one is given."""
    raw = body if isinstance(body, bytes) else json.dumps(WORDS if body is None else body).encode()
    headers = {"Idempotency-Key": str(uuid4()) if key is None else key, **more.pop("headers", {})}
    return (client or Client()).post(
        "/api/matters", raw, content_type="application/json", headers=headers, REMOTE_ADDR=address, **more
    )


def token_of(member: Member, at: datetime | None = None, life: timedelta = timedelta(days=1)) -> str:
    """A token of a member of staff."""
    moment = at or now()
    return tokens.issue(by=Viewer.system("tests"), account=member.account, label="tests", at=moment, life=life)


def bearer(member: Member) -> dict[str, str]:
    """Headers of a machine that acts for a member of staff."""
    return {"Authorization": f"Bearer {token_of(member)}"}


def get(path: str, member: Member | None = None, **headers: str) -> Any:
    """GET as a member of staff, or as anybody."""
    return Client().get(path, headers=headers | (bearer(member) if member else {}))


def step(member: Member, code: str, name: str, **given: Any) -> Any:
    """Take a step by the interface."""
    return Client().post(
        f"/api/staff/matters/{code}/steps/{name}",
        json.dumps(
            {key: str(value) if key in ("owner", "handler", "supervisor") else value for key, value in given.items()}
        ),
        content_type="application/json",
        headers=bearer(member),
    )
