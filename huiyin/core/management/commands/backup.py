"""`huiyin backup [DIR]`: database, files and keys, encrypted, with a manifest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from huiyin.core import backup
from huiyin.core.archive import Unusable, recovery_key
from huiyin.core.keyfiles import UnsafeKeys
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.terminal import add_language
from huiyin.core.viewer import Viewer
from huiyin.programme.words import phrase


class Command(BaseCommand):
    """Writes a backup; deletes archives of keys older than 30 days and backups older than 90."""

    help = "Back up database, files and keys into a folder, encrypted under the recovery key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and under which key."""
        parser.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="default: backups in HUIYIN_HOME")
        parser.add_argument("--recovery", type=Path, metavar="FILE", help="a file with a passphrase of your own")
        add_language(parser)

    def handle(self, *_: Any, **given: Any) -> None:
        """Make, note, prune."""
        language, at = given["language"], now()
        folder = (given["folder"] or Path(settings.HUIYIN_HOME) / "backups").resolve()
        fresh = not given["recovery"] and not backup.recovery_path().exists()
        try:
            recovery = (
                recovery_key(given["recovery"].read_bytes()) if given["recovery"] else backup.local_recovery_key()
            )
            made = backup.make(folder, recovery, at=at)
            backup.note(by=Viewer.system("backup"), at=at, made=made)
            gone = backup.prune(folder, at=at)
        except Unusable as refused:
            raise CommandError(phrase("backup", refused.code, language, **refused.values)) from refused
        except UnsafeKeys as fault:
            raise CommandError(str(fault)) from fault
        except OSError as fault:
            raise CommandError(f"{fault.filename or folder}: {fault.strerror or fault}") from fault
        seal_now(now())
        size = sum(part.size for part in made.manifest.parts.values())
        self.stdout.write(
            phrase("backup", "made", language, folder=str(made.folder), size=size, events=made.manifest.events)
        )
        self.stdout.write(phrase("backup", "made_keys", language, keys=str(made.keys)))
        if fresh:
            self.stdout.write(phrase("backup", "recovery_new", language, path=str(backup.recovery_path())))
        for path in gone:
            self.stdout.write(phrase("backup", "pruned", language, name=path.name))
