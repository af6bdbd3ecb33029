"""Looks: who opened something secret, exported, or looked up somebody outside their own households (SG-49).

Append-only. What was shown is never in it, only that it was. Each minute's looks become one event that carries their
Merkle root, so that a look struck out afterwards is missed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import ClassVar

from huiyin.core.actions import action
from huiyin.core.canonical import look_leaf
from huiyin.core.events import Fact, record
from huiyin.core.ids import uuid7
from huiyin.core.merkle import root
from huiyin.core.models import Look, SealedLook
from huiyin.core.viewer import Viewer
from huiyin.core.worker import tick

BATCH = 2000


@dataclass(frozen=True, kw_only=True)
class LooksSealed(Fact):
    """The looks of a minute: how many, and the Merkle root over them in order of id. `subject` is the batch."""

    NAME: ClassVar[str] = "core.looks_sealed"
    minute: str
    count: int
    root: str


def look(by: Viewer, *, kind: str, subject: str, at: datetime, reason: str = "") -> None:
    """Write a look down before showing it: `subject` names the thing (`matter:…`), the viewer gives `reason`."""
    look_each(by, kind=kind, subjects=(subject,), at=at, reason=reason)


def look_each(by: Viewer, *, kind: str, subjects: Iterable[str], at: datetime, reason: str = "") -> None:
    """The same of several things that one page shows, written at once."""
    Look.objects.bulk_create(
        Look(
            at=at,
            person_id=by.person_id,
            account_id=by.account_id,
            on_behalf_of_id=by.on_behalf_of,
            kind=kind,
            subject=subject,
            reason=reason,
        )
        for subject in subjects
    )


@tick(every=timedelta(seconds=20))
def seal_minutes(at: datetime) -> int:
    """Seal the looks of the minutes that are over; a late one gets a batch of its own. Returns how many."""
    ended = at.replace(second=0, microsecond=0)
    waiting = Look.objects.filter(sealedlook__isnull=True, at__lt=ended).order_by("at", "id")[:BATCH]
    minutes = groupby(waiting, key=lambda found: found.at.replace(second=0, microsecond=0))
    worker = Viewer.system("worker")
    return sum(seal_minute(by=worker, at=at, minute=minute, looks=list(found)) for minute, found in minutes)


@action
def seal_minute(*, by: Viewer, at: datetime, minute: datetime, looks: list[Look]) -> int:
    """Put looks into one batch and tell its root. Raises IntegrityError when one is in a batch already."""
    batch = uuid7()
    ordered = sorted(looks, key=lambda found: found.id)
    SealedLook.objects.bulk_create(SealedLook(look=found, batch=batch) for found in ordered)
    fact = LooksSealed(
        subject=str(batch),
        minute=minute.strftime("%Y-%m-%dT%H:%MZ"),
        count=len(ordered),
        root=root(look_leaf(found) for found in ordered).hex(),
    )
    record(fact, by=by, at=at)
    return len(ordered)
