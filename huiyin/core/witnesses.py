"""What the product says to a witness and keeps of its answer. The witness is another program: `huiyin_witness`."""

import base64
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from huiyin.core import sealing
from huiyin.core.audit import Seen
from huiyin.core.keyfiles import make_once
from huiyin.core.keys import COSIGNATURE, Verifier, parse_line, signature_lines, witness_file
from huiyin.core.models import Checkpoint, Cosignature
from huiyin.programme.words import phrase


class WitnessRefused(Exception):
    """The witness, or what it answered, says no; the sentence says why."""


def ask(arguments: Sequence[str | Path], request: bytes = b"") -> str:
    """Run the witness's own program. Raises WitnessRefused with its sentence."""
    command = [sys.executable, "-m", "huiyin_witness", *map(str, arguments)]
    done = subprocess.run(command, input=request, capture_output=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise WitnessRefused(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode()


def push(folder: Path) -> Checkpoint:
    """Show the newest checkpoint to a witness on this machine, with its proof, and keep its signature.

    Raises WitnessRefused when it says no, when there is nothing to show, or when its key is not the one known.
    """
    witness = known(ask(["key", folder]))
    size = int(ask(["size", folder, sealing.origin()]))
    checkpoint = sealing.newest()
    if checkpoint is None:
        raise WitnessRefused(phrase("audit", "nothing_sealed"))
    accept(checkpoint, witness, ask(["sign", folder], request(size, checkpoint)))
    return checkpoint


def request(old: int, checkpoint: Checkpoint) -> bytes:
    """What a witness is asked: C2SP tlog-witness, for a witness on another machine as a file.

    A size beyond our own goes without a proof: the witness is to see it and say so.
    """
    proof = sealing.consistency_proof(old, checkpoint) if old <= checkpoint.size else []
    lines = "".join(base64.b64encode(item).decode() + "\n" for item in proof)
    return f"old {old}\n{lines}\n".encode() + sealing.note(checkpoint)


def accept(checkpoint: Checkpoint, witness: Verifier, line: str) -> None:
    """Keep a witness's signature line. Raises WitnessRefused when it is not that witness's over this checkpoint."""
    text, _ = signature_lines(sealing.note(checkpoint))
    try:
        name, identity, data = parse_line(line)
    except ValueError:
        raise WitnessRefused(phrase("audit", "witness_signature", witness=witness.name)) from None
    seconds = int.from_bytes(data[:8], "big")
    right = (name, identity) == (witness.name, witness.id) and witness.cosigned(text, seconds, data[8:])
    if not right:
        raise WitnessRefused(phrase("audit", "witness_signature", witness=witness.name))
    try:
        with transaction.atomic():
            Cosignature.objects.create(
                checkpoint=checkpoint,
                witness=name,
                key_id=identity,
                at=datetime.fromtimestamp(seconds, UTC),
                signature=data[8:],
            )
    except IntegrityError:
        return  # the same checkpoint was shown before, and the first word stands


def known(line: str) -> Verifier:
    """A witness's key; the first time it is written down in HUIYIN_HOME/keys, and from then on no other is taken.

    Raises WitnessRefused for another key under a known name, and for what is no witness's key.
    """
    try:
        witness = Verifier.parse(line)
    except ValueError:
        raise WitnessRefused(phrase("audit", "witness_key")) from None
    if witness.kind != COSIGNATURE or "/" in witness.name or witness.name.startswith("."):
        raise WitnessRefused(phrase("audit", "witness_key"))
    if make_once(witness_file(witness.name), lambda: f"{witness}\n".encode()).decode().strip() != str(witness):
        raise WitnessRefused(phrase("audit", "witness_other_key", witness=witness.name))
    return witness


def seen(folder: Path) -> Seen:
    """What a witness holds of this log. Raises WitnessRefused when it holds nothing or its signature is wrong."""
    witness = known(ask(["key", folder]))
    note = ask(["show", folder, sealing.origin()]).encode()
    if not note:
        raise WitnessRefused(phrase("audit", "witness_nothing", witness=witness.name))
    text, lines = signature_lines(note)
    _, size, root, *_ = text.decode().split("\n")
    for name, identity, data in lines:
        seconds = int.from_bytes(data[:8], "big")
        if (name, identity) == (witness.name, witness.id) and witness.cosigned(text, seconds, data[8:]):
            return Seen(name, int(size), base64.b64decode(root), datetime.fromtimestamp(seconds, UTC))
    raise WitnessRefused(phrase("audit", "witness_signature", witness=witness.name))
