"""How a fact of a place is written: a number, yes or no, a choice, words (R-056 to R-058, R-062)."""

import re

from huiyin.programme.refusal import Refused
from huiyin.programme.refused import refused_in
from huiyin.programme.schema.places import PlaceFact

YES_NO = ("yes", "no")
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


def written(fact: PlaceFact, typed: str) -> str:
    """A fact as it is kept, from what was typed on one clean line; empty: no longer known.

    Numbers lose their separators and needless zeros. Raises Refused: fact_number, fact_refused, value_unknown.
    """
    if not typed:
        return ""
    if fact.kind == "number":
        return _number(typed)
    if fact.kind in ("yes", "choice"):
        if typed not in (YES_NO if fact.kind == "yes" else fact.choices):
            raise Refused("value_unknown")
        return typed
    if (found := refused_in(typed)) is not None:
        raise Refused("fact_refused", word=found[1])
    return typed


def _number(typed: str) -> str:
    plain = typed.replace(",", "").replace("，", "").replace(" ", "")
    if not _NUMBER.fullmatch(plain):
        raise Refused("fact_number")
    whole, _, part = plain.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")
