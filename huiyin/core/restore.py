"""`huiyin restore`: a backup becomes an installation again, in a home that is empty.

Every part is checked against the sealed manifest before anything is written, and its plaintext is proved chunk by chunk
as it is read: what lands on the disk is what was backed up.
"""

import gzip
import os
import re
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfileobj

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from huiyin.core import backup, dump
from huiyin.core.archive import Unusable, open_part
from huiyin.core.backup import Manifest
from huiyin.core.keyfiles import replace

KEY_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,80}")
FILE_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def judge(folder: Path, recovery: bytes, *, at: datetime, most: timedelta | None) -> Manifest:
    """Whether a backup can be used at all, before anything is written.

    `most` is how old it may be, None for any age. Raises Unusable: see backup.load and backup.check; backup_stale,
    backup_future.
    """
    manifest = backup.load(folder, recovery)
    age = at - manifest.at
    if most is not None and age > most:
        raise Unusable("backup_stale", hours=int(age.total_seconds() // 3600), most=int(most.total_seconds() // 3600))
    if age < -timedelta(minutes=5):
        raise Unusable("backup_future", at=manifest.taken_at)
    backup.check(folder, manifest)
    return manifest


def restore(folder: Path, keys: Path, recovery: bytes, manifest: Manifest, *, home: Path, url: str = "") -> None:
    """Unpack a judged backup into an empty home and, for PostgreSQL, into the empty database `url` names as its owner.

    Raises Unusable: target_not_empty, engine_differs, archive_other_version, archive_damaged (of another recovery
    key, or changed on the way).
    """
    _begin(manifest, home, url)
    _unpack(keys, "keys", recovery, home / "keys", KEY_NAME)
    if (home / "keys" / "secret_key").exists():
        (home / "keys" / "secret_key").rename(home / "secret_key")
    replace(home / "keys" / "recovery", recovery + b"\n")
    _unpack(folder / "files.tar", "files.tar", recovery, home / "files", FILE_NAME)
    _fill(folder, recovery, manifest, home, url)


def restore_masked(folder: Path, recovery: bytes, manifest: Manifest, *, home: Path, url: str = "") -> None:
    """The database alone, masked before anybody sees it: no keys, no attachments. See `core.masking`.

    Raises Unusable as `restore`; migrate_failed where it could not be masked, and then nothing is left of it.
    """
    _begin(manifest, home, url)
    _fill(folder, recovery, manifest, home, url)
    masked = False
    try:
        done = run(home, url, "restore", "--mask-here")
        if done.returncode:
            raise Unusable("migrate_failed", reason=(done.stderr.strip().splitlines() or [""])[-1])
        masked = True
    finally:
        if not masked:
            _take_back(home, url)


def _begin(manifest: Manifest, home: Path, url: str) -> None:
    if home.exists() and any(home.iterdir()):
        raise Unusable("target_not_empty", target=str(home))
    if (manifest.engine == "postgresql") != url.startswith("postgres"):
        raise Unusable("engine_differs", engine=manifest.engine)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)


def _fill(folder: Path, recovery: bytes, manifest: Manifest, home: Path, url: str) -> None:
    if manifest.engine == "postgresql":
        _fill_postgres(folder / "database.gz", recovery, manifest, home, url)
    else:
        _write_sqlite(folder / "database.gz", recovery, home / "huiyin.sqlite3")


def _take_back(home: Path, url: str) -> None:
    """What was filled just now goes: a database that was empty before."""
    for path in home.glob("huiyin.sqlite3*"):
        path.unlink()
    if url:
        with closing(dump.connect(conninfo_to_dict(url))) as connection:
            for name in (*dump.tables(connection), "django_migrations"):
                connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(name)))
            connection.commit()


def run(home: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours on another home and database, with the settings of this process otherwise."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HUIYIN_NOW")}
    environment |= {"HUIYIN_HOME": str(home)} | ({"DATABASE_URL": url} if url else {})
    environment.pop("HUIYIN_DB_ROLE", None)  # the owner restores
    command = [sys.executable, "-m", "huiyin.config.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


def _unpack(archive: Path, part: str, recovery: bytes, target: Path, allowed: re.Pattern[str]) -> None:
    """Plain files under expected names only, readable by their owner only."""
    target.mkdir(mode=0o700)
    try:
        with archive.open("rb") as file, open_part(file, recovery, part) as plain:
            with tarfile.open(fileobj=plain, mode="r|") as tar:
                for entry in tar:
                    content = tar.extractfile(entry) if entry.isreg() and allowed.fullmatch(entry.name) else None
                    if content is None:
                        raise Unusable("archive_damaged", part=part)
                    path = target / entry.name
                    path.parent.mkdir(exist_ok=True, mode=0o700)
                    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                        copyfileobj(content, out)
            while plain.read(65_536):
                pass  # to the proved end of the stream
    except (tarfile.TarError, EOFError) as problem:
        raise Unusable("archive_damaged", part=part) from problem


def _write_sqlite(archive: Path, recovery: bytes, target: Path) -> None:
    try:
        with (
            archive.open("rb") as file,
            open_part(file, recovery, archive.name) as plain,
            gzip.open(plain) as source,
            os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out,
        ):
            copyfileobj(source, out, 1024 * 1024)
    except (EOFError, gzip.BadGzipFile) as problem:
        raise Unusable("archive_damaged", part=archive.name) from problem


def _fill_postgres(archive: Path, recovery: bytes, manifest: Manifest, home: Path, url: str) -> None:
    """Tables by migrating, rows by COPY; the migrations have to be the same as when the backup was taken."""
    migrated = run(home, url, "migrate", "--bare")
    if migrated.returncode:
        raise Unusable("migrate_failed", reason=(migrated.stderr.strip().splitlines() or [""])[-1])
    with closing(dump.connect(conninfo_to_dict(url))) as connection:
        if dump.migrations(connection) != sorted(manifest.migrations):
            raise Unusable("archive_other_version", version=manifest.version)
        try:
            with (
                archive.open("rb") as file,
                open_part(file, recovery, archive.name) as plain,
                gzip.open(plain) as lines,
            ):
                dump.read(connection, lines)
        except (EOFError, gzip.BadGzipFile, psycopg.Error) as problem:
            raise Unusable("archive_damaged", part=archive.name) from problem
