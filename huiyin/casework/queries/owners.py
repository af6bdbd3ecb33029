"""Who has matters in hand, and which of them nobody can be reached about any more (R-094)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from huiyin.casework.models import Matter
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff

GIVEN_OUT = ("assigned", "working")
"""States in which somebody by name owes the next step."""


def unreachable(viewer: Viewer, at: datetime, *, since: timedelta) -> int:
    """Ordinary open matters that have been for longer than `since` with somebody who holds no post, or with nobody.

    Sealed ones are in no count: who holds them sees on their own list who has them in hand.
    """
    rows = Matter.objects.filter(state__in=GIVEN_OUT, closed_at__isnull=True, history=False, held=False, sealed=False)
    count = rows.filter(handler_id__isnull=True).annotate(last=Max("moves__at")).filter(last__lt=at - since).count()
    handlers = rows.filter(handler_id__isnull=False).order_by().values_list("handler_id", flat=True).distinct()
    held = staff.bodies_of(viewer, [one for one in handlers if one is not None], at)
    gone = [person for person, bodies in held.items() if not bodies]
    fresh = _just_left(gone, at - since)
    return count + rows.filter(handler_id__in=set(gone) - fresh).count()


def _just_left(persons: list[UUID], since: datetime) -> set[UUID]:
    """Those of whom the register told something new after a moment: they left a moment ago."""
    told = Q(name__startswith="register.") & Q(subject__in=[str(one) for one in persons], recorded_at__gt=since)
    return {UUID(one) for one in Event.objects.filter(told).values_list("subject", flat=True)}


def closed_among(viewer: Viewer, matter_ids: Collection[UUID]) -> tuple[UUID, ...]:
    """Which of some matters are over; for the machine, which asks for what hangs on them."""
    if not matter_ids or not viewer.everything:
        return ()
    return tuple(Matter.objects.filter(pk__in=matter_ids, closed_at__isnull=False).values_list("pk", flat=True))
