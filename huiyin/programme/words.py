"""Sentences of refusals and labels of codes, in the reader's language.

Texts live in `words/zh-Hans.toml` and `words/en.toml`; Traditional Chinese is made from Simplified by OpenCC. A county
may rename any label in its own `words.toml`; those overrides are passed in, nothing here knows a county.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

WRITTEN = ("zh-Hans", "en")
LANGUAGES = (*WRITTEN, "zh-Hant")

_VOCABULARY = {"approver": "role"}
"""Names of values whose label group is called otherwise."""

_HAN = chr(0x3400), chr(0x9FFF)

Overrides = Mapping[str, Mapping[str, Mapping[str, str]]]
"""A county's own labels: language -> label group -> key -> label."""


def say(code: str, /, language: str = "zh-Hans", **values: str | int) -> str:
    """The sentence of refusal `code`. Raises KeyError if the code has no sentence or a value is not given.

    A value that is a code of the vocabulary its name speaks of is told in words: `state="working"`, `step="assign"`;
    several of them, of which one is enough, stand between bars: `roster_field="place_code|village"`.
    """
    told = {name: _in_words(name, value, language) for name, value in values.items()}
    return phrase("refusals", code, language, **told)


def phrase(group: str, key: str, /, language: str = "zh-Hans", **values: str | int) -> str:
    """The sentence `key` of a sentence group (`refusals`, `problems`, `changes`, `sums` …), filled with `values`."""
    sentence = _table(_source(language))[group][key].format(**values)
    return traditional(sentence) if language == "zh-Hant" else sentence


def label(group: str, key: str, language: str = "zh-Hans", overrides: Overrides | None = None) -> str:
    """The label of `key` in `[labels.<group>]`. Raises KeyError for an unknown group or key."""
    source = _source(language)
    own = (overrides or {}).get(source, {}).get(group, {}).get(key)
    text = own if own is not None else _table(source)["labels"][group][key]
    return traditional(text) if language == "zh-Hant" else text


def labels(group: str, language: str = "zh-Hans", overrides: Overrides | None = None) -> dict[str, str]:
    """All labels of a group in their written order, for select boxes and legends."""
    return {key: label(group, key, language, overrides) for key in _table("zh-Hans")["labels"][group]}


def has_label(group: str, key: str) -> bool:
    """Whether the product has such a label, so that a county may rename it."""
    return key in _table("zh-Hans")["labels"].get(group, {})


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return any(_HAN[0] <= sign <= _HAN[1] for sign in text)


def of_method(group: str, key: str, title: str, language: str = "zh-Hans") -> str:
    """What a method calls one of its things. Where it says it in Chinese only, who reads English gets the product's
    own word for the key, if there is one."""
    return label(group, key, "en") if language == "en" and is_chinese(title) and has_label(group, key) else title


def state_look(state: str) -> tuple[str, str]:
    """Colour token and Tabler icon of a matter's state. They stay with the meaning; a county renames only the word."""
    look = _looks()["state"][state]
    return look["colour"], look["icon"]


def traditional(text: str) -> str:
    """Simplified to Traditional characters, with the words used in Taiwan and Hong Kong left alone."""
    return str(_converter().convert(text))


def missing() -> dict[str, list[str]]:
    """For each written language the dotted keys another language has and it has not. Empty lists when complete."""
    keys = {language: _flat(_table(language)) for language in WRITTEN}
    everything = set().union(*keys.values())
    return {language: sorted(everything - keys[language]) for language in WRITTEN}


def known(group: str) -> frozenset[str]:
    """The keys of a sentence group; `known("refusals")` are the codes `Refused` may carry."""
    return frozenset(_table("zh-Hans")[group])


def _in_words(name: str, value: str | int, language: str) -> str | int:
    group, codes = _VOCABULARY.get(name, name), str(value).split("|")
    if not all(has_label(group, one) for one in codes):
        return value
    return " / ".join(label(group, one, language) for one in codes)


def _source(language: str) -> str:
    """The written language a reader's language is made from."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return "zh-Hans" if language == "zh-Hant" else language


def _flat(table: Mapping[str, Any], before: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        path = f"{before}.{key}" if before else key
        found |= _flat(value, path) if isinstance(value, dict) else {path}
    return found


@cache
def _table(language: str) -> dict[str, Any]:
    return tomllib.loads(_file(f"{language}.toml"))


@cache
def _looks() -> dict[str, Any]:
    return tomllib.loads(_file("looks.toml"))


def _file(name: str) -> str:
    return (resources.files("huiyin.programme") / "words" / name).read_text(encoding="utf-8")


@cache
def _converter() -> Any:
    # Loading the dictionaries takes a noticeable part of a second, which most processes never need.
    from opencc import OpenCC

    return OpenCC("s2t")
