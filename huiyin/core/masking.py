"""`huiyin restore --masked`: a county's shape and history without its people, for trying things out (trust.md D8).

No key, no recovery key and no attachment come along; what was encrypted is overwritten, whatever anybody wrote and
every name, number and address of a person stands under other words, and what only opens, finds or counts somebody is
emptied. What is left are places, bodies, the method, states, days and who did what by id. The log stays as it is: it
holds ids and commitments, and no longer fits the rows, which `huiyin audit verify` says.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from huiyin.core.inserts import batched
from huiyin.core.sealed import SealedColumn, sealed_columns
from huiyin.core.vault import vault

EMPTIED = (
    *("sessions.Session", "account.EmailConfirmation", "account.EmailAddress", "mfa.Authenticator"),
    *("axes.AccessAttemptExpiration", "axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog"),
    *(
        "core.SigninLink",
        "core.FirstKey",
        "core.ApiToken",
        "core.IdempotencyKey",
        "core.Throttle",
        "core.Draft",
        "core.SavedView",
    ),
    *("core.SealedLook", "core.Look", "core.SearchText", "register.Findable", "casework.Challenge"),
)
"""Tables of which nothing is left: they open, find or count people, or hold what somebody typed for themselves."""
NAMES = frozenset(
    {
        *("core.Person.name", "core.Person.pinyin", "core.Person.initials", "core.StoredFile.name"),
        *("core.Official.number", "core.Official.duty_phone", "core.Account.username", "register.Household.code"),
        *("register.ImportRun.sheet", "register.ImportRun.taken"),
        *("register.ImportRun.file_name", "register.LinkExclusion.note", "register.Membership.source"),
        *("casework.Promise.who", "casework.Session.title", "casework.Session.where", "casework.IssuePromise.who"),
        "casework.Passkey.name",
    }
)
"""Short columns that name somebody or something of theirs; longer ones are all masked."""
KEPT = frozenset(
    {
        *("core.Event.name", "core.Delivery.consumer", "core.Tick.name", "core.RulebookVersion.body", "core.Tally.key"),
        *("core.DayNotice.source", "core.StoredFile.kind", "core.Mark.value", "channels.Message.key"),
        *("casework.Nudge.key", "register.Delegation.verbs", "register.Place.pinyin", "register.PlaceShape.source"),
        *("register.PlaceChange.why", "register.PlaceChange.source", "register.PlaceFact.value"),
        *("register.PlaceFact.source", "register.Body.name", "register.Body.address", "register.Body.pinyin"),
        *("register.BodyName.name", "core.Event.data", "core.Event.rows", "register.PlaceShape.coordinates"),
    }
)
"""Long columns in which nothing about a person stands: the method, offices, places, the product's own words."""
PROOF = frozenset({"core.Event", "core.RowSet", "core.Leaf", "core.Checkpoint", "core.Cosignature"})
LONG, WORD, BATCH = 80, 8, 500
OTHER = "16000000000"
"""What stands where something was encrypted: also a number that no telephone has."""
PERSONAL = re.compile(r"[^\x00-\x7f]|(?<!\d)1\d{10}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)")
"""What in a value of JSON is masked: whatever is not plain code, and what reads as a telephone or an ID number."""


def how(field: "models.Field[Any, Any]") -> str:
    """What becomes of a column: empty for nothing, else words, bytes or json."""
    label = f"{field.model._meta.label}.{field.name}"
    if label in KEPT or field.name == "salt" or field.model._meta.label in PROOF or field.is_relation:
        return ""
    if isinstance(field, models.BinaryField):
        return "bytes"
    if isinstance(field, models.JSONField):
        return "json"
    long = isinstance(field, models.TextField) or (field.max_length or 0) >= LONG
    return "words" if isinstance(field, models.CharField | models.TextField) and (long or label in NAMES) else ""


def own_models() -> list[type[models.Model]]:
    """The tables of the product that are masked column by column."""
    found = [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]
    return [model for model in found if model._meta.label not in EMPTIED and not model._meta.proxy]


