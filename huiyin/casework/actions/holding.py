"""A matter is held where what comes in may be about an official: words, and the names of files (SG-01)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.models import Conflict, Matter
from huiyin.casework.rules import complaints
from huiyin.core import search, wiping
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.dimensions import Heading
from huiyin.programme.schema.matters import Matters, Nature, Topic
from huiyin.register.queries import conflict, staff


def hold_if_about_officials(*, by: Viewer, at: datetime, matter: Matter, said: str) -> bool:
    """Hold a matter whose new words may be about an official; whom they mean is said by people. True if it is held now.

    A sealed one is held anew where they may mean somebody who reads it, or whom somebody who does stands near: its
    subjects stay named, and who else is meant is said before anybody goes on with it. Part of another action, which
    tells what was said.
    """
    finding = complaints.look(said, books.roll(by, matter.place_code, at))
    if not finding.why:
        return matter.held
    meant = finding.persons - set(matter.conflicts.values_list("person_id", flat=True))
    apart = meant and (matter.sealed or matter.locked)
    near = conflict.exclusion(by, meant, at=at, day=matter.local_day) if apart else frozenset[UUID]()
    if matter.sealed and not matter.held and not near & _reading(by, at, matter):
        return False
    for person in meant:
        Conflict(matter=matter, person_id=person, kind="suspected", at=at).save(force_insert=True)
    if matter.locked:
        # Whom a later word means does not read it either until it is decided, nor holds a key to it.
        for key in matter.sealed_keys.filter(holder__person_id__in=near):
            key.delete()
    if matter.held:
        return True
    matter.held, matter.held_why = True, matter.held_why or finding.why
    matter.withdraw_at = None  # said after they took it back: it goes on, also where it turns out to be about nobody
    books.make_ordinary(matter)
    matter.version += 1
    with looking_as(OPEN):  # from now on whoever heard it, a clerk or a caller, may not read it
        matter.save()
    wiping.owe(at, "matter", matter.id)
    search.forget("matter", matter.id)
    return True


def _reading(by: Viewer, at: datetime, matter: Matter) -> frozenset[UUID]:
    """Who reads a sealed matter as it stands: whose hands it is in, who holds a key, and who holds complaints."""
    parts = {matter.handler_id, matter.supervisor_id, matter.caller_id}
    holders = set(matter.sealed_keys.values_list("holder__person_id", flat=True)) if matter.locked else set[UUID]()
    rows = staff.candidates(by, at, verb="matter.held", place_code=matter.place_code)
    return frozenset(one for one in (*parts, *holders, *(row.person_id for row in rows)) if one is not None)


def hold_if_class_is_held(matter: Matter, page: Matters, classed: Mapping[str, str]) -> bool:
    """Hold a matter that is newly said to be of a nature, class or topic the programme holds; the caller saves it.

    Part of another action. A matter that was cleared stays so while it is classed as before.
    """
    why = held_class(page, classed)
    if matter.held or matter.sealed or not why:
        return matter.held
    matter.held, matter.held_why = True, why
    books.make_ordinary(matter)
    search.forget("matter", matter.id)
    return True


def held_class(page: Matters, classed: Mapping[str, str]) -> str:
    """The dimension by which a matter is held, of those it is classed in; empty where none holds it (SG-01)."""
    tables: tuple[tuple[str, Mapping[str, Nature | Heading | Topic]], ...] = (
        ("nature", page.natures),
        ("heading", page.headings),
        ("topic", page.topics),
    )
    for name, table in tables:
        one = table.get(classed.get(name, ""))
        if one is not None and one.held:
            return name
    return ""
