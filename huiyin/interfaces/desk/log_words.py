"""What an event of the log says, in words: values that are keys of the method, each under what it is (R-171)."""

from collections.abc import Iterator, Mapping

from huiyin.interfaces.common.phrases import language
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.words import has_label, label

GROUPS: Mapping[str, str] = {
    **{"step": "step", "source": "state", "target": "state", "outcome": "outcome", "day_part": "day_part"},
    **{"channel": "channel", "duty": "duty"},
}
"""The label group of each value that is a key; its own words stand in the group `log_value`."""


def spoken(values: Mapping[str, object], book: Rulebook) -> str:
    """The values of an event that have words in this county's method, one after the other; empty where none has.

    What the method calls differently by now is said as it is today.
    """
    return " · ".join(_said(values, book))


def _said(values: Mapping[str, object], book: Rulebook) -> Iterator[str]:
    for name, group in GROUPS.items():
        value = values.get(name)
        if isinstance(value, str) and has_label(group, value):
            own = _outcome(str(values.get("code", "")), value, book) if name == "outcome" else ""
            yield f"{label('log_value', name, language())} {own or book.label(group, value, language())}"
    clock = values.get("name") if "clock" in values else None
    if isinstance(clock, str) and (title := _clock(clock, book)):
        yield f"{label('log_value', 'clock', language())} {title}"
    role = values.get("role")
    if isinstance(role, str) and role in book.county.roles:
        yield f"{label('log_value', 'role', language())} {book.county.roles[role].title}"


def _outcome(code: str, meaning: str, book: Rulebook) -> str:
    """How a call ended as the first programme calls it that has the outcome; empty where none has it any more."""
    found = (one for name in book.programmes for one in book.replies(name).calls.outcomes)
    return next((one.title for one in found if (one.name, one.meaning) == (code, meaning)), "")


def _clock(name: str, book: Rulebook) -> str:
    """A deadline as the first programme that has it calls it; empty where none has it any more."""
    known = (one.matters.clocks for one in book.programmes.values())
    return next((clocks[name].title for clocks in known if name in clocks), "")
