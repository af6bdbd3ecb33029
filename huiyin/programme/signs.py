"""Words by which texts and goals are recognised, from `words/signs.toml`; they are read, never shown to anybody."""

import tomllib
from functools import cache
from importlib import resources


@cache
def signs(group: str) -> dict[str, tuple[str, ...]]:
    """The lists of one group; a single string is a list of its own. Raises KeyError for an unknown group."""
    path = resources.files("huiyin.programme") / "words" / "signs.toml"
    kept = tomllib.loads(path.read_text(encoding="utf-8"))[group]
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in kept.items()}


def one_of(group: str, name: str) -> str:
    """A pattern that fits any entry of a list."""
    return "|".join(signs(group)[name])
