"""Commitments of an action that wrote many rows: the event carries their Merkle root, the commitments lie beside it.

An event of a thousand households would otherwise be half a megabyte. `core_rowset` is evidence like the event itself:
the verifier makes the root again from what lies there and then holds every row against its commitment as usual.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping

from huiyin.core.canonical import encode_plain, parse
from huiyin.core.merkle import root

PREFIX = b"huiyin-rows-v1\x00"
MANY = 200
"""Up to so many rows the event itself names each of them."""
ALL = "*"
"""The key under which `Event.rows` holds the root in hex; no table is called so."""
MOST_BYTES = 64 * 1024 * 1024


def root_of(rows: Mapping[str, str]) -> str:
    """The root over the commitments by row key, hex: leaves are SHA-256(0x00 || prefix || key || 0x00 || digest)."""
    return root(
        hashlib.sha256(b"\x00" + PREFIX + key.encode() + b"\x00" + rows[key].encode()).digest() for key in sorted(rows)
    ).hex()


def pack(rows: Mapping[str, str]) -> bytes:
    """The commitments as they are stored: canonical JSON, deflated."""
    return zlib.compress(encode_plain(dict(rows)), 1)


def unpack(stored: bytes | memoryview) -> dict[str, str]:
    """Them again. Raises ValueError for what is no set of commitments."""
    try:
        inflater = zlib.decompressobj()
        body = inflater.decompress(bytes(stored), MOST_BYTES)
        if inflater.unconsumed_tail or not inflater.eof:
            raise ValueError("the set of rows is cut off or too large")
        found = parse(body.decode())
    except (zlib.error, json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise ValueError("no set of rows") from problem
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("no set of rows")
    return found
