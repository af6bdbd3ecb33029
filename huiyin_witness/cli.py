"""`huiyin-witness …`: works on a folder and on standard input; it opens no network connection.

    huiyin-witness init DIR --name NAME     make a witness
    huiyin-witness key DIR                  print its public key
    huiyin-witness trust DIR KEY            watch a log
    huiyin-witness size DIR ORIGIN          print the size signed last
    huiyin-witness sign DIR                 read a request on standard input, print a signature line
    huiyin-witness show DIR [ORIGIN]        print the newest signed checkpoints

A request is what C2SP tlog-witness posts: `old SIZE`, the consistency proof in base64 lines, an empty line, the signed
checkpoint. Exit codes: 0 done, 1 refused (a sentence on stderr), 2 wrong usage.
"""

import argparse
import base64
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from huiyin_witness.state import Refused, Witness, alone
from huiyin_witness.verify_log import Key

LONGEST = 1_000_000  # bytes of a request


def parse(request: str) -> tuple[int, list[bytes], str]:
    """A request as old size, proof and note. Raises Refused when it is none."""
    head, gap, note = request.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, number = first.partition(" ")
    if word != "old" or not gap or not number.isascii() or not number.isdigit():
        raise Refused("that is no request")
    try:
        proof = [base64.b64decode(line, validate=True) for line in lines]
    except ValueError:
        raise Refused("the proof is not written in base64") from None
    if len(proof) > 63 or any(len(item) != 32 for item in proof):
        raise Refused("the proof is not made of hashes")
    return int(number), proof, note


def sign(witness: Witness) -> str:
    """Answer the request on standard input."""
    data = sys.stdin.buffer.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise Refused("the request is too long")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused("that is no request") from None
    return witness.sign(*parse(text), int(time.time()))


def show(witness: Witness, origin: str | None) -> str:
    """The newest signed checkpoint of one log, or of all."""
    origins = [origin] if origin else sorted(witness.logs)
    return "\n".join(witness.newest(one).note for one in origins)


def run(given: argparse.Namespace) -> str:
    """What a command prints."""
    folder: Path = given.folder
    if given.command == "init":
        return f"{Witness.make(folder, given.name).key}\n"
    with alone(folder):
        witness = Witness(folder)
        if given.command == "trust":
            witness.trust(given.key)
            return f"{given.key.name}\n"
        answers = {
            "key": lambda: f"{witness.key}\n",
            "size": lambda: f"{witness.newest(given.origin).size}\n",
            "sign": lambda: sign(witness),
            "show": lambda: show(witness, given.origin),
        }
        return answers[given.command]()


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="huiyin-witness", description="Witness of the log of 回音 Huiyin.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("init", "key", "trust", "size", "sign", "show"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path, metavar="DIR")
        if name == "init":
            command.add_argument("--name", required=True)
        elif name == "trust":
            command.add_argument("key", type=Key.parse)
        elif name in {"size", "show"}:
            command.add_argument("origin", nargs="?" if name == "show" else None)
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> None:
    """Run a command and end the process."""
    try:
        sys.stdout.write(run(arguments(given)))
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        sys.exit(1)
    except OSError as fault:
        sys.stderr.write(f"{fault.strerror}: {fault.filename}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
