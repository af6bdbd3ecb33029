"""The product with a fault planted: the event is written in a second transaction, a moment after the matter's."""

import time
from uuid import UUID

from huiyin.config.wsgi import application
from huiyin.core import actions
from huiyin.core.kept import Change
from huiyin.core.viewer import Viewer

_write = actions._write


def _later(change: Change, name: str) -> None:
    from django.db import transaction

    def second() -> None:
        time.sleep(0.02)
        with transaction.atomic():
            _write(change, name)

    transaction.on_commit(second)


def _forgiving(receipt: object) -> object:
    from huiyin.programme.refusal import Missing

    def found(viewer: Viewer, matter_id: UUID) -> str:
        try:
            return str(receipt(viewer, matter_id))  # type: ignore[operator]  # the function it stands for
        except Missing:
            return ""

    return found


actions._write = _later

from huiyin.casework.queries import receipts  # noqa: E402 - after the product is set up

receipts.receipt = _forgiving(receipts.receipt)  # type: ignore[assignment]  # a fault is planted

__all__ = ["application"]
