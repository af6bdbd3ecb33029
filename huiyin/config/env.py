"""Typed readers of the environment; a secret may also come from a file named by NAME_FILE."""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

CLONE = Path(__file__).resolve().parents[2]


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE names, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str) -> bool:
    """True for 1, true, yes, on."""
    return text(name).lower() in {"1", "true", "yes", "on"}


def home() -> Path:
    """HUIYIN_HOME, the folder of data, keys and files; `var` beside the code by default."""
    path = Path(text("HUIYIN_HOME") or CLONE / "var").resolve()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def secret_key(folder: Path) -> str:
    """HUIYIN_SECRET_KEY, or one made once and kept in the home folder, readable by its owner only."""
    if given := text("HUIYIN_SECRET_KEY"):
        return given
    path = folder / "secret_key"
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:  # another process made it a moment ago
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def database(url: str, folder: Path) -> dict[str, object]:
    """Django's settings for DATABASE_URL: `postgres://user:password@host:port/name`, `sqlite:///path`, or nothing.

    Raises ValueError naming the part that is wrong.
    """
    if not url:
        return sqlite(folder / "huiyin.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: {parts.scheme!r} is neither postgres nor sqlite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "application_name": "huiyin",
            # Pages ask small questions: to compile one takes longer than to answer it.
            # A cursor is read to its end: planned for its first rows, the end of a round of 340,000 lines took minutes.
            "options": "-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0 -c cursor_tuple_fraction=1",
            # Statements are planned once a connection, not each time: half of what an intake costs the server.
            "server_side_binding": True,
            "prepare_threshold": 3,
        },
    }


def sqlite(path: Path) -> dict[str, object]:
    """SQLite as settled: WAL, IMMEDIATE, synchronous=FULL."""
    return {
        "ENGINE": "huiyin.core.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "cached_statements": 1000,
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-65536;"
                "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON;"  # what is deleted is zeroed (core.wiping)
            ),
        },
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},  # a file: threads meet as in service
    }
