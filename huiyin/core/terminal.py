"""The language in which a command speaks: one rule for all of them."""

import os
from argparse import ArgumentParser

from huiyin.programme.words import LANGUAGES

_NAMES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set says it (POSIX)."""
_NONE = frozenset({"", "C", "POSIX"})
_TRADITIONAL = frozenset({"zh_TW", "zh_HK", "zh_MO"})


def language() -> str:
    """That of the terminal: Chinese where it says so or says nothing, English in any other language."""
    told = next((value for name in _NAMES if (value := os.environ.get(name, ""))), "")
    locale = told.partition(".")[0].partition("@")[0]
    if locale in _NONE or locale.startswith("zh"):
        return "zh-Hant" if locale in _TRADITIONAL else "zh-Hans"
    return "en"


def add_language(parser: ArgumentParser) -> None:
    """The argument by which a command is told to speak another language than the terminal's."""
    parser.add_argument(
        "--language", choices=LANGUAGES, default=language(), help="of what is said; without it that of the terminal"
    )
