"""Marks on the database itself; `demo` is set once on an empty database and removed by nothing."""

import time
from datetime import datetime

from huiyin.core.caches import kept
from huiyin.core.models import Account, Event, Mark
from huiyin.programme.refusal import Refused

ASK_AGAIN = 10.0  # seconds
BEGUN, MADE = "demo_county", "demo_county_made"

_demo = False
_asked = 0.0


def is_demo() -> bool:
    """Whether this database carries the demo mark; asked once per process after it does, before that now and then."""
    global _demo, _asked
    if not _demo and (_asked == 0.0 or time.monotonic() - _asked > ASK_AGAIN):
        _demo, _asked = Mark.objects.filter(name="demo").exists(), time.monotonic()
    return _demo


def mark_demo(at: datetime, seed: int) -> None:
    """Set the mark. Raises Refused("not_empty") on a database in which anything happened beside activation."""
    if Account.objects.exists() or Event.objects.exclude(name__startswith="core.").exists():
        raise Refused("not_empty")
    Mark.objects.get_or_create(name="demo", defaults={"value": str(seed), "at": at})
    forget()


def begin_county(at: datetime, seed: int, county: str) -> bool:
    """Mark that an invented county is being made; True where the same one was begun before and is to be gone on with.

    Until `county_made` the database is half a county, and web and worker do not start on it. Raises
    Refused("not_empty") on a database that holds anything else, a county that was made to its end included.
    """
    if begun := half_made():
        if begun != county:
            raise Refused("not_empty")
        return True
    mark_demo(at, seed)
    Mark.objects.create(name=BEGUN, value=county, at=at)
    return False


def county_made(at: datetime) -> None:
    """Mark that the invented county is whole."""
    Mark.objects.get_or_create(name=MADE, defaults={"at": at})


def half_made() -> str:
    """The invented county that was begun and not made to its end; empty where there is none."""
    found = dict(Mark.objects.filter(name__in=(BEGUN, MADE)).values_list("name", "value"))
    return "" if MADE in found else found.get(BEGUN, "")


def said(name: str) -> str:
    """What was last written under a name; empty where nothing was."""
    return Mark.objects.filter(name=name).values_list("value", flat=True).first() or ""


def say(name: str, value: str, at: datetime) -> None:
    """Write down how far something has come, in the place of what stood there."""
    Mark.objects.update_or_create(name=name, defaults={"value": value, "at": at})


def forget() -> None:
    """Ask again; tests do between databases."""
    global _demo, _asked
    _demo, _asked = False, 0.0


kept(forget)
