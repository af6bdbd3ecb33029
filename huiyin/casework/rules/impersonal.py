"""Texts about problems and places that are to speak of no person (R-222, R-224, SG-12)."""

import re
import unicodedata

from huiyin.casework.rules import complaints
from huiyin.casework.rules.complaints import Roll
from huiyin.programme.refusal import Refused
from huiyin.programme.refused import refused_in
from huiyin.programme.signs import signs

_NUMBER = re.compile(r"(?<!\d)(?:1\d{10}|\d{17}[\dXx])(?!\d)")
"""A mobile or an identity number."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAME_LENGTHS = (2, 3, 4)
_ORDINARY = frozenset(signs("residents")["ordinary"])
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


def may_name(said: str, place: str = "") -> frozenset[str]:
    """What in a text could be a resident's full name: every two to four Chinese characters in a row, whatever blanks
    are between them. Ordinary words and what is part of the names of the place itself are not.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))
    found = {
        run[start : start + length]
        for run in _HAN.findall(plain)
        for length in _NAME_LENGTHS
        for start in range(len(run) - length + 1)
    }
    return frozenset(one for one in found if one not in _ORDINARY and one not in place)
