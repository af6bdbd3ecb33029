"""How far the county's telephone numbers reach: by place down to the group, by system down to the unit (R-044, R-045).

Counted, never listed: no page, list or export has more than one household's numbers, each opened with a reason (SG-16).
By territory it is what the worker counted last; those in office are counted at once, and so is a day looked back to.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db.models import Case, Count, Q, Sum, When
from django.db.models.functions import Substr

from huiyin.core.database import by_index
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer, at_or_under, subtree
from huiyin.programme.refusal import Missing
from huiyin.register.models import Household, Phone, PhoneCount, PhoneMark, Post, Resident
from huiyin.register.models.periods import standing
from huiyin.register.queries import places, whereabouts
from huiyin.register.queries.bodies import Class
from huiyin.register.queries.days import over, today
from huiyin.register.queries.drawing import in_scope
from huiyin.register.rules import codes
from huiyin.register.rules.few import FEWEST, untold

FIGURES = ("households", "reached", "people", "with_number", "numbers")
EVERY = timedelta(hours=1)
NOWHERE = "—"


@dataclass(frozen=True)
class Reach:
    """A place, system or unit: its households and people, with a number or not; `few` where it is not told."""

    code: str
    name: str
    households: int
    reached: int
    people: int
    with_number: int
    numbers: int
    beside: bool = field(default=False, kw_only=True)
    """Not told so that a neighbour too small to be told cannot be reckoned from the whole; it has no figures."""

    @property
    def share(self) -> float:
        """Households that have a number, of all; 0 to 1, 1 where there are none."""
        return self.reached / self.households if self.households else 1.0

    @property
    def few(self) -> bool:
        """Too few households to be told, or beside such (SG-46)."""
        return self.beside or 0 < self.households < FEWEST


@dataclass(frozen=True)
class Unit:
    """A system or an industry, or a body of one: how many serve there, and with how many duty telephones."""

    system: str
    name: str
    officials: int
    with_number: int


@dataclass(frozen=True)
class Frame:
    """What the page shows: the whole, its parts, those in office by system or unit, and when it was counted."""

    whole: Reach
    parts: tuple[Reach, ...]
    units: tuple[Unit, ...]
    counted_at: datetime | None


def frame(viewer: Viewer, at: datetime, *, under: str, by: Class = "system", named: str | None = None) -> Frame:
    """The reach of a place by its parts, in the viewer's scope; those in office `by` system or industry, or by the
    bodies of the one that is `named`. Raises Missing for what is no place."""
    viewer.need("register.see")
    itself, below = places.with_children(viewer, under)
    mark = PhoneMark.objects.filter(pk=1).first() if viewer.back is None else None
    counted_at = mark.counted_at if mark else over(viewer, at)
    units = _units(viewer, at, by, named) if codes.width(under) <= codes.WIDTHS[2] else ()
    if _hidden(viewer, under):
        return Frame(Reach(under, itself.name, 0, 0, 0, 0, 0, beside=True), (), units, counted_at)
    width = len(subtree(below[0].code)[0]) if below else 15
    table = (_kept if viewer.back is None else _of_day)(viewer, under, width)
    names = {subtree(one.code)[0]: (one.code, one.name) for one in below}
    parts = [_reach(*names[part], row) for part, row in table.items() if part in names]
    rest, whole = Counter[str](), Counter[str]()
    for part, row in table.items():
        whole.update(row)
        rest.update({} if part in names else row)
    if rest and below:
        parts.append(_reach("", NOWHERE, rest))
    return Frame(_reach(under, itself.name, whole), _told(parts), units, counted_at)


def _kept(viewer: Viewer, under: str, width: int) -> dict[str, dict[str, int]]:
    """The figures by the beginnings of the parts' codes, as the worker counted them."""
    rows = PhoneCount.objects.filter(viewer.scope("place_code"), in_scope(under))
    sums = rows.annotate(part=Substr("place_code", 1, width)).values_list("part").order_by()
    counts = sums.annotate(**{f"n_{name}": Sum(name) for name in FIGURES})
    return {part: dict(zip(FIGURES, numbers, strict=True)) for part, *numbers in counts}


def _of_day(viewer: Viewer, under: str, width: int) -> dict[str, dict[str, int]]:
    """The same on the day looked back to, counted from the rows; two questions."""
    homes, part = whereabouts.homes(viewer, under), Substr("there", 1, width)
    table = {
        code: dict.fromkeys(FIGURES, 0) | {"households": n}
        for code, n in homes.annotate(part=part).values_list("part").annotate(n=Count("pk")).order_by()
    }
    rows = whereabouts.living(viewer, under).annotate(part=part).order_by().values_list("part")
    for code, *found in rows.annotate(**_figures(viewer.back)):
        table[code] |= dict(zip(FIGURES[1:], found, strict=True))
    return table


def _figures(day: date | None) -> dict[str, Count]:
    """What is counted of residents, in the order of the figures."""
    has = standing(day, "person__phones__")
    return {
        "n_reached": Count("household", distinct=True, filter=has),
        "n_people": Count("person", distinct=True),
        "n_with_number": Count("person", distinct=True, filter=has),
        "n_numbers": Count("person__phones", distinct=True, filter=has),
    }


def _told(parts: Sequence[Reach]) -> tuple[Reach, ...]:
    """The parts, least reached first; those not told last, by code, without a figure."""
    hidden = untold({one.code: one.households for one in parts})
    rows = [
        replace(one, households=0, reached=0, people=0, with_number=0, numbers=0, beside=True)
        if one.code in hidden and not one.few
        else one
        for one in parts
    ]
    return tuple(sorted(rows, key=lambda one: (one.few, 0 if one.few else one.share, one.code)))


