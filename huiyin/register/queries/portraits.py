"""Photos of officials: whose is shown, since when, whether it is due to be taken anew. Only public posts have any."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin.core import files, rulebook
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.county import Photos
from huiyin.register.models import Portrait, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import OfficialRow
from huiyin.register.rules.months import later

TOLD_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Shown:
    """A photo that is shown: since which day, and whether it is older than the county wants."""

    id: UUID
    day: date
    due: bool


@dataclass(frozen=True)
class OwnPage:
    """What the page of an official's photo says. `withdrawn`: they want none; `public`: they hold a public post."""

    person_id: UUID
    name: str
    public: bool
    shown: Shown | None
    withdrawn: date | None
    rules: Photos | None
    own: bool
    may_edit: bool


def rules(viewer: Viewer, at: datetime) -> Photos | None:
    """What the county says of photos; None where it shows none."""
    return rulebook.current(at).rulebook.county.photos


def shown(viewer: Viewer, official_ids: Collection[UUID], at: datetime) -> dict[UUID, Shown]:
    """The photos of some officials, as residents see them: public posts of today only. One question, or none."""
    page = rules(viewer, at)
    if page is None or not official_ids:
        return {}
    day = today(viewer, at)
    public = Post.objects.filter(standing(day), listed=True, official_id__in=official_ids)
    found = Portrait.objects.filter(ended_at=None, official_id__in=public.values("official_id"))
    return {
        official: Shown(key, since, due=later(since, 12 * page.years) <= day)
        for official, key, since in found.values_list("official_id", "pk", "day")
    }


def with_photos(viewer: Viewer, rows: Iterable[OfficialRow], at: datetime) -> tuple[OfficialRow, ...]:
    """The same rows with the id of the photo that is shown."""
    some = tuple(rows)
    faces = shown(viewer, {row.official_id for row in some}, at)
    return tuple(replace(row, photo=faces[row.official_id].id) if row.official_id in faces else row for row in some)


def picture(viewer: Viewer, portrait_id: UUID, at: datetime) -> bytes:
    """A photo as a JPEG for anybody, while it is shown. Raises Missing: ended, or its post is public no more."""
    row = Portrait.objects.filter(pk=portrait_id, ended_at=None).select_related("file").first()
    if row is None or row.file is None or row.official_id not in shown(viewer, [row.official_id], at):
        raise Missing
    return files.content(row.file)


def pictures(viewer: Viewer, official_ids: Collection[UUID], at: datetime) -> dict[UUID, bytes]:
    """The JPEGs of some officials, for papers; who has none is not among them. Two questions."""
    keys = [one.id for one in shown(viewer, official_ids, at).values()]
    rows = Portrait.objects.filter(pk__in=keys).select_related("file") if keys else ()
    return {row.official_id: files.content(row.file) for row in rows if row.file is not None}


def page(viewer: Viewer, person_id: UUID, at: datetime) -> OwnPage:
    """An official's own photo: they themselves see the page, and who keeps the register where they hold a public post.

    Raises Missing for anybody else.
    """
    row = Official.objects.filter(person_id=person_id).select_related("person").first()
    own = viewer.person_id is not None and viewer.person_id == person_id
    posts = Post.objects.filter(standing(today(viewer, at)), listed=True, official=row)
    may_edit = viewer.may("register.edit") and row is not None and posts.filter(viewer.scope("place_code")).exists()
    if row is None or not (own or may_edit):
        raise Missing
    last = Portrait.objects.filter(official=row).order_by("-at", "-pk").first()
    withdrawn = last.ended_at if last is not None and last.ended == "withdrawn" else None
    return OwnPage(
        person_id,
        row.person.name,
        may_edit or posts.exists(),
        shown(viewer, [row.pk], at).get(row.pk),
        withdrawn.astimezone(rulebook.current(at).rulebook.county.tz).date() if withdrawn else None,
        rules(viewer, at),
        own,
        may_edit,
    )


def put_up_for(viewer: Viewer, at: datetime) -> date | None:
    """Since when a photo of the viewer is shown that somebody else put up, for the first two weeks: they are told."""
    if viewer.person_id is None or rules(viewer, at) is None:
        return None
    mine = Portrait.objects.filter(official__person_id=viewer.person_id, ended_at=None, at__gt=at - TOLD_FOR)
    return mine.exclude(by_id=viewer.person_id).values_list("day", flat=True).first()


def to_shred(viewer: Viewer) -> list[UUID]:
    """Photos that ended and whose key still stands; a slice."""
    found = Portrait.objects.filter(ended_at__isnull=False, shredded_at=None)
    return list(found.order_by("ended_at").values_list("pk", flat=True)[:500])
