"""What everybody may know of comments under entries of walls: how many, of one's own what became of it (R-348).

How many wait and how many were kept off is told of the whole county only. Of a village, one that waits and then neither
stands nor was refused would tell that somebody complained about an official there (SG-01); and of why words were kept
off only cells are told that are large enough (SG-46).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from huiyin.casework.queries import board
from huiyin.casework.rules.codes import read_proof
from huiyin.core.questions import NOBODY, ask
from huiyin.core.rulebook import current, version
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.publication import Comments
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.publication.models import Comment
from huiyin.publication.rules import cells


@dataclass(frozen=True)
class Under:
    """How many comments stand under an entry, and how many of them wait for an answer longer than promised."""

    many: int
    late: int


NO_COMMENTS = Under(0, 0)


@dataclass(frozen=True)
class Sums:
    """What was said at a place and came of it.

    What is None is not told there: `waiting`, and `kept_off`, of which too few are told as fewer than `least`; the
    reasons (`refused`, each with its words) only where each has enough.
    """

    answered: int
    unanswered: int
    unanswered_late: int
    kept_off: int | None = None
    refused: Sequence[tuple[str, int]] = ()
    least: int = 0
    waiting: int | None = None
    waiting_late: int = 0

    @property
    def shown(self) -> int:
        """How many stand on the wall."""
        return self.answered + self.unanswered

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.shown or self.kept_off or self.waiting)


@dataclass(frozen=True)
class Own:
    """A comment as its receipt finds it."""

    id: UUID
    notice_id: UUID
    text: str
    at: datetime
    state: str
    look_by: datetime
    late: bool
    reason: str
    answer_by: datetime | None
    answer: str
    answered_at: datetime | None
    stands: bool
    """Whether its entry still stands on a wall."""


def rules(viewer: Viewer, at: datetime) -> Comments | None:
    """What the walls' programme in force says of comments; None where nothing can be said."""
    return rules_in(viewer, current(at).rulebook)


def rules_in(viewer: Viewer, book: Rulebook) -> Comments | None:
    """The same of a rulebook: walls follow the programme of intake."""
    return book.programmes[book.county.intake.programme].publication.comments


def under(viewer: Viewer, notices: Collection[UUID], at: datetime) -> Mapping[UUID, Under]:
    """What stands under some entries; those without are missing. One query, none for none."""
    if not notices:
        return {}
    return {one: Under(many, late) for one, many, late in ask("comments.under", _under, NOBODY, at, tuple(notices))}


def sums(viewer: Viewer, place_code: str, at: datetime) -> Sums:
    """What was said at a place and below under entries that stand, as far as it is told there. One query."""
    rows = ask("comments.sums", _sums, NOBODY, at, *subtree(place_code))
    return summed(rows, at, county=place_code == current(at).rulebook.county.code)


def summed(rows: Sequence[tuple[str, str, int, int, int]], at: datetime, *, county: bool) -> Sums:
    """Sums of rows of state, reason, how many, how many answered, and how many late in this state."""
    least = cells.least(one.publication.min_cells for one in current(at).rulebook.programmes.values())
    refused: dict[str, int] = {}
    shown = answered = late = waits = waits_late = 0
    titles = page.reasons if (page := rules(NOBODY, at)) else {}
    for state, why, many, said, overdue in rows:
        if state == "refused":
            words = titles.get(why, why)
            refused[words] = refused.get(words, 0) + many
        elif state == "shown":
            shown, answered, late = shown + many, answered + said, late + overdue
        elif state == "waiting":
            waits, waits_late = waits + many, waits_late + overdue
    return Sums(
        answered=answered,
        unanswered=shown - answered,
        unanswered_late=late,
        kept_off=sum(refused.values()) if county else None,
        refused=sorted(refused.items()) if county and min(refused.values(), default=0) >= least else (),
        least=least,
        waiting=waits if county else None,
        waiting_late=waits_late if county else 0,
    )


def by_proof(viewer: Viewer, typed: str, at: datetime) -> Own:
    """The comment whose receipt it is. Raises Missing."""
    proof = read_proof(typed)
    rows = Comment.objects.select_related("notice").exclude(state="handed")
    row = rows.filter(proof_key=vault().blind("casework.proof", proof)).first() if proof else None
    if row is None:
        raise Missing
    return Own(
        id=row.id,
        notice_id=row.notice_id,
        text=row.text,
        at=row.at,
        state=row.state,
        look_by=row.look_by,
        late=row.look_by <= at if row.state == "waiting" else late(row, at),
        reason=reason(row),
        answer_by=row.answer_by,
        answer=row.answer,
        answered_at=row.answered_at,
        stands=row.notice.state == "published" and bool(board.standings(viewer, [row.notice.matter_id], at)),
    )


def refused_before(viewer: Viewer, cut: datetime | None, most: int) -> list[Comment]:
    """Comments with words that were kept off before a moment, the oldest first; none without one. For the machine."""
    if cut is None:
        return []
    rows = Comment.objects.filter(state="refused", decided_at__lt=cut).exclude(text="")
    return list(rows.order_by("decided_at", "id")[:most])


def late(row: Comment, at: datetime) -> bool:
    """Whether a comment that stands should have been answered by now."""
    return row.answered_at is None and row.answer_by is not None and row.answer_by <= at


def reason(row: Comment) -> str:
    """Why it was refused, in the words of the programme it was made under; empty for any other."""
    page = rules_in(NOBODY, version(row.rulebook_id)) if row.reason else None
    return page.reasons.get(row.reason, row.reason) if page else ""


def _under(viewer: Viewer, at: datetime, notices: tuple[UUID, ...]) -> QuerySet[Comment, tuple[UUID, int, int]]:
    rows = Comment.objects.filter(state="shown", notice_id__in=notices).values_list("notice_id").order_by()
    return rows.annotate(many=Count("id"), late=Count("id", filter=Q(answered_at__isnull=True, answer_by__lte=at)))


def counted(rows: QuerySet[Comment], at: datetime) -> QuerySet[Comment, tuple[str, str, int, int, int]]:
    """Some comments as `summed` takes them."""
    waits = Q(state="waiting", look_by__lte=at) | Q(state="shown", answered_at__isnull=True, answer_by__lte=at)
    by = rows.exclude(state="handed").values_list("state", "reason").order_by()
    return by.annotate(many=Count("id"), said=Count("answered_at"), late=Count("id", filter=waits))


def _sums(viewer: Viewer, at: datetime, low: str, high: str) -> QuerySet[Comment, tuple[str, str, int, int, int]]:
    there = Comment.objects.filter(notice__state="published", notice__place_code__gte=low, notice__place_code__lt=high)
    return counted(there.filter(board.stands(NOBODY, "notice__matter_id")), at)
