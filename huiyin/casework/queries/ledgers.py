"""The ledgers by class and level, reckoned from the matters themselves at every read (R-203 to R-206).

Nothing of them is stored but what people write in: so they reconcile, and a matter that lies aside is in none of them.
A matter taken up again is new in the month it was taken up, and was crossed off in the month it had ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr

from huiyin.casework.models import LedgerCut, LedgerNote, Matter, Move, Party
from huiyin.casework.models.matters import MatterQuerySet
from huiyin.casework.queries.books import SAID_AS
from huiyin.casework.queries.matters import COLUMNS, MatterRow, beyond, key_of, rows_of
from huiyin.casework.rules.ledgers import ORDER, Month, Stretch, Totals, kept_at, level_of, rule, stretches, totals
from huiyin.core.rulebook import current
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.schema.ledgers import Ledger
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.queries import places

PAGE = 50
PARTS = ("all", "opening", "new", "crossed", "closing")
TOWNS, VILLAGES = 9, 12
"""Digits of a place code that say the town, the village."""


@dataclass(frozen=True)
class Sheet:
    """A month of a place: totals by area below it, by level and by class, and over all.

    `signed` is what it was signed with, for who signed it: it counts what others may not learn of, or what lies aside
    since.
    """

    place_code: str
    month: Month
    from_: datetime
    until: datetime
    areas: Mapping[str, Totals]
    names: Mapping[str, str]
    levels: Mapping[str, Totals]
    classes: Mapping[str, Totals]
    by_class_and_level: Mapping[tuple[str, str], Totals]
    by_area_and_class: Mapping[tuple[str, str], Totals]
    whole: Totals
    cut: LedgerCut | None = None
    signed: Totals | None = None


@dataclass(frozen=True)
class Line:
    """A line of the ledger. `applicant` is a name for the handler alone, else empty: paper shows the number (SG-21)."""

    row: MatterRow
    applicant: str
    carried: bool
    crossed: datetime | None
    step: str
    step_at: datetime | None
    note: str
    mine: bool


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a place and month, of a level or class, or of one of the four sums."""

    place_code: str
    month: Month
    level: str = ""
    klass: str | None = None
    part: str = "all"

    @classmethod
    def read(cls, text: str) -> "Wanted | None":
        """The lines that `written` wrote; None for any other text."""
        head, *rest = text.split(" ")
        if head != "ledger" or len(rest) != 5:
            return None
        place_code, named, level, klass, part = rest
        month = Month.read(named)
        if month is None or part not in PARTS:
            return None
        klasses = {"*": None, "-": ""}
        return cls(place_code, month, "" if level == "*" else level, klasses.get(klass, klass), part)


def written(wanted: Wanted) -> str:
    """Which lines, as it stands with leave for them and with the look they leave; `Wanted.read` reads it."""
    klass = "*" if wanted.klass is None else wanted.klass
    return f"ledger {wanted.place_code} {wanted.month} {wanted.level or '*'} {klass or '-'} {wanted.part}"


@dataclass
class Cells:
    """Totals by area, level and class."""

    found: dict[tuple[str, str, str], Totals] = field(default_factory=lambda: defaultdict(Totals))

    def add(self, key: tuple[str, str, str], more: Totals) -> None:
        """Count more into a cell."""
        self.found[key] += more

    def by(self, *which: int) -> dict[Any, Totals]:
        """Sums over the other dimensions."""
        sums: dict[Any, Totals] = defaultdict(Totals)
        for key, one in self.found.items():
            sums[key[which[0]] if len(which) == 1 else tuple(key[n] for n in which)] += one
        return dict(sums)


