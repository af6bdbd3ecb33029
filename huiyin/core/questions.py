"""A whole question whose SQL is made once per process and shape, and asked again with other values.

Building and compiling a queryset costs milliseconds of every page; its answer often costs less. Here `make` builds the
queryset with marks in the place of the viewer and the values, Django compiles it as ever, and the values are put in
later. What the question says is Django's own text, so `visible_to` holds in it as in any other; a test of each question
compares the two.

What `make` decides by (verbs, roles, how many scopes, which values are None) is the shape. It must only pass values
on: one that reckons with them would freeze the result for everybody, which is seen by compiling with two sets of marks.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, Count, QuerySet

from huiyin.core.viewer import Near, Viewer

Value = UUID | date | datetime | str | int
Given = Value | None | tuple[Value, ...]
Make = Callable[..., QuerySet[Any, Any]]
M = TypeVar("M", bound=models.Model)
V = TypeVar("V", UUID, Value)
MOST = 1_000
"""Shapes kept; above it the oldest goes for each new one, and is made again when it is asked."""
MANY = 1_000
"""A set of more is asked by Django as ever: a text with room for tens of thousands is more than a database takes."""
NOBODY = Viewer()
"""For questions that do not depend on who looks: what belongs to something that was reached already."""


class Reckoned(RuntimeError):
    """`make` did not pass a value on as it was: a fault of ours, never a user's."""


@dataclass(frozen=True)
class Made:
    """The text, its parameters (fixed, or the number of a value), and the columns that are converted when read."""

    sql: str
    params: tuple[tuple[Any, int], ...]
    columns: tuple[Any, ...]
    model: type[models.Model]
    fields: tuple[str, ...]
    """Names of the columns of a whole row, or of what is added to it, in their order; none for a `values_list`."""


class _Unknown:
    """No text was made yet; None would say that nothing can be found."""


_UNKNOWN = _Unknown()
_made: dict[Hashable, Made | None] = {}


def ask(name: Hashable, make: Make, viewer: Viewer, *given: Given) -> list[tuple[Any, ...]]:
    """The rows of `make(viewer, *given)`, a `values_list`. `name` says which question it is; all else that `make`
    decides by, such as columns or a limit, has to stand in it too. A tuple is a set to be among (`__in`).
    """
    if _many(given):
        return list(make(viewer, *given))
    made = _question(name, make, viewer, given)
    return [] if made is None else _answer(made, viewer, given)


def _many(given: Iterable[Given]) -> bool:
    return any(isinstance(one, tuple) and len(one) > MANY for one in given)


def count(name: Hashable, make: Make, viewer: Viewer, *given: Given) -> int:
    """How many rows `make(viewer, *given)` has; `name` as for `ask`."""

    def counted(viewer: Viewer, *given: Any) -> QuerySet[Any, Any]:
        return in_all(make(viewer, *given), [Count("pk")])

    found = ask(("count", name), counted, viewer, *given)
    return int(found[0][0]) if found else 0


def counts(name: Hashable, makes: Sequence[Make], viewer: Viewer, *given: Given) -> list[int]:
    """How many rows each of several questions has; the database is asked once. Of one that ends in a slice no more are
    counted than it takes; `name` as for `ask`."""
    every = [_question((name, number), make, viewer, given) for number, make in enumerate(makes)]
    asked = [one for one in every if one is not None]
    if not asked:
        return [0] * len(every)
    texts = (f"(SELECT COUNT(*) FROM ({one.sql}) AS counted{n})" for n, one in enumerate(asked))  # noqa: S608 - Django's
    sql = f"SELECT {', '.join(texts)}"
    params = tuple(chain.from_iterable(one.params for one in asked))
    found = iter(_answer(replace(asked[0], sql=sql, params=params, columns=()), viewer, given)[0])
    return [0 if one is None else int(next(found)) for one in every]


def whole(name: Hashable, make: Callable[..., QuerySet[M]], viewer: Viewer, *given: Given) -> list[M]:
    """The rows of `make(viewer, *given)` as objects, with what was annotated; nothing joined by `select_related`."""
    if _many(given):
        return list(make(viewer, *given))
    made = _question(name, make, viewer, given)
    return [] if made is None else [_object(made, row) for row in _answer(made, viewer, given)]


