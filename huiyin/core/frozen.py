"""A condition whose SQL is made once per process and shape, not once per query.

Django spends milliseconds to build and compile a large EXISTS or IN, and the conflict of interest stands in every query
of matters. Here the same query is compiled once with marks in the place of its values, and the values are put in later.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query

OUTER = UUID("0e5f3b1c-7a44-4d52-9c8e-0000000000ff")
"""Stands for the outer row's key while the condition is compiled."""

Value = UUID | date
Parts = tuple[tuple[str, Any, int], ...]
"""Text, a fixed parameter, and which value follows: -2 a fixed parameter, -1 the outer row's key, else its place."""

_made: dict[tuple[type, Hashable, str], Parts] = {}


class Frozen(Func):
    """EXISTS over a query that names the outer row's key as `OUTER` and its values as marks."""

    def __init__(self, key: F | Any, *, shape: Hashable, values: Sequence[Value], make: Callable[..., QuerySet[Any]]):
        super().__init__(key, output_field=models.BooleanField())
        self.shape, self.values, self.make = shape, tuple(values), make

    def as_sql(  # type: ignore[override]  # Func's further arguments are about a template; there is none
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, list[Any]]:
        """The text with the outer key's column and the values in place."""
        column, outer = compiler.compile(self.source_expressions[0])
        opening, before = self.opening(column, list(outer))
        sql, params = [opening], before
        for text, fixed, which in self.parts(connection):
            sql.append(text)
            if which == -1:
                sql.append(column)
                params += outer
            elif which >= 0:
                sql.append("%s")
                params.append(_adapted(self.values[which], connection))
            elif fixed is not _END:
                sql.append("%s")
                params.append(fixed)
        return "".join([*sql, ")"]), params

    def opening(self, column: str, outer: list[Any]) -> tuple[str, list[Any]]:
        """What stands before the query, and its parameters."""
        return "EXISTS(", []

    def parts(self, connection: BaseDatabaseWrapper) -> Parts:
        """The query in parts, as it was compiled the first time."""
        known = type(self), self.shape, connection.alias
        return _made.get(known) or _made.setdefault(known, _compiled(self, connection.alias))

    def narrowed(self, query: Query) -> Query:
        """The query without what the condition does not need."""
        found: Query = query.exists()
        return found


class Among(Frozen):
    """The outer row's key is among what a query of one column finds; it does not hang on the outer row, so the
    database may ask it once for all rows."""

    def opening(self, column: str, outer: list[Any]) -> tuple[str, list[Any]]:
        """What stands before the query, and its parameters."""
        return f"{column} IN (", outer

    def narrowed(self, query: Query) -> Query:
        """The query without its order."""
        query.clear_ordering(clear_default=True)
        return query


_END = object()


def _compiled(frozen: Frozen, using: str) -> Parts:
    """Compile the query with marks, and find them among its parameters again."""
    marks = [_mark(value, number) for number, value in enumerate(frozen.values)]
    query = frozen.narrowed(frozen.make(*marks).using(using).query)
    query.change_aliases({alias: f"frozen{number}" for number, alias in enumerate(query.alias_map)})
    sql, params = query.get_compiler(using).as_sql()
    connection = connections[using]
    places = {_adapted(mark, connection): number for number, mark in enumerate(marks)}
    places[_adapted(OUTER, connection)] = -1
    texts = sql.split("%s")
    found = [(text, value, places.get(value, -2)) for text, value in zip(texts, params, strict=False)]
    return (*found, (texts[-1], _END, -2))


def _mark(value: Value, number: int) -> Value:
    """A value of the same kind that nobody has."""
    return UUID(int=OUTER.int + 1 + number) if isinstance(value, UUID) else date(1, 1, 1 + number)


def _adapted(value: Value, connection: BaseDatabaseWrapper) -> Any:
    field: models.Field[Any, Any] = models.UUIDField() if isinstance(value, UUID) else models.DateField()
    return field.get_db_prep_value(value, connection)
