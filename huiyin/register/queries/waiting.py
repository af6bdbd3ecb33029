"""What waits in the register for a person, as counts for the first page of the desk."""

from datetime import datetime

from django.db.models import QuerySet

from huiyin.core.questions import Make, count
from huiyin.core.viewer import Viewer
from huiyin.register.models import Enquiry, Erasure, ImportRun
from huiyin.register.queries.household_file import unanswered

FOR_A_PERSON = ("columns", "staged")
"""States of an import in which it goes on only when somebody says how."""


def waiting(viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many of each wait, by a key of the label group `waiting`, for what the viewer's posts are for.

    Those who asked who their official is and are to be rung back; objections without an answer; erasures that
    somebody else asked for; imports that wait for a decision. One query for each that is the viewer's at all.
    """
    asked: tuple[tuple[str, str, Make], ...] = (
        ("matter.open", "enquiries", _enquiries),
        ("register.erase", "objections", unanswered),
        ("register.erase", "erasures", _erasures),
        ("register.import", "imports", _imports),
    )
    return {name: count(f"waiting.{name}", make, viewer) for verb, name, make in asked if viewer.may(verb)}


def _enquiries(viewer: Viewer) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(viewer.scope("household__place_code"), told_at=None)


def _erasures(viewer: Viewer) -> QuerySet[Erasure]:
    rows = Erasure.objects.filter(viewer.scope("place_code"), state="asked")
    return rows.exclude(asked_by_id__in=viewer.persons)


def _imports(viewer: Viewer) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(state__in=FOR_A_PERSON)
