"""One way, and only one, to turn a row or an event into bytes (version 1); what the log's hashes are taken of.

For what the log holds (integers, strings, ASCII names) it is the JSON Canonicalization Scheme of RFC 8785. The
stand-alone verifier implements the same page independently (docs/reference/log-format.md); a change here is a new
version, never an edit.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models

EVENT_PREFIX = b"huiyin-event-v1\x00"
ROW_PREFIX = b"huiyin-row-v1\x00"
LOOK_PREFIX = b"huiyin-look-v1\x00"


def _no_float(text: str) -> Any:
    raise ValueError(f"the log holds no {text}")


# One of each for all: json.dumps and json.loads would build one per call.
_decoder = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float)
_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encode(value: Any) -> bytes:
    """Canonical JSON: keys sorted, no spaces, UTF-8 as it is. Raises TypeError for floats and other strangers."""
    return encode_plain(plain(value))


def encode_plain(value: Any) -> bytes:
    """The same for a value that went through `plain` or `parse` already."""
    return _encoder.encode(value).encode()


def plain(value: Any) -> Any:
    """A value as JSON can hold it. Moments are UTC with microseconds; bytes are hex; floats are refused."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"the log holds no {type(value).__name__}")


def parse(text: str) -> Any:
    """Stored JSON as plain values. Raises ValueError for floats and for what is no JSON."""
    return _decoder.decode(text)


def storable(value: Any) -> Any:
    """A value as both databases store it unchanged; raises TypeError or ValueError for what one of them would not."""
    encoded = encode(value)
    if b"\\u0000" in encoded:
        raise ValueError("the log holds no NUL")
    return json.loads(encoded)


def leaf_of(body: bytes) -> bytes:
    """The leaf of an event's canonical JSON: SHA-256(0x00 || prefix || body), RFC 6962 §2.1."""
    return hashlib.sha256(b"\x00" + EVENT_PREFIX + body).digest()


def event_leaf(event: models.Model) -> bytes:
    """The leaf of a stored event, which is also the receipt of what it tells (decisions.md, Identity of a matter)."""
    return leaf_of(encode({field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}))


def look_leaf(look: models.Model) -> bytes:
    """The leaf of a look in the tree of its minute."""
    columns = {field.attname: getattr(look, field.attname) for field in look._meta.concrete_fields}
    return hashlib.sha256(b"\x00" + LOOK_PREFIX + encode(columns)).digest()


def row_state(row: models.Model) -> dict[str, Any]:
    """Every stored column of a row but its salt and what is touched without an event, as plain values."""
    return {field.attname: plain(field.to_python(getattr(row, field.attname))) for field in _told(type(row))}


def _told(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns a commitment holds."""
    but = {"salt", *getattr(model, "TOUCHED", ())}
    return [field for field in model._meta.concrete_fields if field.attname not in but]


def row_key(row: models.Model) -> str:
    """How the log names a row: `app.table:primary key`."""
    return f"{row._meta.label_lower}:{row.pk}"


def row_digest(row: models.Model) -> str:
    """SHA-256 over salt and state, hex; without the salt nothing can be guessed from it."""
    salt = bytes(getattr(row, "salt"))  # noqa: B009 - the attribute is Kept's, the argument any model
    return state_digest(type(row), salt, row_state(row))


def state_digest(model: type[models.Model], salt: bytes, state: dict[str, Any]) -> str:
    """The same of a state in plain values. A column of `Kept.LATER` is no part of it while it holds what it was added
    with, so that what was committed to before there was such a column is still what the log says.
    """
    unused = [name for name, filled in _later(model).items() if state[name] == filled]
    held = {name: value for name, value in state.items() if name not in unused} if unused else state
    return hashlib.sha256(ROW_PREFIX + salt + encode_plain(held)).hexdigest()


@lru_cache(maxsize=256)
def _later(model: type[models.Model]) -> dict[str, Any]:
    """The plain values with which the columns of `Kept.LATER` were added."""
    later = getattr(model, "LATER", ())
    return {field.attname: plain(field.get_default()) for field in model._meta.concrete_fields if field.name in later}


def stored_digest(model: type[models.Model]) -> tuple[list[str], Callable[[tuple[Any, ...]], tuple[str, str]]]:
    """Columns to ask for, and a function from their values to (`row_key`, `row_digest`), without building rows.

    The verifier reads millions of rows; the result is the same as that of `row_digest` (a test holds them together).
    """
    fields = _told(model)
    names = [field.attname for field in fields]
    primary = names.index(model._meta.pk.attname)
    label = model._meta.label_lower

    def digest(values: tuple[Any, ...]) -> tuple[str, str]:
        state = {
            name: value if value is None or type(value) in (str, int) else plain(field.to_python(value))
            for name, field, value in zip(names, fields, values[1:], strict=True)
        }
        return f"{label}:{values[1 + primary]}", state_digest(model, bytes(values[0]), state)

    return ["salt", *names], digest
