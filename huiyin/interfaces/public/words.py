"""What this door says from Python: labels of its forms and the readings of clocks. Templates say everything else."""

import tomllib
from functools import cache
from importlib import resources

from huiyin.interfaces.common.phrases import language
from huiyin.programme.words import traditional


def word(key: str, **values: str | int) -> str:
    """The sentence `key` in the reader's language. Raises KeyError for an unknown key or a missing value."""
    sentence = _table("en" if language() == "en" else "zh-Hans")[key].format(**values)
    return traditional(sentence) if language() == "zh-Hant" else sentence


@cache
def _table(written: str) -> dict[str, str]:
    path = resources.files("huiyin.interfaces.public") / f"words.{written}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
