"""The product with a fault planted: the event is written in a second transaction, a moment after the matter's."""

import time
from typing import Any

from django.db import transaction

from huiyin.casework.models import Matter
from huiyin.casework.queries import receipts
from huiyin.config.wsgi import application
from huiyin.core import actions, idempotency
from huiyin.core.kept import Change
from huiyin.core.viewer import Viewer
from huiyin.interfaces.api import matters
from huiyin.programme.refusal import Missing

_write, _receipt, _once = actions._write, receipts.receipt, idempotency.once


def _later(change: Change, name: str) -> None:
    def second() -> None:
        time.sleep(0.05)
        with transaction.atomic():
            _write(change, name)

    transaction.on_commit(second)


def _then(**given: Any) -> dict[str, Any]:
    """The receipt is given once both transactions are over, as whoever wrote it so would have had to."""
    result = _once(**given)
    try:
        receipt = _receipt(Viewer.resident(), Matter.objects.get(code=result["code"]).id)
    except Missing:
        receipt = ""
    return result | {"receipt": receipt}


actions._write = _later
receipts.receipt = lambda viewer, matter_id: ""
vars(matters)["once"] = _then

__all__ = ["application"]
