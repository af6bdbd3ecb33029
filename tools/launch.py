# -*- coding: utf-8 -*-
"""What `make` calls: python -m tools.launch setup|run|test|check|fix|docs|pictures|mutants|lock.

Standard library only, and readable by any Python 3, so that an old one can say what is missing.
Exit codes: 0 done, 1 not possible or not passed (with a sentence on stderr), 2 wrong usage.
"""

import os
import shutil
import subprocess
import sys

NEWEST_FIRST = ("python3.15", "python3.14", "python3.13", "python3.12", "python3.11")
TASKS = ("setup", "run", "test", "check", "fix", "docs", "pictures", "mutants", "lock")


def on_a_new_enough_python():
    # type: () -> bool
    """True when this Python will do; otherwise goes on in a newer one, or says that there is none."""
    if sys.version_info >= (3, 11):
        return True
    for name in NEWEST_FIRST:
        found = shutil.which(name)
        if found and works(found):
            os.execv(found, [found, "-m", "tools.launch", *sys.argv[1:]])
    sys.stderr.write(
        "Python 3.11 or later is needed and %s is %d.%d: install it (Debian 12: apt-get install python3 python3-venv). "
        "需要 Python 3.11 或更新版本。\n" % (sys.executable, sys.version_info[0], sys.version_info[1])
    )
    return False


def works(python):
    # type: (str) -> bool
    """Whether a Python that was found is one, and new enough; some are only a name."""
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    with open(os.devnull, "wb") as nowhere:
        return subprocess.call([python, "-c", question], stdout=nowhere, stderr=nowhere) == 0


def main():
    # type: () -> int
    """Run one task."""
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.stderr.write("usage: python3 -m tools.launch " + "|".join(TASKS) + "\n")
        return 2
    if not on_a_new_enough_python():
        return 1
    from tools import tasks

    return tasks.main(sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
