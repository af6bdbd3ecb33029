"""Where the keys of people, households and matters lie: outside the database, each wrapped by a master key.

`KeyStore` is the whole interface; a certified cipher module replaces `LocalKeyStore` by naming its class in
HUIYIN_KEYSTORE. Keys are durable before `make` returns, so a ciphertext never exists whose key could be lost.
"""

import fcntl
import os
import secrets
import sqlite3
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from huiyin.core.keyfiles import UnsafeKeys, keys_folder, make_once, read_private, replace, require_private

KEY_BYTES = 32
ID_BYTES = 8
NONCE_BYTES = 12
ASKED = 500
"""Keys asked for by one statement."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS data_key (
    subject TEXT PRIMARY KEY, id BLOB NOT NULL, master INTEGER NOT NULL, wrapped BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS destroyed (subject TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
"""


class Shredded(Exception):
    """The key was destroyed: what it encrypted is unreadable for good, and its subject never gets another."""


@dataclass(frozen=True)
class DataKey:
    """The key of one subject: 8 bytes of id (they stand in every ciphertext) and 32 secret bytes."""

    id: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"DataKey({self.id.hex()})"


class KeyStore(Protocol):
    """What a store of keys does. Subjects are strings such as `person:<uuid>`."""

    def key(self, subject: str) -> DataKey | None:
        """The subject's key, None where there never was one. Raises Shredded where it was destroyed."""

    def keys(self, subjects: Iterable[str]) -> dict[str, DataKey]:
        """The keys of many subjects, without those that never had one. Raises Shredded where one was destroyed."""

    def make(self, subjects: Iterable[str]) -> None:
        """Make the keys that are missing; durable on return. Raises Shredded if one was destroyed."""

    def destroy(self, subject: str, *, at: datetime) -> bool:
        """Destroy a key for good; False where there was none. The subject never gets another."""

    def destroyed(self, prefix: str) -> list[str]:
        """Subjects of a prefix whose keys were destroyed; what an older database still holds of them is to go."""

    def blind_key(self) -> bytes:
        """32 secret bytes for blind indexes, kept apart from the data keys."""

    def copy_to(self, path: Path) -> None:
        """Write what the archive of keys needs to make this store again; consistent while others write."""


