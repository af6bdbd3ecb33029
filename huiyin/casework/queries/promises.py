"""The promise register: what was promised, to be asked about, kept and broken, by body; always of visible matters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from huiyin.casework.models import CallBack, Matter, Promise
from huiyin.casework.queries import one
from huiyin.casework.queries.compartment import Laid
from huiyin.casework.queries.matters import MatterRow, among
from huiyin.casework.queries.one import OnePage
from huiyin.casework.rules import closing
from huiyin.core.questions import whole
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.matters import Closing
from huiyin.register.queries import conflict, staff
from huiyin.register.queries.days import today

MOST = 50
PAGE = 25
REACH = timedelta(days=366)
"""How far back the register reaches: one year of promises."""
STATES = ("due", "open", "broken", "kept", "unsure", "unreached")


@dataclass(frozen=True)
class PromiseRow:
    """A promise with its matter, who made it, and whether the viewer may ask about it."""

    id: UUID
    row: MatterRow
    what: str
    who: str
    body: str
    due_on: date
    state: str
    told_at: datetime | None
    words: str
    mine: bool


@dataclass(frozen=True)
class OfBody:
    """How a body's promises stand: counts by state."""

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    body_id: UUID | None = None

    @property
    def asked(self) -> int:
        """Those with a word of the resident that is an answer: the denominator of kept."""
        return self.counts.get("kept", 0) + self.counts.get("broken", 0)


@dataclass(frozen=True)
class Asking:
    """One promise to ask about: its matter's page, the promise, the attempts, from when the next is allowed."""

    one: OnePage
    promise: Promise
    tries: Sequence[CallBack]
    next_at: datetime | None
    closing: Closing


def register(viewer: Viewer, at: datetime, state: str, *, body: UUID | None = None) -> Sequence[PromiseRow]:
    """Promises in a state, nearest date first (the newest first once judged), at most 50; five queries."""
    rows = _visible(viewer, at).filter(state=state if state in STATES else "due")
    if body is not None:
        rows = rows.filter(body_id=body)
    order = ("due_on", "id") if state in ("due", "open") else ("-due_on", "-id")
    found = list(rows.order_by(*order)[:MOST])
    return _rows(viewer, found)


def counts(viewer: Viewer, at: datetime) -> dict[str, int]:
    """How many promises stand in each state."""
    found = dict(_visible(viewer, at).order_by().values_list("state").annotate(n=Count("id")))
    return {state: found.get(state, 0) for state in STATES}


def by_body(viewer: Viewer, at: datetime) -> Sequence[OfBody]:
    """How promises stand by body, the one with most broken ones first; two queries."""
    found: dict[UUID | None, dict[str, int]] = {}
    for body, state, n in _visible(viewer, at).order_by().values_list("body_id", "state").annotate(n=Count("id")):
        found.setdefault(body, {})[state] = n
    names = staff.body_names(viewer, {one for one in found if one is not None})
    rows = [OfBody(names.get(body, "") if body else "", states, body) for body, states in found.items()]
    return sorted(rows, key=lambda row: (-row.counts.get("broken", 0), -row.counts.get("due", 0), row.name))


def to_ask(viewer: Viewer, at: datetime) -> Sequence[PromiseRow]:
    """Promises whose residents this caller may ask now, at most a page: never their own, and none that was just tried,
    however many lie before the others. Five queries, none for who rings nobody.
    """
    if not viewer.may("matter.call_back"):
        return ()
    lately = at - closing.longest_gap(current(at).rulebook)
    since = today(viewer, at) - REACH
    return _rows(viewer, whole(("promises.to_ask", PAGE), _due, conflict.stood(viewer), since, lately))


def asking(viewer: Viewer, promise_id: UUID, at: datetime) -> Asking:
    """One promise to ask about. Raises Missing for one that is not for this caller, or is settled."""
    if not viewer.may("matter.call_back"):
        raise Missing
    row = _visible(viewer, at).filter(_askable(viewer), id=promise_id, state="due").first()
    if row is None:
        raise Missing
    page = one.one(viewer, row.matter_id, at)
    flow = page.rulebook.flow(page.matter.programme, page.matter.kind)
    tries = list(CallBack.objects.filter(promise=row).order_by("at", "id"))
    made = closing.attempts_of(page.rulebook.replies(page.matter.programme).calls, page.rulebook.county.tz, tries)
    return Asking(page, row, tries, closing.next_attempt(flow.callback, made, at), flow.closing)


def of_matter(viewer: Viewer, matter: Matter, laid: Laid | None = None) -> Sequence[Promise]:
    """The promises of a matter whose page the viewer has open, oldest date first; one query.

    Of a locked one with the words that `laid` holds.
    """
    if not getattr(matter, "promised", True):  # asked with the matter itself
        return ()
    words = laid or Laid()
    return [words.on(row) for row in Promise.objects.filter(matter=matter).order_by("due_on", "id")]


def _due(viewer: Viewer, since: date, lately: datetime) -> QuerySet[Promise]:
    tried = CallBack.objects.made().filter(at__gt=lately, promise=OuterRef("pk"))
    # Counted, not asked whether there are any: promise by promise as far as a page goes, not by reading every attempt.
    many = Coalesce(Subquery(tried.order_by().values("promise").annotate(many=Count("pk")).values("many")), 0)
    rows = _since(viewer, since).filter(_askable(viewer), LessThan(many, 1), state="due")
    return rows.order_by("due_on", "id")[:PAGE]


def _visible(viewer: Viewer, at: datetime) -> QuerySet[Promise]:
    return _since(viewer, today(viewer, at) - REACH)


def _since(viewer: Viewer, since: date) -> QuerySet[Promise]:
    return Promise.objects.filter(matter__in=Matter.objects.visible_to(viewer), due_on__gte=since)


def _askable(viewer: Viewer) -> Q:
    me = viewer.persons
    mine = Q(matter__handler_id__in=me) | Q(matter__supervisor_id__in=me) | Q(person_id__in=me) | Q(by_id__in=me)
    return ~mine


def _rows(viewer: Viewer, found: Sequence[Promise]) -> Sequence[PromiseRow]:
    if not found:
        return ()
    matters = among(viewer, {row.matter_id for row in found})
    names = staff.persons(viewer, {row.person_id for row in found if row.person_id})
    bodies = staff.body_names(viewer, {row.body_id for row in found if row.body_id})
    return [
        PromiseRow(
            id=row.id,
            row=matters[row.matter_id],
            what=row.what,
            who=row.who or (names.get(row.person_id, "") if row.person_id else ""),
            body=bodies.get(row.body_id, "") if row.body_id else "",
            due_on=row.due_on,
            state=row.state,
            told_at=row.told_at,
            words=row.words,
            mine=row.person_id in viewer.persons or row.by_id in viewer.persons,
        )
        for row in found
        if row.matter_id in matters
    ]


@looking_as(OPEN)
def promised_to(viewer: Viewer, matter_id: UUID, laid: Laid | None = None) -> Sequence[Promise]:
    """What the reporter of a matter was promised; the door has checked the proof, which opened `laid`. One query."""
    words = laid or Laid()
    return [words.on(row) for row in Promise.objects.filter(matter_id=matter_id).order_by("due_on", "id")]
