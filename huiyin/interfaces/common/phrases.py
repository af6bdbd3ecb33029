"""The few words that the common tags say by themselves, in the reader's language."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import get_language

from huiyin.programme.words import traditional

LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


def language() -> str:
    """The language of this request as `huiyin.programme.words` names it; Simplified Chinese where none is set."""
    return LANGUAGES.get((get_language() or "zh-hans").lower(), "zh-Hans")


def phrase(key: str, **values: str | int) -> str:
    """The phrase `key`, filled with `values`. Raises KeyError for an unknown key or a missing value."""
    sentence = str(_table(_written())[key]).format(**values)
    return traditional(sentence) if language() == "zh-Hant" else sentence


def row(key: str) -> tuple[str, ...]:
    """A list of words, as the days of the week. Raises KeyError for an unknown key."""
    return tuple(traditional(word) if language() == "zh-Hant" else word for word in _table(_written())[key])


def has(key: str) -> bool:
    """Whether the written language knows `key` (only English needs names of months)."""
    return key in _table(_written())


def _written() -> str:
    return "en" if language() == "en" else "zh-Hans"


@cache
def _table(written: str) -> dict[str, Any]:
    path = resources.files("huiyin.interfaces.common") / f"phrases.{written}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
