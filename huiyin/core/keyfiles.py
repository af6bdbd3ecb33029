"""Small secret files: written whole or not at all, readable by their owner only."""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path


class UnsafeKeys(RuntimeError):
    """A secret lies open, is missing or cannot be what it should be; the sentence says which and what to do."""


def keys_folder(home: Path) -> Path:
    """The folder `keys` of a home, made with mode 0700."""
    folder = home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def require_private(path: Path) -> None:
    """Raise UnsafeKeys when anybody but the owner may read or write the file."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise UnsafeKeys(f"{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}")


def read_private(path: Path) -> bytes:
    """The content of a secret file. Raises UnsafeKeys when it lies open, FileNotFoundError when it is missing."""
    require_private(path)
    return path.read_bytes()


def make_once(path: Path, content: Callable[[], bytes]) -> bytes:
    """The file's content; made durably first if it is missing. Two processes that race get the same content."""
    if not path.exists():
        scrap = _scrap(path, content())
        try:
            os.link(scrap, path)
        except FileExistsError:
            pass  # the other process was first, and its content stands
        finally:
            scrap.unlink()
        _settle(path.parent)
    return read_private(path)


def replace(path: Path, content: bytes) -> None:
    """Put new content in place of the old, durably; a reader sees the one or the other."""
    _scrap(path, content).replace(path)
    _settle(path.parent)


def _scrap(path: Path, content: bytes) -> Path:
    scrap = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(scrap, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return scrap


def _settle(folder: Path) -> None:
    """Make a new name in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
