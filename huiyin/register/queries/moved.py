"""Which households a part of a list gave to another lead, from what its event committed to."""

from uuid import UUID

from django.db.models import F

from huiyin.core.models import Event, RowSet
from huiyin.core.rowset import ALL, unpack
from huiyin.core.viewer import Viewer
from huiyin.register.models import Link

LABEL = Link._meta.label_lower
Row = tuple[UUID, str, UUID]


def by_list(viewer: Viewer, event_id: int) -> list[Row]:
    """Who led before, the household's place, who leads now: for each lead that ended on the day another began."""
    event = Event.objects.get(pk=event_id)
    commits = unpack(RowSet.objects.get(pk=event.pk).rows) if ALL in event.rows else event.rows
    ids = [UUID(name.partition(":")[2]) for name in commits if name.partition(":")[0] == LABEL]
    made = Link.objects.filter(pk__in=ids, kind="lead", until=None, replaced_at=None, household__isnull=False)
    ended = Link.objects.filter(pk__in=ids, kind="lead", replaced_at=None, household__isnull=False)
    now_ = {
        (household, programme): (official, since, place)
        for household, programme, official, since, place in made.values_list(
            "household_id", "programme", "official_id", "since", "household__place_code"
        )
    }
    found: list[Row] = []
    for household, programme, before, until in ended.filter(until__gte=F("since")).values_list(
        "household_id", "programme", "official_id", "until"
    ):
        official, since, place = now_.get((household, programme), (before, None, ""))
        if official != before and since == until:
            found.append((before, place, official))
    return found
