"""What was given to households, as far as one sees them; totals are reckoned from the households' amounts (AM-44)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Household, Relief, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import household_file, places
from huiyin.register.queries.days import today
from huiyin.register.rules.relief import yuan

PAGE = 50


@dataclass(frozen=True)
class ListRow:
    """A list: day, what, out of which purse, how many households the viewer sees in it, and their amounts together."""

    id: UUID
    day: date
    what: str
    source: str
    households: int
    total: str
    """In yuan; empty where no amount stands."""


@dataclass(frozen=True)
class Line:
    """What one household got, in yuan; empty where it was no money."""

    id: UUID
    household_id: UUID
    code: str
    head: str
    path: str
    amount: str


@dataclass(frozen=True)
class Got:
    """What a household got: on its own file."""

    day: date
    what: str
    source: str
    amount: str


def listed(viewer: Viewer, at: datetime, *, words: str = "", after: str = "") -> tuple[tuple[ListRow, ...], str]:
    """Fifty lists with households in scope, the newest first, and the key that leads on (empty at the end); with
    `words` those whose name or purse holds them. Raises Missing for a key that is none."""
    viewer.need("register.see")
    lines = _lines(viewer, at)
    if words:
        lines = lines.filter(Q(list__what__icontains=words) | Q(list__source__icontains=words))
    if after:
        day, list_id = _key(after)
        lines = lines.filter(Q(list__day__lt=day) | Q(list__day=day, list_id__lt=list_id))
    found = _rows(lines)
    shown = found[:PAGE]
    return shown, f"{shown[-1].day}~{shown[-1].id}" if len(found) > PAGE else ""


def _key(after: str) -> tuple[date, UUID]:
    day, _, list_id = after.partition("~")
    try:
        return date.fromisoformat(day), UUID(list_id)
    except ValueError as wrong:
        raise Missing from wrong


def stands(viewer: Viewer, at: datetime, list_id: UUID) -> bool:
    """Whether a list has a household in scope. One question."""
    viewer.need("register.see")
    return _lines(viewer, at).filter(list_id=list_id).exists()


def one(viewer: Viewer, at: datetime, list_id: UUID) -> tuple[ListRow, tuple[Line, ...]]:
    """A list with its households, as far as the viewer sees them. Raises Missing where they see none."""
    viewer.need("register.see")
    found = _rows(_lines(viewer, at).filter(list_id=list_id))
    if not found:
        raise Missing
    rows = list(
        _lines(viewer, at)
        .filter(list_id=list_id)
        .order_by("household__place_code", "household__code")
        .values_list("pk", "household_id", "household__code", "household__place_code", "cents")
    )
    heads = dict(
        Resident.objects.filter(
            standing(today(viewer, at)), household__in=[row[1] for row in rows], relation="head"
        ).values_list("household_id", "person__name")
    )
    paths = places.paths(viewer, [row[3] for row in rows])
    return found[0], tuple(
        Line(key, home, code, heads.get(home, ""), paths[place], _amount(cents))
        for key, home, code, place, cents in rows
    )


def of_household(viewer: Viewer, household_id: UUID, at: datetime) -> tuple[Got, ...]:
    """What a household got, the newest first; nothing of one the viewer does not see. One question."""
    return _got(_lines(viewer, at).filter(household_id=household_id))


def by_key(viewer: Viewer, key: str, at: datetime) -> tuple[Got, ...]:
    """The same for who holds the household's own key. Raises Missing."""
    home = household_file.household_of_key(viewer, key, at)
    return _got(Relief.objects.filter(household=home, struck_at=None))


def _got(rows: QuerySet[Relief]) -> tuple[Got, ...]:
    found = rows.order_by("-list__day", "-pk").values_list("list__day", "list__what", "list__source", "cents")
    return tuple(Got(day, what, source, _amount(cents)) for day, what, source, cents in found[:PAGE])


def _lines(viewer: Viewer, at: datetime) -> QuerySet[Relief]:
    seen = Household.objects.visible_to(viewer, today(viewer, at))
    return Relief.objects.filter(struck_at=None, household__in=seen)


def _rows(lines: QuerySet[Relief]) -> tuple[ListRow, ...]:
    sums = lines.values("list_id", "list__day", "list__what", "list__source").annotate(n=Count("pk"), sum=Sum("cents"))
    found = sums.order_by("-list__day", "-list_id").values_list(
        "list_id", "list__day", "list__what", "list__source", "n", "sum"
    )
    return tuple(ListRow(*row[:5], _amount(row[5])) for row in found[: PAGE + 1])


def _amount(cents: int | None) -> str:
    return "" if cents is None else yuan(cents)
