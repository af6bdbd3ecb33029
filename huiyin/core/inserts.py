"""A few new rows of a table, or some changed ones, by one statement whose text is made once.

Django compiles an INSERT anew each time, which costs more than the database needs to carry it out; taking a matter in
is eight of them. Columns the database fills and inheritance go the long way, with the same result; values are plain,
never expressions.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connections, models, router
from django.db.models import Field
from django.db.models.query import QuerySet

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
MOST = 16
"""Beyond so many rows the text of the statement is the smaller part, and there would be one for each number of rows."""
TOGETHER = 50
"""So many rows are rewritten by one statement."""


def insert(model: type[M], rows: Sequence[M]) -> None:
    """Insert rows, all of them new; keys the database gives are set on them. Call inside a transaction."""
    if not rows:
        return
    using, keyed = router.db_for_write(model), _keyed(rows)
    if len(rows) > MOST or not _plain(model):
        QuerySet[M](model, using=using).bulk_create(rows)
        return
    connection = connections[using]
    text, fields = _statement(model, len(rows), using, keyed=keyed)
    values: list[Any] = []
    for row in rows:
        # A related row that was saved after it was put here has its key only now.
        row._prepare_related_fields_for_save(operation_name="bulk_create")  # type: ignore[attr-defined]  # Django's own, not in its stubs
        values += [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        if not keyed:
            for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = key
    for row in rows:
        row._state.adding, row._state.db = False, using


def rewrite(model: type[M], rows: Sequence[M]) -> None:
    """Write rows that are there already anew, each with all its columns. Call inside a transaction.

    Raises ValueError for a table it cannot write so, and LookupError where one of the rows is not there, or not in
    sight of whoever writes (`core.rowlevel`).
    """
    if not rows:
        return
    if not _plain(model):
        raise ValueError(f"{model.__name__} has columns that are not filled from its rows")
    using = router.db_for_write(model)
    connection, fields = connections[using], _fields(model)
    for some in batched(rows, TOGETHER):
        values: list[Any] = []
        for row in some:
            row._prepare_related_fields_for_save(operation_name="bulk_update")  # type: ignore[attr-defined]  # Django's own, not in its stubs
            values += [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(_rewriting(model, len(some), using), values)
            if cursor.rowcount != len(some):
                raise LookupError(f"{len(some) - cursor.rowcount} rows of {model.__name__} are not there")


def plainly(model: type[models.Model], values: Iterable[Any]) -> bool:
    """Whether a row of these values can be written by a text made once: no expression, no column that fills itself."""
    return _plain(model) and not any(hasattr(value, "resolve_expression") for value in values)


def rewrite_one(
    model: type[models.Model], using: str, key: Any, values: "Sequence[tuple[Field[Any, Any], Any]]"
) -> bool:
    """Write some columns of the row with this key; whether it is there, in sight of whoever writes."""
    connection = connections[using]
    text = _changing(model, using, tuple(str(field.column) for field, _ in values))
    given = [field.get_db_prep_save(value, connection) for field, value in values]
    with connection.cursor() as cursor:
        cursor.execute(text, [*given, model._meta.pk.get_db_prep_value(key, connection)])
        return bool(cursor.rowcount > 0)


def batched(rows: Sequence[T], many: int) -> Iterator[Sequence[T]]:
    """Rows in parts of at most so many."""
    yield from (rows[start : start + many] for start in range(0, len(rows), many))


@lru_cache(maxsize=256)
def _plain(model: type[models.Model]) -> bool:
    """Whether every column is filled from the row."""
    filled = any(field.generated or field.has_db_default() for field in _fields(model))
    return not filled and not model._meta.parents


def _fields(model: type[models.Model]) -> "list[Field[Any, Any]]":
    return cast("list[Field[Any, Any]]", list(model._meta.concrete_fields))


def _keyed(rows: Sequence[models.Model]) -> bool:
    """Whether the rows bring their keys, all or none of them."""
    found = {row.pk is not None for row in rows}
    if len(found) > 1:
        raise ValueError("some rows have keys and some have none")
    return found.pop()


@lru_cache(maxsize=256)
def _statement(
    model: type[models.Model], count: int, using: str, *, keyed: bool
) -> "tuple[str, list[Field[Any, Any]]]":
    """The text of the INSERT and the fields in its order."""
    quote = connections[using].ops.quote_name
    fields = [field for field in _fields(model) if keyed or not field.primary_key]
    names = ", ".join(quote(str(field.column)) for field in fields)
    marks = f"({', '.join(['%s'] * len(fields))})"
    text = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {', '.join([marks] * count)}"  # noqa: S608 - names of our own tables
    if not keyed:
        text += f" RETURNING {quote(str(model._meta.pk.column))}"
    return text, fields


@lru_cache(maxsize=512)
def _changing(model: type[models.Model], using: str, columns: tuple[str, ...]) -> str:
    """The text of the UPDATE of one row."""
    quote = connections[using].ops.quote_name
    to_set = ", ".join(f"{quote(column)} = %s" for column in columns)
    return f"UPDATE {quote(model._meta.db_table)} SET {to_set} WHERE {quote(str(model._meta.pk.column))} = %s"  # noqa: S608 - names of our own tables


@lru_cache(maxsize=64)
def _rewriting(model: type[models.Model], count: int, using: str) -> str:
    """The text of the UPDATE. Only PostgreSQL is told the types: of a column of nothing but NULL it knows none."""
    connection, fields = connections[using], _fields(model)
    quote = connection.ops.quote_name
    typed = connection.vendor == "postgresql"
    marks = ", ".join(f"CAST(%s AS {field.cast_db_type(connection)})" if typed else "%s" for field in fields)
    rows = ", ".join([f"({marks})"] * count)
    # Both databases call the columns of VALUES so; SQLite tells how many rows it wrote if UPDATE comes first.
    fresh = {quote(str(field.column)): f"fresh.column{number}" for number, field in enumerate(fields, start=1)}
    key = quote(str(model._meta.pk.column))
    table = quote(model._meta.db_table)
    to_set = ", ".join(f"{name} = {value}" for name, value in fresh.items() if name != key)
    return f"UPDATE {table} SET {to_set} FROM (VALUES {rows}) AS fresh WHERE {table}.{key} = {fresh[key]}"  # noqa: S608 - names of our own tables