def _hidden(viewer: Viewer, *some: str, from_rows: bool = False) -> bool:
    """Whether one of some places, or of those it lies in, is not told beside its neighbours: then neither it nor its
    parts are told when they are asked for by themselves. Two questions however deep it lies.
    """
    steps: dict[tuple[str, str], None] = {}
    for under in some:
        path = [one for one in reversed(codes.chain(under)) if codes.width(one) >= codes.WIDTHS[2]]
        steps |= dict.fromkeys(pairwise(path))
    if not steps:
        return False
    open_ = places.children_of(viewer, list(dict.fromkeys(above for above, _ in steps)))
    sums = _sums(viewer, list(steps), from_rows=from_rows)
    for above, one in steps:
        parts = Counter[str]()
        for low, households in sums.items():
            part = low[: codes.width(one)].ljust(12, "0")
            if codes.inside(part, above):
                parts[part if part in open_[above] else ""] += households
        if one in untold(parts) and parts[one] >= FEWEST:
            return True
    return False


def _sums(viewer: Viewer, steps: Sequence[tuple[str, str]], *, from_rows: bool) -> dict[str, int]:
    """Households beside some paths: of each neighbour of each place on them, by the digits that say which it is; as the
    worker counted them, unless they are to be counted from the rows."""
    rows_ = from_rows or viewer.back is not None
    column, top = "there" if rows_ else "place_code", min((above for above, _ in steps), key=codes.width)
    widths = {above: codes.width(one) for above, one in steps}
    deepest = sorted(widths, key=codes.width, reverse=True)
    ways = [When(in_scope(above, column), then=Substr(column, 1, widths[above])) for above in deepest]
    if rows_:
        homes = whereabouts.homes(viewer, top).annotate(part=Case(*ways))
        return dict(homes.values_list("part").annotate(n=Count("pk")).order_by())
    rows = PhoneCount.objects.filter(viewer.scope("place_code"), in_scope(top))
    return dict(rows.annotate(part=Case(*ways)).values_list("part").annotate(n=Sum("households")).order_by())


def any_few(viewer: Viewer, some: Sequence[str]) -> bool:
    """Whether a number of what is at some places would tell of few households: one of them has too few, or a neighbour
    of it or of what it lies in has, which could be reckoned from their whole. Three questions."""
    here = {f"n{number}": Count("pk", filter=in_scope(code)) for number, code in enumerate(some)}
    homes = Household.objects.filter(at_or_under(some), until=None).aggregate(**here)
    return any(many < FEWEST for many in homes.values()) or _hidden(viewer, *some, from_rows=True)


def _reach(code: str, name: str, row: Mapping[str, int]) -> Reach:
    return Reach(code, name, *(row.get(one, 0) for one in FIGURES))


def _units(viewer: Viewer, at: datetime, by: Class, named: str | None) -> tuple[Unit, ...]:
    """Who serves, by the system or industry of their body; or by the bodies of one of them."""
    posts = Post.objects.filter(standing(today(viewer, at)), viewer.scope("place_code"))
    column = f"body__{by}"
    if named is not None:
        posts = posts.filter(**{column: named})
    columns = (column,) if named is None else (column, "body__name")
    rows = posts.values_list(*columns).order_by(*columns)
    counts = rows.annotate(
        n=Count("official", distinct=True), m=Count("official", distinct=True, filter=~Q(official__duty_phone=""))
    )
    return tuple(Unit(row[0], row[1] if named is not None else "", row[-2], row[-1]) for row in counts[:500])


def due(viewer: Viewer, at: datetime) -> bool:
    """Whether it is to be counted anew: an hour has gone, or another day began, and something was told since."""
    mark = PhoneMark.objects.filter(pk=1).first()
    if mark is None or mark.day != today(viewer, at):
        return True
    if at < mark.counted_at + EVERY:
        return False
    return Event.objects.filter(at__gt=mark.counted_at, name__startswith="register.").exists()


def parts(viewer: Viewer, at: datetime) -> Iterator[list[PhoneCount]]:
    """Every place with households, counted from the rows, some villages at a time; for the machine."""
    if not viewer.everything:
        raise Missing
    day = today(viewer, at)
    return (_count(some, day) for some in whereabouts.portions(viewer))


def _count(viewer: Viewer, day: date) -> list[PhoneCount]:
    """The places in scope; two statements."""
    homes = Household.objects.filter(viewer.scope("place_code"), until=None).values_list("place_code").order_by()
    here = viewer.scope("household__place_code")
    living = Resident.objects.filter(standing(day), here, household__until=None).order_by()
    with by_index():
        told = {code: found for code, *found in living.values_list("household__place_code").annotate(**_figures(day))}
    made = []
    for code, number in homes.annotate(n=Count("pk")):
        reached, people, with_number, numbers = told.get(code, (0, 0, 0, 0))
        made.append(
            PhoneCount(
                place_code=code,
                households=number,
                reached=reached,
                people=people,
                with_number=with_number,
                numbers=numbers,
            )
        )
    return made


def without(viewer: Viewer, at: datetime) -> Q:
    """Households of which nobody has a number today, as a condition for lists."""
    day = today(viewer, at)
    holders = Phone.objects.filter(standing(day)).values("person_id")
    living = Resident.objects.filter(standing(day), person__in=holders).values("household_id")
    return ~Q(pk__in=living)