def _object(made: Made, row: tuple[Any, ...]) -> Any:
    own = len(made.model._meta.concrete_fields)
    found = made.model.from_db(DEFAULT_DB_ALIAS, made.fields[:own], row[:own])
    for name, value in zip(made.fields[own:], row[own:], strict=True):
        setattr(found, name, value)
    return found


def _question(name: Hashable, make: Make, viewer: Viewer, given: Sequence[Given]) -> Made | None:
    shape = (name, connections[DEFAULT_DB_ALIAS].vendor, _shape_of(viewer), *map(_form, given))
    made = _made.get(shape, _UNKNOWN)
    if isinstance(made, _Unknown):
        made = _compiled(make, viewer, given)
        _keep(shape, made)
    return made


def _keep(shape: Hashable, made: Made | None) -> None:
    """Keep a text in the place of the oldest one; other threads do too, so nothing is looked up twice."""
    while len(_made) >= MOST:
        with suppress(StopIteration, RuntimeError, KeyError):  # emptied or filled under our hands
            del _made[next(iter(_made))]
    _made[shape] = made


def _answer(made: Made, viewer: Viewer, given: Sequence[Given]) -> list[tuple[Any, ...]]:
    connection = connections[DEFAULT_DB_ALIAS]
    values = [*_of(viewer), *_flat(given)]
    params = [fixed if which < 0 else _adapted(values[which], connection) for fixed, which in made.params]
    with connection.cursor() as cursor:
        cursor.execute(made.sql, params)
        rows = cursor.fetchall()
    return list(_read(rows, made.columns, connection))


def in_all(rows: QuerySet[Any], counts: Sequence[Aggregate]) -> QuerySet[Any, Any]:
    """Counts over all rows as a `values_list` of one row; what `aggregate` asks, without asking it yet."""
    named = {f"count{number}": count for number, count in enumerate(counts)}
    whole: QuerySet[Any, Any] = rows.order_by().annotate(whole=models.Value(1)).values("whole").annotate(**named)
    return whole.values_list(*named)


def _shape_of(viewer: Viewer) -> Hashable:
    near = viewer.near
    single = (viewer.person_id, viewer.account_id, viewer.official_id, viewer.on_behalf_of)
    moments = (viewer.at, viewer.day, viewer.edition)
    return (
        *(one is None for one in (*single, *moments)),
        *(len(viewer.scopes), len(viewer.body_ids), viewer.verbs, viewer.roles),
        *(viewer.everything, viewer.name, viewer.language),
        None if near is None else (_room(near.today), _room(near.once), _room(near.family)),
    )


def _form(one: Given) -> Hashable:
    if isinstance(one, tuple):
        return _room(one), one and type(one[0]).__name__
    return type(one).__name__


def _of(viewer: Viewer) -> Iterator[Value]:
    """Everything about the viewer that differs between two of one shape, in the order of `_marked`."""
    near = viewer.near or Near()
    single = (viewer.person_id, viewer.account_id, viewer.official_id, viewer.on_behalf_of)
    yield from (one for one in (*single, viewer.at, viewer.day, viewer.edition) if one is not None)
    for low, high in viewer.scopes:
        yield low
        yield high
    yield from viewer.body_ids
    yield from filled(near.today)
    yield from filled(near.once)
    yield from filled(near.family)


def _room(many: Collection[Value]) -> int:
    """For so many a text leaves room, so that not every number of colleagues or rows is a shape of its own."""
    return 1 << (len(many) - 1).bit_length() if many else 0


def filled(many: Collection[V]) -> Iterator[V]:
    """As many as there is room for; the last again and again."""
    known = list(many)
    yield from known
    yield from repeat(known[-1], _room(many) - len(many)) if known else ()


def _flat(given: Iterable[Given]) -> Iterator[Value]:
    for one in given:
        if isinstance(one, tuple):
            yield from filled(one)
        elif one is not None:
            yield one


