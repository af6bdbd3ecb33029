"""A write from outside happens once, also where something random met its like on the way."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from huiyin.core.idempotency import once
from huiyin.core.models import IdempotencyKey


@pytest.mark.django_db(transaction=True)
def test_a_random_code_that_is_taken_by_a_matter_out_of_sight_is_drawn_again(at: datetime) -> None:
    tries: list[int] = []

    def run() -> dict[str, Any]:
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("the code is taken")
        return {"code": "472200003"}

    given: dict[str, Any] = {"key": uuid4(), "route": "test", "sender": "resident", "body": b"words", "at": at}
    assert not connection.in_atomic_block
    assert once(**given, run=run) == {"code": "472200003"}
    assert once(**given, run=run) == {"code": "472200003"}
    assert len(tries) == 2
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_fails_twice_is_a_fault_and_leaves_nothing(at: datetime) -> None:
    def run() -> dict[str, Any]:
        raise IntegrityError("something else")

    with pytest.raises(IntegrityError):
        once(key=uuid4(), route="test", sender="resident", body=b"words", at=at, run=run)
    assert not IdempotencyKey.objects.exists()
