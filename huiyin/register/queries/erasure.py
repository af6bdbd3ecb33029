"""Erasures asked for and done, and where lines of a person lie in lists of old."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.core import four_eyes
from huiyin.core.keystore import KeyStore
from huiyin.core.models import Event, Person, RowSet
from huiyin.core.rowset import ALL, unpack
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.events.files import ErasureAsked
from huiyin.register.models import Erasure, HeldLine, Household, Identity, ImportRun, Phone, Resident, StagedPart
from huiyin.register.models.imports import OPEN_STATES
from huiyin.register.models.staged import opened, opened_lines
from huiyin.register.queries import places
from huiyin.register.queries.people import PHONE_COLUMN
from huiyin.register.rules import codes
from huiyin.register.rules.lines import Line

ID_COLUMN = "register.identity.number"
UNREAD = ("received", "columns", "reading")
KINDS = ("households", "residents", "links", "relatives", "clients", "categories")
"""Lists that hold lines of residents."""
LONGEST_LIST = 200
VILLAGE = codes.WIDTHS[4]


@dataclass(frozen=True)
class Traces:
    """Imports that hold lines about a person: those still open, and applied ones that are to be forgotten."""

    open: tuple[UUID, ...] = ()
    applied: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class ErasureRow:
    """An erasure in the list; the name is empty once it is done."""

    id: UUID
    person_id: UUID
    name: str
    path: str
    reason: str
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    certified_at: datetime | None
    keys: int
    rows: int
    left: int
    """Open matters that keep the person as their reporter until they end."""
    mine: bool
    """Whether the viewer asked for it: then somebody else decides."""


def erasures(viewer: Viewer) -> tuple[ErasureRow, ...]:
    """Those the viewer may decide on or has to know of, newest first; at most 200. Raises Refused without the verb."""
    viewer.need("register.erase")
    found = list(
        Erasure.objects.filter(viewer.scope("place_code")).select_related("person").order_by("-asked_at")[:LONGEST_LIST]
    )
    people = {one.asked_by_id for one in found} | {one.decided_by_id for one in found}
    names = dict(Person.objects.filter(pk__in=[one for one in people if one]).values_list("pk", "name"))
    paths = places.paths(viewer, [one.place_code for one in found if one.place_code])
    asked = [one.pk for one in found if one.state == "asked"]
    lent = {one["subject"] for one in four_eyes.in_ones_stead(viewer, ErasureAsked, asked)}
    return tuple(
        ErasureRow(
            one.pk,
            one.person_id,
            one.person.name,
            paths.get(one.place_code, ""),
            one.reason,
            one.state,
            one.asked_at,
            names.get(one.asked_by_id, "") if one.asked_by_id else "",
            one.decided_at,
            names.get(one.decided_by_id, "") if one.decided_by_id else "",
            one.certified_at,
            len(one.keys),
            int(one.counts.get("rows", 0)),
            int(one.counts.get("left", 0)),
            one.asked_by_id in viewer.persons or str(one.pk) in lent,
        )
        for one in found
    )


def decided(viewer: Viewer) -> tuple[tuple[UUID, UUID], ...]:
    """Erasures that wait to be carried out and whom they are about, oldest first; at most 100."""
    viewer.need("register.erase")
    rows = Erasure.objects.filter(state="decided").order_by("decided_at", "pk")
    return tuple(rows.values_list("pk", "person_id")[:100])


def lists_under_way(viewer: Viewer) -> int:
    """Imports of people that are not finished: an erasure waits for those that speak of its person."""
    viewer.need("register.erase")
    return ImportRun.objects.filter(kind__in=KINDS, state__in=(*OPEN_STATES, "undoing")).count()


def asked(viewer: Viewer, person_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Whose erasure is asked for and not carried out."""
    if not viewer.may("register.erase"):
        return frozenset()
    rows = Erasure.objects.filter(person__in=list(person_ids), state__in=("asked", "decided"))
    return frozenset(rows.values_list("person_id", flat=True))


def uncertified(viewer: Viewer) -> tuple[UUID, ...]:
    """Erasures whose keys may still exist, because a process ended half way."""
    viewer.need("register.erase")
    return tuple(Erasure.objects.filter(state="done", certified_at=None).values_list("pk", flat=True)[:100])


