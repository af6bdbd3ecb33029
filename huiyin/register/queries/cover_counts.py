"""What coverage was last counted by the worker, for places too large to count while somebody waits.

A page says when that was. What is counted here is counted by the same conditions as the lists behind it; where it may
be wrong by now (no worker since something was told, a new day, another rulebook), the page counts by itself.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr

from huiyin.core import rulebook
from huiyin.core.models import Event, Official
from huiyin.core.viewer import Viewer
from huiyin.register.models import CoverCount, CoverLed, CoverLoad, CoverMark
from huiyin.register.queries import staff
from huiyin.register.queries.days import today
from huiyin.register.queries.drawing import in_scope

FRESH = timedelta(minutes=5)
SETTLE = timedelta(minutes=2)
"""What was told so shortly before a count may have come to an end after it: it is counted once more."""
TOWN, VILLAGE = 9, 12
FIGURES = ("households", "covered", "gone", "double", "excluded")
LISTS = {"gap": F("households") - F("covered"), "gone": F("gone"), "double": F("double"), "excluded": F("excluded")}
"""Lists of households of which most villages have none: how many a village has."""

SHOWN = {
    "all": Q(),
    "idle": Q(households=0, most__gt=0),
    "over": Q(most__gt=0, households__gt=F("most")),
    "under": Q(households__gt=0, households__lt=F("least")),
}
"""The lists of officials who serve; the same as `coverage.OfficialLoad.is_`."""


@dataclass(frozen=True)
class Load:
    """An official as counted: `households` they lead for, and their band."""

    official_id: UUID
    name: str
    post: str
    tier: str
    households: int
    least: int
    most: int
    serving: bool


@dataclass(frozen=True)
class Together:
    """Officials of a body and tier: how many, with how many households, and how many stand in each list."""

    body_id: UUID
    tier: str
    officials: int
    households: int
    idle: int
    over: int
    under: int


def counted(viewer: Viewer, at: datetime, *, width: int) -> datetime | None:
    """When coverage was counted, if that may be shown: lately or with nothing told since, for today, under the rulebook
    in force, and for a viewer who sees whole towns, by which officials who left are counted, and does not look back.
    None otherwise. `width` is that of the parts to be shown, in digits."""
    if (
        viewer.back is not None
        or width > VILLAGE
        or not (viewer.everything or all(len(low) <= TOWN for low, _ in viewer.scopes))
    ):
        return None
    mark = _mark(viewer, at)
    if mark is None or mark.counted_at > at or (mark.counted_at <= at - FRESH and _told_since(mark)):
        return None
    return mark.counted_at


def due(viewer: Viewer, at: datetime) -> bool:
    """Whether what was counted may be wrong by now."""
    mark = _mark(viewer, at)
    return mark is None or _told_since(mark)


def _mark(viewer: Viewer, at: datetime) -> CoverMark | None:
    """The last count of today under the rulebook in force."""
    return CoverMark.objects.filter(day=today(viewer, at), rulebook_id=rulebook.current(at).version_id).first()


def _told_since(mark: CoverMark) -> bool:
    told = Event.objects.filter(recorded_at__gt=mark.counted_at - SETTLE)
    return told.filter(name__startswith="register.").exists()


def by_part(viewer: Viewer, under: str, width: int) -> dict[str, Counter[str]]:
    """Each figure of a place by the beginnings of its children's codes; one question."""
    rows = CoverCount.objects.filter(viewer.scope("place_code")).filter(in_scope(under))
    sums = rows.annotate(part=Substr("place_code", 1, width)).values_list("part").order_by()
    found: dict[str, Counter[str]] = {name: Counter() for name in FIGURES}
    for part, *values in sums.annotate(**{f"sum_{name}": Sum(name) for name in FIGURES}):
        for name, value in zip(FIGURES, values, strict=True):
            found[name][part] = value
    return found


def sums(viewer: Viewer, under: str) -> dict[str, int]:
    """Each figure of a place as a whole; one question."""
    rows = CoverCount.objects.filter(viewer.scope("place_code")).filter(in_scope(under))
    return {name: value or 0 for name, value in rows.aggregate(**{name: Sum(name) for name in FIGURES}).items()}


