"""Who may not be linked to a household: their own, a relative's, one that wishes otherwise, one that complained."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from huiyin.core import apart
from huiyin.core.models import Official
from huiyin.core.questions import NOBODY, ask, whole
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.models import Kin, Link, LinkWish, Phone, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import conflict
from huiyin.register.queries.people import PHONE_COLUMN

_MACHINE = Viewer.system("assignment")
Pair = tuple[UUID, UUID]


def pairs(
    viewer: Viewer,
    at: datetime,
    *,
    day: date,
    household_ids: Collection[UUID] | None = None,
    split_from: UUID | None = None,
    among: Mapping[UUID, UUID] | None = None,
) -> set[Pair]:
    """Household and official that must not be linked on a day; of some households, or of all. The number of questions
    does not depend on how many households. Who is linked to `split_from` stands with what splits off it.

    `among` maps the only officials that are asked about to their persons: whom nobody complained about costs little.

    Which of the reasons it is, is not in the answer: a complaint must not be told from a wish (SG-01).
    """
    some = None if household_ids is None else frozenset(household_ids)
    found = set(_own(day)) | set(_wishes(day)) if some is None else _never(day, some)
    complaints = apart.known(_MACHINE, at, some, None if among is None else frozenset(among.values()))
    persons = {person for _, person, _ in complaints}
    if among is None:
        officials = dict(Official.objects.filter(person_id__in=persons).values_list("person_id", "pk"))
    else:
        officials = {person: official for official, person in among.items()}
        found = {pair for pair in found if pair[1] in among}
    undecided: set[Pair] = set()
    for household, person, decided in complaints:
        if person in officials:
            (found if decided else undecided).add((household, officials[person]))
    return found | (undecided - _standing(day, undecided, split_from))


def _standing(day: date, some: set[Pair], split_from: UUID | None) -> set[Pair]:
    """Those that are links, or go on as one: a complaint nobody has decided on must not be read from a link that ends
    (SG-01)."""
    if not some:
        return set()
    homes = {household for household, _ in some}
    asked = homes if split_from is None else homes | {split_from}
    rows = Link.objects.filter(standing(day), household_id__in=asked)
    linked = set(rows.values_list("household__pk", "official_id"))
    return linked | {(home, official) for home in homes for one, official in linked if one == split_from}


def is_apart(viewer: Viewer, at: datetime, *, day: date, household_id: UUID, official_id: UUID) -> bool:
    """Whether an official may not be linked to a household."""
    return (household_id, official_id) in pairs(viewer, at, day=day, household_ids=[household_id])


def own_links(viewer: Viewer, person_ids: Collection[UUID], *, day: date) -> list[Link]:
    """Links that may not be since some people live where they live and are whose relatives they are: the official's own
    household or a relative's (SG-45). Complaints and wishes are not asked: such a link ends in no list of theirs."""
    rows = Resident.objects.filter(standing(day), person_id__in=person_ids)
    homes = frozenset(rows.values_list("household_id", flat=True))
    never = set(ask("apart.own", _own_of, NOBODY, day, tuple(homes))) if homes else set()
    if not never:
        return []
    links = Link.objects.filter(standing(day), household_id__in=homes).select_related("official").order_by("pk")
    return [row for row in links if (row.household_id, row.official_id) in never]


def not_near(viewer: Viewer, official_ids: Iterable[UUID]) -> None:
    """Nobody gives households to themselves or to who stands near them. Raises Refused("official_near")."""
    side = conflict.own_side(viewer)
    if side and Official.objects.filter(pk__in=list(official_ids), person_id__in=side).exists():
        raise Refused("official_near", field="official_id")


def numbers_of(viewer: Viewer, household_ids: Collection[UUID], *, day: date) -> dict[str, set[UUID]]:
    """The telephone numbers of some households with the households, for conflict of interest and for what followed a
    complaint only; the machine asks.

    A number whose key is destroyed, or that is damaged, is left out: audits name it, and it stops no hand-over.
    """
    if not viewer.everything:
        raise PermissionError("only the machine asks who is kept apart")
    found: dict[str, set[UUID]] = {}
    rows = whole("apart.phones", _phones, NOBODY, day, tuple(household_ids))
    for row, number in zip(rows, _opened(rows), strict=True):
        if number is not None:
            found.setdefault(number, set()).add(vars(row)["home"])
    return found


