"""Generated requests in full, with the figures.

    python -m tests.interfaces.api.fuzz          2,000 cases for each of anonymous, clerk and handler

HUIYIN_FUZZ is the number of cases a role; `make test` alone runs fewer.
"""

import os
import subprocess
import sys


def main() -> int:
    """Through pytest, which brings database and people."""
    cases = os.environ.get("HUIYIN_FUZZ", "2000")
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/interfaces/api/test_fuzz.py"]
    return subprocess.run(command, env={**os.environ, "HUIYIN_FUZZ": cases}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
