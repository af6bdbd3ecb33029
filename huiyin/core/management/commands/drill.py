"""`huiyin drill [DIR] --witness DIR`: does the backup come back? Exit 1 on any doubt."""

import json
import sys
from argparse import SUPPRESS, ArgumentParser
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from huiyin.core import backup, drill
from huiyin.core.archive import Unusable, recovery_key
from huiyin.core.audit import Seen
from huiyin.core.keyfiles import UnsafeKeys
from huiyin.core.models import Mark
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.core.witnesses import WitnessRefused
from huiyin.programme.words import phrase

BY = Viewer.system("drill")


class Command(BaseCommand):
    """Restores the newest backup to a throw-away place, verifies and opens it, and says how old and how long."""

    help = "Restore a backup to a throw-away place, verify it against the witness, open 100 fields; exit 1 on doubt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which backup, against whom, and how old it may be."""
        parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="default: where the last backup went")
        parser.add_argument(
            "--witness", type=Path, action="append", default=[], metavar="DIR", help="a witness's folder"
        )
        parser.add_argument(
            "--keys", type=Path, metavar="FILE", help="the archive of keys; default: the newest beside DIR"
        )
        parser.add_argument("--recovery", type=Path, metavar="FILE", help="the recovery key; default: this home's")
        parser.add_argument("--most-hours", type=int, default=settings.HUIYIN_BACKUP_HOURS, metavar="N")
        add_language(parser)
        parser.add_argument("--inside", help=SUPPRESS)

    def handle(self, *_: Any, **given: Any) -> None:
        """The drill, or its part inside the restored place."""
        if given["inside"]:
            self.inside(json.loads(given["inside"]), given["language"])
            return
        language, at = given["language"], now()
        folder = self.folder(given["folder"], language)
        try:
            recovery = recovery_key((given["recovery"] or backup.recovery_path()).read_bytes())
            result = drill.drill(
                folder,
                given["keys"],
                recovery,
                given["witness"],
                at=at,
                most=timedelta(hours=given["most_hours"]),
            )
        except (Unusable, WitnessRefused, UnsafeKeys, OSError) as refused:
            self.failed(at, folder.name)
            raise CommandError(_sentence(refused, language)) from refused
        drill.note(
            by=BY,
            at=at,
            subject=result.manifest.taken_at,
            passed=result.passed,
            age=result.age.total_seconds(),
            took=result.took,
        )
        seal_now(now())
        self.report(result, language)
        if not result.passed:
            sys.exit(1)

    def folder(self, given: Path | None, language: str) -> Path:
        """The folder named, or that of the last backup."""
        last = Mark.objects.filter(name="backup").values_list("value", flat=True).first()
        if given is None and last is None:
            raise CommandError(phrase("backup", "never", language))
        return (given or Path(str(last))).resolve()

    def failed(self, at: datetime, subject: str) -> None:
        """A backup that is refused is a drill that failed."""
        drill.note(by=BY, at=at, subject=subject[:60], passed=False, age=0, took=0)
        seal_now(now())

    def report(self, result: drill.Result, language: str) -> None:
        """How old, how long, how much; then what is in doubt."""
        inside = result.inside
        counts = {"opened": inside.opened, "erased": inside.erased, "files": inside.files}
        log: dict[str, str | int] = {"events": inside.events, "rows": inside.rows, "size": inside.size}
        lines = [
            phrase("backup", "age", language, at=result.manifest.taken_at, age=_span(result.age.total_seconds())),
            phrase("backup", "took", language, took=_span(result.took)),
            phrase("backup", "log", language, root=inside.root[:16], **log),
            phrase("backup", "witness", language, witness=result.witness),
            phrase("backup", "fields", language, **counts),
        ]
        if inside.closed:
            lines.append(phrase("backup", "closed", language, closed=inside.closed))
        self.stdout.write("\n".join(lines))
        for fault in result.faults:
            self.stderr.write(fault)
        self.stdout.write(phrase("backup", "passed" if result.passed else "failed", language))

    def inside(self, question: dict[str, Any], language: str) -> None:
        """Answer on the last line of stdout, as JSON."""
        seen = [
            Seen(one["witness"], one["size"], bytes.fromhex(one["root"]), datetime.fromisoformat(one["at"]))
            for one in question["seen"]
        ]
        at = datetime.fromisoformat(question["at"])
        found = drill.look_inside(at=at, seen=seen, canary=question["canary"], language=language)
        self.stdout.write(json.dumps(asdict(found)))


def _sentence(refused: Exception, language: str) -> str:
    if isinstance(refused, Unusable):
        return phrase("backup", refused.code, language, **refused.values)
    if isinstance(refused, OSError):
        return f"{refused.filename or ''}: {refused.strerror or refused}"
    return str(refused)


def _span(seconds: float) -> str:
    """Seconds as `1 d 02:03:04`, or `4.2 s` below a minute."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    days, rest = divmod(int(seconds), 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days} d {clock}" if days else clock
