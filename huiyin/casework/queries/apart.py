"""Which households complained about whom: the register must never assign them to each other (SG-01, SG-45)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Conflict, Party
from huiyin.casework.models.matters import WHOLE
from huiyin.core import apart
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.queries.apart import households_with

TABLE = "casework.party"


@apart.source
@looking_as(OPEN)
def complained(viewer: Viewer, at: datetime) -> list[tuple[UUID, UUID, bool]]:
    """Household, person, and whether people have decided that it is about them, for every complaint whose reporter's
    telephone is a household's; asked by the machine alone, answered anew each time and kept nowhere."""
    if not viewer.everything:
        raise PermissionError("only the machine asks who complained about whom")
    about: dict[UUID, set[tuple[UUID, bool]]] = {}
    for matter, person, kind in Conflict.objects.filter(WHOLE).values_list("matter_id", "person_id", "kind"):
        about.setdefault(matter, set()).add((person, kind == "subject"))
    numbers = dict(_numbers(about))
    day = at.astimezone(current(at).rulebook.county.tz).date()
    homes = households_with(viewer, at, set(numbers.values()), day=day)
    return [
        (homes[number], person, decided)
        for matter, number in numbers.items()
        if number in homes
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
