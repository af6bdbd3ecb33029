"""Full-text search of texts that are not sealed: one tokenizer, one row per text, written in the text's transaction.

PostgreSQL finds by a GIN index over the array of tokens; SQLite by an FTS5 table whose content is `core_searchtext`
(a contentless one could not forget). Both are made by `arrange` after every migrate, because Django knows neither.
"""

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from huiyin.core.caches import kept
from huiyin.core.inserts import insert
from huiyin.core.models import SearchText
from huiyin.core.text import query_tokens, tokens

TABLE = "core_searchtext"
FTS = "core_searchtext_fts"
BULK = 200


def index(kind: str, subject: UUID, *texts: str, current: bool = True) -> None:
    """Make a subject findable by its texts, instead of what was there; in the transaction that writes the text."""
    bulk_index(kind, [(subject, texts)])
    if not current:
        settle(kind, subject, current=False)


def bulk_index(kind: str, items: Iterable[tuple[UUID, Sequence[str]]], *, fresh: bool = False) -> None:
    """As `index` for many subjects, each once: three statements per 200. `fresh` ones were never there."""
    rows = [SearchText(kind=kind, subject=subject, tokens=_joined(texts)) for subject, texts in items]
    for start in range(0, len(rows), BULK):
        part = rows[start : start + BULK]
        if not fresh:
            _drop(SearchText.objects.filter(kind=kind, subject__in=[row.subject for row in part]))
        insert(SearchText, part)
        _put([row.pk for row in part], SearchText.objects.db)


def settle(kind: str, subject: UUID, *, current: bool) -> None:
    """Say whether what a text is of goes on or is over; in the transaction in which it ends or begins again."""
    SearchText.objects.filter(kind=kind, subject=subject).update(current=current)


def forget(kind: str, subject: UUID) -> None:
    """Nothing finds the subject any more; no trace of the text stays in the index."""
    _drop(SearchText.objects.filter(kind=kind, subject=subject))


def terms(query: str) -> str:
    """What is looked for, as the database takes it; "" where the query has no token (blank, signs only)."""
    wanted = query_tokens(query)
    if _vendor(SearchText.objects.db) == "postgresql":
        return " ".join(wanted)
    return " AND ".join(f'"{token}"' for token in wanted)


def having(kind: str, wanted: str, *, current: bool = False) -> tuple[str, list[Any]]:
    """A subquery, with its values, for who has every one of some `terms` (at least one) in their texts; unordered.
    `current`: only what is not over.
    """
    still = " AND current" if current else ""
    if _vendor(SearchText.objects.db) == "postgresql":
        tokens = "string_to_array(tokens, ' ') @> string_to_array(%s, ' ')"
        return f"SELECT subject FROM core_searchtext WHERE kind = %s{still} AND {tokens}", [kind, wanted]  # noqa: S608 - the words are ours, the values are passed apart
    found = "SELECT rowid FROM core_searchtext_fts WHERE core_searchtext_fts MATCH %s"
    return f"SELECT subject FROM core_searchtext WHERE kind = %s{still} AND id IN ({found})", [kind, wanted]  # noqa: S608 - the words are ours, the values are passed apart


class Having(Func):
    """Whether an outer row's key is among those `having` some `terms`: they are found first, then each row by its key.

    On PostgreSQL as an array, or the planner, who knows nothing of words that are only told when it asks, would weigh
    reading every row against it, and a page's LIMIT would tell it to walk until enough had them.
    """

    def __init__(self, key: str, kind: str, wanted: str, *, current: bool = False) -> None:
        super().__init__(F(key), output_field=BooleanField())
        self.kind, self.wanted, self.current = kind, wanted, current

    def as_sql(  # type: ignore[override]  # Func's further arguments are about a template; there is none
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, list[Any]]:
        """The outer key's column beside the subquery."""
        column, outer = compiler.compile(self.source_expressions[0])
        found, values = having(self.kind, self.wanted, current=self.current)
        among = f"= ANY(ARRAY({found}))" if connection.vendor == "postgresql" else f"IN ({found})"
        return f"{column} {among}", [*outer, *values]


COMMON = 2_000
"""Of so many texts and more it is cheaper to walk a list in its order and look into each than to find them all."""


REMEMBERED, SECONDS = 500, 600.0
_known: dict[tuple[str, str], tuple[bool, float]] = {}
"""What was found of words, and until when it is believed; it decides how a list is read, never what stands in it."""
kept(_known.clear)


