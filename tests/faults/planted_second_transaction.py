"""The product with a fault planted: the event is written in a second transaction, a moment after the matter's."""

import time
from typing import Any

from huiyin.config.wsgi import application

__all__ = ["application"]


def plant() -> None:
    """After the application is made: nothing of the product can be imported before."""
    from django.db import transaction

    from huiyin.casework.models import Matter
    from huiyin.casework.queries import receipts
    from huiyin.core import actions
    from huiyin.core.kept import Change
    from huiyin.core.viewer import Viewer
    from huiyin.interfaces.api import matters
    from huiyin.programme.refusal import Missing

    write, receipt_of, once = actions._write, receipts.receipt, vars(matters)["once"]

    def later(change: Change, name: str) -> None:
        def second() -> None:
            time.sleep(0.05)
            with transaction.atomic():
                write(change, name)

        transaction.on_commit(second)

    def then(**given: Any) -> dict[str, Any]:
        """The receipt is given once both transactions are over, as whoever wrote it so would have had to."""
        result: dict[str, Any] = once(**given)
        try:
            receipt = receipt_of(Viewer.resident(), Matter.objects.get(code=result["code"]).id)
        except Missing:
            receipt = ""
        return result | {"receipt": receipt}

    actions._write = later
    receipts.receipt = lambda viewer, matter_id: ""
    vars(matters)["once"] = then


plant()
