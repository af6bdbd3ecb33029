"""`huiyin audit verify | export | checkpoint`: is the log what it was? (docs/explanation/evidence.md)."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from huiyin.core import audit, export, sealing
from huiyin.core.audit import Findings, Seen
from huiyin.core.now import now
from huiyin.core.terminal import add_language
from huiyin.core.witnesses import WitnessRefused, seen
from huiyin.programme.words import phrase


class Command(BaseCommand):
    """Verify the log, write it to a file, or print its newest checkpoint."""

    help = "Verify the log (exit 1 and a sentence for each fault), export it, or print its newest checkpoint."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The three commands."""
        commands = parser.add_subparsers(dest="what", required=True)
        verify = commands.add_parser("verify", help="go through everything again")
        verify.add_argument(
            "--witness", type=Path, action="append", default=[], metavar="DIR", help="a witness's folder"
        )
        add_language(verify)
        writer = commands.add_parser("export", help="write the log for the stand-alone verifier")
        writer.add_argument("file", type=Path)
        checkpoint = commands.add_parser("checkpoint", help="seal, and print the newest checkpoint and the log's key")
        add_language(writer)
        add_language(checkpoint)

    def handle(self, *_: Any, **given: Any) -> None:
        """Run one of them."""
        if given["what"] == "verify":
            self.verify(given["witness"], given["language"])
        elif given["what"] == "export":
            self.export(given["file"], given["language"])
        else:
            self.checkpoint(given["language"])

    def verify(self, folders: list[Path], language: str) -> None:
        """Sentences on stderr and exit code 1, or counts and the root."""
        witnessed, faults = self.witnessed(folders)
        findings = audit.verify(now(), witnessed, language)
        sentences = [*faults, *findings.told()]
        if sentences:
            for sentence in sentences:
                self.stderr.write(sentence)
            sys.exit(1)
        self.report(findings, witnessed, language)

    def witnessed(self, folders: list[Path]) -> tuple[list[Seen], list[str]]:
        """What each witness holds; one that cannot be asked is a fault, never a pass."""
        found, faults = [], []
        for folder in folders:
            try:
                found.append(seen(folder))
            except WitnessRefused as refused:
                faults.append(str(refused))
        return found, faults

    def report(self, findings: Findings, witnessed: list[Seen], language: str) -> None:
        """All is well, and how much of it there is."""
        counts = {name: getattr(findings, name) for name in ("events", "rows", "looks", "checkpoints")}
        self.stdout.write(phrase("commands", "verified", language, **counts))
        self.stdout.write(f"root {findings.root.hex()}")
        for one in witnessed:
            at = one.at.isoformat(timespec="seconds")
            self.stdout.write(phrase("commands", "witnessed", language, witness=one.witness, size=one.size, at=at))

    def export(self, path: Path, language: str) -> None:
        """Seal first, so that the file has everything."""
        sealing.seal_now(now())
        try:
            count = export.write(path)
        except OSError as fault:
            raise CommandError(f"{path}: {fault.strerror}") from fault
        self.stdout.write(phrase("commands", "exported", language, count=count, path=str(path)))
        self.stdout.write(str(sealing.verifier()))

    def checkpoint(self, language: str) -> None:
        """Seal first, so that it is the newest."""
        sealing.seal_now(now())
        newest = sealing.newest()
        if newest is None:
            raise CommandError(phrase("commands", "nothing_yet", language))
        self.stdout.write(sealing.note(newest).decode() + f"\n{sealing.verifier()}")
