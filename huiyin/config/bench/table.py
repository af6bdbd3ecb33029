"""Figures as tables, with the settings they were taken under."""

import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.db import connection

PARAMETERS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_connections")


def quantile(times: Sequence[float], part: float) -> float:
    """The value below which that part of the times lies; 0 for none."""
    ranked = sorted(times)
    return ranked[min(int(len(ranked) * part), len(ranked) - 1)] if ranked else 0.0


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as the manual holds it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def settings() -> str:
    """Machine and database in one line."""
    parts = [platform.python_implementation() + " " + platform.python_version(), f"{os.cpu_count()} cores", _memory()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in PARAMETERS:
                cursor.execute("SELECT current_setting(%s)", [name])
                parts.append(f"{name} {cursor.fetchone()[0]}")
        else:
            cursor.execute("SELECT sqlite_version()")
            parts.append(f"SQLite {cursor.fetchone()[0]}")
            for pragma in ("journal_mode", "synchronous", "cache_size"):
                cursor.execute(f"PRAGMA {pragma}")
                parts.append(f"{pragma} {cursor.fetchone()[0]}")
    return ", ".join([*parts, f"data in {data_folder() or 'a folder this machine does not see'}"])


def data_folder() -> str:
    """Where the database's files lie, with the kind of file system: in memory a commit costs next to nothing.

    "" where they are on another machine or not ours to see. PostgreSQL names its folder to its administrators only;
    on the same machine it is where the process that serves us works.
    """
    if connection.vendor != "postgresql":
        return _on(Path(connection.settings_dict["NAME"]).resolve().parent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        serving = Path(f"/proc/{cursor.fetchone()[0]}")
    try:
        return _on((serving / "cwd").readlink()) if "postgres" in (serving / "comm").read_text(encoding="utf-8") else ""
    except OSError:
        return ""


def _on(folder: Path) -> str:
    """A folder and what file system it is on, as far as the machine tells."""
    mounts = Path("/proc/mounts")
    lines = mounts.read_text(encoding="utf-8").splitlines() if mounts.exists() else []
    under = [(where, kind) for _, where, kind, *_ in map(str.split, lines) if folder.is_relative_to(where)]
    return f"{folder} ({max(under, key=lambda one: len(one[0]))[1]})" if under else str(folder)


def _memory() -> str:
    path = Path("/proc/meminfo")
    if not path.exists():
        return "memory unknown"
    return f"{int(path.read_text(encoding='ascii').split()[1]) // 1_048_576} GiB"
