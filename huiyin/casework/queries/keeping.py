"""Whose names and numbers in matters that are over are kept no longer (R-180, SG-48)."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from huiyin.casework.models import FollowUp, Matter, Party, Promise, Side
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.register.queries.keeping import cut_of
from huiyin.register.rules.months import later

KIND = "reporters"
KNOWN = Q(name__isnull=False) | Q(phone__isnull=False)


def reporters(viewer: Viewer, at: datetime, most: int) -> list[Party]:
    """Who reported what ended long enough ago, the oldest first; for the machine.

    Not of a matter about which somebody is still to be asked whether a promise was kept.
    """
    cut = cut_of(viewer, at, KIND)
    if cut is None:
        return []
    asked = Promise.objects.filter(matter=OuterRef("matter"), state__in=("open", "due"))
    rows = Party.objects.filter(KNOWN, role="reporter", matter__closed_at__lt=cut).exclude(Exists(asked))
    return list(rows.select_related("matter").order_by("matter__closed_at", "id")[:most])


def sides(viewer: Viewer, at: datetime, most: int) -> list[Side]:
    """Sides of disputes that ended long enough ago and in which nobody is to be asked any more; for the machine.

    Not while somebody still stands between them: their words are what the mediation works with.
    """
    cut = cut_of(viewer, at, KIND)
    if cut is None:
        return []
    rows = Side.objects.filter(KNOWN | Q(words__isnull=False), mediation__matter__closed_at__lt=cut)
    rows = rows.exclude(mediation__state="open", mediation__mediator_id__isnull=False)
    rows = rows.exclude(Exists(FollowUp.objects.filter(mediation=OuterRef("mediation"), ended_at__isnull=True)))
    return list(rows.select_related("mediation__matter").order_by("mediation__matter__closed_at", "id")[:most])


def until(viewer: Viewer, matter: Matter, at: datetime) -> date | None:
    """The day on which who reported a matter that is over goes out of it; None while it is open, or for good."""
    county = current(at).rulebook.county
    if matter.closed_at is None or not county.keep.reporters:
        return None
    return later(matter.closed_at.astimezone(county.tz).date(), county.keep.reporters)
