"""One value of one row, asked for with every matter that comes in: the text of the question is made once.

Building and compiling a queryset costs ten times what the database needs to find a row by its key. Row-level security
holds as for any other question; who may see what is decided by the caller, so only registers everybody may read and
keys that are being made are looked up here.
"""

from functools import lru_cache
from typing import Any

from django.db import connection, models


def value(model: type[models.Model], column: str, **equal: Any) -> Any:
    """The column of the first row whose columns equal these values (None: is null); None where there is none.

    For keys and texts: a moment or JSON would come back as SQLite keeps it.
    """
    text, fields, wanted = _question(model, column, tuple((name, given is None) for name, given in equal.items()))
    asked = [given for given in equal.values() if given is not None]
    values = [field.get_db_prep_value(given, connection) for field, given in zip(fields, asked, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        row = cursor.fetchone()
    return None if row is None else wanted.to_python(row[0])


@lru_cache(maxsize=64)
def _question(
    model: type[models.Model], column: str, names: tuple[tuple[str, bool], ...]
) -> "tuple[str, list[models.Field[Any, Any]], models.Field[Any, Any]]":
    """The text, the fields of its values in order, and the field of the answer."""
    meta, quote = model._meta, connection.ops.quote_name
    known = {field.attname: field for field in meta.concrete_fields} | {f.name: f for f in meta.concrete_fields}
    where = " AND ".join(f"{quote(str(known[name].column))} {'IS NULL' if null else '= %s'}" for name, null in names)
    text = f"SELECT {quote(str(known[column].column))} FROM {quote(meta.db_table)} WHERE {where} LIMIT 1"  # noqa: S608 - names of our own tables
    return text, [known[name] for name, null in names if not null], known[column]