def come_back(viewer: Viewer) -> tuple[UUID, ...]:
    """People whose key was destroyed and who have a name again: the database is older than their erasure."""
    viewer.need("register.erase")
    store: KeyStore = vault().store
    gone = [UUID(subject.partition(":")[2]) for subject in store.destroyed("person:")]
    found: list[UUID] = []
    for start in range(0, len(gone), 500):
        some = Person.objects.filter(pk__in=gone[start : start + 500])
        found += some.exclude(name="").values_list("pk", flat=True)
    return tuple(found)


@dataclass(frozen=True)
class _Person:
    """What lines are compared with."""

    keys: frozenset[str]
    name: str
    codes: frozenset[str]
    places: frozenset[str]
    number: bytes | None
    phones: frozenset[bytes]

    def is_of(self, values: dict[str, Any]) -> bool:
        """Whether a line speaks of the person."""
        if self.number is not None and values.get("id") and vault().blind(ID_COLUMN, values["id"]) == self.number:
            return True
        if self.name not in (values.get("name"), values.get("head")):
            return False
        if values.get("code") in self.codes:
            return True
        where = values.get("place", "")[:VILLAGE]
        if where and not (values.get("code") or values.get("id")) and where in {one[:VILLAGE] for one in self.places}:
            return True  # a line that names somebody by name and village
        return any(vault().blind(PHONE_COLUMN, phone) in self.phones for phone in values.get("phones", ()))


def traces(viewer: Viewer, person_id: UUID) -> Traces:
    """Imports of the last thirty days that hold lines about a person; where one is open, of the others nothing is said.

    Opens what is staged, seconds for a county's list: for the worker, never for a page.
    """
    viewer.need("register.erase")
    who = _who(person_id)
    runs = [run for run in ImportRun.objects.filter(kind__in=KINDS).order_by("added_at") if vault().exists(run.subject)]
    under_way = [run for run in runs if run.state in OPEN_STATES or run.state == "undoing"]
    if still_open := tuple(run.pk for run in under_way if run.state in UNREAD or _staged(run, who)):
        return Traces(open=still_open)
    ended = [run for run in runs if run not in under_way]
    return Traces(applied=tuple(run.pk for run in ended if _held(run, who) or _wrote(run, who)))


def _who(person_id: UUID) -> _Person:
    name = Person.objects.values_list("name", flat=True).get(pk=person_id)
    homes = list(Resident.objects.filter(person_id=person_id).values_list("pk", "household_id"))
    identity = Identity.objects.filter(person_id=person_id).first()
    phones = list(Phone.objects.filter(person_id=person_id))
    keys = [f"core.person:{person_id}"]
    keys += [f"register.resident:{pk}" for pk, _ in homes]
    keys += [f"register.phone:{one.pk}" for one in phones]
    keys += [f"register.identity:{identity.pk}"] if identity is not None else []
    lived = Household.objects.filter(pk__in=[household for _, household in homes]).values_list("code", "place_code")
    numbers, places = {code for code, _ in lived}, {place for _, place in lived}
    number = bytes(identity.blind) if identity is not None and identity.blind is not None else None
    blinds = frozenset(bytes(one.blind) for one in phones)
    return _Person(frozenset(keys), name, frozenset(numbers), frozenset(places), number, blinds)


def _staged(run: ImportRun, who: _Person) -> bool:
    for part in StagedPart.objects.filter(run=run).exclude(body=None).iterator(chunk_size=20):
        try:
            lines, _ = opened_lines(run, part)
        except Shredded:
            return False
        if any(who.is_of(one.line.values) for one in lines):
            return True
    return _held(run, who) or _wrote(run, who)


def _held(run: ImportRun, who: _Person) -> bool:
    for one in HeldLine.objects.filter(run=run).exclude(body=None).iterator(chunk_size=200):
        if who.is_of(Line.unpacked(opened(run, "held", one.pk, one.body)).values):
            return True
    return False


def _wrote(run: ImportRun, who: _Person) -> bool:
    """Whether what a run's rows were before is still kept, and some of them are the person's."""
    if not StagedPart.objects.filter(run=run).exclude(before=None).exists():
        return False
    told = Event.objects.filter(Q(subject=str(run.pk), name="register.roster_applied"))
    for pk, rows in told.values_list("pk", "rows").iterator(chunk_size=50):
        keys = unpack(RowSet.objects.values_list("rows", flat=True).get(pk=pk)) if ALL in rows else rows
        if not who.keys.isdisjoint(keys):
            return True
    return False


def erased(viewer: Viewer) -> QuerySet[Erasure, Any]:
    """The ids of who was erased, for a condition; for the machine."""
    rows = Erasure.objects.filter(certified_at__isnull=False)
    return (rows if viewer.everything else rows.none()).values("person_id")
