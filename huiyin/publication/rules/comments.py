"""What a comment under an entry of a wall says, as far as a rule can tell: that something published as done is not."""

import re
import unicodedata

from huiyin.programme.signs import one_of

_UNDONE = re.compile(one_of("comments", "undone"), re.IGNORECASE)


def says_undone(text: str) -> bool:
    """Whether a text seems to say that what was done is not: then a matter with a number is offered, never forced."""
    return _UNDONE.search("".join(unicodedata.normalize("NFKC", text).split(" "))) is not None
