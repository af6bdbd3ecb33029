"""`huiyin backup`: database, files and keys, each encrypted, with a manifest that says what there is.

    DIR/20261125T134200Z/manifest.json   what, when, how large, SHA-256 of each part, newest checkpoint; sealed by HMAC
    DIR/20261125T134200Z/database.gz     the database at one moment
    DIR/20261125T134200Z/files.tar       attachments, as they lie (encrypted for their subjects)
    DIR/keys-20261125T134200Z            the keys; to be kept apart, and deleted here after 30 days

Everything is encrypted under the recovery key (`HOME/keys/recovery`, one line). Keys are copied after the database, so
that every ciphertext in it has its key. Whoever is erased disappears from old backups too, when the last archive of
keys that still had theirs is 30 days old.
"""

import gzip
import hashlib
import hmac
import json
import secrets
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, ClassVar

from django.conf import settings
from django.db import connection

from huiyin import __version__
from huiyin.core import dump, sealing
from huiyin.core.actions import action
from huiyin.core.archive import Unusable, derived, file_digest, new_recovery_key, recovery_key, write_part
from huiyin.core.events import Fact, record
from huiyin.core.keyfiles import keys_folder, make_once, replace
from huiyin.core.models import Mark
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer

FORMAT = "huiyin-backup-1"
STAMP = "%Y%m%dT%H%M%SZ"
KEYS_KEPT = timedelta(days=30)
BACKUPS_KEPT = timedelta(days=90)
CANARY = "backup:canary"
CANARY_PLACE = {"table": "backup", "column": "canary", "row": "canary"}
CANARY_TEXT = "canary"
NOT_KEPT = ("recovery", "throttle-", "vault.sqlite3", ".")  # beginnings of names in `keys` that are not archived


@dataclass(frozen=True)
class Part:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. Hashes are hex; `taken_at` is when the database was read."""

    format: str
    taken_at: str
    version: str
    engine: str
    log: str
    size: int
    root: str
    events: int
    canary: str
    migrations: list[str]
    parts: dict[str, Part] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When the database was read."""
        return datetime.fromisoformat(self.taken_at)


@dataclass(frozen=True, kw_only=True)
class BackupMade(Fact):
    """A backup was written: the bytes of its parts, and how many events it holds."""

    NAME: ClassVar[str] = "core.backup_made"
    size: int
    events: int


@dataclass(frozen=True)
class Made:
    """A backup that is there."""

    folder: Path
    keys: Path
    manifest: Manifest


def make(folder: Path, recovery: bytes, *, at: datetime) -> Made:
    """Write a backup below a folder; it appears under its name only when it is whole and on the disk.

    Raises Unusable("backup_there") when one of this second is there, OSError when the disk is full.
    """
    sealing.seal_now(at)
    stamp = at.astimezone(UTC).strftime(STAMP)
    target, keys = folder / stamp, folder / f"keys-{stamp}"
    if target.exists() or keys.exists():
        raise Unusable("backup_there", name=stamp)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
    try:
        parts, about = _database(work, recovery)
        parts["files.tar"] = Part(*write_part(work / "files.tar", recovery, _files))
        manifest = Manifest(format=FORMAT, taken_at=at.isoformat(), version=__version__, parts=parts, **about)
        _write_manifest(work / "manifest.json", manifest, recovery)
        write_part(work / "keys", recovery, _keys)  # after the database, so that every ciphertext has its key
        (work / "keys").replace(keys)
        work.replace(target)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return Made(target, keys, manifest)


@action
def note(*, by: Viewer, at: datetime, made: Made) -> None:
    """Tell that a backup was made, and remember where for the health page and the drill."""
    size = sum(part.size for part in made.manifest.parts.values())
    record(BackupMade(subject=made.folder.name, size=size, events=made.manifest.events), by=by, at=at)
    Mark.objects.update_or_create(name="backup", defaults={"value": str(made.folder.parent)[:200], "at": at})


def prune(folder: Path, *, at: datetime) -> list[Path]:
    """Delete archives of keys older than 30 days and backups older than 90; the newest of each stays. Gives which."""
    gone = []
    for paths, kept in ((_dated(folder, "keys-"), KEYS_KEPT), (_dated(folder, ""), BACKUPS_KEPT)):
        gone += [path for moment, path in paths[:-1] if moment < at - kept]
    for path in gone:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return gone


def local_recovery_key() -> bytes:
    """The recovery key of this home, made at the first backup."""
    return recovery_key(make_once(recovery_path(), new_recovery_key))


def recovery_path() -> Path:
    """Where it lies."""
    return keys_folder(Path(settings.HUIYIN_HOME)) / "recovery"


def load(folder: Path, recovery: bytes) -> Manifest:
    """A backup's manifest, proved by its seal.

    Raises Unusable: backup_none, backup_manifest (unreadable), backup_seal (of another recovery key, or changed).
    """
    try:
        written = json.loads((folder / "manifest.json").read_bytes())
        about, salt, seal = written["manifest"], bytes.fromhex(written["salt"]), bytes.fromhex(written["seal"])
        sealed = _encode(about)
    except FileNotFoundError as problem:
        raise Unusable("backup_none", folder=str(folder)) from problem
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Unusable("backup_manifest", folder=str(folder)) from problem
    if not hmac.compare_digest(hmac.digest(derived(recovery, salt, b"manifest"), sealed, hashlib.sha256), seal):
        raise Unusable("backup_seal", folder=str(folder))
    if about["format"] != FORMAT:
        raise Unusable("archive_other_version")
    return Manifest(**about | {"parts": {name: Part(**part) for name, part in about["parts"].items()}})


