"""What a witness remembers: its key, the logs it was told to watch, and every checkpoint it has signed.

DIR/witness.pem   private key, readable by its owner only
DIR/witness.json  {"name": …, "key": …, "logs": {origin: the log's public key}}
DIR/logs/ID.jsonl one line for each checkpoint signed, oldest first; ID is the log's key id

A witness that has forgotten what it signed would sign a fork, so it does not start without its whole memory.
"""

import base64
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from huiyin_witness.verify_log import COSIGNATURE, ED25519, Checkpoint, Key, grows_into


class Refused(Exception):
    """The witness says no; the sentence says why."""


@dataclass(frozen=True)
class Signed:
    """The newest checkpoint of a log that was signed; size 0 before the first."""

    size: int = 0
    root: bytes = b""
    note: str = ""


class Witness:
    """One witness, from its folder. Raises Refused when any part of its memory is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._check_memory()
        about = _read(folder / "witness.json")
        self.key = Key.parse(about["key"])
        self.logs = {origin: Key.parse(key) for origin, key in about["logs"].items()}
        self._private = self._load()

    @classmethod
    def make(cls, folder: Path, name: str) -> "Witness":
        """A new witness in an empty folder. Raises Refused when there is something in it."""
        if not name or any(sign.isspace() or sign == "+" for sign in name):
            raise Refused("a witness's name has no spaces and no +")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(folder.iterdir()):
            raise Refused(f"{folder} is not empty: a witness is made once and never over another")
        private = Ed25519PrivateKey.generate()
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(folder / "witness.pem", pem)
        (folder / "logs").mkdir(mode=0o700)
        key = Key(name, COSIGNATURE, private.public_key().public_bytes_raw())
        _write(folder / "witness.json", _dump({"name": name, "key": str(key), "logs": {}}))
        return cls(folder)

    def trust(self, key: Key) -> None:
        """Watch a log from now on. Raises Refused when its name is watched under another key."""
        if key.kind != ED25519:
            raise Refused("that is the key of a witness, not of a log")
        known = self.logs.get(key.name)
        if known is not None:
            if known != key:
                raise Refused(f"{key.name} is watched under another key ({known.identity})")
            return
        path = self._history(key)
        if path.exists():
            raise Refused(f"{path} is there already, though the log is not known: the memory was meddled with")
        _write(path, b"")
        self.logs[key.name] = key
        logs = {origin: str(one) for origin, one in self.logs.items()}
        _write(self.folder / "witness.json", _dump({"name": self.key.name, "key": str(self.key), "logs": logs}))

    def newest(self, origin: str) -> Signed:
        """What was signed last of a log. Raises Refused when the log is not watched or its history is damaged."""
        return self._newest(self._log(origin))

    def sign(self, old: int, proof: list[bytes], note: str, time: int) -> str:
        """Sign a checkpoint that is proved to grow from the one signed last; gives the signature line.

        Raises Refused for a smaller or forked tree, a wrong signature, and a proof from another size.
        """
        try:
            checkpoint = Checkpoint.parse(note)
        except ValueError:
            raise Refused("that is no checkpoint") from None
        key = self._log(checkpoint.origin)
        if not key.signed(checkpoint):
            raise Refused("the checkpoint is not signed by the log's key")
        last = self._newest(key)
        self._grown(last, old, checkpoint, proof)
        line = self._cosign(checkpoint, time)
        if checkpoint.size > last.size or not last.note:
            self._remember(key, note + line)
        return line

    def _grown(self, last: Signed, old: int, checkpoint: Checkpoint, proof: list[bytes]) -> None:
        if checkpoint.size < last.size:
            raise Refused(
                f"the log shows {checkpoint.size} entries and had {last.size}: "
                "its tail was cut, or an older backup restored"
            )
        if old != last.size:
            raise Refused(f"the proof starts at {old}, the last checkpoint signed here is at {last.size}")
        if last.note and not grows_into(last.size, last.root, checkpoint.size, checkpoint.root, proof):
            raise Refused(f"the log no longer begins with the {last.size} entries signed here: it was rewritten")

    def _cosign(self, checkpoint: Checkpoint, time: int) -> str:
        stamp = time.to_bytes(8, "big")
        data = stamp + self._private.sign(checkpoint.message(COSIGNATURE, stamp))
        encoded = base64.b64encode(bytes.fromhex(self.key.identity) + data).decode()
        return f"— {self.key.name} {encoded}\n"

    def _remember(self, key: Key, note: str) -> None:
        """Durable before the signature leaves the house. The signed note says it all: size, root, moments."""
        descriptor = os.open(self._history(key), os.O_WRONLY | os.O_APPEND)
        with os.fdopen(descriptor, "ab") as file:
            file.write(_dump({"note": note}))
            file.flush()
            os.fsync(file.fileno())

    def _log(self, origin: str) -> Key:
        if origin not in self.logs:
            raise Refused(f"the log {origin} is not watched here: trust its key first")
        return self.logs[origin]

    def _newest(self, key: Key) -> Signed:
        path = self._history(key)
        if not path.exists():
            raise Refused(f"the memory of {key.name} ({path}) is gone: a witness without memory would sign a fork")
        lines = path.read_bytes().split(b"\n")
        if lines.pop():
            # Power went while the line was written, and its signature never left: take the line back.
            whole = b"".join(line + b"\n" for line in lines)
            _write(path, whole)
        if not lines:
            return Signed()
        try:
            entry = json.loads(lines[-1])
            checkpoint = Checkpoint.parse(entry["note"])
            own = checkpoint.origin == key.name and self.key.signed(checkpoint)
        except (ValueError, KeyError, TypeError, AttributeError):
            own = False
        if not own:
            raise Refused(f"the last line of {path} is damaged: restore the witness's memory")
        return Signed(checkpoint.size, checkpoint.root, entry["note"])

    def _history(self, key: Key) -> Path:
        return self.folder / "logs" / f"{key.identity}.jsonl"

    def _check_memory(self) -> None:
        for name in ("witness.json", "witness.pem", "logs"):
            if not (self.folder / name).exists():
                raise Refused(f"{self.folder / name} is missing: a witness does not start without its state")

    def _load(self) -> Ed25519PrivateKey:
        path = self.folder / "witness.pem"
        if path.stat().st_mode & 0o077:
            raise Refused(f"{path} can be read by others: chmod 600 {path}")
        try:
            found = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except ValueError:
            raise Refused(f"{path} is damaged: restore the witness's state") from None
        if not isinstance(found, Ed25519PrivateKey) or found.public_key().public_bytes_raw() != self.key.public:
            raise Refused(f"{path} is not the key of this witness: restore the witness's state")
        return found


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time; others wait."""
    if not folder.is_dir():
        raise Refused(f"{folder} is no witness: make one with huiyin-witness init {folder} --name NAME")
    with (folder / ".lock").open("w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
        Key.parse(found["key"])
        for key in found["logs"].values():
            Key.parse(key)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"{path} is damaged: restore the witness's state") from None
    return dict(found)


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by the owner only."""
    scrap = path.with_name(f".{path.name}.new")
    descriptor = os.open(scrap, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scrap.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
