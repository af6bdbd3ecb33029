"""`huiyin witness …`: bring checkpoints to a witness; everything else is the witness's own program."""

import sys
from argparse import REMAINDER, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from huiyin.core import sealing, witnesses
from huiyin.core.models import Checkpoint
from huiyin.core.now import now
from huiyin.core.terminal import add_language
from huiyin.core.witnesses import WitnessRefused
from huiyin.programme.words import phrase


class Command(BaseCommand):
    """Push, request and accept are ours; init, key, trust, size, sign and show belong to `huiyin-witness`."""

    help = (
        "push DIR | request OLD | accept SIZE KEY | introduce DIR: bring checkpoints to a witness. "
        "init, key, trust, size, sign, show: the witness's own program (huiyin-witness)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The commands; what is not ours is passed on as it is."""
        commands = parser.add_subparsers(dest="what", required=True)
        push = commands.add_parser("push", help="seal, show the newest checkpoint to a witness, keep its signature")
        push.add_argument("folder", type=Path, metavar="DIR")
        introduce = commands.add_parser("introduce", help="let a witness on this machine watch this log")
        introduce.add_argument("folder", type=Path, metavar="DIR")
        request = commands.add_parser("request", help="print what a witness elsewhere is asked")
        request.add_argument("old", type=int, metavar="OLD", help="the size it signed last, 0 at first")
        accept = commands.add_parser("accept", help="keep the signature line on standard input")
        accept.add_argument("size", type=int)
        accept.add_argument("key", help="the witness's public key")
        for ours in (push, introduce, request, accept):
            add_language(ours)
        for name in ("init", "key", "trust", "size", "sign", "show"):
            commands.add_parser(name, add_help=False).add_argument("rest", nargs=REMAINDER)

    def handle(self, *_: Any, **given: Any) -> None:
        """Run one of them."""
        ours = {"push": self.push, "introduce": self.introduce, "request": self.request, "accept": self.accept}
        try:
            if given["what"] in ours:
                ours[given["what"]](given)
            else:
                piped = sys.stdin.buffer.read() if given["what"] == "sign" else b""
                self.stdout.write(witnesses.ask([given["what"], *given["rest"]], piped), ending="")
        except WitnessRefused as refused:
            raise CommandError(str(refused)) from refused

    def push(self, given: dict[str, Any]) -> None:
        """Seal, show, keep."""
        sealing.seal_now(now())
        checkpoint = witnesses.push(given["folder"])
        self.stdout.write(_signed(checkpoint, given["language"]))

    def introduce(self, given: dict[str, Any]) -> None:
        """The witness learns the log's key, we learn the witness's."""
        sealing.seal_now(now())
        witnesses.known(witnesses.ask(["key", given["folder"]]))
        self.stdout.write(witnesses.ask(["trust", given["folder"], str(sealing.verifier())]), ending="")

    def request(self, given: dict[str, Any]) -> None:
        """For a witness on another machine."""
        sealing.seal_now(now())
        checkpoint = sealing.newest()
        if checkpoint is None:
            raise CommandError(phrase("commands", "nothing_yet", given["language"]))
        self.stdout.write(witnesses.request(given["old"], checkpoint).decode(), ending="")

    def accept(self, given: dict[str, Any]) -> None:
        """Its answer."""
        checkpoint = Checkpoint.objects.filter(size=given["size"]).first()
        if checkpoint is None:
            raise CommandError(phrase("commands", "no_checkpoint", given["language"], size=given["size"]))
        witnesses.accept(checkpoint, witnesses.known(given["key"]), sys.stdin.read())
        self.stdout.write(_signed(checkpoint, given["language"]))


def _signed(checkpoint: Checkpoint, language: str) -> str:
    """How far a witness has signed."""
    return phrase("commands", "signed", language, size=checkpoint.size, root=bytes(checkpoint.root).hex())