class LocalKeyStore:
    """Keys in `HOME/keys/vault.sqlite3`, wrapped by the newest line of `HOME/keys/master`; both with mode 0600.

    Raises UnsafeKeys when a file can be read by others or the master is missing while keys exist.
    """

    def __init__(self, home: Path) -> None:
        self.folder = keys_folder(home)
        self.path = self.folder / "vault.sqlite3"
        self._lock = threading.Lock()
        with self._alone():
            self._masters = self._load_masters()
        self._blind = make_once(self.folder / "blind", lambda: secrets.token_bytes(KEY_BYTES))
        if len(self._blind) != KEY_BYTES:
            raise UnsafeKeys(f"{self.folder / 'blind'} is not {KEY_BYTES} bytes long; restore it from the key backup")
        self._process = 0
        self._connection: sqlite3.Connection | None = None

    def key(self, subject: str) -> DataKey | None:
        """See KeyStore. About 10 µs, so that nothing opened needs to stay in memory."""
        with self._lock:
            row = self._open().execute("SELECT id, master, wrapped FROM data_key WHERE subject = ?", [subject])
            found = row.fetchone()
            if found is None and self._gone([subject]):
                raise Shredded(subject)
        return None if found is None else DataKey(found[0], self._unwrap(subject, *found))

    def keys(self, subjects: Iterable[str]) -> dict[str, DataKey]:
        """See KeyStore. A few statements for all of them."""
        wanted = sorted(set(subjects))
        found: dict[str, DataKey] = {}
        with self._lock:
            connection = self._open()
            for start in range(0, len(wanted), ASKED):
                part = wanted[start : start + ASKED]
                marks = ",".join("?" * len(part))
                sql = f"SELECT subject, id, master, wrapped FROM data_key WHERE subject IN ({marks})"  # noqa: S608 - marks only
                for subject, identity, master, wrapped in connection.execute(sql, part):
                    found[subject] = DataKey(identity, self._unwrap(subject, identity, master, wrapped))
            if gone := self._gone([subject for subject in wanted if subject not in found]):
                raise Shredded(gone[0])
        return found

    def make(self, subjects: Iterable[str]) -> None:
        """See KeyStore. One transaction for all of them."""
        wanted = list(dict.fromkeys(subjects))
        rows = []
        for subject in wanted:
            identity = secrets.token_bytes(ID_BYTES)
            rows.append((subject, identity, *self._wrap(subject, identity, secrets.token_bytes(KEY_BYTES))))
        with self._lock, self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if gone := self._gone(wanted):
                raise Shredded(gone[0])
            connection.executemany("INSERT OR IGNORE INTO data_key VALUES (?, ?, ?, ?)", rows)

    def destroy(self, subject: str, *, at: datetime) -> bool:
        """See KeyStore. The bytes are overwritten in the file and in its log (`secure_delete`, truncation)."""
        with self._lock:
            connection = self._open()
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                count = connection.execute("DELETE FROM data_key WHERE subject = ?", [subject]).rowcount
                connection.execute("INSERT OR IGNORE INTO destroyed VALUES (?, ?)", [subject, at.isoformat()])
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count > 0

    def destroyed(self, prefix: str) -> list[str]:
        """See KeyStore."""
        with self._lock:
            after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
            sql = "SELECT subject FROM destroyed WHERE subject >= ? AND subject < ? ORDER BY subject"
            return [subject for (subject,) in self._open().execute(sql, [prefix, after])]

    def blind_key(self) -> bytes:
        """See KeyStore."""
        return self._blind

    def count(self) -> int:
        """How many keys there are."""
        with self._lock:
            return int(self._open().execute("SELECT count(*) FROM data_key").fetchone()[0])

    def rotate(self) -> int:
        """Wrap every key under a new master and forget the old ones; gives how many. A crash half way loses nothing.

        Run it while web and worker are stopped: a running process keeps the master it was started with.
        """
        number = max(self._masters) + 1
        self._masters[number] = secrets.token_bytes(KEY_BYTES)
        self._save_masters()
        with self._lock, self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = connection.execute("SELECT subject, id, master, wrapped FROM data_key").fetchall()
            connection.executemany(
                "UPDATE data_key SET master = ?, wrapped = ? WHERE subject = ?",
                [
                    (*self._wrap(subject, identity, self._unwrap(subject, identity, master, wrapped)), subject)
                    for subject, identity, master, wrapped in rows
                ],
            )
        self._masters = {number: self._masters[number]}
        self._save_masters()
        return len(rows)

    def copy_to(self, path: Path) -> None:
        """See KeyStore. The keys stay wrapped."""
        with self._lock, closing(sqlite3.connect(path)) as target:
            self._open().backup(target)
        path.chmod(0o600)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        """This process's connection; a forked child opens its own and leaves the parent's alone."""
        if self._connection is None or self._process != os.getpid():
            with self._alone():
                self._connection = self._connect()
            self._process = os.getpid()
        return self._connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While this process looks for what it may have to make, no other does: of several that start on an empty home
        one makes the keys. SQLite itself does not wait for its turn to become a write-ahead log.
        """
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _connect(self) -> sqlite3.Connection:
        if not self.path.exists():
            # SQLite gives its side files the mode of the file itself.
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        require_private(self.path)
        connection = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.executescript(SCHEMA)
        return connection

    def _gone(self, subjects: list[str]) -> list[str]:
        connection = self._open()
        find = "SELECT 1 FROM destroyed WHERE subject = ?"
        return [subject for subject in subjects if connection.execute(find, [subject]).fetchone()]

    def _load_masters(self) -> dict[int, bytes]:
        path = self.folder / "master"
        if not path.exists() and self.path.exists():
            raise UnsafeKeys(f"{path} is missing while {self.path} has keys; restore it from the key backup")
        content = make_once(path, lambda: _master_line(1, secrets.token_bytes(KEY_BYTES)))
        try:
            masters = dict(_read_master(line) for line in content.decode("ascii").splitlines())
        except ValueError as problem:
            raise UnsafeKeys(f"{path} is damaged; restore it from the key backup") from problem
        if not masters:
            raise UnsafeKeys(f"{path} is empty; restore it from the key backup")
        return masters

    def _save_masters(self) -> None:
        lines = b"".join(_master_line(number, secret) for number, secret in sorted(self._masters.items()))
        replace(self.folder / "master", lines)

    def _wrap(self, subject: str, identity: bytes, secret: bytes) -> tuple[int, bytes]:
        number = max(self._masters)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return number, nonce + AESGCM(self._masters[number]).encrypt(nonce, secret, _wrap_about(subject, identity))

    def _unwrap(self, subject: str, identity: bytes, master: int, wrapped: bytes) -> bytes:
        secret = self._masters.get(master)
        if secret is None:
            # Another process has turned the master since we started.
            self._masters = dict(_read_master(line) for line in self._master_file().splitlines())
            secret = self._masters[master]
        return AESGCM(secret).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrap_about(subject, identity))

    def _master_file(self) -> str:
        return read_private(self.folder / "master").decode("ascii")


def _wrap_about(subject: str, identity: bytes) -> bytes:
    return b"huiyin-wrap-v1\x00" + identity + subject.encode()


def _master_line(number: int, secret: bytes) -> bytes:
    return f"{number}:{b64encode(secret).decode('ascii')}\n".encode("ascii")


def _read_master(line: str) -> tuple[int, bytes]:
    number, _, secret = line.partition(":")
    found = b64decode(secret, validate=True)
    if len(found) != KEY_BYTES:
        raise ValueError("a master key has 32 bytes")
    return int(number), found
