"""Texts about problems and places that are to speak of no person (R-222, R-224, SG-12)."""

import re
import unicodedata

from huiyin.casework.rules import complaints
from huiyin.casework.rules.complaints import Roll
from huiyin.programme.refusal import Refused
from huiyin.programme.refused import refused_in

_NUMBER = re.compile(r"(?<!\d)(?:1\d{10}|\d{17}[\dXx])(?!\d)")
"""A mobile or an identity number."""
_BETWEEN = re.compile(r"(?<=\d)[\s\-—]+(?=\d)")


def fault(said: str, roll: Roll, *, field: str) -> Refused | None:
    """Why a text may not stand where no person is spoken of; None where it may.

    Codes: speaks_of_person (a word that labels people, with it), speaks_of_number, speaks_of_official.
    """
    if found := refused_in(said):
        return Refused("speaks_of_person", field=field, word=found[1])
    if _NUMBER.search(_BETWEEN.sub("", unicodedata.normalize("NFKC", said))):
        return Refused("speaks_of_number", field=field)
    if complaints.look(said, roll).why:
        return Refused("speaks_of_official", field=field)
    return None
