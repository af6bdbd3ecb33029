"""Saved views: the filters of a list under a name, of one account or shared with a role."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from huiyin.core import text
from huiyin.core.models import SavedView
from huiyin.core.questions import ask
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

MOST = 12


@dataclass(frozen=True)
class View:
    """A saved view; `own` may be renamed and deleted by the one who looks."""

    id: int
    name: str
    query: str
    role: str
    own: bool


def saved_views(viewer: Viewer, page: str) -> list[View]:
    """The viewer's own views of a page and those shared with a role of theirs; one query."""
    found = ask(("saved_views", page), partial(_views, page=page), viewer)
    return [View(key, name, query, role, account == viewer.account_id) for key, name, query, role, account in found]


def _views(viewer: Viewer, *, page: str) -> QuerySet[SavedView, Any]:
    rows = SavedView.objects.filter(Q(account_id=viewer.account_id) | Q(role__in=viewer.roles, role__gt=""), page=page)
    return rows.order_by("pk").values_list("pk", "name", "query", "role", "account_id")


def save_view(viewer: Viewer, *, page: str, name: str, query: str, role: str = "") -> None:
    """Keep a query under a name; an own view of that name is replaced. Raises Refused: value_missing, view_too_many."""
    if viewer.account_id is None:
        raise Refused("sign_in")
    called = text.line(text.visible(name), most=30, field="name")
    if not called:
        raise Refused("value_missing", field="name")
    if role and role not in viewer.roles:
        raise Refused("value_unknown", field="role")
    mine = SavedView.objects.filter(account_id=viewer.account_id, page=page)
    if mine.filter(name=called).update(query=query[:600], role=role):
        return
    if mine.count() >= MOST:
        raise Refused("views_too_many", most=MOST, field="name")
    SavedView.objects.create(account_id=viewer.account_id, page=page, name=called, query=query[:600], role=role)


def rename_view(viewer: Viewer, view_id: int, name: str) -> None:
    """Give an own view another name. Raises Missing; Refused: value_missing, view_taken."""
    called = text.line(text.visible(name), most=30, field="name")
    if not called:
        raise Refused("value_missing", field="name")
    try:
        with transaction.atomic():
            changed = _own(viewer, view_id).update(name=called)
    except IntegrityError as problem:
        raise Refused("view_taken", field="name") from problem
    if not changed:
        raise Missing


def delete_view(viewer: Viewer, view_id: int) -> None:
    """Drop an own view. Raises Missing."""
    if not _own(viewer, view_id).delete()[0]:
        raise Missing


def _own(viewer: Viewer, view_id: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(account_id=viewer.account_id or 0, pk=view_id)
