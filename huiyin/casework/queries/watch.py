"""What happened to households after they complained: told only to whoever has opened the compartment (trust.md C9).

Whose a locked matter is stands inside its boxes alone, so the server can watch nobody: it reckons at the moment a
custodian, or who handles the matter, opens it, with what it finds there, and keeps none of it. Nothing here is counted,
listed, searched or told anywhere else.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.casework.models import Conflict, Matter, Move, Party, SealedKey, SealedText, Side
from huiyin.casework.queries import compartment
from huiyin.casework.queries.compartment import SHARE, about
from huiyin.core import boxes
from huiyin.core.boxes import Unopened
from huiyin.core.models import Look
from huiyin.core.rulebook import current
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import harm, staff
from huiyin.register.queries.apart import numbers_of
from huiyin.register.queries.harm import Harm, Span

FOR = timedelta(days=366)
"""So long after the complaint."""
ENDS = ("retain", "decline", "pass")
"""How a matter ends unlooked at."""
OPENED = ("matter.phone", "matter.name")
"""Looks at who said it."""
OWN_SIDE = frozenset({"link_begun", "matter_ended", "reporter_opened"})
"""No sign but where the subject's own side did it."""
MOST = 200


@dataclass(frozen=True)
class Signal:
    """One sign: a key of the label group `harm`, its day, and whether who did it stands with whom it is about."""

    kind: str
    on: date
    near: bool


@dataclass(frozen=True)
class Watched:
    """A complaint and what followed it. `known` is False where the register does not know who complained."""

    id: UUID
    code: str
    opened_at: datetime
    known: bool
    signals: Sequence[Signal]


@dataclass
class _Case:
    """A matter that was opened: who complained, their homes, whom it is about."""

    matter: Matter
    persons: frozenset[UUID]
    subjects: set[UUID] = field(default_factory=set)
    homes: frozenset[UUID] = frozenset()

    @property
    def day(self) -> date:
        """The county's day on which it was opened."""
        return self.matter.local_day

    def spans(self, on: date) -> bool:
        """Whether a day lies within what is watched: after the complaint, and not for longer than said."""
        return self.day <= on <= self.day + FOR


def watched(viewer: Viewer, own: bytes | None, at: datetime) -> list[Watched]:
    """The complaints of a year that the viewer's own key opens, those with signs first, the newest sign first; none
    while it is shut (`own` is None). Raises Missing for who holds no keys. A fixed number of queries.
    """
    holder = compartment.holder_of(viewer, viewer.person_id) if viewer.on_behalf_of is None else None
    if holder is None:
        raise Missing
    if own is None:
        return []
    seen = Matter.objects.sealed_to(viewer).filter(opened_at__gte=at - FOR, lock_key__isnull=False).values("pk")
    keys = SealedKey.objects.filter(holder=holder, matter__in=seen).select_related("matter")
    rows = list(keys.order_by("-matter__opened_at", "-matter_id")[:MOST])
    cases = _opened(rows, own)
    if not cases:
        return []
    _laid_out(viewer, cases)
    since = min(case.day for case in cases)
    span = Span(since, at, current(at).rulebook.county.tz)
    harms = harm.harms(viewer, frozenset[UUID]().union(*(case.homes for case in cases)), span)
    done = [*_done(viewer, cases, span), *_disputed(viewer, cases, span)]
    bodies = _bodies(viewer, cases, [*(one.by for one in harms), *(one.by for one in done)], at)
    found = [_watched(case, cases, harms, done, bodies) for case in cases]
    return sorted(found, key=lambda one: (not one.signals, -max((s.on.toordinal() for s in one.signals), default=0)))


def _opened(rows: Iterable[SealedKey], own: bytes) -> list[_Case]:
    """Each matter with the persons its box names as its reporter; one query."""
    matters = {row.matter_id: row for row in rows}
    kept = dict(SealedText.objects.filter(matter__in=matters, table=SHARE).values_list("matter_id", "box"))
    found = []
    for matter_id, row in matters.items():
        try:
            secret = boxes.open_box(own, row.box, about(matter_id, "key", str(row.holder_id)))
            box = kept.get(matter_id)
            said = boxes.open_box(secret, box, about(matter_id, SHARE, str(matter_id))) if box else b"{}"
        except Unopened:
            continue
        persons = json.loads(said.decode(errors="surrogatepass")).get("persons", [])
        found.append(_Case(row.matter, frozenset(UUID(one) for one in persons)))
    return found


