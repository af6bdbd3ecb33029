"""A throw-away PostgreSQL server for tests, where its programs are installed.

    python -m tests.postgres COMMAND …     run a command with DATABASE_URL naming a fresh, empty database

As root the server runs as another user (it refuses root). It listens on 127.0.0.1 only, keeps its data in a folder of
its own and is gone, with the folder, when the command ends. Durability stays on, since the product refuses a server
without it; where there is room the folder lies in memory, where it costs little. A measurement that is to mean
something needs a disk: HUIYIN_POSTGRES_FOLDER names a folder on one.
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "huiyin_owner"
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3  # bytes that must be free in memory for the data to lie there
SETTINGS = {
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "30min",
    "jit": "off",  # statements of milliseconds are not worth compiling
}


def binaries() -> Path | None:
    """The folder with initdb and postgres of version 15 or later; None where there is none."""
    named = os.environ.get("HUIYIN_POSTGRES_BIN")
    folders = [Path(named)] if named else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a server; gives the URL of an empty database owned by a role that is not superuser.

    Raises RuntimeError where no server can be started.
    """
    programs = binaries()
    if programs is None:
        raise RuntimeError("PostgreSQL's initdb was not found: install postgresql (15 or later)")
    user = other_user()
    folder = Path(tempfile.mkdtemp(prefix="huiyin-pg-", dir=place()))
    try:
        if user:
            shutil.chown(folder, user)
        port = free_port()
        data = folder / "data"
        quietly([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"], user)
        with serving(programs, folder, port, user):
            for statement in (
                f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE",
                f"CREATE DATABASE huiyin OWNER {OWNER}",
            ):
                server = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-d", "postgres"]
                quietly([programs / "psql", "-X", *server, "-c", statement], None)
            yield f"postgres://{OWNER}@127.0.0.1:{port}/huiyin"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place() -> Path | None:
    """Where the data lie: in HUIYIN_POSTGRES_FOLDER if it is set, else in memory if there is room, else (None) where
    temporary files do."""
    if named := os.environ.get("HUIYIN_POSTGRES_FOLDER"):
        return Path(named)
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


@contextmanager
def serving(programs: Path, folder: Path, port: int, user: str | None) -> Iterator[None]:
    """The server process, from the moment it answers until it is stopped."""
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder), **SETTINGS}
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=folder, user=user, group=group(user), preexec_fn=end_with_parent
        )
    try:
        wait_until_ready(programs, port, process, folder / "log")
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()


def wait_until_ready(programs: Path, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until pg_isready says so. Raises RuntimeError with the log if the server ends instead."""
    for _ in range(1800):
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not answer within three minutes")


def end_with_parent() -> None:
    """On Linux the server stops at once if the tests are killed outright (PR_SET_PDEATHSIG)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def other_user() -> str | None:
    """Whom to run as when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def group(user: str | None) -> int | None:
    """The first group of a user."""
    return pwd.getpwnam(user).pw_gid if user else None


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def quietly(command: list[str | Path], user: str | None) -> None:
    """Run a program; RuntimeError with its words if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        user=user,
        group=group(user),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")


def main(command: list[str]) -> int:
    """Run a command on a throw-away server."""
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    with cluster() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
