"""Words that no category and no note about a household may hold, by group, and what a word obliges a category to."""

import tomllib
import unicodedata
from functools import cache
from importlib import resources
from typing import Literal

Duty = Literal["never", "closed", "with_matter", "high"]


def refused_in(text: str) -> tuple[str, str] | None:
    """The first refused word of a free text and its group; None for a text that may be kept."""
    return found_in(text, "never")


def found_in(text: str, duty: Duty) -> tuple[str, str] | None:
    """The first word of a duty in a text, as (group, word). Case, width and blanks do not hide it."""
    plain = _plain(text)
    for group, words in _table()[duty].items():
        for word in words:
            if _plain(word) in plain:
                return group, word
    return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().replace("_", "").split())


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    path = resources.files("huiyin.programme") / "words" / "refused.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
