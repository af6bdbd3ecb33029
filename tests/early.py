"""Loaded before Django's settings: tests never see the home folder, database or clock of the person who runs them."""

import atexit
import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

MOMENT = "2026-12-28T01:04:00+00:00"
"""When tests begin unless HUIYIN_NOW says otherwise: Monday, 09:04 in the county, far from midnight and hour's end.

So that a suite that is green in the morning is green at night, on Sunday and next year. It is the year's end, with its
holidays before it, because that is one of three days the suite has to pass at; the others are runs of their own
(tools/suite.py).
"""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
NAME = "huiyin-tests-"
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3  # bytes that must be free in memory: a run uses some hundred million, a PostgreSQL as many


def place() -> Path | None:
    """Where a run keeps its files: in memory if there is room, else (None) where temporary files lie.

    Nothing is durable there, and nothing has to be: what survives the death of a process does so in memory too, and
    no test cuts the power. On a disk the suite would wait for it thousands of times, once for every key of a person.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM else None


def sweep(memory: Path) -> None:
    """Take away what runs have left that were killed outright: memory is not emptied by itself."""
    for left in memory.glob(f"{NAME}*-*"):
        owner = left.name.removeprefix(NAME).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _home() -> Path:
    """A folder of this process, inside the one the first process made and takes away at its end."""
    if not WORKER:
        whole = tempfile.mkdtemp(prefix=f"{NAME}{os.getpid()}-", dir=place())
        os.environ["HUIYIN_TEST_HOME"] = whole
        atexit.register(shutil.rmtree, whole, ignore_errors=True)
        if place():
            Path(whole).chmod(0o711)  # a mail server that a test starts is somebody else
            os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.tempdir = whole
            sweep(MEMORY)
    folder = Path(os.environ["HUIYIN_TEST_HOME"]) / (WORKER or "main")
    (folder / "static").mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


# Until all is collected (tests/conftest.py): what is loaded by then stays.
gc.disable()
# What was compiled is kept, also where the environment says otherwise: each of dozens of processes would do it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["HUIYIN_NOW"] = os.environ.get("HUIYIN_NOW") or MOMENT
os.environ["HUIYIN_HOME"] = str(_home())
for name in ("HUIYIN_SECRET_KEY", "HUIYIN_HOSTS", "HUIYIN_TLS", "HUIYIN_PROXIES", "HUIYIN_DB_ROLE", "HUIYIN_COUNTIES"):
    os.environ.pop(name, None)
