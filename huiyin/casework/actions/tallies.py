"""Counting matters into figures: what a matter counts as is made from its rows, in one way only (R-179, R-211).

Whoever counts, and however often, comes to the same row; so a message delivered twice changes nothing, and everything
can be counted anew.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.models import CaseTally, Matter
from huiyin.casework.queries import tallying
from huiyin.casework.rules import comparing
from huiyin.core import marks
from huiyin.core.actions import action
from huiyin.core.looks import look
from huiyin.core.viewer import Viewer
from huiyin.core.worker import Unfinished

BATCH = 2_000
SLICE = 100
"""So many are compared before the worker's deliveries have their turn."""
TOLD_WITHIN = timedelta(minutes=10)
"""Within so long the event of a new matter has been told to whoever counts, unless no worker ran."""
COLUMNS = [name for name in tallying.COLUMNS if name != "matter_id"]


@action
def count(*, by: Viewer, at: datetime, ids: Collection[UUID]) -> int:
    """Count some matters anew; those that are held, sealed or from before leave the figures. Returns how many changed.

    Derived rows only: nothing happened, so nothing is told.
    """
    # Locked in one order: of two who count one matter, the later one sees what the earlier one saw, and more.
    rows = Matter.objects.filter(id__in=ids).select_for_update(of=("self",)).order_by("id")
    return _put(set(ids), tallying.made(by, list(rows)))


@action
def count_missing(*, by: Viewer, at: datetime) -> int:
    """Count matters that were never counted: from before there were figures, or while the worker was down.

    Those of the last minutes are told of by their events: looking for them too would never come to an end where
    somebody is always opening the next one.
    """
    return count(by=by, at=at, ids=tallying.uncounted(by, BATCH, at - TOLD_WITHIN))


@action
def rebuild(*, by: Viewer, at: datetime) -> int:
    """Count everything anew. Returns how many matters are in the figures."""
    CaseTally.objects.all().delete()
    number = 0
    for some in tallying.slices(by, BATCH):
        made = tallying.made(by, some)
        CaseTally.objects.bulk_create(made)
        number += len(made)
    return number


@action
def compare(*, by: Viewer, at: datetime) -> int:
    """Reckon the next few matters anew and write down for the auditor which ones figures tell otherwise than their
    rows do: nobody but the worker writes them (trust.md S23). Every matter has its turn within the hour. Nothing is
    mended by itself, and each is written down once a day, so that one does not crowd out the others.

    Returns how many, `Unfinished` where this hour's round is behind: the next few come after the deliveries that wait.
    """
    found = comparing.read(marks.said(tallying.DRIFT), at)
    going, wrong = comparing.gone_on(found, at), 0
    if comparing.behind(going, at):
        ids = tallying.following(by, going.after, SLICE)
        wrong = _write_down(by, at, ids)
        going = comparing.seen(going, ids, SLICE)
    if going != found:
        marks.say(tallying.DRIFT, str(going), at)
    return Unfinished(wrong) if comparing.behind(going, at) else wrong


def _write_down(by: Viewer, at: datetime, ids: Sequence[UUID]) -> int:
    """How many of some matters count wrongly; a look for each that has none of this day."""
    wrong = tallying.among(by, ids, at)
    told = tallying.told(by, [one for one, _ in wrong], at)
    for matter_id, columns in [one for one in wrong if one[0] not in told]:
        look(by=by, at=at, kind=tallying.DRIFT, subject=str(matter_id), reason=" ".join(columns)[:200])
    return len(wrong)


def _put(ids: Collection[UUID], made: Sequence[CaseTally]) -> int:
    """Write rows that differ, and take away those of matters that count no more."""
    known = CaseTally.objects.in_bulk(list(ids))
    changed = [row for row in made if (kept := known.get(row.matter_id)) is None or tallying.differ(row, kept)]
    gone = known.keys() - {row.matter_id for row in made}
    if changed:
        CaseTally.objects.bulk_create(changed, update_conflicts=True, unique_fields=["matter"], update_fields=COLUMNS)
    if gone:
        CaseTally.objects.filter(pk__in=gone).delete()
    return len(changed) + len(gone)
