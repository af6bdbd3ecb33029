"""What a county says in languages of its own, with Chinese where it wrote no sentence (SG-50)."""

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.programme.schema.county import County, OwnLanguage, Saying
from huiyin.programme.words import label

SAYINGS: tuple[Saying, ...] = ("welcome", "ask", "phone", "proxy")
"""What the first page says in each, in this order."""


@dataclass(frozen=True)
class Said:
    """A sentence and the language it is in, for whoever reads it aloud."""

    words: str
    tag: str


@dataclass(frozen=True)
class Tongue:
    """A language with what is said in it; `spoken`: on the county's telephone."""

    tag: str
    title: str
    chinese: str
    spoken: bool
    said: tuple[Said, ...]


def tongues(county: County, sayings: Sequence[Saying] = SAYINGS) -> tuple[Tongue, ...]:
    """The county's own languages, as written; none where it has none."""
    return tuple(
        Tongue(tag, one.title, one.chinese, one.spoken, tuple(_said(tag, one, key) for key in sayings))
        for tag, one in county.own_languages.items()
    )


def _said(tag: str, own: OwnLanguage, key: Saying) -> Said:
    written = own.says.get(key, "")
    return Said(written, tag) if written.strip() else Said(label("own_sentence", key, "zh-Hans"), "zh-Hans")