def sheet(viewer: Viewer, place_code: str, month: Month, at: datetime) -> Sheet:
    """The totals of a place's month, as far as the viewer sees its matters; five queries."""
    book = current(at).rulebook
    how, zone = rule(book), book.county.tz
    from_, until = month.period(how.cut_day, zone)
    digits = TOWNS if level_of(place_code) == "county" else VILLAGES
    rows = _standing(viewer, place_code, from_, until, book)
    cells = Cells()
    _simple(cells, rows.filter(reopened=0), how, digits, from_, until)
    for row in _again(rows.filter(reopened__gt=0), how.by, book):
        key = (row.area[:digits], kept_at(row.level, how.levels), row.klass)
        cells.add(key, totals(row.stretches, from_, until))
    areas, cut = cells.by(0), LedgerCut.objects.filter(place_code=place_code, month=str(month)).first()
    padded = {area.ljust(12, "0"): one for area, one in sorted(areas.items())}
    return Sheet(
        place_code=place_code,
        month=month,
        from_=from_,
        until=until,
        areas=padded,
        names=places.paths(viewer, padded),
        levels={level: cells.by(1).get(level, Totals()) for level in how.levels},
        classes=dict(sorted(cells.by(2).items())),
        by_class_and_level=cells.by(2, 1),
        by_area_and_class={(area.ljust(12, "0"), klass): one for (area, klass), one in cells.by(0, 2).items()},
        whole=sum(areas.values(), Totals()),
        cut=cut,
        signed=Totals(*cut.totals["whole"]) if cut is not None and cut.by_id in viewer.persons else None,
    )


def lines(viewer: Viewer, wanted: Wanted, at: datetime, *, size: int = PAGE, after: str = "") -> tuple[list[Line], str]:
    """Lines in the order in which matters came, and the key of the next page; eight queries at most."""
    book = current(at).rulebook
    how, zone = rule(book), book.county.tz
    from_, until = wanted.month.period(how.cut_day, zone)
    rows = _standing(viewer, wanted.place_code, from_, until, book)
    if wanted.klass is not None:
        rows = rows.filter(**{how.by: wanted.klass})
    if wanted.level:
        rows = rows.filter(level__in=[one for one in ORDER if kept_at(one, how.levels) == wanted.level])
    rows = rows.filter(_part(wanted.part, from_, until))
    if after:
        rows = rows.filter(beyond("opened_at", after, descending=False))
    last = Move.objects.filter(matter=OuterRef("pk"), at__lt=until).order_by("-seq").annotate(said_as=SAID_AS)
    step, step_at = (Subquery(last.values(name)[:1]) for name in ("said_as", "at"))
    asked = rows.order_by("opened_at", "id").annotate(step=step, step_at=step_at)
    found = list(asked.values(*COLUMNS, "step", "step_at")[: size + 1])
    more, found = len(found) > size, found[:size]
    ended = _turns([row["id"] for row in found if row["reopened"]], book)
    notes = _notes([row["id"] for row in found], wanted.month)
    names = _applicants(viewer, found)
    told = []
    for raw, row in zip(found, rows_of(viewer, found), strict=True):
        some = _stretches(raw, ended)
        counted = totals(some, from_, until)
        if wanted.part != "all" and not getattr(counted, wanted.part):
            continue  # taken up again: the sum it stood in lies in another month
        crossed = next((one.crossed for one in reversed(some) if one.crossed and from_ <= one.crossed < until), None)
        told.append(
            Line(
                row=row,
                applicant=names.get(row.id, ""),
                carried=bool(counted.opening),
                crossed=None if counted.closing else crossed,
                step=raw["step"] or "",
                step_at=raw["step_at"],
                note=notes.get(row.id, ""),
                mine=raw["handler_id"] is not None and raw["handler_id"] in viewer.persons,
            )
        )
    return told, key_of(found[-1], "opened_at") if more else ""


# --- matters of a month ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """A matter that was taken up again, with its times in the books."""

    area: str
    level: str
    klass: str
    stretches: Sequence[Stretch]


def _standing(viewer: Viewer, place_code: str, from_: datetime, until: datetime, book: Rulebook) -> MatterQuerySet:
    """Ordinary matters in sight that stood in the books at some time of the month, of kinds that stand in books."""
    low, high = subtree(place_code)
    rows = Matter.objects.visible_to(viewer).filter(place_code__gte=low, place_code__lt=high, opened_at__lt=until)
    rows = rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=from_))
    for programme, page in book.programmes.items():
        left_out = [name for name, kind in page.matters.kinds.items() if not kind.ledger]
        if left_out:
            rows = rows.exclude(programme=programme, kind__in=left_out)
    return rows


