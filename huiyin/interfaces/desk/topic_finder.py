"""A topic by what is typed: Han characters, pinyin or first letters, of the topic or of what it stands under."""

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.topics import MANY, Branch, branches
from huiyin.register.rules.naming import keys, query_words

SHOWN = 8
INDENT = "　"


@dataclass(frozen=True)
class _Keyed:
    """A topic with all it answers to: the letters of its syllables, alone and after those of what it stands under."""

    branch: Branch
    letters: tuple[str, ...]
    sound: str
    above: tuple[str, ...]
    """The titles it stands under, from the root."""
    title: str
    path: str
    """As they are looked for: in small letters."""


def choices(page: Matters) -> list[tuple[str, str]]:
    """Every topic for a list to choose from; in a long tree each under what it stands under."""
    found = branches(page.topics)
    if len(found) <= MANY:
        return [(name, topic.title) for name, topic in page.topics.items()]
    return [(one.name, f"{INDENT * one.depth}{one.title}") for one in found]


def is_long(page: Matters) -> bool:
    """Whether there are more topics than anybody reads through."""
    return len(page.topics) > MANY


def find(page: Matters, typed: str, *, limit: int = SHOWN) -> Sequence[Branch]:
    """The topics meant, the likeliest first. Three signs are enough for every topic of the default tree."""
    wanted = "".join(query_words(typed))
    if not wanted:
        return ()
    cuts = [(wanted[:place], wanted[place:]) for place in range(1, len(wanted))]
    ranked = [
        (rank, number, one.branch) for number, one in enumerate(_keyed(page)) if (rank := _rank(one, wanted, cuts))
    ]
    return [branch for _, _, branch in sorted(ranked, key=lambda row: (row[0], row[1]))[:limit]]


def _keyed(page: Matters) -> tuple[_Keyed, ...]:
    """All topics with their letters, reckoned once for a page of a programme."""
    known = _known.get(id(page))
    if known is None or known[0] is not page:
        if len(_known) > 8:
            _known.clear()
        known = _known[id(page)] = (page, tuple(_letters(one) for one in branches(page.topics)))
    return known[1]


_known: dict[int, tuple[Matters, tuple[_Keyed, ...]]] = {}


def _letters(branch: Branch) -> _Keyed:
    sound, own = keys(branch.title)
    above = tuple(branch.path.split(" › ")[:-1])
    initials = [keys(title)[1] for title in above]
    letters = [own]
    for first in dict.fromkeys([*initials[-1:], *initials[:1]]):
        letters += [first[:1] + own, first[:2] + own]
    return _Keyed(branch, tuple(letters), sound, above, branch.title.lower(), branch.path.lower())


def _split(one: _Keyed, cuts: Sequence[tuple[str, str]]) -> bool:
    """Whether the first signs begin what a topic stands under and the rest the topic: “农村其” for 农村农业 › 其他."""
    for first, rest in cuts:
        if one.title.startswith(rest) and any(above.startswith(first) for above in one.above):
            return True
    return False


def _rank(one: _Keyed, wanted: str, cuts: Sequence[tuple[str, str]]) -> tuple[int, int] | None:
    """How near a topic is to what was typed, whole or cut in two; None where it is not meant at all."""
    title = one.title
    if wanted in title:
        return (0 if title == wanted else 1 if title.startswith(wanted) else 3, len(title))
    for place, letters in enumerate(one.letters):
        if letters.startswith(wanted):
            return (0 if letters == wanted and place == 0 else 1 if place == 0 else 2, len(letters))
    if one.sound.startswith(wanted) or _split(one, cuts):
        return (2, len(one.path))
    return (4, one.branch.depth) if wanted in one.path else None
