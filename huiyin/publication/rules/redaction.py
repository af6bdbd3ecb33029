"""Taking out of a text what points at a person: names, phones, ID numbers, doors, plates (SG-20, SG-21).

A rule over plain text. It is the safety net under the person who publishes, not a replacement: a cue that fits one
household in words of its own is for human eyes.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

MASK = "××"
_NUMBER = re.compile(r"(?:[0-9][\s\-—–.·_/()]{0,2}){7,}[0-9Xx]?")
_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+|https?://\S+|www\.\S+")
_MASKS = re.compile(rf"{MASK}(?:{MASK})+")
_INSIDE = r"[\s\W_]{0,2}"
_UNSEEN = ("Cf", "Cc", "Cs", "Co")
_SHORTEST_NAME = 2


@dataclass(frozen=True)
class Cues:
    """Whom a text may point at: names of people in it, their phones, and who asked (neighbours call them otherwise)."""

    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    asked_by: frozenset[str] = frozenset()


def redact(text: str, cues: Cues = Cues()) -> str:
    """The text with `MASK` for whatever points at a person, else as it was written, without invisible characters.

    Redacting twice changes nothing more.
    """
    before = ""
    while text != before:  # what stands beside a mask may now read as one
        before, text = text, _masked(text, cues)
    return text


def points_at(text: str, cues: Cues = Cues()) -> bool:
    """Whether something is left in a text that `redact` would take out."""
    plain, _ = _plain(text)
    return any(pattern.search(plain) for pattern in _patterns(cues))


def _masked(text: str, cues: Cues) -> str:
    plain, places = _plain(text)
    hidden: set[int] = set()
    for pattern in _patterns(cues):
        for match in pattern.finditer(plain):
            hidden.update(range(places[match.start()], places[match.end() - 1] + 1))
    parts: list[str] = []
    for at, character in enumerate(text):
        if at in hidden:
            if at - 1 not in hidden:
                parts.append(MASK)
        elif _seen(character):
            parts.append(character)
    return _MASKS.sub(MASK, "".join(parts))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in ordinary characters (NFKC, nothing invisible), and where each of them stood."""
    characters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if _seen(character):
            for plain in unicodedata.normalize("NFKC", character):
                characters.append(plain)
                places.append(at)
    return "".join(characters), places


def _seen(character: str) -> bool:
    return character == "\n" or unicodedata.category(character) not in _UNSEEN


@lru_cache(maxsize=64)
def _patterns(cues: Cues) -> tuple[re.Pattern[str], ...]:
    found = [_MAIL, _word("contact"), _NUMBER, _word("han_number"), _word("plate"), _word("door")]
    found += [_last_four(phone) for phone in sorted(cues.phones) if len(phone) >= 4]
    names = {_plain(name)[0].strip() for name in cues.names | cues.asked_by}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if len(name) >= _SHORTEST_NAME:
            found.append(re.compile(_INSIDE.join(map(re.escape, name)), re.IGNORECASE))
    for name in sorted(filter(None, (_plain(name)[0].strip() for name in cues.asked_by))):
        found.append(re.compile(_words()["called"].replace("{surname}", re.escape(name[0]))))
    return tuple(found)


def _last_four(phone: str) -> re.Pattern[str]:
    """The end of a phone: with the code it opens the tracking page."""
    return re.compile(rf"(?<![0-9]){re.escape(phone[-4:])}(?![0-9])")


def _word(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name])


@cache
def _words() -> dict[str, str]:
    table = (resources.files("huiyin.publication.rules") / "redaction.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(table).items()}
