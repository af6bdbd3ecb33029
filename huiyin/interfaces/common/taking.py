"""What every `huiyin import` is given: the file, how to speak, how to refuse."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from huiyin.programme.refusal import Refused
from huiyin.programme.sheets import Fault
from huiyin.programme.words import phrase, say

WIDE = 30


class Bar:
    """How far a long import is: on a terminal one line that is written over, elsewhere a line each time."""

    def __init__(self, write: Callable[..., object], *, live: bool) -> None:
        self._write, self._live, self._open = write, live, False

    def show(self, words: str, done: int, total: int) -> None:
        """`words` beside a bar of `done` of `total`; without a bar where the total is 0."""
        if not self._live:
            self._write(words)
            return
        full = WIDE * min(done, total) // total if total else 0
        drawn = f"[{'#' * full}{'.' * (WIDE - full)}] " if total else ""
        self._write(f"\r\x1b[2K{drawn}{words}", ending="")
        self._open = True

    def end(self) -> None:
        """What comes next stands on a line of its own."""
        if self._open:
            self._write("")
        self._open = False


@dataclass(frozen=True)
class Taking:
    """One import under way: what was asked for, and where to speak."""

    file: Path
    language: str
    options: dict[str, Any]
    say: Callable[[str], None]
    complain: Callable[[str], None]
    bar: Bar

    def phrase(self, key: str, **values: str | int) -> str:
        """A sentence about imports."""
        return phrase("imports", key, self.language, **values)

    def data(self) -> bytes:
        """The file's bytes. Raises CommandError where it cannot be read."""
        try:
            return self.file.read_bytes()
        except OSError as problem:
            raise self.unreadable(problem) from problem

    def unreadable(self, problem: OSError) -> CommandError:
        """Why the file cannot be read."""
        reason = problem.strerror or type(problem).__name__
        return CommandError(self.phrase("no_file", file=str(self.file), reason=reason))

    def refusal(self, refused: Refused) -> CommandError:
        """Why the whole file is refused."""
        reason = refused.sentence(self.language)
        return CommandError(self.phrase("file_refused", file=self.file.name, reason=reason))

    def progress(self, done: int, total: int) -> None:
        """How many lines are taken."""
        self.bar.show(self.phrase("progress", done=done, total=total), done, total)
        if done >= total:
            self.bar.end()

    def report(self, faults: list[Fault]) -> None:
        """Every refused line with its reason, on stderr."""
        for fault in sorted(faults, key=lambda one: one.number):
            reason = say(fault.code, self.language, **fault.values)
            key = "line_refused_at" if fault.column else "line_refused"
            values: dict[str, str | int] = {"column": fault.column} if fault.column else {}
            self.complain(self.phrase(key, line=fault.number, reason=reason, **values))
