"""Check an exported log without the product: one file, Python's standard library only, nothing installed.

    python verify_log.py FILE [--key KEY] [--witness KEY] [--seen NOTE] [--receipt HASH]

FILE is what `huiyin audit export` writes (plain, or gzip by its name), or the proof of one matter as the desk hands it
out with its file: then each entry is shown to stand in a signed tree, and nothing is said about others. KEY is a
public key as `name+id+base64`, had from somewhere else than the file; NOTE is a file with a checkpoint a witness
signed; HASH is a receipt. Exit codes: 0 the log holds, 1 it does not (one sentence for each fault on stderr), 2 wrong
usage. The format is described in docs/reference/log-format.md; hashes follow RFC 6962, signatures RFC 8032, notes C2SP
signed-note and tlog-cosignature.
"""

import argparse
import base64
import binascii
import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

FORMAT, PROOF = "huiyin-log-1", "huiyin-proof-1"
EVENT_PREFIX = b"huiyin-event-v1\x00"
ED25519, COSIGNATURE = 1, 4

# ---------------------------------------------------------------------------------------------------------- the tree


def node(left: bytes, right: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Tree:
    """A growing tree, as the roots of its complete subtrees (size, hash), largest first."""

    parts: list[tuple[int, bytes]] = field(default_factory=list)
    size: int = 0

    def add(self, leaf: bytes) -> None:
        """One leaf more; equal subtrees join."""
        self.size += 1
        width, tip = 1, leaf
        while self.parts and self.parts[-1][0] == width:
            tip = node(self.parts.pop()[1], tip)
            width *= 2
        self.parts.append((width, tip))

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self.parts:
            return hashlib.sha256(b"").digest()
        tip = self.parts[-1][1]
        for _, left in self.parts[-2::-1]:
            tip = node(left, tip)
        return tip


def stands_in(found: bytes, seq: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that `path` leads to from leaf `seq` of a tree of `size` (RFC 9162 §2.1.3.2); None if it fits none."""
    if not 0 <= seq < size:
        return None
    low, high = seq, size - 1
    for step in path:
        if high == 0:
            return None
        if low & 1 or low == high:
            found = node(step, found)
            low, high = _shift(low, high, while_odd=False)
        else:
            found = node(found, step)
        low, high = low >> 1, high >> 1
    return found if high == 0 else None


def grows_into(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `new` leaves begins with that of `old` (RFC 9162 §2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    if not 0 < old < new or not steps:
        return False
    low, high = _shift(old - 1, new - 1, while_odd=True)
    first = second = steps[0]
    for step in steps[1:]:
        if high == 0:
            return False
        if low & 1 or low == high:
            first, second = node(step, first), node(step, second)
            low, high = _shift(low, high, while_odd=False)
        else:
            second = node(second, step)
        low, high = low >> 1, high >> 1
    return high == 0 and first == old_root and second == new_root


def _shift(low: int, high: int, *, while_odd: bool) -> tuple[int, int]:
    """Both to the right as long as the lower is odd (or even and not nought)."""
    while low and bool(low & 1) == while_odd:
        low, high = low >> 1, high >> 1
    return low, high


# ------------------------------------------------------------------------------------- Ed25519, RFC 8032 §5.1 and §6

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    left = (a[1] - a[0]) * (b[1] - b[0]) % P
    right = (a[1] + a[0]) * (b[1] + b[0]) % P
    cross, double = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, double - cross, double + cross, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def _point(data: bytes) -> Point | None:
    """§5.1.3; None for what is no point of the curve."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


_BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = _point(_BASE_Y.to_bytes(32, "little")) or (0, 1, 1, 0)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's over the message (RFC 8032 §5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= L:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return _same(_times(scalar, BASE), _add(commitment, _times(challenge, key)))


# ------------------------------------------------------------------------------------------------ keys and checkpoints


@dataclass(frozen=True)
class Key:
    """A public key with its name and kind (1 signs notes, 4 cosigns them)."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Key":
        """`name+id+base64`. Raises ValueError when it is no key or the id is another's."""
        try:
            name, identity, encoded = text.strip().split("+", 2)
            data = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise ValueError("a key is written name+id+base64") from None
        found = cls(name, data[0] if data else 0, data[1:])
        if len(found.public) != 32 or found.identity != identity:
            raise ValueError("the key and its id do not belong together")
        return found

    @property
    def identity(self) -> str:
        """SHA-256(name || LF || kind || key), the first four bytes in hex."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).hexdigest()[:8]

    def __str__(self) -> str:
        return f"{self.name}+{self.identity}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def signed(self, checkpoint: "Checkpoint") -> bool:
        """Whether a line of the note is this key's and right."""
        return any(
            ed25519(self.public, checkpoint.message(self.kind, data), data[-64:])
            for name, identity, data in checkpoint.signatures
            if (name, identity) == (self.name, self.identity)
        )


@dataclass(frozen=True)
class Checkpoint:
    """A signed note that states the size and root of a log."""

    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[tuple[str, str, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> "Checkpoint":
        """From a note's text. Raises ValueError when it is none."""
        text, gap, tail = note.partition("\n\n")
        lines = text.split("\n")
        if not gap or len(lines) < 3 or not lines[1].isascii() or not lines[1].isdigit():
            raise ValueError("no checkpoint")
        root = base64.b64decode(lines[2], validate=True)
        if len(root) != 32 or str(int(lines[1])) != lines[1]:
            raise ValueError("no checkpoint")
        signatures = tuple(cls.signature(line) for line in tail.split("\n") if line)
        return cls(lines[0], int(lines[1]), root, (text + "\n").encode(), signatures)

    @staticmethod
    def signature(line: str) -> tuple[str, str, bytes]:
        """One line as name, key id, bytes. Raises ValueError when it is none."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise ValueError("no signature line")
        data = base64.b64decode(parts[2], validate=True)
        if len(data) < 4 + 64:
            raise ValueError("no signature line")
        return parts[1], data[:4].hex(), data[4:]

    def message(self, kind: int, data: bytes) -> bytes:
        """What a key of that kind signs: the body, for a witness with its moment before it."""
        if kind != COSIGNATURE:
            return self.body
        return b"cosignature/v1\ntime %d\n" % int.from_bytes(data[:8], "big") + self.body


# --------------------------------------------------------------------------------------------------------- the log


def canonical(event: dict[str, Any]) -> bytes:
    """RFC 8785 for what an event holds: keys sorted, no spaces, UTF-8."""
    return json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def leaf(event: dict[str, Any]) -> bytes:
    """SHA-256(0x00 || "huiyin-event-v1" || 0x00 || canonical JSON)."""
    return hashlib.sha256(b"\x00" + EVENT_PREFIX + canonical(event)).digest()


@dataclass
class Report:
    """What was found."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    size: int = 0
    root: bytes = b""

    def fault(self, sentence: str) -> None:
        """One fault; a flood is cut."""
        if len(self.faults) < 100:
            self.faults.append(sentence)


@dataclass
class Asked:
    """What the reader knows from elsewhere."""

    key: Key | None = None
    witnesses: Sequence[Key] = ()
    seen: Sequence[Checkpoint] = ()
    receipts: Sequence[str] = ()


def check(lines: Iterable[str], asked: Asked) -> Report:
    """Go through an export once."""
    report, tree = Report(), Tree()
    reader = _Reader(report, tree, asked)
    for number, line in enumerate(lines, 1):
        try:
            reader.line(json.loads(line, parse_float=_refuse, parse_constant=_refuse))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            report.fault(f"line {number} cannot be read: {problem}")
    reader.end()
    report.size, report.root = tree.size, tree.root()
    return report


def check_proof(lines: Iterable[str], asked: Asked) -> Report:
    """Go through the proof of one matter: each entry with its path to the root of a signed checkpoint."""
    report, key, origin, last = Report(), asked.key, "", -1
    missing = set(asked.receipts)
    for number, line in enumerate(lines, 1):
        try:
            value = json.loads(line, parse_float=_refuse, parse_constant=_refuse)
            if number == 1:
                origin = value["origin"]
                key = key or Key.parse(value["key"])
                if asked.key is None:
                    report.notes.append(
                        "the log's key was taken from the file itself: compare it with one had elsewhere"
                    )
                elif str(asked.key) != value["key"]:
                    report.fault("the file names another key than the one given")
                continue
            report.size += 1
            missing.discard(value["leaf"])
            last = _entry(report, value, key, origin, last)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            report.fault(f"line {number} cannot be read: {problem}")
    if not report.size:
        report.fault("no entry is in the file")
    for receipt in sorted(missing):
        report.fault(f"no entry has the receipt {receipt}")
    return report


def _entry(report: Report, value: dict[str, Any], key: Key | None, origin: str, last: int) -> int:
    """One entry of a proof; gives its place."""
    seq, found = value["seq"], leaf(value["event"])
    name = f"entry {seq} (event {value['event'].get('id')})"
    checkpoint = Checkpoint.parse(value["checkpoint"])
    if seq <= last:
        report.fault(f"{name} stands out of order")
    if found.hex() != value["leaf"]:
        report.fault(f"{name} was changed")
    if stands_in(found, seq, checkpoint.size, [bytes.fromhex(one) for one in value["path"]]) != checkpoint.root:
        report.fault(f"{name} does not stand in the tree of its checkpoint at {checkpoint.size}")
    if checkpoint.origin != origin:
        report.fault(f"the checkpoint at {checkpoint.size} is of another log ({checkpoint.origin})")
    if key is None or not key.signed(checkpoint):
        report.fault(f"the checkpoint at {checkpoint.size} is not signed by the log's key")
    report.root = checkpoint.root
    return int(seq)


class _Reader:
    def __init__(self, report: Report, tree: Tree, asked: Asked) -> None:
        self.report, self.tree, self.asked = report, tree, asked
        self.key = asked.key
        self.origin = ""
        self.ended = False
        self.awaited = 0
        self.roots: dict[int, bytes] = {}
        self.wanted = {one.size for one in asked.seen}
        self.missing = set(asked.receipts)
        self.checkpoints: list[Checkpoint] = []

    def line(self, value: dict[str, Any]) -> None:
        """One line of the file, by its first word."""
        if "event" in value:
            self.event(value)
        elif "format" in value:
            self.head(value)
        elif "checkpoint" in value:
            self.checkpoints.append(Checkpoint.parse(value["checkpoint"]))
        elif "end" in value:
            self.ended = value["end"] == {"root": self.tree.root().hex(), "size": self.tree.size}
        else:
            raise ValueError("unknown kind of line")

    def head(self, value: dict[str, Any]) -> None:
        if value["format"] != FORMAT:
            self.report.fault(f"the format is {value['format']}, this program reads {FORMAT}")
        self.origin = value["origin"]
        self.wanted |= set(value.get("sizes", ()))
        if self.key is None:
            self.key = Key.parse(value["key"])
            self.report.notes.append("the log's key was taken from the file itself: compare it with one had elsewhere")
        elif str(self.key) != value["key"]:
            self.report.fault("the file names another key than the one given")

    def event(self, value: dict[str, Any]) -> None:
        if value["seq"] != self.awaited:
            self.report.fault(f"entry {self.awaited} is missing: entry {value['seq']} stands in its place")
        self.awaited = int(value["seq"]) + 1  # said once: what comes after a gap is in its order again
        found = leaf(value["event"])
        if found.hex() != value["leaf"]:
            self.report.fault(f"entry {value['seq']} (event {value['event'].get('id')}) was changed")
        self.missing.discard(value["leaf"])
        self.tree.add(found)
        if self.tree.size in self.wanted:
            self.roots[self.tree.size] = self.tree.root()

    def end(self) -> None:
        if not self.ended:
            self.report.fault("the file has no right end: it was cut, or entries were")
        if not self.checkpoints:
            self.report.fault("no checkpoint is in the file")
        for checkpoint in self.checkpoints:
            self.compare(checkpoint, "the checkpoint")
            if self.key is None or not self.key.signed(checkpoint):
                self.report.fault(f"the checkpoint at {checkpoint.size} is not signed by the log's key")
        newest = max((one.size for one in self.checkpoints), default=0)
        if self.tree.size > newest:
            self.report.fault(f"entries after {newest} stand under no checkpoint")
        for checkpoint in self.asked.seen:
            self.compare(checkpoint, "the witnessed checkpoint")
        self.witnesses()
        for receipt in sorted(self.missing):
            self.report.fault(f"no entry has the receipt {receipt}")

    def compare(self, checkpoint: Checkpoint, name: str) -> None:
        """A stated root against that of the entries."""
        if checkpoint.origin != self.origin:
            self.report.fault(f"{name} at {checkpoint.size} is of another log ({checkpoint.origin})")
        elif checkpoint.size > self.tree.size:
            self.report.fault(f"{name} has {checkpoint.size} entries, the file {self.tree.size}: the tail was cut")
        elif checkpoint.size and self.roots.get(checkpoint.size) != checkpoint.root:
            self.report.fault(f"{name} at {checkpoint.size} has another root: the log was rewritten")

    def witnesses(self) -> None:
        everything = [*self.checkpoints, *self.asked.seen]
        for witness in self.asked.witnesses:
            if not any(witness.signed(checkpoint) for checkpoint in everything):
                self.report.fault(f"nothing here is signed by the witness {witness.name}")


def _refuse(text: str) -> Any:
    raise ValueError(f"the log holds no {text}")


def opened(path: Path) -> IO[str]:
    """The file as text."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Check an exported log of 回音 Huiyin.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", type=Key.parse, help="the log's public key")
    parser.add_argument("--witness", type=Key.parse, action="append", default=[], help="a witness's public key")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a checkpoint a witness signed")
    parser.add_argument("--receipt", action="append", default=[], help="a receipt that has to be in the log")
    return parser.parse_args(arguments)


def _seen(paths: Iterable[Path]) -> Iterator[Checkpoint]:
    for path in paths:
        yield Checkpoint.parse(path.read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Check a file; 0, 1 or 2."""
    given = _arguments(arguments)
    try:
        asked = Asked(given.key, given.witness, list(_seen(given.seen)), given.receipt)
        with opened(given.file) as lines:
            first = lines.readline()
            proof = f'"format": "{PROOF}"' in first
            report = (check_proof if proof else check)(chain([first], lines), asked)
    except (OSError, EOFError, UnicodeDecodeError, ValueError) as problem:
        sys.stderr.write(f"{given.file} cannot be read: {problem}\n")
        return 1
    for note in report.notes:
        sys.stdout.write(note + "\n")
    if report.faults:
        sys.stderr.write("\n".join(report.faults) + "\n")
        return 1
    words = "entries of one matter stand in the log, last root" if proof else "entries hold, root"
    sys.stdout.write(f"{report.size} {words} {report.root.hex()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
