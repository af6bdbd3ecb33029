"""Who rounds leave out, and why: listed openly, by whom and since when (R-064)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import LinkExclusion, Post
from huiyin.register.models.periods import lasting, standing
from huiyin.register.models.rounds import HOME_WHY as HOME_WHY
from huiyin.register.models.rounds import STAFF_WHY as STAFF_WHY
from huiyin.register.queries import places, staff
from huiyin.register.queries.days import today

PAGE = 50


@dataclass(frozen=True)
class OutRow:
    """A household (`code`, `path`) or an official (`name`, `path` their post) that rounds leave out."""

    id: UUID
    code: str
    name: str
    path: str
    why: str
    note: str
    since: date
    until: date | None
    by: str


@dataclass(frozen=True)
class Outs:
    """A page of them, newest first; `after` opens the next, empty at the end."""

    rows: tuple[OutRow, ...]
    after: str


def left_out(viewer: Viewer, at: datetime, *, after: str = "", day: date | None = None) -> Outs:
    """Exclusions that have not ended, or that held on a day, of households and officials in the viewer's scope. Raises
    Missing for a key that is none."""
    viewer.need("register.see")
    now = today(viewer, at)
    rows = seen(viewer, now).filter(lasting(now) if day is None else standing(day))
    day = day or now
    if after:
        rows = rows.filter(pk__lt=_key(after))
    related = rows.select_related("household", "official__person").order_by("-pk")
    found = list(related[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    homes = [row.household.place_code for row in found if row.household is not None]
    paths, names = places.paths(viewer, homes), staff.persons(viewer, [row.by_id for row in found if row.by_id])
    posts = staff.post_words(viewer, [row.official_id for row in found if row.official_id], day)
    shown = tuple(
        OutRow(
            row.pk,
            row.household.code if row.household is not None else "",
            row.official.person.name if row.official is not None else "",
            paths[row.household.place_code] if row.household is not None else posts.get(row.official_id or row.pk, ""),
            row.why,
            row.note,
            row.since,
            row.until,
            names.get(row.by_id, "") if row.by_id else "",
        )
        for row in found
    )
    return Outs(shown, str(found[-1].pk) if more else "")


def seen(viewer: Viewer, day: date) -> QuerySet[LinkExclusion]:
    """Exclusions of households in scope, and of officials who serve in it; who serves nowhere any more, all see."""
    rows = LinkExclusion.objects.filter(replaced_at=None)
    if viewer.everything:
        return rows
    held = Post.objects.filter(standing(day), official=OuterRef("official"))
    theirs = Q(official__isnull=False) & (Exists(held.filter(viewer.scope("place_code"))) | ~Exists(held))
    return rows.filter((Q(household__isnull=False) & viewer.scope("household__place_code")) | theirs)


def serves_here(viewer: Viewer, official_id: UUID, day: date) -> bool:
    """Whether an official holds a post of a day in the viewer's scope."""
    return Post.objects.filter(standing(day), viewer.scope("place_code"), official_id=official_id).exists()


def one(viewer: Viewer, exclusion_id: UUID, day: date) -> LinkExclusion:
    """An exclusion that has no end yet, locked for a change. Raises Missing outside the viewer's scope."""
    rows = seen(viewer, day).filter(Q(until__isnull=True) | Q(until__gt=day) & Q(until__gt=F("since")))
    found = rows.filter(pk=exclusion_id).select_related("household", "official").select_for_update(of=("self",)).first()
    if found is None:
        raise Missing
    return found


def _key(text: str) -> UUID:
    try:
        return UUID(text[:40])
    except ValueError as wrong:
        raise Missing from wrong
