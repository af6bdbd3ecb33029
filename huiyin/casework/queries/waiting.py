"""For whom an open matter waits: conditions that several questions share."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import CallTurn, Extension, Matter, Nudge
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.mediation import mediated
from huiyin.casework.rules.bell import BELL
from huiyin.core.viewer import Viewer

TO_ASSIGN = ("accepted", "discussing", "raised", "reopened")
IN_HAND = ("assigned", "working")
STOPPED = ("paused", "more_asked")
"""States in which clocks stand still; what is due then is not late."""


def todo(viewer: Viewer, at: datetime) -> Q:
    """Which open matters wait for the viewer, by their verbs and parts."""
    me = viewer.persons
    wanted = Q(handler_id__in=me, state__in=IN_HAND) if me else Q(pk__in=[])
    if viewer.may("matter.classify"):
        wanted |= Q(state="received")
    if viewer.may("matter.assign"):
        wanted |= Q(state__in=TO_ASSIGN)
    if viewer.may("matter.call_back"):
        wanted |= to_call(viewer)
    if viewer.may("matter.supervise"):
        wanted |= Q(supervisor_id__in=me, due_at__lte=at, state__in=IN_HAND)
    if me and viewer.may("matter.approve"):
        # As a set, not for each row: it is small, and the matters are many.
        asked = undecided(viewer).exclude(asked_by_id__in=me).values("clock__matter_id")
        wanted |= Q(pk__in=asked) & ~Q(handler_id__in=me)
        wanted |= Q(owner_body_id__in=viewer.body_ids, due_at__lte=at, state__in=IN_HAND)
    return wanted


def waiting_for(viewer: Viewer, rows: MatterQuerySet, at: datetime) -> MatterQuerySet:
    """Those of some open matters that wait for the viewer, found by their states: few among the open ones of a county.

    Who decides on more time is asked about any state.
    """
    if viewer.may("matter.approve"):
        return rows.filter(todo(viewer, at))
    states = [
        *IN_HAND,
        *(("received",) if viewer.may("matter.classify") else ()),
        *(TO_ASSIGN if viewer.may("matter.assign") else ()),
        *(("answered",) if viewer.may("matter.call_back") else ()),
    ]
    return rows.filter(todo(viewer, at), state__in=states)


def to_call(viewer: Viewer) -> Q:
    """Answered, not in the viewer's own hands, and not left to the resident's own word for now."""
    me = viewer.persons
    free = Q(caller_id__in=me) | Q(caller_id__isnull=True)
    others = ~Q(handler_id__in=me) & ~Q(supervisor_id__in=me)
    return Q(state="answered") & others & free & ~left_alone()


def left_alone() -> Q:
    """Not drawn for a call, and the days for the resident's own word are not over."""
    return Q(pk__in=CallTurn.objects.filter(waits=True).values("matter_id"))


def told_to(viewer: Viewer) -> QuerySet[Nudge]:
    """What the viewer was told at their desk, of matters they may see today, or whose sides they stand between."""
    here = OuterRef("matter_id")
    seen, between = Matter.objects.visible_to(viewer).filter(pk=here), mediated(viewer).filter(pk=here)
    return Nudge.objects.filter(Exists(seen) | Exists(between), person_id__in=viewer.persons)


def unread_by(viewer: Viewer) -> QuerySet[Nudge, Any]:
    """Keys of what the viewer was told and has not read, no more of them than a bell counts."""
    return told_to(viewer).filter(read_at__isnull=True).order_by().values_list("pk")[:BELL]


def asked_for(viewer: Viewer) -> QuerySet[Extension]:
    """Requests for more time that nobody has decided on, of an outer matter."""
    return undecided(viewer).filter(clock__matter=OuterRef("pk"))


def undecided(viewer: Viewer) -> QuerySet[Extension]:
    """Requests for more time that nobody has decided on."""
    return Extension.objects.filter(decided_at__isnull=True, clock__met_at__isnull=True, clock__ended_at__isnull=True)
