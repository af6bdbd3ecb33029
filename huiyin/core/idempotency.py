"""The same write from outside twice is one write (decisions.md, Identity of a matter)."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

from huiyin.core.actions import one_transaction
from huiyin.core.models import IdempotencyKey
from huiyin.programme.refusal import Refused

KEPT = timedelta(days=30)


def once(
    *, key: UUID, route: str, sender: str, body: bytes, at: datetime, run: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Run a write once per key and sender; a repeat with the same body gets the first answer.

    `run` returns ids and codes only. The key's row is inserted first, in the same transaction as the write, so that of
    fifty at once one writes and the others wait for it. Raises Refused("key_reused") for another body.
    """
    digest = hashlib.sha256(body).digest()
    try:
        result = _once(key, route, sender, digest, at, run)
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        # A random code met that of another matter: one in ten thousand does where there are 100,000.
        result = _once(key, route, sender, digest, at, run)
    if result is None:  # the key was there and has been forgotten in between: thirty days are over
        return once(key=key, route=route, sender=sender, body=body, at=at, run=run)
    return result


def _once(
    key: UUID, route: str, sender: str, digest: bytes, at: datetime, run: Callable[[], dict[str, Any]]
) -> dict[str, Any] | None:
    with one_transaction():
        if (row := _claim(key, route, sender, digest, at)) is not None:
            result = run()
            _answer(row, result)
            return result
        return _known(key, route, sender, digest)


def _claim(key: UUID, route: str, sender: str, digest: bytes, at: datetime) -> int | None:
    """Insert the key's row and give its number; None where it is there. Waits for whoever is just writing it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencykey (key, route, sender, body_hash, result, created_at)"
            " VALUES (%s, %s, %s, %s, '{}', %s) ON CONFLICT (key, route, sender) DO NOTHING RETURNING id",
            [
                key if connection.features.has_native_uuid_field else key.hex,
                route,
                sender,
                digest,
                connection.ops.adapt_datetimefield_value(at),
            ],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _answer(row: int, result: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_idempotencykey SET result = %s WHERE id = %s",
            [connection.ops.adapt_json_value(result, None), row],
        )


def answered(*, key: UUID, route: str, sender: str) -> bool:
    """Whether the key has an answer already, whatever its body was."""
    return IdempotencyKey.objects.filter(key=key, route=route, sender=sender).exists()


def _known(key: UUID, route: str, sender: str, digest: bytes) -> dict[str, Any] | None:
    row = IdempotencyKey.objects.filter(key=key, route=route, sender=sender).first()
    if row is None:
        return None
    if bytes(row.body_hash) != digest:
        raise Refused("key_reused")
    return row.result  # type: ignore[no-any-return]  # a JSON column has no narrower type


def forget(at: datetime) -> int:
    """Delete keys older than thirty days."""
    return IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]
