"""Lay clones into the database: COPY on PostgreSQL, many rows a statement on SQLite; one transaction a batch.

Nothing is switched off for it: tables of evidence allow INSERT, and the log commits to every row. Deliveries are not
written, because their effects (counts, drafts) are laid with the rest.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from huiyin.casework.actions import tallies as case_tallies
from huiyin.config.bench.clone import Laid
from huiyin.config.bench.tape import State, model_of
from huiyin.core import rowlevel, search, tallies
from huiyin.core.now import now
from huiyin.core.viewer import Viewer

CELLS = 2000
FIRST = ("casework.matter", "casework.reply", "casework.clock")
"""Tables others point at come first."""


def write(laid: Laid) -> None:
    """Everything of a batch, or nothing."""
    with transaction.atomic():
        for table in sorted(laid.rows, key=lambda one: (FIRST.index(one) if one in FIRST else len(FIRST), one)):
            _put(model_of(table), laid.rows[table])
        _put(model_of("core.event"), laid.events)
        columns = ("subject", "tokens", "current")
        texts = [{"kind": "matter", **dict(zip(columns, one, strict=True))} for one in laid.texts]
        _put(model_of("core.searchtext"), texts)
        cells = list(laid.counts.items())
        for start in range(0, len(cells), CELLS):
            tallies.add(dict(cells[start : start + CELLS]))


def finish() -> None:
    """What is reckoned once at the end: SQLite's word index, and the figures, what the planner knows of tables."""
    search.rebuild()
    case_tallies.rebuild(by=Viewer.system("tally"), at=now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _put(model: type[models.Model], rows: list[State]) -> None:
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if field.attname in rows[0]]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table, values = f'"{model._meta.db_table}"', _values(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            into = _beside(cursor, model) if model._meta.db_table in rowlevel.POLICIES else table
            with cursor.cursor.copy(f"COPY {into} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
            if into != table:
                cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {into}")  # noqa: S608 - our names
                cursor.execute(f"DELETE FROM {into}")  # noqa: S608 - emptied also where many batches are one transaction
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values))  # noqa: S608 - our own names


def _beside(cursor: CursorWrapper, model: type[models.Model]) -> str:
    """A passing table of the same shape: PostgreSQL copies into no table whose rows are guarded."""
    name = f"beside_{model._meta.db_table}"
    cursor.execute(
        f'CREATE TEMPORARY TABLE IF NOT EXISTS {name} (LIKE "{model._meta.db_table}" INCLUDING DEFAULTS)'
        " ON COMMIT DELETE ROWS"
    )
    return name


def _values(fields: "list[models.Field[Any, Any]]", rows: list[State]) -> Iterable[list[Any]]:
    makers = [(field.attname, _maker(field)) for field in fields]
    for row in rows:
        yield [None if row[name] is None else make(row[name]) for name, make in makers]


def _maker(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    """From a plain value to what the database's own way of writing wants."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(target, models.BinaryField):
        return (lambda value: f"\\x{value}") if connection.vendor == "postgresql" else bytes.fromhex
    if connection.vendor == "sqlite":
        if isinstance(target, models.UUIDField):
            return lambda value: UUID(value).hex
        if isinstance(target, models.DateTimeField):
            return lambda value: connection.ops.adapt_datetimefield_value(datetime.fromisoformat(value))
    return lambda value: value
