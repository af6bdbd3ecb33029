"""Very many new rows at once: given as their plain states, without an object for each, by one statement a table.

A register of a county is millions of rows. The state of a row is what the log commits to (`canonical.row_state`), so
that the commitment is made of exactly what is written; PostgreSQL takes the rows by COPY, SQLite by one prepared
INSERT. The result is the same as that of `bulk_create` (a test holds them together).
"""

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models, router
from django.db.models import NOT_PROVIDED, Field

from huiyin.core.canonical import encode_plain, state_digest
from huiyin.core.kept import Kept, current_change
from huiyin.core.rowlevel import POLICIES

SALT = 16
State = dict[str, Any]
"""Column (attname) to plain value: ids and dates as texts, bytes as hex, moments as the log writes them."""


def lay(model: type[Kept], states: Sequence[State]) -> None:
    """Insert new rows; call it inside an action, whose event commits to each. Columns left out have their defaults.

    Raises TypeError for a table that row-level security guards: COPY would not ask it.
    """
    if not states:
        return
    if model._meta.db_table in POLICIES:
        raise TypeError(f"{model.__name__} is guarded by row-level security")
    change = current_change()
    names, defaults, primary = _shape(model)
    label = model._meta.label_lower
    salts = os.urandom(SALT * len(states))
    rows: list[list[Any]] = []
    for number, state in enumerate(states):
        whole = defaults | state
        salt = salts[SALT * number : SALT * (number + 1)]
        change.digests[f"{label}:{whole[primary]}"] = state_digest(model, salt, whole)
        row = [whole[name] for name in names]
        row.append(salt.hex())
        rows.append(row)
    _insert(model, [*names, "salt"], rows)


def learn() -> None:
    """Let the database look at its tables again, after so many rows that its plans would be made for empty ones."""
    with connections[router.db_for_write(Kept)].cursor() as cursor:
        cursor.execute("ANALYZE")


@lru_cache(maxsize=64)
def _shape(model: type[Kept]) -> tuple[tuple[str, ...], State, str]:
    """Columns without the salt, the plain defaults of those that have one, and the primary key."""
    fields = [field for field in model._meta.concrete_fields if field.attname != "salt"]
    defaults: State = {}
    for field in fields:
        if field.default is not NOT_PROVIDED and not callable(field.default):
            defaults[field.attname] = field.default
        elif field.null:
            defaults[field.attname] = None
    return tuple(field.attname for field in fields), defaults, model._meta.pk.attname


def _insert(model: type[Kept], names: Sequence[str], rows: Sequence[list[Any]]) -> None:
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = ", ".join(quote(str(fields[name].column)) for name in names)
    postgres = connection.vendor == "postgresql"
    makers = [_for_copy(fields[name]) if postgres else _for_sqlite(fields[name]) for name in names]
    for at, make in enumerate(makers):
        if make is not None:
            for row in rows:
                if row[at] is not None:
                    row[at] = make(row[at])
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if postgres:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - names of our own tables


Maker = Callable[[Any], Any]


def _for_copy(field: "Field[Any, Any]") -> Maker | None:
    """What PostgreSQL reads as a column's type: all but bytes is told as it stands."""
    if isinstance(field, models.BinaryField):
        return "\\x{}".format
    if isinstance(field, models.JSONField):
        return lambda value: encode_plain(value).decode()
    return None


def _for_sqlite(field: "Field[Any, Any]") -> Maker | None:
    """What Django keeps in SQLite: ids without hyphens, moments with a blank, bytes as bytes."""
    if isinstance(field, models.ForeignKey):
        return _for_sqlite(field.target_field)
    if isinstance(field, models.BinaryField):
        return bytes.fromhex
    if isinstance(field, models.UUIDField):
        return lambda value: value.replace("-", "")
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.JSONField):
        return lambda value: encode_plain(value).decode()
    return None


def _moment(text: str) -> str:
    """`2026-11-25T13:22:23.123456Z` as Django writes it into SQLite, in UTC; without a fraction where it is nought."""
    return text.removesuffix("Z").replace("T", " ").removesuffix(".000000")
