"""For whom an open matter waits: conditions that several questions share."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiyin.casework.models import CallTurn, Clock, Extension, Matter, Nudge
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.mediation import mediated
from huiyin.casework.rules.bell import BELL
from huiyin.core.viewer import Viewer

TO_ASSIGN = ("accepted", "discussing", "raised", "reopened")
IN_HAND = ("assigned", "working")
STOPPED = ("paused", "more_asked")
"""States in which clocks stand still, as long as they may; what is due then is not late."""


def late(at: Any) -> Q:
    """Which open matters are late at a moment. Where clocks stand still, those of which one had run out before, or runs
    on because its pauses are used up: else whoever asks something back would take what is late off every list.
    """
    running = Clock.objects.filter(matter=OuterRef("pk"), met_at__isnull=True, ended_at__isnull=True)
    ran_out = running.filter(Q(paused_at__isnull=True) | Q(due_at__lte=F("paused_at")), due_at__lte=at)
    # Those few are found first and by themselves: asked of each open matter, it would cost the lists their index.
    stopped = Matter.objects.filter(Exists(ran_out), state__in=STOPPED, closed_at__isnull=True, due_at__lte=at)
    return Q(due_at__lte=at) & (~Q(state__in=STOPPED) | Q(pk__in=stopped.values("pk")))


def todo(viewer: Viewer, at: datetime) -> Q:
    """Which open matters wait for the viewer, by their verbs and parts."""
    wanted = Q(pk__in=[])
    for states, condition in _parts(viewer, at):
        wanted |= condition if states is None else condition & Q(state__in=states)
    return wanted


def waiting_for(viewer: Viewer, rows: MatterQuerySet, at: datetime) -> MatterQuerySet:
    """Those of some open matters that wait for the viewer, found by their states where these are few among all."""
    found, states = rows.filter(todo(viewer, at)), set[str]()
    for some, _ in _parts(viewer, at):
        if some is None:
            return found
        states.update(some)
    return found.filter(state__in=sorted(states))


def _parts(viewer: Viewer, at: datetime) -> Iterator[tuple[tuple[str, ...] | None, Q]]:
    """For what a matter may wait for the viewer: in which states (None: in any), and which of those."""
    me = viewer.persons
    if me:
        yield IN_HAND, Q(handler_id__in=me)
    if viewer.may("matter.classify"):
        yield ("received",), Q()
    if viewer.may("matter.assign"):
        yield TO_ASSIGN, Q()
    if viewer.may("matter.call_back"):
        yield ("answered",), to_call(viewer)
    if viewer.may("matter.supervise"):
        yield IN_HAND, Q(supervisor_id__in=me, due_at__lte=at)
    if me and viewer.may("matter.approve"):
        # As a set, not for each row: it is small, and the matters are many.
        asked = undecided(viewer).exclude(asked_by_id__in=me).values("clock__matter_id")
        yield None, Q(pk__in=asked) & ~Q(handler_id__in=me)
        yield IN_HAND, Q(owner_body_id__in=viewer.body_ids, due_at__lte=at)


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
    # "At least" beside "equal" changes nothing but how PostgreSQL asks: row by row as far as a page goes, and not by
    # reading every matter in sight first for somebody who was told thousands of things.
    seen = Matter.objects.visible_to(viewer).filter(pk=here, pk__gte=here)
    between = mediated(viewer).filter(pk=here)
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