class _Marks:
    """Values that nobody has, one after the other, and which they are."""

    def __init__(self, first: int):
        self.first, self.given = first, list[Value]()

    def like(self, value: Value) -> Any:
        """A mark of the same kind as a value."""
        number = self.first + len(self.given)
        mark: Value
        if isinstance(value, UUID):
            mark = UUID(int=(0x0E5F3B1C + self.first << 96) + number)
        elif isinstance(value, datetime):
            mark = datetime(2 + self.first, 3, 4, 5, 6, tzinfo=UTC) + timedelta(minutes=number)
        elif isinstance(value, date):
            mark = date(2 + self.first, 3, 4) + timedelta(days=number)
        elif isinstance(value, int):
            mark = 1_900_000_000 + number
        else:
            mark = f"{chr(0x2400 + self.first // 5_000)}{number}"  # two sets have no sign of a text in common
        self.given.append(mark)
        return mark

    def viewer(self, viewer: Viewer) -> Viewer:
        """The viewer in marks, in the order of `_of`."""
        names = ("person_id", "account_id", "official_id", "on_behalf_of", "at", "day", "edition")
        single = {name: self.like(value) for name in names if (value := getattr(viewer, name)) is not None}
        scopes = tuple((self.like(low), self.like(high)) for low, high in viewer.scopes)
        bodies = frozenset(map(self.like, viewer.body_ids))
        near = viewer.near
        if near is not None:
            near = Near(*(frozenset(map(self.like, filled(many))) for many in (near.today, near.once, near.family)))
        return viewer.but(scopes=scopes, body_ids=bodies, near=near, **single)

    def values(self, given: Iterable[Given]) -> list[Any]:
        """The values in marks, in the order of `_flat`."""
        return [
            tuple(map(self.like, filled(one))) if isinstance(one, tuple) else None if one is None else self.like(one)
            for one in given
        ]


def _compiled(make: Make, viewer: Viewer, given: Sequence[Given]) -> Made | None:
    """The question for marks; None where nothing can be found. Raises Reckoned unless two sets of marks agree."""
    first, second = _once(make, viewer, given, 1), _once(make, viewer, given, 5_000)
    if _told(first) != _told(second):
        raise Reckoned("a question is made of other values than it was given")
    return first


def _told(made: Made | None) -> tuple[str, list[str]] | None:
    """Text and parameters; those of a set may stand in any order."""
    return None if made is None else (made.sql, sorted(map(repr, made.params)))


def _once(make: Make, viewer: Viewer, given: Sequence[Given], first: int) -> Made | None:
    marks, connection = _Marks(first), connections[DEFAULT_DB_ALIAS]
    queryset = make(marks.viewer(viewer), *marks.values(given))
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    places = {_adapted(mark, connection): number for number, mark in enumerate(marks.given)}
    found = tuple((None, places[one]) if _hashable(one) and one in places else (one, -1) for one in params)
    columns = tuple(column for column, _, _ in compiler.select[: compiler.col_count])
    own = compiler.klass_info["select_fields"] if compiler.klass_info else ()
    fields = (*(columns[place].target.attname for place in own), *(compiler.annotation_col_map or ()))
    return Made(sql, found, columns, queryset.model, fields)


def _hashable(value: Any) -> bool:
    """Whether it can be a mark: lists and the like are none."""
    return isinstance(value, Hashable)


def _adapted(value: Value, connection: BaseDatabaseWrapper) -> Any:
    """As Django gives it to the database."""
    field = _FIELDS.get(type(value))
    return value if field is None else field.get_db_prep_value(value, connection)


_FIELDS: "dict[type, models.Field[Any, Any]]" = {
    UUID: models.UUIDField(),
    date: models.DateField(),
    datetime: models.DateTimeField(),
    int: models.IntegerField(),
}


def _read(
    rows: Iterable[Sequence[Any]], columns: Sequence[Any], connection: BaseDatabaseWrapper
) -> Iterator[tuple[Any, ...]]:
    """Rows as Django would give them."""
    convert: list[tuple[int, list[Any], Any]] = []
    for place, column in enumerate(columns):
        if steps := connection.ops.get_db_converters(column) + column.get_db_converters(connection):
            convert.append((place, steps, column))
    if not convert:
        yield from map(tuple, rows)
        return
    for row in rows:
        values = list(row)
        for place, steps, column in convert:
            for step in steps:
                values[place] = step(values[place], column, connection)
        yield tuple(values)