def villages_with(viewer: Viewer, under: str, show: str) -> list[tuple[str, int]]:
    """The villages in which a list had households when it was counted, by code, with how many; one question."""
    rows = CoverCount.objects.filter(viewer.scope("place_code")).filter(in_scope(under)).annotate(n=LISTS[show])
    return list(rows.filter(n__gt=0).order_by("place_code").values_list("place_code", "n"))


def cards(viewer: Viewer, town: str) -> dict[str, tuple[int, int, int]]:
    """By village of a town the households registered there, and how many hold a card that is right, and a stale one."""
    rows = CoverCount.objects.filter(viewer.scope("place_code")).filter(in_scope(town))
    found = rows.values_list("place_code", "homes", "right", "stale")
    return {code: (homes, right, stale) for code, homes, right, stale in found}


def led(viewer: Viewer, under: str) -> list[tuple[str, UUID, int]]:
    """Who leads how many households in which village of a place."""
    rows = CoverLed.objects.filter(viewer.scope("place_code")).filter(in_scope(under))
    return list(rows.values_list("place_code", "official_id", "households"))


def everybody(viewer: Viewer, under: str) -> tuple[int, int, int, int, int]:
    """Officials who serve at or under a place: how many, their households, idle, over, under; one question."""
    shows = {f"n_{name}": Count("pk", filter=SHOWN[name]) for name in ("idle", "over", "under")}
    found = _serving(viewer, under).aggregate(n=Count("pk"), homes=Sum("households"), **shows)
    return found["n"], found["homes"] or 0, found["n_idle"], found["n_over"], found["n_under"]


def together(viewer: Viewer, under: str) -> list[Together]:
    """Officials who serve at or under a place, by body and tier; one question."""
    rows = _serving(viewer, under).values_list("body_id", "tier").order_by()
    shows = {f"n_{name}": Count("pk", filter=SHOWN[name]) for name in ("idle", "over", "under")}
    return [Together(*one) for one in rows.annotate(n=Count("pk"), homes=Sum("households"), **shows)]


def gone(viewer: Viewer, under: str) -> int:
    """How many officials left and still have households here."""
    return _left(viewer, under).values("official_id").distinct().count()


def loads(
    viewer: Viewer, at: datetime, *, under: str, show: str, body: UUID | None, tier: str | None, after: str, most: int
) -> tuple[tuple[Load, ...], int]:
    """Some officials of a list, busiest first, one more than `most` where there are more; and how many stand in it.

    `after` is `households~id` of the last of the page before.
    """
    rows: QuerySet[Any] = _left(viewer, under) if show == "gone" else _serving(viewer, under).filter(SHOWN[show])
    if body is not None:
        rows = rows.filter(body_id=body)
    if tier is not None:
        rows = rows.filter(tier=tier)
    if show == "gone":  # who left stands once for each town their households are in
        rows = rows.order_by().values("official_id", "tier", "least", "most", "serving")
        rows, homes = rows.annotate(homes=Sum("households")), "homes"
        total = _left(viewer, under).values("official_id").distinct().count()
    else:
        total, homes = rows.count(), "households"
    if after:
        least, _, key = after.partition("~")
        rows = rows.filter(Q(**{f"{homes}__lt": int(least)}) | Q(**{homes: int(least)}, official_id__gt=UUID(key)))
    found = rows.order_by(f"-{homes}", "official_id")[: most + 1]
    return _named(viewer, at, found.values_list("official_id", "tier", homes, "least", "most", "serving")), total


def _named(viewer: Viewer, at: datetime, rows: Iterable[tuple[Any, ...]]) -> tuple[Load, ...]:
    some = list(rows)
    ids = [one for one, *_ in some]
    names = dict(Official.objects.filter(pk__in=ids).values_list("pk", "person__name"))
    posts = staff.post_words(viewer, ids, today(viewer, at))
    return tuple(Load(one, names[one], posts.get(one, ""), *more) for one, *more in some)


def _serving(viewer: Viewer, under: str) -> QuerySet[CoverLoad]:
    return CoverLoad.objects.filter(viewer.scope("place_code")).filter(in_scope(under), serving=True)


def _left(viewer: Viewer, under: str) -> QuerySet[CoverLoad]:
    return CoverLoad.objects.filter(viewer.scope("place_code")).filter(in_scope(under), serving=False)
