"""What people write and say, made comparable: texts, names, phones, ID numbers, pinyin keys, search tokens."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from huiyin.programme.refusal import Refused

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Digits and letters of keys on paper: none that is taken for another (0 and O, 1 and I)."""
NAME_MOST = 60
TOKENS_MOST_CHARACTERS = 20_000
TOKEN_MOST_CHARACTERS = 64
PHONE_MOST_CHARACTERS = 40

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUNS = re.compile(rf"(?P<han>[{HAN}]+)|(?P<digits>[0-9]+)|(?P<letters>[^\W_0-9{HAN}]+)")
_PADDING = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}])")
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f]")
# Bidirectional marks, embeddings, overrides and isolates (UAX #9), zero-width characters and soft hyphens.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_PHONE_MARKS = re.compile(r"[\s()\[\]\-‐-―－.·+_/]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_HOTLINE = re.compile("1[0-9]{2,4}")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_TWO_DIGIT_AREAS = ("010", "02")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"


def normalise(text: str, *, most: int, least: int = 0, field: str = "text") -> str:
    """A text as it is kept: composed (NFC), line ends `\\n`, outer blanks and control characters gone, else as written.

    Lengths are in characters. Raises Refused: text_not_readable (NUL, lone surrogates), text_too_long, text_empty
    (when `least` is 1 or more), text_too_short.
    """
    if _UNREADABLE.search(text):
        raise Refused("text_not_readable", field=field)
    if len(text) > 4 * most + 1000:  # before any work is spent on it
        raise Refused("text_too_long", field=field, most=most, over=len(text) - most)
    kept = unicodedata.normalize("NFC", _CONTROLS.sub("", _BREAKS.sub("\n", text))).strip()
    if len(kept) > most:
        raise Refused("text_too_long", field=field, most=most, over=len(kept) - most)
    if least and not _INVISIBLE.sub("", kept).strip():
        raise Refused("text_empty", field=field)
    if len(kept) < least:
        raise Refused("text_too_short", field=field, least=least)
    return kept


def line(text: str, *, most: int, least: int = 0, field: str = "text") -> str:
    """As `normalise`, on one line: every run of blanks is one space."""
    return normalise(" ".join(text.split()), most=most, least=least, field=field)


def name(text: str, *, most: int = NAME_MOST, field: str = "name") -> str:
    """A name as it is kept: one line, without invisible and direction-changing characters; may be empty.

    Raises Refused: text_not_readable, name_too_long.
    """
    if _UNREADABLE.search(text):
        raise Refused("text_not_readable", field=field)
    if len(text) > 4 * most + 1000:
        raise Refused("name_too_long", field=field, most=most)
    kept = " ".join(unicodedata.normalize("NFC", _CONTROLS.sub("", _INVISIBLE.sub("", text))).split())
    if len(kept) > most:
        raise Refused("name_too_long", field=field, most=most)
    return kept


def person(text: str, *, field: str = "name") -> str:
    """A person's name, as `name`; the blanks with which lists pad short Chinese names to one width are no part of it.

    Raises Refused: text_not_readable, name_too_long.
    """
    return _PADDING.sub("", name(text, field=field))


def visible(text: str) -> str:
    """A text without anything that cannot be seen or stored: controls, bidi marks, NUL, lone surrogates."""
    return _UNREADABLE.sub("", _CONTROLS.sub("", _INVISIBLE.sub("", text)))


def phone(text: str, *, field: str = "phone") -> str:
    """The digits of a Chinese phone number: mobile (11, from 1), land line with area code, or 400/800 number.

    Full-width digits, blanks, dashes, brackets and +86 are understood. Raises Refused: value_missing,
    phone_not_digits, phone_too_short, phone_too_long, landline_wrong_length, phone_area_missing, phone_unknown.
    """
    if len(text) > PHONE_MOST_CHARACTERS:
        raise Refused("phone_not_digits", field=field)
    written = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    digits = _PHONE_MARKS.sub("", written)
    if not digits:
        raise Refused("value_missing", field=field)
    if not re.fullmatch("[0-9]+", digits):
        raise Refused("phone_not_digits", field=field)
    digits = _without_country(digits, abroad=written.startswith("+"))
    if digits.startswith("0"):
        return _land_line(digits, field)
    if _SERVICE.fullmatch(digits):
        return digits
    if digits.startswith("1"):
        return _mobile(digits, field)
    if len(digits) in (7, 8):
        raise Refused("phone_area_missing", field=field)
    raise Refused("phone_unknown", field=field)


def office_phone(written: str, *, field: str = "phone") -> str:
    """An office's telephone as it is kept: as it was written, a number or a hotline of three to five digits (12345).

    "" for none. Raises Refused: phone_*.
    """
    plain = unicodedata.normalize("NFKC", written).strip()
    if plain and not _HOTLINE.fullmatch(plain):
        phone(plain, field=field)
    return plain


def mask_phone(digits: str) -> str:
    """A phone as pages show it: the first three and the last four digits, stars between."""
    if len(digits) < 10:
        return "*" * len(digits)
    return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]


