"""An answer looked at as a resident would: does it say when, does it speak of what was asked, is it plain (R-177).

Advice for the one who writes; it never refuses.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

SHORT = 12
"""Characters below which an answer cannot say what was done."""
MOST_WORDS = 3


@dataclass(frozen=True)
class Hint:
    """One finding: a key of the label group `hint`, whether it is well, and the word it is about."""

    key: str
    good: bool
    word: str = ""


def hints(reply: str, asked: Sequence[str]) -> tuple[Hint, ...]:
    """What to look at again in an answer. `asked` are words the resident used; nothing for an empty answer."""
    text = "".join(reply.split())
    if not text:
        return ()
    found = [Hint("short", good=False)] if len(text) < SHORT else []
    found += [Hint("place" if word in text else "no_place", word in text, word) for word in asked[:MOST_WORDS]]
    timed = any(pattern.search(text) for pattern in _when())
    found.append(Hint("date" if timed else "no_date", timed))
    stiff = next((word for word in _lists()["officialese"] if word in text), "")
    found.append(Hint("officialese", good=False, word=stiff) if stiff else Hint("plain", good=True))
    return tuple(found)


@cache
def _when() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _lists()["when"])


@cache
def _lists() -> dict[str, list[str]]:
    source = resources.files("huiyin.casework.rules") / "hints.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