def check(folder: Path, manifest: Manifest) -> None:
    """Every part is there, whole and unchanged. Raises Unusable: archive_missing, _empty, _cut, _damaged."""
    for name, part in manifest.parts.items():
        path = folder / name
        if not path.is_file():
            raise Unusable("archive_missing", part=name)
        size = path.stat().st_size
        if size != part.size:
            raise Unusable("archive_cut" if size else "archive_empty", part=name, size=size, wanted=part.size)
        if file_digest(path) != part.sha256:
            raise Unusable("archive_damaged", part=name)


def newest(folder: Path) -> Path:
    """The backup in a folder: itself, or the newest below it. Raises Unusable("backup_none")."""
    if (folder / "manifest.json").exists() or _moment(folder.name) is not None:
        return folder
    found = _dated(folder, "")
    if not found:
        raise Unusable("backup_none", folder=str(folder))
    return found[-1][1]


def newest_keys(folder: Path, manifest: Manifest) -> Path:
    """The newest archive of keys beside or in a backup, not older than it. Raises Unusable("keys_none")."""
    found = [*_dated(folder.parent, "keys-"), *_dated(folder, "keys-")]
    young = [path for moment, path in sorted(found) if moment >= manifest.at.replace(microsecond=0)]
    if not young:
        raise Unusable("keys_none", folder=str(folder.parent))
    return young[-1]


def _dated(folder: Path, before: str) -> list[tuple[datetime, Path]]:
    """What a folder holds under names that are moments, oldest first."""
    paths = folder.glob(f"{before}[0-9]*Z") if folder.is_dir() else []
    dated = [(_moment(path.name.removeprefix(before)), path) for path in paths]
    return sorted((moment, path) for moment, path in dated if moment is not None)


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _encode(about: dict[str, Any]) -> bytes:
    return json.dumps(about, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _write_manifest(path: Path, manifest: Manifest, recovery: bytes) -> None:
    about, salt = asdict(manifest), secrets.token_bytes(16)
    seal = hmac.digest(derived(recovery, salt, b"manifest"), _encode(about), hashlib.sha256)
    replace(path, json.dumps({"manifest": about, "salt": salt.hex(), "seal": seal.hex()}, indent=1).encode())


def _database(work: Path, recovery: bytes) -> tuple[dict[str, Part], dict[str, Any]]:
    """Write the database's part; gives it, and what the manifest says of the moment it shows."""
    canary = vault().seal(CANARY, **CANARY_PLACE, text=CANARY_TEXT).hex()
    path = work / "database.gz"
    if connection.vendor == "postgresql":
        with closing(dump.connect(connection.get_connection_params())) as snapshot:
            about = _about(lambda query: snapshot.execute(query).fetchall())
            part = Part(*write_part(path, recovery, lambda out: _zipped(out, lambda file: dump.write(snapshot, file))))
    else:
        copy = work / ".database"
        connection.ensure_connection()
        dump.copy_sqlite(connection.connection, copy)
        with closing(sqlite3.connect(copy)) as snapshot:
            about = _about(lambda query: snapshot.execute(query).fetchall())
        with copy.open("rb") as source:
            part = Part(*write_part(path, recovery, lambda out: _zipped(out, lambda file: copyfileobj(source, file))))
        copy.unlink()
    return {"database.gz": part}, about | {"engine": connection.vendor, "canary": canary}


def _about(ask: Callable[[str], list[Any]]) -> dict[str, Any]:
    """What there is at the moment a snapshot shows."""
    checkpoint = ask("SELECT size, root FROM core_checkpoint ORDER BY size DESC LIMIT 1") or [(0, b"")]
    return {
        "log": (ask("SELECT value FROM core_mark WHERE name = 'log'") or [("",)])[0][0],
        "size": checkpoint[0][0],
        "root": bytes(checkpoint[0][1]).hex(),
        "events": ask("SELECT count(*) FROM core_event")[0][0],
        "migrations": [name for (name,) in ask("SELECT app || '.' || name FROM django_migrations ORDER BY 1")],
    }


def _zipped(out: IO[bytes], fill: Callable[[gzip.GzipFile], None]) -> None:
    """Compressed before it is encrypted; the fastest level already halves what COPY and SQLite write."""
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1, mtime=0) as file:
        fill(file)


def _files(out: IO[bytes]) -> None:
    """Every attachment. Copied after the database, so that what a row names is there; what was erased since is not."""
    folder = Path(settings.HUIYIN_HOME) / "files"
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.glob("*/[0-9a-f]*")):
            with suppress(FileNotFoundError):
                tar.add(path, arcname=f"{path.parent.name}/{path.name}", recursive=False)


def _keys(out: IO[bytes]) -> None:
    """The key store as a consistent copy, and the small files beside it."""
    home = Path(settings.HUIYIN_HOME)
    folder = keys_folder(home)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".copy-") as scrap,
        tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        copy = Path(scrap) / "vault.sqlite3"
        vault().store.copy_to(copy)
        tar.add(copy, arcname="vault.sqlite3")
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith(NOT_KEPT):
                tar.add(path, arcname=path.name)
        if (home / "secret_key").is_file():
            tar.add(home / "secret_key", arcname="secret_key")
