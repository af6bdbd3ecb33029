"""Whether an official holds an item of the programme's kit, from what the register knows of them (R-119)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """What is known of an official who leads: households, of these with a right card and with something in their file;
    villages, by paper those in which theirs was printed; whether they have a duty telephone; what was handed over."""

    homes: int
    cards: int
    files: int
    villages: frozenset[str]
    printed: Mapping[str, Collection[str]]
    phone: bool
    handed: frozenset[str]


WAYS: Mapping[str, Callable[[Held, str], bool]] = {
    "card": lambda held, _: held.cards >= held.homes,
    "file": lambda held, _: held.files >= held.homes,
    "letter": lambda held, _: held.villages <= set(held.printed.get("letter", ())),
    "book": lambda held, _: held.villages <= set(held.printed.get("book", ())),
    "phone": lambda held, _: held.phone,
    "hand": lambda held, name: name in held.handed,
}
"""By the word of the programme that says what shows an item."""


def lacking(items: Mapping[str, str], held: Held) -> tuple[str, ...]:
    """Of some items, each with what shows it, those that are missing, in written order."""
    return tuple(name for name, shown_by in items.items() if not WAYS[shown_by](held, name))
