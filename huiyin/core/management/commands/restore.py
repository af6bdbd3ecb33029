"""`huiyin restore DIR --to HOME [--database URL] [--masked]`: a backup becomes an installation again."""

from argparse import SUPPRESS, ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from huiyin.core import backup
from huiyin.core.archive import Unusable, recovery_key
from huiyin.core.masking import mask
from huiyin.core.now import now
from huiyin.core.restore import judge, restore, restore_masked
from huiyin.core.terminal import add_language
from huiyin.programme.words import phrase


class Command(BaseCommand):
    """Writes into an empty home and an empty database only."""

    help = "Restore a backup into an empty home (and, for PostgreSQL, an empty database)."
    requires_system_checks: list[str] = []  # the place this runs on may be what was lost

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, where to, and with which keys."""
        parser.add_argument(
            "folder", type=Path, metavar="DIR", nargs="?", help="a backup, or a folder of them (the newest is taken)"
        )
        parser.add_argument("--to", type=Path, metavar="HOME", help="the new HUIYIN_HOME; empty")
        parser.add_argument(
            "--masked", action="store_true", help="for trying out: without keys, attachments and anybody's data"
        )
        parser.add_argument("--mask-here", action="store_true", help=SUPPRESS)
        parser.add_argument("--database", default="", metavar="URL", help="an empty PostgreSQL database, as its owner")
        parser.add_argument(
            "--keys", type=Path, metavar="FILE", help="the archive of keys; default: the newest beside DIR"
        )
        parser.add_argument("--recovery", type=Path, metavar="FILE", help="the recovery key; default: this home's")
        parser.add_argument(
            "--most-hours", type=int, metavar="N", help="refuse a backup older than this; default: any age"
        )
        add_language(parser)

    def handle(self, *_: Any, **given: Any) -> None:
        """Judge, then write."""
        if given["mask_here"]:
            mask()
            call_command("migrate", "--bare")  # makes its triggers and policies anew
            return
        if given["folder"] is None or given["to"] is None:
            raise CommandError("DIR, --to HOME", returncode=2)
        language = given["language"]
        most = None if given["most_hours"] is None else timedelta(hours=given["most_hours"])
        try:
            recovery = recovery_key((given["recovery"] or backup.recovery_path()).read_bytes())
            folder = backup.newest(given["folder"].resolve())
            manifest = judge(folder, recovery, at=now(), most=most)
            where: dict[str, Any] = {"home": given["to"].resolve(), "url": given["database"]}
            if given["masked"]:
                restore_masked(folder, recovery, manifest, **where)
            else:
                restore(folder, given["keys"] or backup.newest_keys(folder, manifest), recovery, manifest, **where)
        except Unusable as refused:
            raise CommandError(phrase("backup", refused.code, language, **refused.values)) from refused
        except OSError as fault:
            raise CommandError(f"{fault.filename or given['folder']}: {fault.strerror or fault}") from fault
        said = "masked" if given["masked"] else "restored"
        self.stdout.write(phrase("backup", said, language, home=str(given["to"]), at=manifest.taken_at))
