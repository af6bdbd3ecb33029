"""Rows that change only inside an action and whose every state the log commits to (house.md §6.4)."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

from huiyin.core.inserts import insert, plainly, rewrite, rewrite_one


class OutsideAction(RuntimeError):
    """Something tried to change a kept row without an action: a fault of ours, never a user's."""


@dataclass
class Change:
    """What one action has done so far: rows it wrote and facts it told."""

    rows: dict[str, models.Model] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    told: list[Any] = field(default_factory=list)


_change: ContextVar[Change | None] = ContextVar("huiyin_change", default=None)


def current_change() -> Change:
    """The change under way; raises OutsideAction where there is none."""
    change = _change.get()
    if change is None:
        raise OutsideAction("kept rows are changed by actions only")
    return change


def under_way() -> bool:
    """Whether an action is running."""
    return _change.get() is not None


def fresh_salt() -> bytes:
    """128 random bits: enough that a grade or a phone cannot be guessed from its commitment."""
    return secrets.token_bytes(16)


Watcher = Callable[[models.Model], None]
_watchers: list[Watcher] = []


def before_writing(watch: Watcher) -> Watcher:
    """Register what looks at every kept row before it is written, and may change it: a room's last wall."""
    _watchers.append(watch)
    return watch


def _watched(row: models.Model) -> None:
    for watch in _watchers:
        watch(row)


M = TypeVar("M", bound=models.Model)


class KeptQuerySet(models.QuerySet[M]):
    """A queryset that writes nothing behind an action's back."""

    def update(self, **values: Any) -> int:
        """Refused: the log cannot see which rows an UPDATE touched."""
        raise OutsideAction("save the rows, so that the log sees each of them")

    def delete(self) -> Any:
        """Refused: rows of evidence end by a state, not by vanishing."""
        raise OutsideAction("delete rows one by one inside an action")

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        """Insert many rows; each is committed to."""
        change = current_change()
        rows = list(objs)
        for row in rows:
            _watched(row)
        if args or options:
            rows = super().bulk_create(rows, *args, **options)
        else:
            insert(self.model, rows)
        for row in rows:
            _note(change, row)
        return rows

    def rewrite(self, objs: Iterable[M]) -> None:
        """Write changed rows whole, few statements for all of them; each is committed to as it stands now.

        Raises LookupError where one of them is not there.
        """
        change = current_change()
        rows = list(objs)
        for row in rows:
            _watched(row)
        rewrite(self.model, rows)
        for row in rows:
            _note(change, row)

    def bulk_update(self, objs: Iterable[M], fields: Sequence[str], **options: Any) -> int:  # type: ignore[override]  # narrower on purpose: rows in, count out
        """Update many rows; each is committed to, all its columns, as the end of the action finds it."""
        change = current_change()
        rows = list(objs)
        for row in rows:
            _watched(row)
        from django.db.models import QuerySet

        # Django's own bulk_update ends in QuerySet.update, which is closed here.
        count = QuerySet[M](self.model, using=self.db).bulk_update(rows, fields, **options)
        for row in rows:
            _note(change, row, partly=True)
        return count


def _note(change: Change, row: models.Model, *, partly: bool = False) -> None:
    """Commit to what was written, as it was written: what happens to the object afterwards is not in the table.

    Where only some columns were written, or two objects of one row were, either may be stale: the end of the action
    reads the row again.
    """
    from huiyin.core.canonical import row_digest, row_key

    key = row_key(row)
    if partly or change.rows.get(key, row) is not row:
        change.twice.add(key)
    change.rows[key] = row
    change.gone.discard(key)
    change.digests[key] = "" if key in change.twice else row_digest(row)


def commitments(change: Change) -> dict[str, str]:
    """`app.table:key` to the commitment of every row the action wrote; "" where the row is gone."""
    from huiyin.core.canonical import row_digest
    from huiyin.core.rowlevel import OPEN, looking_as

    by_model: dict[type[models.Model], dict[str, Any]] = {}
    for key in change.twice & change.rows.keys():
        by_model.setdefault(type(change.rows[key]), {})[key] = change.rows[key].pk
    digests = dict(change.digests)
    for model, keys in by_model.items():
        # The log commits to rows that whoever acts may not read: a resident's word on a sealed matter.
        with looking_as(OPEN):
            stored = model._base_manager.in_bulk(list(keys.values()))
        digests |= {key: row_digest(stored[pk]) for key, pk in keys.items()}
    return digests | dict.fromkeys(change.gone, "")


class Kept(models.Model):
    """Base of every row the log commits to. `save` and `delete` work inside an action only."""

    TOUCHED: ClassVar[frozenset[str]] = frozenset()
    """Columns that no event tells of and no commitment holds: what merely being there changes."""
    LATER: ClassVar[frozenset[str]] = frozenset()
    """Columns that came when rows had been committed to; see `canonical.state_digest`."""

    salt = models.BinaryField(max_length=16, default=fresh_salt, editable=False)

    objects = models.Manager.from_queryset(KeptQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Write the row and note it for the commitment of the event to come."""
        if self.TOUCHED and self.TOUCHED.issuperset(options.get("update_fields") or ("",)):
            super().save(*args, **options)
            return
        change = current_change()
        _watched(self)
        super().save(*args, **options)
        _note(change, self, partly=options.get("update_fields") is not None)

    def _do_insert(self, manager: Any, using: Any, fields: Any, returning_fields: Any, raw: bool) -> Any:  # noqa: FBT001 - Django's own
        """Django's, by a statement whose text is made once; a key the database gives is set already."""
        values = (getattr(self, field.attname) for field in fields)
        if raw or using != DEFAULT_DB_ALIAS or not plainly(type(self), values):
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]  # not in the stubs
        insert(type(self), [self])
        return []

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *more: Any) -> Any:
        """Django's, by a statement whose text is made once; whether the row is there."""
        if not values or self._meta.select_on_save or not plainly(type(self), (value for _, _, value in values)):
            return super()._do_update(base_qs, using, pk_val, values, *more)
        return rewrite_one(type(self), using, pk_val, [(field, value) for field, _, value in values])

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Remove the row; the event commits to its absence."""
        from huiyin.core.canonical import row_key

        change = current_change()
        key = row_key(self)
        result = super().delete(*args, **options)
        change.rows.pop(key, None)
        change.digests.pop(key, None)
        change.gone.add(key)
        return result