def _phones(viewer: Viewer, day: date, homes: Collection[UUID]) -> QuerySet[Phone]:
    home = "person__residences__"
    living = standing(day, home) & Q(**{f"{home}household_id__in": homes})
    return Phone.objects.filter(standing(day) & living).annotate(home=F(f"{home}household__pk"))


def _opened(rows: Collection[Phone]) -> list[str | None]:
    """Some numbers in clear, None for what cannot be read; their keys by one question, unless one is damaged."""
    try:
        sealed = [(row.subject, str(row.pk), row.number) for row in rows]
        return vault().open_many(sealed, table="phone", column="number")
    except Damaged:
        return [_opened_alone(row) for row in rows]


def _opened_alone(row: Phone) -> str | None:
    try:
        return row.opened()
    except (Shredded, Damaged):
        return None


def households_with(viewer: Viewer, at: datetime, numbers: Collection[str], *, day: date) -> dict[str, set[UUID]]:
    """The households each telephone number lives in on a day, for conflict of interest only; the machine asks.

    Two households may have one number between them (old parents and their son), and one person several.
    """
    if not viewer.everything:
        raise PermissionError("only the machine asks who is kept apart")
    blinds = {bytes(vault().blind(PHONE_COLUMN, number)): number for number in numbers}
    home = "person__residences__"
    rows = Phone.objects.filter(standing(day) & standing(day, home), blind__in=list(blinds))
    found: dict[str, set[UUID]] = {}
    for blind, household in rows.values_list("blind", f"{home}household__pk"):
        found.setdefault(blinds[bytes(blind)], set()).add(household)
    return found


def _own(day: date) -> Iterator[Pair]:
    """Officials' own households and those of their relatives (SG-45), of a whole county."""
    kin = Kin.objects.filter(standing(day))
    ones, others = kin.filter(relative__official__isnull=False), kin.filter(person__official__isnull=False)
    near = _by_kin(_kin(day, Q(person__official__isnull=False) | Q(relative__official__isnull=False)))
    for person, official in Official.objects.values_list("person_id", "pk"):
        near.setdefault(person, set()).add(official)
    # Relatives of a county's officials are tens of thousands: the database finds them, no list of ids is sent.
    who = Q(person_id__in=ones.values("person_id")) | Q(person_id__in=others.values("relative_id"))
    living = Resident.objects.filter(standing(day)).filter(Q(person__official__isnull=False) | who)
    for person, household in living.values_list("person_id", "household_id"):
        for official in near.get(person, ()):
            yield household, official


def _wishes(day: date) -> QuerySet[LinkWish, Any]:
    return LinkWish.objects.filter(standing(day)).values_list("household_id", "official_id")


def _never(day: date, homes: Collection[UUID]) -> set[Pair]:
    """Of some households, by one question: officials of their own, of their relatives, and whom they wish not to
    have."""

    def never(viewer: Viewer, day: date, homes: Collection[UUID]) -> QuerySet[Any, Any]:
        return _own_of(viewer, day, homes).union(_wishes(day).filter(household_id__in=homes), all=True)

    return set(ask("apart.never", never, NOBODY, day, tuple(homes))) if homes else set()


def _own_of(viewer: Viewer, day: date, homes: Collection[UUID]) -> QuerySet[Any, Any]:
    """`_own` of some households."""
    here = Resident.objects.filter(standing(day), household_id__in=homes, person__official__isnull=False)
    found = here.values_list("household_id", "person__official__pk")
    for one, other in (("person", "relative"), ("relative", "person")):
        home = f"{one}__residences__"
        living = standing(day, home) & Q(**{f"{home}household_id__in": homes})
        kin = Kin.objects.filter(standing(day) & living, **{f"{other}__official__isnull": False})
        found = found.union(kin.values_list(f"{home}household_id", f"{other}__official__pk"), all=True)
    return found


def _kin(day: date, which: Q) -> QuerySet[Kin, Any]:
    columns = ("person_id", "relative_id", "person__official__pk", "relative__official__pk")
    return Kin.objects.filter(standing(day)).filter(which).values_list(*columns)


def _by_kin(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, set[UUID]]:
    """Each person's relatives who are officials."""
    near: dict[UUID, set[UUID]] = {}
    for one, other, mine, theirs in rows:
        for person, official in ((one, theirs), (other, mine)):
            if official is not None:
                near.setdefault(person, set()).add(official)
    return near
