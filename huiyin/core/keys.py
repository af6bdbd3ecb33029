"""The log's signing key (Ed25519, RFC 8032) and its signed notes.

A checkpoint is signed as a C2SP signed note with the body of C2SP tlog-checkpoint (origin, size, root) and one
extension line, the moment; witnesses answer with C2SP tlog-cosignature lines. So a witness need not be ours.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from huiyin.core.canonical import plain
from huiyin.core.keyfiles import UnsafeKeys, keys_folder, make_once, read_private

SIGNATURE = 0x01  # C2SP signed-note: a plain Ed25519 signature
COSIGNATURE = 0x04  # C2SP tlog-cosignature: an Ed25519 signature over a moment and the note


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """From its line `name+id+base64`. Raises ValueError when it is none or the id is not the key's."""
        name, identity, encoded = text.strip().split("+", 2)
        data = base64.b64decode(encoded, validate=True)
        found = cls(name, data[0], data[1:])
        if len(found.public) != 32 or found.id != identity:
            raise ValueError("the key does not belong to its id")
        return found

    @property
    def id(self) -> str:
        """Eight hex digits: SHA-256(name || LF || kind || key), first four bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).hexdigest()[:8]

    def __str__(self) -> str:
        return f"{self.name}+{self.id}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def cosigned(self, body: bytes, at: int, signature: bytes) -> bool:
        """Whether this witness signed the note's body at that Unix second."""
        return self.signed(b"cosignature/v1\ntime %d\n" % at + body, signature)


class Signer:
    """The private key of the log."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()

    def verifier(self, origin: str) -> Verifier:
        """The public half under the log's name."""
        return Verifier(origin, SIGNATURE, self.public)

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(message)


def signer(*, make: bool) -> Signer:
    """The key in HUIYIN_HOME/keys/log.pem; made if it is missing and `make`.

    Raises UnsafeKeys when it is missing, damaged or can be read by others.
    """
    return _signer(keys_folder(Path(settings.HUIYIN_HOME)) / "log.pem", make)


@lru_cache(maxsize=4)
def _signer(path: Path, make: bool) -> Signer:  # noqa: FBT001 - the cache wants plain arguments
    if not make and not path.exists():
        raise UnsafeKeys(f"{path} is missing while the log has signed checkpoints; restore it from the key backup")
    content = make_once(path, _new_pem) if make else read_private(path)
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except ValueError as problem:
        raise UnsafeKeys(f"{path} is damaged; restore it from the key backup") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise UnsafeKeys(f"{path} is no Ed25519 key; restore it from the key backup")
    return Signer(key)


def witness_file(name: str) -> Path:
    """Where the key of a witness is written down."""
    return keys_folder(Path(settings.HUIYIN_HOME)) / f"witness-{name}.key"


def witness_key(name: str) -> Verifier | None:
    """A witness's key as it was written down the first time; None where it never was, or is damaged."""
    try:
        return Verifier.parse(read_private(witness_file(name)).decode())
    except (FileNotFoundError, ValueError):
        return None


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def body(origin: str, size: int, root: bytes, at: datetime) -> bytes:
    """What is signed of a checkpoint."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\nat {plain(at.astimezone(UTC))}\n".encode()


def line(name: str, identity: str, signature: bytes) -> bytes:
    """One signature line of a note."""
    return f"— {name} {base64.b64encode(bytes.fromhex(identity) + signature).decode()}\n".encode()


def signature_lines(note: bytes) -> tuple[bytes, list[tuple[str, str, bytes]]]:
    """A note's body and its signatures as (name, key id, bytes). Raises ValueError when it is no signed note."""
    text, gap, tail = note.rpartition(b"\n\n")
    if not gap or not tail.endswith(b"\n"):
        raise ValueError("no signed note")
    return text + b"\n", [parse_line(item) for item in tail.decode().splitlines()]


def parse_line(text: str) -> tuple[str, str, bytes]:
    """A signature line as (name, key id, bytes). Raises ValueError when it is none."""
    dash, name, encoded = text.rstrip("\n").split(" ")
    data = base64.b64decode(encoded, validate=True)
    if dash != "—" or len(data) < 5:
        raise ValueError("no signature line")
    return name, data[:4].hex(), data[4:]
