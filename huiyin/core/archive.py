"""Encrypted streams for backups: whole, in order and untouched, or refused.

A stream is `magic | scrypt salt (16) | nonce prefix (7) | chunks`, each chunk 1 MiB of plaintext under AES-256-GCM
with the nonce `prefix | counter (4) | last (1)`: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015),
under which a chunk that is missing, moved, added or changed, and a stream that is cut, does not open. The key comes
from the recovery key by scrypt (RFC 7914), so that a passphrase people can copy from paper is enough.
"""

import hashlib
import hmac
import io
import os
import secrets
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"huiyin-archive-1\n"
SALT_BYTES, PREFIX_BYTES, TAG_BYTES = 16, 7, 16
HEAD_BYTES = len(MAGIC) + SALT_BYTES + PREFIX_BYTES
CHUNK_BYTES = 1024 * 1024
SCRYPT = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}
RECOVERY_LEAST = 20  # characters; the one we make has 128 random bits


class Unusable(Exception):
    """An archive that is not what was written: cut, changed, empty, or of another key. `code` has a sentence."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def new_recovery_key() -> bytes:
    """A line that opens backups: 128 random bits as eight groups people can copy by hand."""
    text = secrets.token_hex(16)
    return ("-".join(text[at : at + 4] for at in range(0, 32, 4)) + "\n").encode("ascii")


def recovery_key(line: bytes) -> bytes:
    """The key as it is used, whatever blanks stand around it. Raises Unusable("recovery_short")."""
    key = line.strip()
    if len(key) < RECOVERY_LEAST:
        raise Unusable("recovery_short", least=RECOVERY_LEAST)
    return key


@lru_cache(maxsize=16)
def derived(recovery: bytes, salt: bytes, purpose: bytes) -> bytes:
    """32 bytes for one purpose: a stream, or the manifest's seal."""
    root = hashlib.scrypt(recovery, salt=salt, dklen=32, **SCRYPT)
    return hmac.digest(root, purpose, hashlib.sha256)


class Sealer(io.RawIOBase):
    """A file to write to; what is written arrives encrypted. `close` writes the last chunk, without which it is cut."""

    def __init__(self, file: IO[bytes], recovery: bytes, part: str) -> None:
        super().__init__()
        self._file = file
        salt, self._prefix = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(PREFIX_BYTES)
        self._head = MAGIC + salt + self._prefix
        self._about = self._head + part.encode()
        self._cipher = AESGCM(derived(recovery, salt, b"stream"))
        self._buffer = bytearray()
        self._counter = 0
        self._hash = hashlib.sha256(self._head)
        self.size = len(self._head)
        file.write(self._head)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: object) -> int:
        """Take bytes; whole chunks are written on."""
        view = memoryview(data)  # type: ignore[arg-type]  # whatever io hands down has a buffer
        self._buffer += view
        while len(self._buffer) > CHUNK_BYTES:
            self._put(bytes(self._buffer[:CHUNK_BYTES]), last=False)
            del self._buffer[:CHUNK_BYTES]
        return view.nbytes

    def finish(self) -> str:
        """Write the last chunk; gives the SHA-256 of the encrypted stream, hex."""
        self._put(bytes(self._buffer), last=True)
        self._buffer.clear()
        return self._hash.hexdigest()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = self._prefix + self._counter.to_bytes(4, "big") + bytes([last])
        sealed = self._cipher.encrypt(nonce, chunk, self._about)
        self._file.write(sealed)
        self._hash.update(sealed)
        self.size += len(sealed)
        self._counter += 1


class Opener(io.RawIOBase):
    """A file to read from: the plaintext of a stream. Every byte it gives has been proved; reading to the end proves
    that nothing is missing.

    Raises Unusable: archive_empty, archive_foreign, archive_damaged (changed, cut, or of another key).
    """

    def __init__(self, file: IO[bytes], recovery: bytes, part: str) -> None:
        super().__init__()
        self._file = file
        self._part = part
        head = file.read(HEAD_BYTES)
        if not head:
            raise Unusable("archive_empty", part=part)
        if len(head) < HEAD_BYTES or not head.startswith(MAGIC):
            raise Unusable("archive_foreign", part=part)
        salt, self._prefix = head[len(MAGIC) : -PREFIX_BYTES], head[-PREFIX_BYTES:]
        self._about = head + part.encode()
        self._cipher = AESGCM(derived(recovery, salt, b"stream"))
        self._counter = 0
        self._next = file.read(CHUNK_BYTES + TAG_BYTES)
        self._plain = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer with proved bytes; 0 at the proved end."""
        target = memoryview(buffer)  # type: ignore[arg-type]  # io hands down a writable buffer
        while not self._plain and not self._ended:
            self._turn()
        count = min(len(target), len(self._plain))
        target[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def _turn(self) -> None:
        chunk, self._next = self._next, self._file.read(CHUNK_BYTES + TAG_BYTES)
        last = not self._next
        nonce = self._prefix + self._counter.to_bytes(4, "big") + bytes([last])
        try:
            self._plain = memoryview(self._cipher.decrypt(nonce, chunk, self._about))
        except InvalidTag:
            raise Unusable("archive_damaged", part=self._part) from None
        self._counter += 1
        self._ended = last


def write_part(path: Path, recovery: bytes, fill: Callable[[IO[bytes]], None]) -> tuple[int, str]:
    """Write one encrypted part, durably; gives its size and the SHA-256 of its bytes. `fill` writes the plaintext."""
    with path.open("xb") as file:
        path.chmod(0o600)
        sealer = Sealer(file, recovery, path.name)
        writer = io.BufferedWriter(sealer, CHUNK_BYTES)
        fill(writer)
        writer.flush()
        digest = sealer.finish()
        file.flush()
        os.fsync(file.fileno())
    return sealer.size, digest


def open_part(file: IO[bytes], recovery: bytes, part: str) -> io.BufferedReader:
    """Read a part. Raises as Opener."""
    return io.BufferedReader(Opener(file, recovery, part), CHUNK_BYTES)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