def mask() -> None:
    """Mask the database this process runs on, all of it or nothing; its triggers are made anew by `huiyin migrate`."""
    with transaction.atomic():
        for statement in _unguarded():
            _do(statement)
        for label in EMPTIED:
            _do(f'DELETE FROM "{apps.get_model(label)._meta.db_table}"')  # noqa: S608 - names are ours
        for model in own_models():
            _columns(model)
            _json(model)
        for column in sealed_columns():
            if not column.model._meta.get_field(column.column).null:
                _seal(column)
    _forget()


def _columns(model: type[models.Model]) -> None:
    sets = [f'"{field.column}" = {_instead(field)}' for field in model._meta.local_concrete_fields if _plain(field)]
    if sets:
        _do(f'UPDATE "{model._meta.db_table}" SET {", ".join(sets)}')  # noqa: S608 - names are ours


def _plain(field: "models.Field[Any, Any]") -> bool:
    return how(field) in ("words", "bytes")


def _instead(field: "models.Field[Any, Any]") -> str:
    """As SQL: another word or other bytes for each row; what is empty stays so."""
    postgres = connection.vendor == "postgresql"
    if how(field) == "bytes":
        fresh = "decode(md5(random()::text), 'hex')" if postgres else "randomblob(16)"
        return "NULL" if field.null else fresh
    drawn = "md5(random()::text)" if postgres else "lower(hex(randomblob(4)))"
    fresh = "''" if (field.max_length or LONG) < WORD else f"'x' || substr({drawn}, 1, {WORD - 1})"
    return f'CASE WHEN "{field.column}" IS NULL OR "{field.column}" = \'\' THEN "{field.column}" ELSE {fresh} END'


def _json(model: type[models.Model]) -> None:
    names = [field.name for field in model._meta.local_concrete_fields if how(field) == "json"]
    rows = models.QuerySet[Any](model)
    for keys in batched(list(rows.values_list("pk", flat=True)) if names else [], BATCH):
        found = [row for row in rows.filter(pk__in=keys) if _personal(row, names)]
        for row in found:
            for name in names:
                setattr(row, name, _covered(getattr(row, name)))
        rows.bulk_update(found, names)


def _personal(row: models.Model, names: Iterable[str]) -> bool:
    return any(PERSONAL.search(json.dumps(getattr(row, name), ensure_ascii=False)) for name in names)


def _seal(column: SealedColumn) -> None:
    """What may not be empty is encrypted anew, with other words under keys of this copy: its pages open."""
    rows = models.QuerySet[Any](column.model)
    for keys in batched(list(rows.values_list("pk", flat=True)), BATCH):
        found = list(rows.filter(pk__in=keys))
        words = [(column.subject(row), column.table, column.column, str(row.pk), OTHER) for row in found]
        vault().prepare({subject for subject, *_ in words})
        for row, sealed in zip(found, vault().seal_many(words), strict=True):
            setattr(row, column.column, sealed)
        rows.bulk_update(found, [column.column])


def _covered(value: Any) -> Any:
    """The same shape with other words."""
    match value:
        case dict():
            return {key: _covered(one) for key, one in value.items()}
        case list():
            return [_covered(one) for one in value]
        case str() if PERSONAL.search(value):
            return "x"
    return value


def _unguarded() -> Iterator[str]:
    """Let go of what keeps evidence as it was: on this copy nothing is evidence."""
    if connection.vendor == "postgresql":
        yield "SET CONSTRAINTS ALL IMMEDIATE"
        for model in apps.get_models():
            yield f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY'
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        names = [str(name) for (name,) in cursor.fetchall()]
    yield from (f'DROP TRIGGER "{name}"' for name in names)
    yield "INSERT INTO core_searchtext_fts (core_searchtext_fts) VALUES ('delete-all')"


def _forget() -> None:
    """Nothing of what stood there is left in the file."""
    _do("VACUUM FULL" if connection.vendor == "postgresql" else "VACUUM")
    if connection.vendor == "sqlite":
        _do("PRAGMA wal_checkpoint(TRUNCATE)")


def _do(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
