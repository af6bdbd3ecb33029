"""What somebody typed to find a person: which key it is, and which part of it may be a place."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from huiyin.core.text import HAN, PHONE_MOST_CHARACTERS, simplified

How = Literal["phone", "name", "sound", "door"]
LONGEST = 80
LEAST_LETTERS = 2
"""One letter is a fifth of a county."""
LEAST_PHONE = 7
_HAN = re.compile(rf"[{HAN}·]+")
_LETTERS = re.compile(r"[a-z]+")
_PHONE = re.compile(r"\+?[0-9()\-－ ]+")
_SOUND_MARKS = re.compile(r"['’\-]")


@dataclass(frozen=True)
class Question:
    """One way to read what was typed: `key` of a kind, `place` what is left and may name one (empty: nowhere named)."""

    how: How
    key: str
    place: str = ""


def readings(typed: str) -> tuple[Question, ...]:
    """The ways to read it, most likely first; the first that finds somebody is meant. Empty for what is nobody.

    "张丽华", "丽华", "张 槐树坪", "zhanglihua", "zlh 柳湾", "160 0000 1234", "槐树坪 12号", "zhāng lì huá".
    """
    clean = _clean(typed)
    digits = re.sub("[^0-9]", "", clean)
    if len(digits) >= LEAST_PHONE and _PHONE.fullmatch(clean) and len(clean) <= PHONE_MOST_CHARACTERS:
        return (Question("phone", clean),)
    found: dict[Question, None] = {}
    for written in (clean, simplified(clean)):
        found.update(dict.fromkeys(_worded(written.split())))
    return tuple(found)


def door_key(text: str) -> str:
    """A door or a fragment of one, comparable: width, blanks, dashes and Traditional characters make no difference."""
    return re.sub(r"[\s\-－—_]", "", simplified(unicodedata.normalize("NFKC", text))).lower()


def _clean(typed: str) -> str:
    """In small letters without tones; Han characters as they are."""
    letters = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKC", typed[: 4 * LONGEST]).lower().replace("ü", "v")
    )
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(unicodedata.normalize("NFC", plain).split())[:LONGEST]


def _worded(words: list[str]) -> Iterator[Question]:
    """Words as one name, as a name and a place, as a place and a door."""
    read = [_named("".join(words), ""), _named(words[0], " ".join(words[1:])), _door(words)] if words else []
    yield from (one for one in read if one is not None)


def _named(key: str, place: str) -> Question | None:
    """A name or its sound: two characters, or one and a place; two letters."""
    if _HAN.fullmatch(key):
        return Question("name", key, place) if len(key) > 1 or place else None
    sound = _SOUND_MARKS.sub("", key)
    if _LETTERS.fullmatch(sound) and len(sound) >= LEAST_LETTERS:
        return Question("sound", sound, place)
    return None


def _door(words: list[str]) -> Question | None:
    """A fragment with a number in it, and the place named before it."""
    numbered = [word for word in words if any(one.isdigit() for one in word)]
    rest = [word for word in words if word not in numbered]
    key = door_key("".join(numbered))
    return Question("door", key, " ".join(rest)) if key else None