def spaced_phone(number: str) -> str:
    """A number as it is read out, masked or not: 160-0000-1200, 160-****-1200, 0530-1234567, 400-123-4567, 12345.

    What is none of these is left as it was written.
    """
    digits = re.sub(r"[^0-9*]", "", number)
    if len(digits) == 11 and digits[0] == "1":
        return "-".join((digits[:3], digits[3:7], digits[7:]))
    if len(digits) in (11, 12) and digits[0] == "0":
        area = 3 if digits.startswith(_TWO_DIGIT_AREAS) else 4
        return f"{digits[:area]}-{digits[area:]}"
    if _SERVICE.fullmatch(digits):
        return "-".join((digits[:3], digits[3:6], digits[6:]))
    return number


def id_number(text: str, *, field: str = "id_number") -> str:
    """A resident identity number: 18 characters whose last is the check of GB 11643 (ISO 7064 MOD 11-2).

    Raises Refused: id_number_old (one of 15 digits, which are no longer valid and have no check), id_number_wrong.
    """
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text[:PHONE_MOST_CHARACTERS])).upper()
    if re.fullmatch("[0-9]{15}", number):
        raise Refused("id_number_old", field=field)
    if not re.fullmatch("[0-9]{17}[0-9X]", number):
        raise Refused("id_number_wrong", field=field)
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, number[:17], strict=True))
    if ID_CHECKS[total % 11] != number[17]:
        raise Refused("id_number_wrong", field=field)
    return number


def pinyin_keys(name: str) -> tuple[str, str]:
    """The keys a name is found by: whole pinyin and initials, lower case, without tones and blanks.

    A surname with a reading of its own is read so. The keys fit into 120 and 20 characters.
    """
    from pypinyin import lazy_pinyin  # its dictionary takes a fifth of a second, which few processes need

    surnames, compound = _surnames()
    readings = lazy_pinyin(simplified(name))
    first = simplified(name[:1])
    if first in surnames and readings and not simplified(name).startswith(compound):
        readings[0] = surnames[first]
    letters = [re.sub(r"[^a-z0-9]", "", reading.lower()) for reading in readings]
    return "".join(letters)[:120], "".join(reading[:1] for reading in letters)[:20]


def simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    return str(_converter().convert(text))


def tokens(text: str) -> list[str]:
    """What a text is found by, each once: single Han characters and pairs, whole runs of digits and of letters.

    Width, case and Traditional characters make no difference (NFKC, lower case, OpenCC). No token contains a blank.
    Of longer texts the first 20,000 characters count.
    """
    found: dict[str, None] = {}
    for kind, run in _runs(text):
        if kind == "han":
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(_pairs(run)))
        else:
            found[run] = None
    return list(found)


def query_tokens(text: str) -> list[str]:
    """What a search asks for: as `tokens`, but a run of Han characters asks for its pairs, a single one for itself."""
    found: dict[str, None] = {}
    for kind, run in _runs(text):
        found.update(dict.fromkeys(_pairs(run) if kind == "han" and len(run) > 1 else [run]))
    return list(found)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Runs of one kind in a text: `han`, `digits`, `letters`."""
    clean = text[:TOKENS_MOST_CHARACTERS].encode(errors="replace").decode()
    comparable = simplified(unicodedata.normalize("NFKC", clean)[: 2 * TOKENS_MOST_CHARACTERS]).lower()
    for match in _RUNS.finditer(comparable):
        kind = match.lastgroup or ""
        yield kind, match.group() if kind == "han" else match.group()[:TOKEN_MOST_CHARACTERS]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _without_country(digits: str, *, abroad: bool) -> str:
    """Without China's country code: after `+` or `00`, or where 13 digits can be nothing else."""
    if digits.startswith("0086"):
        return digits[4:]
    if digits.startswith("86") and (abroad or len(digits) == 13):
        return digits[2:]
    return digits


def _mobile(digits: str, field: str) -> str:
    if len(digits) < 11:
        raise Refused("phone_too_short", field=field, missing=11 - len(digits))
    if len(digits) > 11:
        raise Refused("phone_too_long", field=field, over=len(digits) - 11)
    if not _MOBILE.fullmatch(digits):
        raise Refused("phone_unknown", field=field)
    return digits


def _land_line(digits: str, field: str) -> str:
    """An area code of 3 digits (010, 02x) takes 8 more, one of 4 digits takes 7 or 8."""
    lengths = (11,) if digits.startswith(_TWO_DIGIT_AREAS) else (11, 12)
    if len(digits) not in lengths:
        raise Refused("landline_wrong_length", field=field)
    return digits


@cache
def _surnames() -> tuple[dict[str, str], tuple[str, ...]]:
    table = tomllib.loads((resources.files("huiyin.core") / "surnames.toml").read_text(encoding="utf-8"))
    compound = tuple(table.pop("compound"))
    return {character: reading for reading, characters in table.items() for character in characters}, compound


@cache
def _converter() -> Any:
    from opencc import OpenCC  # the tokenizer is not needed by every process

    return OpenCC("t2s")
