"""Marks on the database itself; `demo` is set once on an empty database and removed by nothing."""

from datetime import datetime

from huiyin.core.caches import kept
from huiyin.core.models import Account, Event, Mark
from huiyin.programme.refusal import Refused

_demo = False


def is_demo() -> bool:
    """Whether this database carries the demo mark; asked once per process after it does."""
    global _demo
    _demo = _demo or Mark.objects.filter(name="demo").exists()
    return _demo


def mark_demo(at: datetime, seed: int) -> None:
    """Set the mark. Raises Refused("not_empty") on a database in which anything happened beside activation."""
    if Account.objects.exists() or Event.objects.exclude(name__startswith="core.").exists():
        raise Refused("not_empty")
    Mark.objects.get_or_create(name="demo", defaults={"value": str(seed), "at": at})


def forget() -> None:
    """Ask again; tests do between databases."""
    global _demo
    _demo = False


kept(forget)
