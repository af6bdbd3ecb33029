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
    return ", ".join(parts)


def _memory() -> str:
    path = Path("/proc/meminfo")
    if not path.exists():
        return "memory unknown"
    return f"{int(path.read_text(encoding='ascii').split()[1]) // 1_048_576} GiB"
