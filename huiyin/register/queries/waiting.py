"""What waits in the register for a person, as counts for the first page of the desk."""

from datetime import datetime

from django.db.models import QuerySet

from huiyin.core.questions import Make, counts
from huiyin.core.viewer import Viewer
from huiyin.register.models import Enquiry, Erasure, ImportRun
from huiyin.register.queries import powers, resets
from huiyin.register.queries.household_file import unanswered

FOR_A_PERSON = ("columns", "staged")
"""States of an import in which it goes on only when somebody says how."""


def waiting(viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many of each wait, by a key of the label group `waiting`, for what the viewer's posts are for.

    Those who asked who their official is and are to be rung back; objections without an answer; erasures that
    somebody else asked for; imports that wait for a decision; accounts that another asked to open anew; powers that
    another gave; and under `account_told` what the viewer was told of their own account and has not read. One query
    for all of it.
    """
    asked: tuple[tuple[tuple[str, ...], str, Make], ...] = (
        (("matter.open",), "enquiries", _enquiries),
        (("register.erase",), "objections", unanswered),
        (("register.erase",), "erasures", _erasures),
        (("register.import",), "imports", _imports),
        (resets.VERBS, "resets", resets.waiting),
        (powers.VERBS, "powers", powers.waiting),
    )
    makes = {name: make for verbs, name, make in asked if any(map(viewer.may, verbs))}
    if viewer.person_id is not None:
        makes["account_told"] = resets.unread
    found = counts(("waiting", *makes), tuple(makes.values()), viewer)
    return dict(zip(makes, found, strict=True))


def _enquiries(viewer: Viewer) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(viewer.scope("household__place_code"), told_at=None)


def _erasures(viewer: Viewer) -> QuerySet[Erasure]:
    rows = Erasure.objects.filter(viewer.scope("place_code"), state="asked")
    return rows.exclude(asked_by_id__in=viewer.persons)


def _imports(viewer: Viewer) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(state__in=FOR_A_PERSON)
