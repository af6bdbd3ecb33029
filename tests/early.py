"""Loaded before Django's settings: tests never see the home folder, database or clock of the person who runs them."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

MOMENT = "2026-11-25T01:04:00+00:00"
"""When tests begin unless HUIYIN_NOW says otherwise: Wednesday, 09:04 in the county, far from midnight and hour's end.

So that a suite that is green in the morning is green at night, on Sunday and next year. Other moments are runs of their
own (tools/suite.py).
"""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


def _home() -> Path:
    """A folder of this process, inside the one the first process made and takes away at its end."""
    if not WORKER:
        whole = tempfile.mkdtemp(prefix="huiyin-tests-")
        os.environ["HUIYIN_TEST_HOME"] = whole
        atexit.register(shutil.rmtree, whole, ignore_errors=True)
    folder = Path(os.environ["HUIYIN_TEST_HOME"]) / (WORKER or "main")
    (folder / "static").mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


# What was compiled is kept, also where the environment says otherwise: each of dozens of processes would do it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["HUIYIN_NOW"] = os.environ.get("HUIYIN_NOW") or MOMENT
os.environ["HUIYIN_HOME"] = str(_home())
for name in ("HUIYIN_SECRET_KEY", "HUIYIN_HOSTS", "HUIYIN_TLS", "HUIYIN_PROXIES", "HUIYIN_DB_ROLE", "HUIYIN_COUNTIES"):
    os.environ.pop(name, None)
