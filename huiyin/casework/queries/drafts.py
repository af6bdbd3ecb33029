"""Answers that wait for a second person, and how those of one matter went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.events import ReplyProposed
from huiyin.casework.models import Matter, ReplyDraft
from huiyin.casework.queries.one import OnePage
from huiyin.core import four_eyes
from huiyin.core.questions import ask
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import conflict


@dataclass(frozen=True)
class Drafts:
    """What the page of a matter says of approval: whether it is wanted, the versions, and what may be done."""

    wanted: bool
    rows: Sequence[ReplyDraft] = ()
    may_decide: bool = False
    lent: bool = False
    """It was sent in the viewer's name, so another must decide."""

    @property
    def last(self) -> ReplyDraft | None:
        """The newest version."""
        return self.rows[-1] if self.rows else None

    @property
    def may_send(self) -> ReplyDraft | None:
        """The version that may go out as it stands."""
        return next((row for row in reversed(self.rows) if row.state == "approved"), None)


def drafts(viewer: Viewer, page: OnePage) -> Drafts:
    """The versions of a matter's answer; no query where its programme asks nobody."""
    matter, book = page.matter, page.rulebook
    rule = book.replies(matter.programme).approval
    matters = book.matters(matter.programme)
    if matter.locked or not rule.needed(matters, topic=matter.topic, nature=matter.nature, way=matter.way):
        return Drafts(wanted=False)
    rows = list(ReplyDraft.objects.filter(matter=matter).order_by("number"))
    waits = bool(rows) and rows[-1].state == "waiting"
    own = bool(rows) and rows[-1].by_id in viewer.persons
    mine = own or bool(viewer.persons & {matter.handler_id, matter.caller_id})
    may = waits and viewer.may("matter.approve") and not mine
    told = four_eyes.in_ones_stead(viewer, ReplyProposed, [matter.id]) if may else ()
    lent = may and str(rows[-1].id) in {one["draft"] for one in told}
    return Drafts(wanted=True, rows=rows, may_decide=may and not lent, lent=lent)


def codes_waiting(viewer: Viewer, at: datetime, *, most: int = 50) -> Sequence[tuple[str, str]]:
    """Code and title of matters whose answers wait for this viewer's eye, the oldest first; one query."""
    if not viewer.may("matter.approve"):
        return ()
    found = ask(("drafts.waiting", most), partial(_waiting, most=most), conflict.stood(viewer))
    return [(code, title) for code, title in found]


def _waiting(viewer: Viewer, *, most: int) -> QuerySet[ReplyDraft, Any]:
    me = viewer.persons
    mine = Q(by_id__in=me) | Q(matter__handler_id__in=me)
    rows = ReplyDraft.objects.filter(state="waiting", matter__in=Matter.objects.visible_to(viewer)).exclude(mine)
    return rows.order_by("at", "id").values_list("matter__code", "matter__title")[:most]


def of(viewer: Viewer, page: OnePage, draft_id: UUID) -> ReplyDraft:
    """One version of a matter whose page the viewer may open. Raises Missing."""
    row = ReplyDraft.objects.filter(matter=page.matter, id=draft_id).first()
    if row is None:
        raise Missing
    return row
