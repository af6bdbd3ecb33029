"""`huiyin` as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_who_has_read_enough_as_head_has_is_told_nothing_of_it() -> None:
    asked = [sys.executable, "-m", "huiyin.config.cli", "help"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert said == ""
    assert running.returncode == 0


@pytest.mark.slow
def test_a_method_is_checked_where_there_is_no_county_yet(tmp_path: Path) -> None:
    environment = {**os.environ, "HUIYIN_HOME": str(tmp_path / "home"), "LC_ALL": "zh_CN.UTF-8"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", "huiyin.config.cli", "programme", "check", "wangchuan"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "个例子都对" in done.stdout
