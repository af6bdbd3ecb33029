"""Fields that only their key opens: encryption per person, household or matter, and blind indexes.

A ciphertext is `suite (1 byte) | key id (8) | nonce (12) | AES-256-GCM output (NIST SP 800-38D)`. The additional data
bind it to its subject, table, column and row, so that it cannot be moved to another row. The suite byte leaves room
for SM4-GCM. Keys lie in `huiyin.core.keystore`, never in the database.
"""

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.module_loading import import_string

from huiyin.core.ids import uuid7
from huiyin.core.keystore import ID_BYTES, NONCE_BYTES, DataKey, KeyStore, Shredded
from huiyin.programme.refusal import Refused

__all__ = ["BLIND_BYTES", "SUITE_AES_256_GCM", "Damaged", "Shredded", "Vault", "vault"]

SUITE_AES_256_GCM = 1
BLIND_BYTES = 16
HEADER_BYTES = 1 + ID_BYTES + NONCE_BYTES
AHEAD = 32
"""How many keys are made at once for rows to come: writing one key is as slow as writing thirty-two."""


class Damaged(Exception):
    """A ciphertext was altered, moved to another row, or is of a suite this release does not know."""


class Vault:
    """Seals and opens texts. Holds no opened key longer than a call."""

    def __init__(self, store: KeyStore) -> None:
        self.store = store
        self._ahead: dict[str, list[UUID]] = {}
        self._process = os.getpid()
        self._lock = threading.Lock()

    def fresh(self, kind: str) -> UUID:
        """An id for a new row whose key `kind:<id>` is durable already.

        Keys are made some ahead, so that a writer seldom waits for the disk here while it holds the database. What is
        left when a process ends is a handful of keys that nothing was ever sealed with.
        """
        with self._lock:
            if self._process != os.getpid():  # a forked child must not hand out its parent's ids
                self._process, self._ahead = os.getpid(), {}
            ready = self._ahead.setdefault(kind, [])
            if not ready:
                made = [uuid7() for _ in range(AHEAD)]
                self.store.make([f"{kind}:{one}" for one in made])
                ready.extend(reversed(made))
            return ready.pop()

    def prepare(self, subjects: Iterable[str]) -> None:
        """Make the keys of many subjects at once, durably; imports call it before they seal line by line."""
        self.store.make(subjects)

    def seal(self, subject: str, *, table: str, column: str, row: str, text: str) -> bytes:
        """The ciphertext of a text; makes the subject's key, durably, if it has none.

        Raises Shredded when the subject was erased, Refused("text_not_readable") for lone surrogates.
        """
        return self.seal_bytes(subject, table=table, column=column, row=row, data=_encoded(text))

    def seal_many(self, items: Iterable[tuple[str, str, str, str, str]]) -> list[bytes]:
        """As `seal` for many: (subject, table, column, row, text) each. Their keys are made already (`prepare`).

        Raises Shredded, KeyError for a subject without a key, Refused("text_not_readable") for lone surrogates.
        """
        wanted = list(items)
        keys = self.store.keys({subject for subject, *_ in wanted})
        ciphers: dict[str, AESGCM] = {}
        sealed = []
        for subject, table, column, row, text in wanted:
            key = keys[subject]
            cipher = ciphers.get(subject) or ciphers.setdefault(subject, AESGCM(key.secret))
            header, nonce = bytes([SUITE_AES_256_GCM]) + key.id, secrets.token_bytes(NONCE_BYTES)
            about = _about(header, subject, table, column, row)
            sealed.append(header + nonce + cipher.encrypt(nonce, _encoded(text), about))
        return sealed

    def open(self, subject: str, *, table: str, column: str, row: str, sealed: bytes | memoryview) -> str:
        """The text again. Raises Shredded when its key was destroyed, Damaged when the bytes are not as sealed."""
        return self.open_bytes(subject, table=table, column=column, row=row, sealed=sealed).decode()

    def open_many(
        self, items: Iterable[tuple[str, str, bytes | memoryview]], *, table: str, column: str
    ) -> list[str | None]:
        """As `open` for many of one column: (subject, row, sealed) each; None for what was erased or cannot be opened.

        For looking through a village's doors: their keys are read by few questions.
        """
        wanted = list(items)
        keys = self._keys_left({subject for subject, *_ in wanted})
        opened: list[str | None] = []
        for subject, row, sealed in wanted:
            data, key = bytes(sealed), keys.get(subject)
            head, nonce = data[: 1 + ID_BYTES], data[1 + ID_BYTES : HEADER_BYTES]
            if key is None or key.id != head[1:] or head[0] != SUITE_AES_256_GCM:
                opened.append(None)
                continue
            about = _about(head, subject, table, column, row)
            try:
                opened.append(AESGCM(key.secret).decrypt(nonce, data[HEADER_BYTES:], about).decode())
            except InvalidTag as problem:
                raise Damaged(f"{table}.{column} of {row} was altered or moved") from problem
        return opened

    def seal_bytes(self, subject: str, *, table: str, column: str, row: str, data: bytes) -> bytes:
        """As `seal`, for bytes such as a file's content."""
        key = self.store.key(subject) or self._new_key(subject)
        nonce = secrets.token_bytes(NONCE_BYTES)
        header = bytes([SUITE_AES_256_GCM]) + key.id
        about = _about(header, subject, table, column, row)
        return header + nonce + AESGCM(key.secret).encrypt(nonce, data, about)

    def open_bytes(self, subject: str, *, table: str, column: str, row: str, sealed: bytes | memoryview) -> bytes:
        """As `open`, for bytes."""
        sealed = bytes(sealed)
        if len(sealed) < HEADER_BYTES or sealed[0] != SUITE_AES_256_GCM:
            raise Damaged(f"{table}.{column} of {row} is no ciphertext of a known suite")
        header, nonce = sealed[: 1 + ID_BYTES], sealed[1 + ID_BYTES : HEADER_BYTES]
        key = self.store.key(subject)
        if key is None or key.id != header[1:]:
            raise Damaged(f"the key of {table}.{column} of {row} is not in the key store; restore the key backup")
        try:
            return AESGCM(key.secret).decrypt(nonce, sealed[HEADER_BYTES:], _about(header, subject, table, column, row))
        except InvalidTag as problem:
            raise Damaged(f"{table}.{column} of {row} was altered or moved") from problem

    def blind(self, column: str, text: str) -> bytes:
        """16 bytes that are equal for equal texts of a column and say nothing without the key (HMAC-SHA256).

        For exact look-ups of phones and ID numbers; never for fields with few values.
        """
        message = column.encode() + b"\x00" + text.encode(errors="surrogatepass")
        return hmac.digest(self.store.blind_key(), message, hashlib.sha256)[:BLIND_BYTES]

    def exists(self, subject: str) -> bool:
        """Whether there is a key that could open what was sealed for a subject."""
        try:
            return self.store.key(subject) is not None
        except Shredded:
            return False

    def destroy(self, subject: str, *, at: datetime) -> bool:
        """Destroy the subject's key: everything sealed for it is unreadable at once; False where there was none."""
        return self.store.destroy(subject, at=at)

    def _keys_left(self, subjects: set[str]) -> dict[str, DataKey]:
        """The keys of those that still have one; by one question where nobody was erased."""
        try:
            return self.store.keys(subjects)
        except Shredded:
            return {one: key for one in subjects if self.exists(one) and (key := self.store.key(one)) is not None}

    def _new_key(self, subject: str) -> DataKey:
        self.store.make([subject])
        key = self.store.key(subject)
        if key is None:
            raise RuntimeError("the key store did not keep the key it made")
        return key


def vault() -> Vault:
    """The vault of this installation (HUIYIN_HOME, HUIYIN_KEYSTORE)."""
    return _vault(settings.HUIYIN_KEYSTORE, str(settings.HUIYIN_HOME))


def shut() -> None:
    """Let go of the stores of keys and of the files they hold open; the next use opens them again."""
    _vault.cache_clear()


@lru_cache(maxsize=8)
def _vault(store: str, home: str) -> Vault:
    return Vault(import_string(store)(Path(home)))


def _encoded(text: str) -> bytes:
    """A text as it is sealed. Raises Refused("text_not_readable") for lone surrogates."""
    try:
        return text.encode()
    except UnicodeEncodeError as problem:
        raise Refused("text_not_readable") from problem


def _about(header: bytes, *parts: str) -> bytes:
    """Additional data without ambiguity: every part with its length before it."""
    encoded = [part.encode() for part in parts]
    return header + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