def is_common(kind: str, wanted: str) -> bool:
    """Whether more than `COMMON` texts have every one of some `terms`; asked once in ten minutes, on PostgreSQL."""
    connection = connections[SearchText.objects.db]
    if connection.vendor != "postgresql":
        return False
    known, until = _known.get((kind, wanted), (False, 0.0))
    if monotonic() < until:
        return known
    found = _is_common(connection, kind, wanted)
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known[kind, wanted] = found, monotonic() + SECONDS
    return found


def _is_common(connection: BaseDatabaseWrapper, kind: str, wanted: str) -> bool:
    found, values = having(kind, wanted)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # A planner who expects very many and needs only some would read text after text, each unpacked to look into.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"SELECT count(*) FROM ({found} LIMIT %s) AS found", [*values, COMMON + 1])  # noqa: S608 - the words are ours, the values are passed apart
        many = int(cursor.fetchone()[0])
        cursor.execute("SET LOCAL enable_seqscan = on")
    return many > COMMON


_HAS = (
    "EXISTS(SELECT 1 FROM core_searchtext sought WHERE sought.kind = %s AND sought.subject = ",
    " AND string_to_array(sought.tokens, ' ') @> string_to_array(%s, ' ') OFFSET 0)",
)


class Has(Func):
    """Whether the text of an outer row's key has every one of some `terms`, looked up for each row that is walked past.

    PostgreSQL only: for what `is_common`, in a list that is read in the order of an index and ends after a page.
    """

    def __init__(self, key: str, kind: str, wanted: str) -> None:
        super().__init__(F(key), output_field=BooleanField())
        self.kind, self.wanted = kind, wanted

    def as_sql(  # type: ignore[override]  # Func's further arguments are about a template; there is none
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, list[Any]]:
        """The text with the outer key's column in place; OFFSET 0 keeps it from becoming a join of everything."""
        column, outer = compiler.compile(self.source_expressions[0])
        before, after = _HAS
        return before + column + after, [self.kind, *outer, self.wanted]


def arrange(using: str = "default") -> None:
    """Make the index where it is missing and empty it where the table is empty; after migrate and flush."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE INDEX IF NOT EXISTS core_searchtext_tokens"
                # A short list of pending entries: with the usual 4 MB one writer in hundreds waits 0.3 s for all.
                " ON core_searchtext USING gin (string_to_array(tokens, ' ')) WITH (gin_pending_list_limit = 1024)"
            )
            return
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [FTS])
        if cursor.fetchone() is None:
            cursor.execute(
                # The ascii tokenizer splits at blanks and leaves everything beyond ASCII alone.
                "CREATE VIRTUAL TABLE core_searchtext_fts USING fts5"
                "(tokens, content='core_searchtext', content_rowid='id', tokenize='ascii', detail='none')"
            )
            rebuild(using)
        elif not SearchText.objects.using(using).exists():
            cursor.execute("INSERT INTO core_searchtext_fts(core_searchtext_fts) VALUES ('delete-all')")


def rebuild(using: str = "default") -> None:
    """Make SQLite's index again from the rows. PostgreSQL keeps its own."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_searchtext_fts(core_searchtext_fts) VALUES ('rebuild')")


def _joined(texts: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(token for text in texts for token in tokens(text)))


def _drop(rows: QuerySet[SearchText]) -> None:
    """Remove rows, and on SQLite first their terms, which FTS5 can only find by being told the old text."""
    if _vendor(rows.db) == "sqlite":
        _tell("(core_searchtext_fts, rowid, tokens) SELECT 'delete', id, tokens", rows)
    rows.delete()


def _put(keys: Sequence[int], using: str) -> None:
    if _vendor(using) == "sqlite":
        marks = ", ".join(["%s"] * len(keys))
        _tell_of("(rowid, tokens) SELECT id, tokens", marks, keys, using)


def _tell(what: str, rows: QuerySet[SearchText]) -> None:
    where, params = rows.values("id").query.sql_with_params()
    _tell_of(what, where, params, rows.db)


def _tell_of(what: str, where: str, params: Sequence[Any], using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(f"INSERT INTO core_searchtext_fts{what} FROM core_searchtext WHERE id IN ({where})", params)


def _vendor(alias: str) -> str:
    return connections[alias].vendor
