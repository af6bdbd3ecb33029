"""english.toml: the words of a county's pages in English, each beside the Chinese it stands for.

One word stands for the same thing wherever the pages say it, so the table is flat, as translators have theirs; where it
stands for two things, the table it stands in tells them apart ("clocks/受理", "stages/受理"). What is
a name (of a body, a place, a document) and what is matched against what people write stays as it is.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from huiyin.programme.words import is_chinese

KEPT = frozenset(
    {
        *("name", "short", "centre", "issuer", "jurisdiction", "area", "number"),  # names of places, bodies, documents
        *("body", "bodies", "apart_from"),  # found among the county's bodies by these words
        "keywords",  # found in what residents write
        "choices",  # kept with the fact as they stand
    }
)
"""Keys whose values are not told in English."""
KEPT_BELOW = (
    ("templates", "text"),  # what is sent to residents
    ("documents", "source"),  # what a document says itself
    ("categories", "office"),  # found among the county's bodies
    ("own_languages", "title"),  # as its speakers write it
    ("own_languages", "says"),
)
"""The same, of a key inside tables of another."""


def words(page: Any) -> Iterator[tuple[str, ...]]:
    """For every Chinese word of a page that English pages show, in its order: what `english.toml` may call it by."""
    found: list[tuple[str, ...]] = []

    def noted(word: str, path: tuple[str, ...]) -> str:
        found.append(_keys(word, path))
        return word

    _told(page, noted, ())
    yield from (keys for keys in found if is_chinese(keys[-1]))


def told(page: Any, english: Mapping[str, str], path: tuple[str, ...] = ()) -> Any:
    """The same page with each word of `english` said so."""

    def said(word: str, here: tuple[str, ...]) -> str:
        return next((english[key] for key in _keys(word, here) if key in english), word)

    return _told(page, said, path)


def _told(value: Any, say: Callable[[str, tuple[str, ...]], str], path: tuple[str, ...]) -> Any:
    if isinstance(value, BaseModel):
        fields = ((name, getattr(value, name)) for name in type(value).model_fields)
        return value.model_copy(update={name: _told(one, say, (*path, name)) for name, one in fields})
    if isinstance(value, dict):
        return {key: _told(one, say, (*path, key)) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_told(one, say, path) for one in value)
    return say(value, path) if isinstance(value, str) and not _kept(path) else value


def _keys(word: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """A word as it is said in one table ("clocks/受理"), the nearest first, and as it is said anywhere."""
    return (*(f"{table}/{word}" for table in reversed(path)), word)


def _kept(path: tuple[str, ...]) -> bool:
    return path[-1] in KEPT or any(table in path and key in path[-2:] for table, key in KEPT_BELOW)
