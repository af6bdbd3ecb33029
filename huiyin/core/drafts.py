"""Drafts: what a clerk has typed and not yet sent, sealed under the account's own key: a dropped line loses nothing."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from huiyin.core.models import Draft
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

TABLE, COLUMN = "core.draft", "body"
MOST = 100_000
"""Characters of one draft; what is longer is not kept."""


@dataclass(frozen=True)
class Kept:
    """A draft as it was kept: fields by name."""

    fields: dict[str, str]
    saved_at: datetime


def keep(viewer: Viewer, form: str, fields: dict[str, str], at: datetime) -> None:
    """Keep what stands in a form, in place of what was kept before. Raises Refused: sign_in, text_too_long."""
    if viewer.account_id is None:
        raise Refused("sign_in")
    text = json.dumps(fields, ensure_ascii=True)
    if len(text) > MOST:
        raise Refused("text_too_long", most=MOST, over=len(text) - MOST)
    sealed = vault().seal(_subject(viewer), table=TABLE, column=COLUMN, row=form, text=text)
    Draft.objects.update_or_create(account_id=viewer.account_id, form=form, defaults={"body": sealed, "saved_at": at})


def kept(viewer: Viewer, form: str) -> Kept | None:
    """What was kept of a form; None where nothing was, or where its key is gone."""
    row = _mine(viewer, form).first()
    if row is None:
        return None
    try:
        text = vault().open(_subject(viewer), table=TABLE, column=COLUMN, row=form, sealed=row.body)
    except (Damaged, Shredded):
        return None
    return Kept(json.loads(text), row.saved_at)


def drop(viewer: Viewer, form: str) -> None:
    """Forget what was kept of a form."""
    _mine(viewer, form).delete()


def _mine(viewer: Viewer, form: str) -> QuerySet[Draft]:
    if viewer.account_id is None:
        return Draft.objects.none()
    return Draft.objects.filter(account_id=viewer.account_id, form=form)


def _subject(viewer: Viewer) -> str:
    return f"account:{viewer.account_id}"
