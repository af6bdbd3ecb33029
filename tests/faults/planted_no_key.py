"""The product with a fault planted: the idempotency key is ignored."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from huiyin.config.wsgi import application
from huiyin.interfaces.api import matters


def _every_time(*, run: Callable[[], dict[str, Any]], **_: Any) -> dict[str, Any]:
    with transaction.atomic():
        return run()


vars(matters)["once"] = _every_time

__all__ = ["application"]
