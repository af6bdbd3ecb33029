"""What is known of places: of one, and of many side by side. No person stands in it, so scope narrows writing only."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from huiyin.core import rulebook, text
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.places import PlaceFact as Kind
from huiyin.register.models import PlaceFact
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules.facts import written
from huiyin.register.rules.months import later

VALUE_MOST = 200


@dataclass(frozen=True)
class FactRow:
    """A fact of a place: what is known, from where, since when; `due`: somebody has to look whether it holds."""

    programme: str
    name: str
    kind: Kind
    value: str
    source: str
    since: date | None
    due: bool
    share: str = ""
    """Of a number with a base: its share in percent, and of what; empty where either is not known (AM-48)."""


@dataclass(frozen=True)
class Column:
    """A fact as the column of a table."""

    programme: str
    name: str
    kind: Kind


def kind_of(viewer: Viewer, at: datetime, programme: str, fact: str) -> Kind:
    """A fact of a programme in force. Raises Missing."""
    found = rulebook.current(at).rulebook.programmes.get(programme)
    kind = found.places.facts.get(fact) if found is not None and found.places is not None else None
    if kind is None:
        raise Missing
    return kind


def as_kept(viewer: Viewer, kind: Kind, typed: str) -> str:
    """A value as it would be kept; empty: no longer known. Raises Refused: as `rules.facts.written`, text_too_long."""
    return written(kind, text.line(typed, most=VALUE_MOST, field="value"))


def faults(viewer: Viewer, kind: Kind, typed: Mapping[str, str]) -> dict[str, Refused]:
    """What is wrong with each place's value, so that all is told at once."""
    found = {}
    for code, value in typed.items():
        try:
            as_kept(viewer, kind, value)
        except Refused as refused:
            found[code] = refused
    return found


def columns(viewer: Viewer, at: datetime, level: str) -> tuple[Column, ...]:
    """What the programmes in force keep of places of a level, in written order."""
    pages = [(name, one.places) for name, one in rulebook.current(at).rulebook.programmes.items() if one.places]
    return tuple(Column(name, fact, kind) for name, page in pages for fact, kind in page.of(level).items())


def of_place(viewer: Viewer, code: str, level: str, at: datetime, *, day: date | None = None) -> tuple[FactRow, ...]:
    """All that could be known of a place, with what is on a day (today). One question."""
    viewer.need("register.see")
    now = today(viewer, at)
    rows = PlaceFact.objects.filter(standing(day or now), place_code=code)
    known = {(row.programme, row.fact): row for row in rows}
    kinds = {(one.programme, one.name): one.kind for one in columns(viewer, at, level)}
    return tuple(
        replace(_row(Column(*key, kind), known.get(key), now), share=_share(key, kind, kinds, known))
        for key, kind in kinds.items()
    )


def side_by_side(
    viewer: Viewer, all_codes: Collection[str], at: datetime, *, day: date | None = None
) -> dict[str, dict[tuple[str, str], str]]:
    """Values of many places by programme and fact, on a day (today). One question."""
    viewer.need("register.see")
    rows = PlaceFact.objects.filter(standing(day or today(viewer, at)), place_code__in=all_codes)
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for code, programme, fact, value in rows.values_list("place_code", "programme", "fact", "value"):
        found[code][programme, fact] = value
    return dict(found)


def _share(
    key: tuple[str, str], kind: Kind, kinds: Mapping[tuple[str, str], Kind], known: Mapping[tuple[str, str], PlaceFact]
) -> str:
    """A number as a share of its base: 3.0% of 农村人口."""
    base = (key[0], kind.base)
    if not kind.base or key not in known or base not in known or base not in kinds:
        return ""
    whole = Decimal(known[base].value)
    return f"{Decimal(known[key].value) / whole * 100:.1f}% · {kinds[base].title}" if whole else ""


def _row(column: Column, known: PlaceFact | None, now: date) -> FactRow:
    value, source, since = (known.value, known.source, known.since) if known else ("", "", None)
    due = known is not None and later(timezone.localtime(known.recorded_at).date(), column.kind.review_months) <= now
    return FactRow(column.programme, column.name, column.kind, value, source, since, due)
