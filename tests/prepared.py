"""A database is made once for all processes of a run; each takes a copy of its own, which costs a tenth.

Two kinds: the one the tests of a process share (`share`), and a served product's home with its database (`lay`). The
first is made from the models, in a tenth of the time in which the migrations get there; the second is migrated, and
`tests/rooms/core/test_migrations.py` holds the two to be the same on either database. Both lie in the run's own folder
and go with it; on PostgreSQL they are databases beside the run's, which go with its server or, where the server stays,
are dropped when the run ends.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg


def folder() -> Path:
    """Where what is ready lies, for every process of this run."""
    path = Path(os.environ["HUIYIN_TEST_HOME"]) / "ready"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


@contextmanager
def once(name: str) -> Iterator[bool]:
    """One process at a time; true for the first, which makes what is wanted. If it fails, the next one does."""
    done = folder() / f"{name}.done"
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


def share(connection: Any) -> None:
    """Have the database of this process' tests made from the models in the first process, by copying in the others.

    Without its migrations migrate does what else it does: triggers, policies, the index, days and a first rulebook.
    """
    creation, usual = connection.creation, connection.creation.create_test_db
    settings = connection.settings_dict["TEST"]

    def make(*args: Any, **options: Any) -> str:
        made: str = usual(*args, **options)
        _say_migrated(connection)
        return made

    def create(*args: Any, **options: Any) -> str:
        settings["MIGRATE"] = False
        with once("tests") as first:
            if first:
                made = make(*args, **options)
                _put_by(connection, made)
                return made
        if not _key_ready():
            return make(*args, **options)
        if connection.vendor == "sqlite":
            shutil.copyfile(folder() / "tests.sqlite3", creation._get_test_db_name())
            return str(usual(*args, **{**options, "keepdb": True}))
        settings["TEMPLATE"] = template("tests")
        return str(usual(*args, **options))

    creation.create_test_db = create


def _say_migrated(connection: Any) -> None:
    """Write down that every migration was applied, as a database made by them has it."""
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    disk = MigrationLoader(connection).disk_migrations
    names = [*disk, *(name for one in disk.values() for name in one.replaces)]  # as migrate writes them
    recorder.migration_qs.bulk_create([recorder.Migration(app=app, name=name) for app, name in names])


def _put_by(connection: Any, name: str) -> None:
    """Keep the database as migrate left it, with the key its first checkpoint is signed with."""
    if connection.vendor == "sqlite":
        copy(Path(name), folder() / "tests.sqlite3")
    else:
        connection.close()
        clone(os.environ["DATABASE_URL"], name, template("tests"))
    shutil.copyfile(_key(), folder() / "log.pem")


def _key() -> Path:
    return Path(os.environ["HUIYIN_HOME"]) / "keys" / "log.pem"


def _key_ready() -> bool:
    """Whether the log of the copy is ours to go on with: a process that has a key of its own cannot."""
    if _key().exists():
        return False
    _key().parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(folder() / "log.pem", _key())
    _key().chmod(0o600)
    return True


def lay(name: str, home: Path, url: str, make: Callable[[], None]) -> None:
    """A product's home, and its database at `url` (empty: in the home), as `make` made them the first time.

    `make` works on this very home and database, which must not exist or be empty; nothing may be connected to it after.
    """
    with once(name) as first:
        if first:
            make()
            shutil.copytree(home, folder() / name, ignore=shutil.ignore_patterns("*.sqlite3*"))
            for path in home.rglob("*.sqlite3"):
                copy(path, folder() / name / path.relative_to(home))
            if url:
                clone(url, urlsplit(url).path[1:], template(name))
            return
    shutil.copytree(folder() / name, home, dirs_exist_ok=True)
    if url:
        clone(url, template(name), urlsplit(url).path[1:])


def copy(source: Path, target: Path) -> None:
    """A SQLite file with what its log still holds, in one file with the same mode."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
    target.chmod(source.stat().st_mode)


def template(name: str) -> str:
    """The database of this run that others are copied from."""
    return f"huiyin_ready_{Path(os.environ['HUIYIN_TEST_HOME']).name.rpartition('-')[2]}_{name}"


def clone(url: str, source: str, target: str) -> None:
    """One database made from another, in the place of an empty one of that name."""
    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def forget() -> None:
    """Drop what is ready on a server that stays."""
    if not (url := os.environ.get("DATABASE_URL", "")).startswith("postgres"):
        return
    with psycopg.connect(url, autocommit=True) as connection:
        for done in folder().glob("*.done"):
            connection.execute(f'DROP DATABASE IF EXISTS "{template(done.stem)}" WITH (FORCE)')