def _laid_out(viewer: Viewer, cases: Sequence[_Case]) -> None:
    """Their homes, and whom each is about; two queries."""
    persons = {person for case in cases for person in case.persons}
    homes = harm.homes_of(viewer, persons, min(case.day for case in cases))
    by_id = {case.matter.id: case for case in cases}
    named = Conflict.objects.filter(matter__in=by_id, kind="subject")
    for matter_id, person in named.values_list("matter_id", "person_id"):
        by_id[matter_id].subjects.add(person)
    for case in cases:
        case.homes = frozenset[UUID]().union(*(homes.get(one, frozenset()) for one in case.persons))


@dataclass(frozen=True)
class _Done:
    """Something done in another matter of some homes."""

    matter: UUID
    homes: frozenset[UUID]
    kind: str
    on: date
    by: UUID | None


def _done(viewer: Viewer, cases: Sequence[_Case], span: Span) -> Iterator[_Done]:
    """Other matters from their homes' numbers: ended unlooked at, or who said it opened; four queries.

    The register's index of numbers and casework's are kept apart, so the numbers themselves are opened.
    """
    homes = frozenset[UUID]().union(*(case.homes for case in cases))
    numbers = numbers_of(Viewer.system("watch"), homes, day=span.today) if homes else {}
    blinds = {bytes(vault().blind("phone", number)): frozenset(some) for number, some in numbers.items()}
    seen = Matter.objects.reachable_by(viewer).values("pk")
    from_them = Party.objects.filter(phone_blind__in=list(blinds), role="reporter", matter__in=seen)
    numbered = from_them.values_list("matter_id", "phone_blind")
    whose = {matter: blinds[bytes(blind)] for matter, blind in numbered if blind}
    moves = Move.objects.filter(matter_id__in=whose, step__in=ENDS, at__gte=span.begin)
    for matter, when, by in moves.values_list("matter_id", "at", "by_id"):
        yield _Done(matter, whose[matter], "matter_ended", span.day(when), by)
    names = {str(matter): matter for matter in whose}
    looks = Look.objects.filter(subject__in=names, kind__in=OPENED, at__gte=span.begin, at__lte=span.at)
    for subject, when, by in looks.values_list("subject", "at", "person_id"):
        yield _Done(names[subject], whose[names[subject]], "reporter_opened", span.day(when), by)


def _disputed(viewer: Viewer, cases: Sequence[_Case], span: Span) -> Iterator[_Done]:
    """Disputes that somebody else has registered against them; one query."""
    homes = frozenset[UUID]().union(*(case.homes for case in cases))
    seen = Matter.objects.reachable_by(viewer).values("pk")
    sides = Side.objects.filter(household_id__in=homes, letter="b", mediation__matter__in=seen)
    rows = sides.filter(mediation__at__gte=span.begin, mediation__at__lte=span.at)
    for matter, home, when, by in rows.values_list(
        "mediation__matter_id", "household_id", "mediation__at", "mediation__by_id"
    ):
        if home is not None:
            yield _Done(matter, frozenset({home}), "disputed", span.day(when), by)


def _bodies(
    viewer: Viewer, cases: Sequence[_Case], actors: Iterable[UUID | None], at: datetime
) -> Mapping[UUID, frozenset[UUID]]:
    """Where everybody concerned stands today; one query."""
    persons = {person for case in cases for person in case.subjects} | {one for one in actors if one}
    return staff.bodies_of(viewer, persons, at)


def _watched(
    case: _Case,
    cases: Sequence[_Case],
    harms: Sequence[Harm],
    done: Sequence[_Done],
    bodies: Mapping[UUID, frozenset[UUID]],
) -> Watched:
    """One complaint's signs within its year."""

    def near(by: UUID | None) -> bool:
        return by is not None and (by in case.subjects or _shared(by, case.subjects, bodies))

    found = {Signal(one.kind, one.on, near(one.by)) for one in harms if one.household_id in case.homes}
    found |= {
        Signal(one.kind, one.on, near(one.by))
        for one in done
        if one.homes & case.homes and one.matter != case.matter.id
    }
    found = {one for one in found if one.near or one.kind not in OWN_SIDE}
    for other in cases:
        later = other.matter.opened_at > case.matter.opened_at
        if later and other.homes & case.homes and other.subjects & case.subjects:
            found.add(Signal("complained_again", other.day, False))
    signs = sorted((one for one in found if case.spans(one.on)), key=lambda one: (one.on, one.kind), reverse=True)
    return Watched(case.matter.id, case.matter.code, case.matter.opened_at, bool(case.homes), signs)


def _shared(by: UUID, subjects: Collection[UUID], bodies: Mapping[UUID, frozenset[UUID]]) -> bool:
    own = bodies.get(by, frozenset())
    return any(own & bodies.get(one, frozenset()) for one in subjects)
