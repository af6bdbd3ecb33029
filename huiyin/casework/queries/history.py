"""One matter as it went: who held it when, what was promised, what was done, and who took its file out (R-180)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.events import FileTakenOut
from huiyin.casework.queries import one
from huiyin.casework.queries.one import ClockRow, OnePage
from huiyin.casework.rules.hands import Hand, Promise, Taken, hands
from huiyin.core import proofs
from huiyin.core.models import Event, Look
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import staff

MOST = 30


@dataclass(frozen=True)
class TakenOut:
    """Somebody took the file, or its proof, out of the archive."""

    at: datetime
    by: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Story:
    """Everything the file page shows. `told` events of it are in the log, `sealed` of them in the tree."""

    page: OnePage
    hands: Sequence[Hand]
    promises: Sequence[Promise]
    out: Sequence[TakenOut]
    told: int
    sealed: int


def story(viewer: Viewer, code: str, at: datetime) -> Story:
    """The file of an ordinary matter in reach; five questions more than its page. Raises Missing, Refused:
    sealed_no_print."""
    page = one.by_code(viewer, code, at)
    if page.matter.held or page.matter.sealed:
        raise Refused("sealed_no_print")
    promises = [promise(page, row) for row in page.clocks]
    moves = [Taken(move.at, move.step, move.target, move.body, move.person) for move in page.moves]
    final = page.rulebook.flow(page.matter.programme, page.matter.kind).final
    told, sealed = proofs.count(str(page.matter.id))
    return Story(page, hands(moves, final, promises, at), promises, _out(viewer, page), told, sealed)


def promise(page: OnePage, row: ClockRow) -> Promise:
    """A clock of a page as what was promised; its title in the programme's words."""
    known = page.rulebook.matters(page.matter.programme).clocks
    granted = sorted(
        (one.decided_at, one.new_due_at)
        for one in row.extensions
        if one.approved and one.decided_at is not None and one.new_due_at is not None
    )
    return Promise(
        known[row.name].title if row.name in known else row.name,
        row.started_at,
        row.first_due_at,
        row.due_at,
        row.met_at,
        row.ended_at,
        tuple(granted),
    )


def _out(viewer: Viewer, page: OnePage) -> list[TakenOut]:
    """Who took it out, newest first; only for who may archive or audit."""
    if not (viewer.may("matter.archive") or viewer.may("audit.see") or viewer.may("matter.trace")):
        return []
    told = Event.objects.filter(subject=str(page.matter.id), name=FileTakenOut.NAME).order_by("-id")[:MOST]
    rows = [(one.at, one.by_id, str(one.data["what"])) for one in told]
    # Why stands in the look of the same moment; looks are found by their moments.
    looks = Look.objects.filter(at__in=[at for at, _, _ in rows], subject=str(page.matter.id))
    why = dict(looks.values_list("at", "reason"))
    names = staff.persons(viewer, {person for _, person, _ in rows if person})
    return [TakenOut(at, names.get(person, "") if person else "", what, why.get(at, "")) for at, person, what in rows]