def _simple(cells: Cells, rows: MatterQuerySet, how: Ledger, digits: int, from_: datetime, until: datetime) -> None:
    """Matters that never were taken up again, counted by the database; one query."""
    open_then = Q(closed_at__isnull=True) | Q(closed_at__gte=until)
    grouped = (
        rows.order_by()
        .values("level", area=Substr("place_code", 1, digits), klass=F(how.by))
        .annotate(
            opening=Count("pk", filter=Q(opened_at__lt=from_)),
            new=Count("pk", filter=Q(opened_at__gte=from_)),
            crossed=Count("pk", filter=Q(closed_at__lt=until)),
            closing=Count("pk", filter=open_then),
        )
    )
    for row in grouped:
        key = (row["area"], kept_at(row["level"], how.levels), row["klass"])
        cells.add(key, Totals(row["opening"], row["new"], row["crossed"], row["closing"]))


def _again(rows: MatterQuerySet, by: str, book: Rulebook) -> Iterable[_Row]:
    """Matters that were taken up again, each with its times; two queries."""
    found = list(rows.values("id", "place_code", "level", "opened_at", "closed_at", "reopened", klass=F(by)))
    turns = _turns([row["id"] for row in found], book)
    for row in found:
        yield _Row(row["place_code"], row["level"], row["klass"], _stretches(row, turns))


def _stretches(row: Mapping[str, Any], turns: Mapping[UUID, list[tuple[datetime, bool]]]) -> Sequence[Stretch]:
    if not row["reopened"]:
        return [Stretch(row["opened_at"], row["closed_at"])]
    return stretches(row["opened_at"], turns.get(row["id"], ()))


def _turns(ids: Sequence[UUID], book: Rulebook) -> dict[UUID, list[tuple[datetime, bool]]]:
    """When each matter ended and was taken up again, in order."""
    finals = {state for page in book.programmes.values() for one in page.matters.flows.values() for state in one.final}
    rows: QuerySet[Move] = Move.objects.filter(Q(step="reopen") | Q(target__in=finals), matter_id__in=ids)
    found: dict[UUID, list[tuple[datetime, bool]]] = defaultdict(list)
    for matter, at, step, source, target in rows.order_by("matter_id", "seq").values_list(
        "matter_id", "at", "step", "source", "target"
    ):
        if source != target:
            found[matter].append((at, step != "reopen"))
    return found


def _part(part: str, from_: datetime, until: datetime) -> Q:
    """The rows that may stand in a sum; exact for those never taken up again."""
    again = Q(reopened__gt=0)
    return {
        "opening": Q(opened_at__lt=from_),
        "new": Q(opened_at__gte=from_) | again,
        "crossed": Q(closed_at__lt=until) | again,
        "closing": Q(closed_at__isnull=True) | Q(closed_at__gte=until) | again,
    }.get(part, Q())


def _notes(ids: Sequence[UUID], month: Month) -> dict[UUID, str]:
    rows = LedgerNote.objects.filter(matter_id__in=ids, month=str(month)).order_by("at", "id")
    return dict(rows.values_list("matter_id", "text"))


def _applicants(viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> dict[UUID, str]:
    """Names of who asked, of matters in the viewer's own hands and told to be named; of no other (SG-21)."""
    mine = [row["id"] for row in rows if row["handler_id"] in viewer.persons]
    parties = Party.objects.filter(matter_id__in=mine, role="reporter", disclosure="named", name__isnull=False)
    found = {}
    for one in parties if mine else ():
        try:
            about = {"table": "casework.party", "column": "name", "row": str(one.pk)}
            found[one.matter_id] = vault().open(f"matter:{one.matter_id}", sealed=one.name or b"", **about)
        except Shredded:
            continue  # erased since: the number stands in its place
    return found
