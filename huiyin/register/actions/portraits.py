"""Photos of officials in public posts: put up by who keeps the register or by themselves, gone at a word of theirs.

A photo is one file under a key of its own. What ends it deletes the file at once; the tick destroys the key soon after,
so that yesterday's backup with today's keys shows no face either.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from huiyin.core import files
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.files import Examined
from huiyin.core.models import Official
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.events import PortraitEnded, PortraitShown, PortraitShredded
from huiyin.register.models import Portrait, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries import portraits
from huiyin.register.queries.days import today

SLICE = 200


@action
def put_up(*, by: Viewer, at: datetime, person_id: UUID, picture: Examined) -> UUID:
    """Show an official's photo (made by `files.portrait`) in place of the one before; the same again changes nothing.

    Raises Missing for who holds no public post in scope; Refused: not_allowed, photos_not_kept, photo_withdrawn.
    """
    official, own = _public(by, at, person_id)
    if portraits.rules(by, at) is None:
        raise Refused("photos_not_kept", field="file")
    before = Portrait.objects.filter(official=official).order_by("-at", "-pk").first()
    if before is not None and before.ended == "withdrawn" and not own:
        raise Refused("photo_withdrawn", field="file")
    if before is not None and before.file is not None:
        if files.content(before.file) == picture.data:
            return before.pk
        _end(before, by, at, "replaced")
    row = Portrait(official=official, day=today(by, at), at=at, by_id=by.person_id)
    row.file = files.keep(by=by, at=at, subject=row.subject, examined=picture)
    row.save(force_insert=True)
    record(PortraitShown(subject=str(person_id), portrait=str(row.pk)), by=by, at=at)
    return row.pk


@action
def take_down(*, by: Viewer, at: datetime, person_id: UUID) -> None:
    """Show the photo no more; said twice, it is said once.

    Raises Missing for no public post in scope; Refused: not_allowed.
    """
    official, _ = _public(by, at, person_id)
    row = Portrait.objects.filter(official=official, ended_at=None).first()
    if row is not None:
        _end(row, by, at, "taken_down")


@action
def withdraw(*, by: Viewer, at: datetime, person_id: UUID) -> None:
    """The official's own word: no photo of me. It is gone, and nobody else puts one up again.

    Said before there is one, it holds too; said twice, it is said once. Raises Missing for anybody else.
    """
    official = _locked(person_id)
    if official is None or by.person_id != person_id:
        raise Missing
    last = Portrait.objects.filter(official=official).order_by("-at", "-pk").first()
    if last is not None and last.ended == "withdrawn":
        return
    if last is not None and last.ended_at is None:
        _end(last, by, at, "withdrawn")
        return
    row = Portrait(official=official, day=today(by, at), at=at, by_id=by.person_id, ended_at=at, ended="withdrawn")
    row.shredded_at = at  # there never was anything
    row.save(force_insert=True)
    record(PortraitEnded(subject=str(person_id), portrait=str(row.pk), why="withdrawn"), by=by, at=at)


@action
def end_without_post(*, by: Viewer, at: datetime) -> int:
    """Photos of those whose last public post has ended go, and all where the county shows none any more; a slice."""
    rows = (
        Portrait.objects.select_for_update(of=("self",), no_key=True).filter(ended_at=None).select_related("official")
    )
    if portraits.rules(by, at) is not None:
        public = Post.objects.filter(standing(today(by, at)), listed=True)
        rows = rows.exclude(official__in=public.values("official"))
    ended = list(rows.order_by("pk")[:SLICE])
    for row in ended:
        _end(row, by, at, "post_ended")
    return len(ended)


def shred(*, by: Viewer, at: datetime, portrait_id: UUID) -> None:
    """Destroy the key of a photo that is shown no more, then write that down. May be repeated, also after a crash."""
    vault().destroy(Portrait(pk=portrait_id).subject, at=at)
    _shredded(by=by, at=at, portrait_id=portrait_id)


@action
def _shredded(*, by: Viewer, at: datetime, portrait_id: UUID) -> None:
    row = Portrait.objects.select_related("official").get(pk=portrait_id)
    if row.ended_at is None or vault().exists(row.subject):
        raise RuntimeError(f"the key of portrait {portrait_id} still opens something")
    row.shredded_at = at
    row.save()
    record(PortraitShredded(subject=str(row.official.person_id), portrait=str(row.pk)), by=by, at=at)


def _public(by: Viewer, at: datetime, person_id: UUID) -> tuple[Official, bool]:
    """An official with a public post today that `by` may speak for, and whether it is themselves."""
    own = by.person_id is not None and by.person_id == person_id
    if not own:
        by.need("register.edit")
    official = _locked(person_id)
    posts = Post.objects.filter(standing(today(by, at)), official=official, listed=True)
    if official is None or not (posts if own else posts.filter(by.scope("place_code"))).exists():
        raise Missing
    return official, own


def _locked(person_id: UUID) -> Official | None:
    return Official.objects.select_for_update(no_key=True).filter(person_id=person_id).first()


def _end(row: Portrait, by: Viewer, at: datetime, why: str) -> None:
    kept = row.file
    row.file, row.ended_at, row.ended = None, at, why
    row.save()
    if kept is not None:
        identity = kept.pk
        kept.delete()
        # The bytes go once nothing can bring the row back.
        transaction.on_commit(partial(files.discard, identity))
    record(PortraitEnded(subject=str(row.official.person_id), portrait=str(row.pk), why=why), by=by, at=at)
