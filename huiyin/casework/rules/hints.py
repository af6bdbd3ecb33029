"""An answer looked at as a resident would: does it speak of what was asked, say when, what next and whom to ask,
is it plain and easy to read (R-177, R-210). And a public text: does it give somebody away (SG-20).

Advice for the one who writes; it never refuses.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from huiyin.programme.schema.replies import BLANK, Checks

SHORT = 12
"""Characters below which an answer cannot say what was done."""
MOST_WORDS = 3
EXCERPT = 12
PLAIN_CHECKS = Checks()
_STOPS = re.compile(r"[。！？!?；;\n]+")


@dataclass(frozen=True)
class Hint:
    """One finding: a key of the label group `hint`, whether it is well, and the word it is about."""

    key: str
    good: bool
    word: str = ""


def hints(reply: str, asked: Sequence[str], said: str = "", checks: Checks = PLAIN_CHECKS) -> tuple[Hint, ...]:
    """What to look at again in an answer. `asked` are words the resident used, `said` all they said; nothing for an
    empty answer. What is unfilled comes first: it must not go out."""
    text = "".join(reply.split())
    if not text:
        return ()
    found = [Hint("unfilled", good=False, word=one) for one in BLANK.findall(text)[:MOST_WORDS]]
    found += [Hint("short", good=False)] if len(text) < SHORT else []
    found += [Hint("place" if word in text else "no_place", word in text, word) for word in asked[:MOST_WORDS]]
    found += _questions(text, said)
    for key in ("date", "step", "whom"):
        there = _says(key, text)
        found.append(Hint(key if there else f"no_{key}", there))
    stiff = next((word for word in (*checks.officialese, *_lists()["officialese"]) if word in text), "")
    found.append(Hint("officialese", good=False, word=stiff) if stiff else Hint("plain", good=True))
    long = max(_STOPS.split(reply), key=len).strip()
    found += [Hint("long", good=False, word=long[:EXCERPT])] if len(long) > checks.sentence else []
    return tuple(found)


def private(text: str, names: Iterable[str] = ()) -> tuple[Hint, ...]:
    """What in a text for everybody gives a person or a home away: a given name, a number, a door; nothing if none.

    `names` are only names that the one who writes may see anyway: else the hint would answer guesses about who it is.
    """
    plain = "".join(text.split())
    found = [name for name in names if len(name) > 1 and name in plain]
    found += [hit.group() for pattern in _patterns("private") if (hit := pattern.search(text)) is not None]
    return tuple(Hint("gives_away", good=False, word=one) for one in dict.fromkeys(found))


def _questions(text: str, said: str) -> Iterator[Hint]:
    """The kinds of question the resident asked that the answer does not seem to answer."""
    for ask in _lists()["asks"]:
        if re.search(ask["said"], said):
            key = ask["key"]
            as_well = {"when": "date", "where": "whom"}.get(key)
            if not (_says(as_well, text) if as_well else re.search(ask["has"], text)):
                yield Hint(f"asked_{key}", good=False)


def _says(key: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _patterns("when" if key == "date" else key))


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _lists()[name])


@cache
def _lists() -> dict[str, Any]:
    source = resources.files("huiyin.casework.rules") / "hints.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
