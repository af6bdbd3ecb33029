"""Practical things by village and by official, against what the programme says is owed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import Substr

from huiyin.casework.models import Thing
from huiyin.casework.rules.things import Committed, Owed, standing
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.schema.ledgers import Ledger
from huiyin.register.queries import kit, places, staff

SHOWN = 300


@dataclass(frozen=True)
class ThingRow:
    """A practical thing, names filled in."""

    id: UUID
    title: str
    place: str
    who: str
    due_on: date
    done_on: date | None
    result: str
    late: bool


@dataclass(frozen=True)
class Book:
    """What a place holds: its things, its villages and officials with what they owe, and over all."""

    rows: Sequence[ThingRow]
    villages: Sequence[tuple[str, str, Owed]]
    """Code, name, and how it stands; those that owe something first."""
    officials: Sequence[tuple[str, Owed]]
    """Who committed to something, and where an official owes some also who leads households there; most owing first."""
    units: Sequence[tuple[str, Owed]]
    """The same by the unit that launched them, those with most to do first (R-238)."""
    done: int
    committed: int

    @property
    def idle(self) -> int:
        """How many officials committed to nothing yet."""
        return sum(not owed.committed for _, owed in self.officials)


def book(viewer: Viewer, place_code: str, how: Ledger, today: date, *, done: bool = False) -> Book:
    """The practical things of a place as far as the viewer sees it, listing with `done` only those; seven queries."""
    low, high = subtree(place_code)
    rows = list(Thing.objects.visible_to(viewer).filter(place_code__gte=low, place_code__lt=high))
    county = f"{place_code[:6]:0<12}"
    villages = [code for code, _, _ in places.towns_and_villages(viewer, county)[1] if low <= code < high]
    named = places.paths(viewer, {*villages, *(row.place_code for row in rows)})
    people = staff.persons(viewer, {row.person_id for row in rows if row.person_id})
    bodies = staff.body_names(viewer, {row.body_id for row in rows if row.body_id})
    by_village, by_person = defaultdict[str, list[Thing]](list), defaultdict[UUID, list[Thing]](list)
    by_unit = defaultdict[UUID, list[Thing]](list)
    for row in rows:
        by_village[row.place_code[:12]].append(row)
        if row.person_id:
            by_person[row.person_id].append(row)
        if row.body_id:
            by_unit[row.body_id].append(row)
    # A quota is for those above all who committed to nothing yet.
    leading = kit.leading(viewer, today, place_code) if how.per_official else {}
    people = leading | people
    stand = [
        (
            code,
            named[code],
            standing(_plain(by_village[code]), quota=how.per_village, first=how.first_batch, today=today),
        )
        for code in villages
    ]
    told = [
        (people.get(one, ""), standing(_plain(by_person.get(one, ())), quota=how.per_official, first=None, today=today))
        for one in by_person.keys() | leading.keys()
    ]
    launched = [
        (bodies.get(one, ""), standing(_plain(some), quota=0, first=None, today=today)) for one, some in by_unit.items()
    ]
    return Book(
        rows=[_row(row, named, people, bodies, today) for row in rows if row.done_on or not done][-SHOWN:],
        villages=sorted(stand, key=lambda one: (not one[2].late, one[2].first != "missing", -one[2].missing, one[0])),
        officials=sorted(told, key=lambda one: (-one[1].missing, one[0])),
        units=sorted(launched, key=lambda one: (one[1].done - one[1].committed, one[0])),
        done=sum(row.done_on is not None for row in rows),
        committed=len(rows),
    )


def by_part(viewer: Viewer, place_code: str) -> dict[str, tuple[int, int]]:
    """Committed and done by the places below one, each under its 12 digits; one query."""
    low, high = subtree(place_code)
    width = 9 if set(place_code[6:12]) <= {"0"} else 12
    rows = Thing.objects.visible_to(viewer).filter(place_code__gte=low, place_code__lt=high).order_by()
    parts = rows.values_list(Substr("place_code", 1, width)).annotate(n=Count("pk"), done=Count("done_on"))
    return {code.ljust(12, "0"): (n, done) for code, n, done in parts}


def _plain(some: Sequence[Thing]) -> list[Committed]:
    return [Committed(one.committed_on, one.done_on is not None) for one in some]


def _row(row: Thing, named: dict[str, str], people: dict[UUID, str], bodies: dict[UUID, str], today: date) -> ThingRow:
    who = [people.get(row.person_id, "") if row.person_id else "", bodies.get(row.body_id, "") if row.body_id else ""]
    return ThingRow(
        id=row.id,
        title=row.title,
        place=named.get(row.place_code, ""),
        who=" ".join(one for one in who if one),
        due_on=row.due_on,
        done_on=row.done_on,
        result=row.result,
        late=row.done_on is None and row.due_on < today,
    )
