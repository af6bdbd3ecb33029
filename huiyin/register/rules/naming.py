"""Names of places as they are typed and looked for: normal form, pinyin, initials."""

import re
import unicodedata
from functools import lru_cache

SPACES = re.compile(r"\s+")
SIGNS = re.compile(r"[^a-z0-9]")
WORDS = 6


def tidy(text: str) -> str:
    """A name in NFKC without outer or doubled blanks; full-width letters and digits become plain ones."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


@lru_cache(maxsize=20_000)
def keys(name: str) -> tuple[str, str]:
    """The sound of a place's or a body's name in one run, and the first letters of its syllables.

    People's names have readings of their own (`huiyin.core.text.pinyin_keys`). Cut to 200 and 60 characters.
    """
    from pypinyin import lazy_pinyin  # its dictionary takes a fifth of a second, which few processes need

    sounds = [SIGNS.sub("", sound.lower()) for sound in lazy_pinyin(tidy(name))]
    return "".join(sounds)[:200], "".join(sound[:1] for sound in sounds)[:60]


def query_words(text: str) -> tuple[str, ...]:
    """What somebody typed into a search box: words in small letters, at most six, each of at most 60 characters."""
    # A NUL is in no text of a database, and one of the two does not even take it in a question.
    clean = tidy(text[:400].replace("\x00", " ")).lower()
    return tuple(word[:60] for word in clean.split(" ")[:WORDS]) if clean else ()
