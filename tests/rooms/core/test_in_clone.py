"""`huiyin faults` and `huiyin simulate` hand on what they were told, pass the verdict on, and need a clone."""

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from huiyin.core.management import in_clone

COMMANDS = {
    "faults": ("tests.faults.harness", ["--profile", "full"], ["--profile", "short"]),
    "simulate": ("tests.simulate", ["--days", "3", "--steps", "9"], ["--days", "30", "--steps", "100"]),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_passes_the_verdict_on(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    module, given, usual = COMMANDS[name]
    told, verdict = [], [1, 0]

    def run(arguments: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        told.append(arguments)
        return subprocess.CompletedProcess(arguments, verdict.pop(0))

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(SystemExit) as ended:
        call_command(name, *given, "--seed", "42")
    assert ended.value.code == 1
    call_command(name)
    begin = [sys.executable, "-m", module]
    assert told == [[*begin, *given, "--seed", "42"], begin + usual], "a seed that is not given is drawn there"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_installed_wheel_says_that_it_has_no_tests(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(in_clone, "CLONE", in_clone.CLONE / "nowhere")
    with pytest.raises(CommandError, match="runs from a clone"):
        call_command(name)
