"""What waits in the register for a person, as counts for the first page of the desk."""

from collections.abc import Callable
from datetime import datetime

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
    asked: tuple[tuple[str, str, Callable[[Viewer], int]], ...] = (
        ("matter.open", "enquiries", _enquiries),
        ("register.erase", "objections", _objections),
        ("register.erase", "erasures", _erasures),
        ("register.import", "imports", _imports),
    )
    return {name: count(viewer) for verb, name, count in asked if viewer.may(verb)}


def _enquiries(viewer: Viewer) -> int:
    return Enquiry.objects.filter(viewer.scope("household__place_code"), told_at=None).count()


def _objections(viewer: Viewer) -> int:
    return unanswered(viewer).count()


def _erasures(viewer: Viewer) -> int:
    rows = Erasure.objects.filter(viewer.scope("place_code"), state="asked")
    return rows.exclude(asked_by_id__in=viewer.persons).count()


def _imports(viewer: Viewer) -> int:
    return ImportRun.objects.filter(state__in=FOR_A_PERSON).count()
