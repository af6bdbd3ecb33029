"""Names as they are typed and looked for: normal form, pinyin, initials, phone numbers."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from huiyin.programme.refusal import Refused

MOBILE_DIGITS = 11
SHORTEST_PHONE = 5
LONGEST_PHONE = 12
SPACES = re.compile(r"\s+")
COUNTRY = re.compile(r"^(?:\+|00)86")
FILLING = re.compile(r"[\s\-()./·]")


def tidy(text: str) -> str:
    """A name in NFKC without outer or doubled blanks; full-width letters and digits become plain ones."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


@lru_cache(maxsize=20_000)
def pinyin(name: str) -> str:
    """The sound of a name in one run of plain letters: `zhanglihua`; letters and digits stay, signs go."""
    return _plain("".join(lazy_pinyin(tidy(name), errors=lambda other: other)))


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """The first letters of its syllables: `zlh`."""
    return _plain("".join(lazy_pinyin(tidy(name), style=Style.FIRST_LETTER, errors=lambda other: other)))


def query_words(text: str) -> tuple[str, ...]:
    """What somebody typed into a search box, in words, small letters, at most six."""
    return tuple(tidy(text).lower().split(" ")[:6]) if tidy(text) else ()


def phone(text: str, field: str = "phone") -> str:
    """A telephone number as bare digits, without the country's +86.

    Mobiles have 11 digits and begin with 1; service numbers and land lines have 5 to 12. Raises Refused with
    `phone_not_digits`, `phone_too_short` or `phone_too_long`.
    """
    number = COUNTRY.sub("", FILLING.sub("", tidy(text)))
    if not (number.isascii() and number.isdigit()):
        raise Refused("phone_not_digits", field=field)
    mobile = number.startswith("1") and len(number) > SHORTEST_PHONE
    least, most = (MOBILE_DIGITS, MOBILE_DIGITS) if mobile else (SHORTEST_PHONE, LONGEST_PHONE)
    if len(number) < least:
        raise Refused("phone_too_short", field=field, missing=least - len(number))
    if len(number) > most:
        raise Refused("phone_too_long", field=field, over=len(number) - most)
    return number


def masked(number: str) -> str:
    """A number with only its first three and last four digits: enough to recognise, not to ring."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= MOBILE_DIGITS else f"****{number[-2:]}"


def _plain(sound: str) -> str:
    kept = unicodedata.normalize("NFKD", sound.lower().replace("ü", "v"))
    return "".join(letter for letter in kept if letter.isascii() and letter.isalnum())
