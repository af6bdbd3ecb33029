"""The product with a fault planted: the idempotency key is ignored."""

from collections.abc import Callable
from typing import Any

from huiyin.config.wsgi import application

__all__ = ["application"]


def plant() -> None:
    """After the application is made: nothing of the product can be imported before."""
    from django.db import transaction

    from huiyin.interfaces.api import matters

    def every_time(*, run: Callable[[], dict[str, Any]], **_: Any) -> dict[str, Any]:
        with transaction.atomic():
            return run()

    vars(matters)["once"] = every_time


plant()
