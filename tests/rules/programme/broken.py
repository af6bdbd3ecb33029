"""Copies of a county folder with one thing changed, for tests that break pages."""

import shutil
from pathlib import Path

from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.problems import ProgrammeError

ECHO = "programmes/echo"


def copy(where: Path, county: str = "wangchuan") -> Path:
    """A copy of a county folder that may be written to."""
    folder = where / county
    shutil.copytree(county_folder(county), folder)
    return folder


def replace(folder: Path, page: str, old: str, new: str) -> None:
    """Change one passage of a page; it must be there."""
    path = folder / page
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not on {page}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def sentences(folder: Path) -> list[str]:
    """Why a folder is refused, in English; empty when it is not."""
    try:
        load_county(folder)
    except ProgrammeError as error:
        return error.sentences("en")
    return []
