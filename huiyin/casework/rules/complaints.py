"""Does a text speak about somebody in office? Held if in doubt: holding costs a look, letting through a person."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from huiyin.programme.signs import one_of, signs

_TITLE = one_of("complaints", "titles")
_ADDRESSED = f"(?:{one_of('complaints', 'addressed')})"
_TITLES = re.compile(_TITLE)
_STAFF = re.compile(one_of("complaints", "staff"))
_YOURS = re.compile(one_of("complaints", "yours"), re.IGNORECASE)
_ACCUSING = re.compile(one_of("complaints", "accusing"), re.IGNORECASE)
_GREETING = re.compile(
    rf"^\W*(?:(?:{one_of('complaints', 'polite')})\w{{0,8}}?(?:{_TITLE}){_ADDRESSED}?[\s，,：:！!。、]"
    rf"|\w{{0,8}}?(?:{_TITLE}){_ADDRESSED}?[\s，,：:！!、]*(?:{one_of('complaints', 'good_day')}))"
)
"""A greeting says who is spoken to, politely; a title with a comma behind it but without one may be about him."""
_CALLED = re.compile(rf"([\u4e00-\u9fff]{{1,2}})(?:{one_of('complaints', 'between')})?(?:{_TITLE})")
_NICKNAME = re.compile(
    rf"(?:{one_of('complaints', 'before_surname')})([\u4e00-\u9fff])"
    rf"|([\u4e00-\u9fff])(?:{one_of('complaints', 'after_surname')})|{one_of('complaints', 'called')}"
)
_SURNAMES_OF_TWO = frozenset(signs("complaints")["surnames_of_two"])
_NAME_LENGTHS = (2, 3, 4)


@dataclass(frozen=True)
class Named:
    """An official as texts may call them; `near` where a post is in the village or the town, not only in the county."""

    person: UUID
    name: str
    pinyin: str
    near: bool = True

    @property
    def surname(self) -> str:
        return self.name[:2] if self.name[:2] in _SURNAMES_OF_TWO else self.name[:1]


@dataclass
class Roll:
    """The officials a place answers to, laid out so that a text is judged in one pass.

    `above` is the roll of the county's own, which every place shares: they are thousands, and the same for all.
    """

    above: "Roll | None" = None
    by_name: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    by_pinyin: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    by_surname: dict[str, list[Named]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, officials: Iterable[Named], above: "Roll | None" = None) -> "Roll":
        """Lay out; names of one character and pinyin under five letters identify nobody."""
        roll = cls(above)
        for official in officials:
            roll.by_surname[official.surname].append(official)
            if len(official.name) > 1:
                roll.by_name[official.name].add(official.person)
            letters = re.sub("[^a-z]", "", official.pinyin.lower())
            if len(letters) >= 5:
                roll.by_pinyin[letters].add(official.person)
        return roll

    def whole(self) -> Iterator["Roll"]:
        """This roll, then what stands above it."""
        yield self
        if self.above is not None:
            yield from self.above.whole()

    def near(self, surname: str) -> set[UUID]:
        """Officials of a surname in the village or the town; the county's own are too many to be called 老王."""
        return {o.person for part in self.whole() for o in part.by_surname.get(surname, ()) if o.near}


@dataclass(frozen=True)
class Finding:
    """Why a text is held (a code, empty if it is not) and whom it may be about."""

    why: str
    persons: frozenset[UUID]


def look(text: str, roll: Roll) -> Finding:
    """Judge a text against the officials of its place.

    why: "names" (an official's full name or pinyin), "calls" (surname with an office's title, or a nickname of an
    official near the place), "your_people" (staff or a title while accusing), or "". Full width, spaces, punctuation
    inside a name and capitals hide nobody. A greeting to an office is not about it.
    """
    plain = unicodedata.normalize("NFKC", text)
    body = _GREETING.sub("", plain, count=1)
    dense = re.sub(r"[\W_]+", "", body)
    if full := _full_names(dense, roll) | _pinyin(plain, roll):
        return Finding("names", frozenset(full))
    called = _CALLED.findall(dense)
    if any(part in one.by_surname for one in roll.whole() for word in called for part in (word, word[-1:])):
        persons = set().union(*(roll.near(part) for word in called for part in (word, word[-1:])))
        return Finding("calls", frozenset(persons))
    surnames = {part for match in _NICKNAME.findall(dense) for part in match if part}
    if nicked := set().union(*(roll.near(surname) for surname in surnames)):
        return Finding("calls", frozenset(nicked))
    accusing = _ACCUSING.search(body) is not None
    if _YOURS.search(body) or (accusing and (_TITLES.search(body) or _STAFF.search(body))):
        return Finding("your_people", frozenset())
    return Finding("", frozenset())


def _full_names(dense: str, roll: Roll) -> set[UUID]:
    found: set[UUID] = set()
    for part in roll.whole():
        for length in _NAME_LENGTHS:
            for start in range(len(dense) - length + 1):
                found |= part.by_name.get(dense[start : start + length], set())
    return found


def _pinyin(plain: str, roll: Roll) -> set[UUID]:
    latin = re.sub("[^a-z]", "", plain.lower())
    if len(latin) < 5:
        return set()
    sounds = (sound for part in roll.whole() for sound in part.by_pinyin.items())
    return set().union(*(persons for letters, persons in sounds if letters in latin))
