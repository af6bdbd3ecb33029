"""`huiyin` as it is typed."""

import subprocess
import sys


def test_who_has_read_enough_as_head_has_is_told_nothing_of_it() -> None:
    asked = [sys.executable, "-m", "huiyin.config.cli", "help"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert said == ""
    assert running.returncode == 0
