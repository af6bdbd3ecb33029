"""Which households complained about whom: the register must never assign them to each other (SG-01, SG-45)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Conflict, Party
from huiyin.casework.models.matters import WHOLE
from huiyin.core import apart
from huiyin.core.questions import NOBODY, ask
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.queries.apart import households_with, numbers_of
from huiyin.register.queries.days import today

TABLE = "casework.party"
FEW = 100
"""Up to so many households their telephones are looked up among complaints; above it each complaint's is opened."""
Found = list[tuple[UUID, UUID, bool]]


@apart.source
@looking_as(OPEN)
def complained(
    viewer: Viewer,
    at: datetime,
    households: Collection[UUID] | None = None,
    persons: Collection[UUID] | None = None,
) -> Found:
    """Household, person, and whether people have decided that it is about them, for every complaint whose reporter's
    telephone is a household's, of some or of all, about some persons or everybody; asked by the machine alone,
    answered anew and kept nowhere."""
    if not viewer.everything:
        raise PermissionError("only the machine asks who complained about whom")
    if households is not None and len(households) <= FEW:
        return _of(viewer, at, households, persons)
    return [row for row in _of_all(viewer, at) if households is None or row[0] in households]


def _of(viewer: Viewer, at: datetime, households: Collection[UUID], persons: Collection[UUID] | None) -> Found:
    """Of a few households: whoever complained about one of the persons first, and only if somebody did are the
    households' telephones opened to see whether it was them. The same questions however many complaints."""
    about = None if persons is None else ask("apart.about", _about, NOBODY, tuple(persons))
    if about is not None and not about:
        return []
    homes = numbers_of(viewer, households, day=today(viewer, at))
    blinds = {bytes(vault().blind("phone", number)): home for number, home in homes.items()}
    if about is None:
        about = list(_from(blinds))
    return [
        (home, person, kind == "subject")
        for blind, person, kind in about
        for home in blinds.get(bytes(blind or b""), ())
    ]


def _complaints() -> QuerySet[Conflict, Any]:
    rows = Conflict.objects.filter(WHOLE)
    return rows.values_list("matter__parties__phone_blind", "person_id", "kind")


def _about(viewer: Viewer, persons: Collection[UUID]) -> QuerySet[Conflict, Any]:
    """Complaints about some persons that a telephone came with."""
    return _complaints().filter(person_id__in=persons, matter__parties__phone__isnull=False)


def _from(blinds: Collection[bytes]) -> QuerySet[Conflict, Any]:
    """Complaints that came from some telephones."""
    theirs = Q(matter__parties__phone_blind__in=list(blinds), matter__parties__phone__isnull=False)
    return _complaints().filter(theirs)


def _of_all(viewer: Viewer, at: datetime) -> Found:
    about: dict[UUID, set[tuple[UUID, bool]]] = {}
    for matter, person, kind in Conflict.objects.filter(WHOLE).values_list("matter_id", "person_id", "kind"):
        about.setdefault(matter, set()).add((person, kind == "subject"))
    numbers = dict(_numbers(about))
    homes = households_with(viewer, at, set(numbers.values()), day=today(viewer, at))
    return [
        (home, person, decided)
        for matter, number in numbers.items()
        for home in homes.get(number, ())
        for person, decided in about[matter]
    ]


def _numbers(about: Collection[UUID]) -> Iterator[tuple[UUID, str]]:
    """Each matter's telephone, as far as there is one and it can be read."""
    for party in Party.objects.filter(matter_id__in=about, phone__isnull=False):
        subject = f"matter:{party.matter_id}"
        try:
            number = vault().open(subject, table=TABLE, column="phone", row=str(party.pk), sealed=party.phone or b"")
        except (Shredded, Damaged):
            continue  # erased, which is meant, or damaged, which the audit names: one number stops no county's round
        yield party.matter_id, number
