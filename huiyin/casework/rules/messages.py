"""What a message of a resident means, and by which wire an answer goes back. Whatever is not plain is for a person."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from huiyin.casework.rules.codes import CODE_DIGITS, read_code
from huiyin.programme.signs import signs

Meaning = Literal["stop", "resume", "ask", "yes", "no", "words", "unclear"]
_WORD = re.compile(r"([12])(?:[\s,，.。、:：;；!！~]+(.*)|$)", re.DOTALL)
_CODE = re.compile(r"(?<!\d)(\d{4}[- ]?\d{4}[- ]?\d)(?!\d)")
_NUMBER = re.compile(r"\d(?:[\s–—-]?\d){0,19}")
_LETTER = re.compile(r"[^\W\d_]")
LEAST_LETTERS = 4
"""A text of fewer letters or characters is no matter by itself: “好的”, “？”, “12”."""


@dataclass(frozen=True)
class Meant:
    """A message as far as it is plain: the resident's word with what they added, or words; and the code it names.

    Who asks where a matter stands (`ask`) has typed `words`, a number; `code` is empty where that can be none.
    """

    meaning: Meaning
    words: str = ""
    code: str = ""


def read(text: str) -> Meant:
    """What a message means. “1” and “2” may be followed by words, and a code may stand before them.

    >>> read("1"), read("2 水还是小")
    (Meant(meaning='yes', words='', code=''), Meant(meaning='no', words='水还是小', code=''))
    """
    word = _plain(text).strip(" .。!！").lower()
    if word in signs("messages")["stop"]:
        return Meant("stop")
    if word in signs("messages")["resume"]:
        return Meant("resume")
    if asked := _asked(word):
        return Meant("ask", asked, read_code(asked) or "")
    code, rest = _code(text.strip())
    said = _WORD.fullmatch(_plain(rest))
    if said:
        return Meant("yes" if said.group(1) == "1" else "no", (said.group(2) or "").strip(), code)
    if len(_LETTER.findall(rest)) < LEAST_LETTERS:
        return Meant("unclear", rest, code)
    return Meant("words", rest, code)


def wire(channel_wire: str, answer_by: str, *, has_phone: bool) -> str:
    """By which wire an answer goes: the one the resident asked for, else the one they wrote by; empty for none."""
    if answer_by == "sms":
        return "sms" if has_phone else ""
    if answer_by:
        return ""
    return channel_wire if channel_wire == "email" or has_phone else ""


def one_of(told: Collection[str], code_of: dict[str, str], code: str) -> str:
    """Which of the matters that a number was answered about its “1” or “2” speaks of; empty where that is not plain.

    `told` are their ids, `code_of` the codes of those that wait for a word.
    """
    waiting = [one for one in told if one in code_of]
    if code:
        waiting = [one for one in waiting if code_of[one] == code]
    return waiting[0] if len(waiting) == 1 else ""


def _plain(text: str) -> str:
    """Full-width digits and signs as the narrow ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _asked(word: str) -> str:
    """The number in a message that asks where a matter stands; empty where it is none.

    Nothing else stands in it: a number shaped like a code, or any number with a word for asking before or after it.
    """
    said = "|".join(re.escape(one) for one in sorted(signs("messages")["ask"], key=len, reverse=True))
    found = re.fullmatch(rf"((?:(?:{said})[\s:：,，]*)*)({_NUMBER.pattern})[\s,，]*((?:{said})*)[?？]*", word)
    if found is None:
        return ""
    before, number, after = found.groups()
    digits = "".join(one for one in number if one.isdecimal())
    return digits if before or after or len(digits) == CODE_DIGITS else ""


def _code(text: str) -> tuple[str, str]:
    """The code a message names, and the rest of it: a code before the words is taken out, one in a sentence stays."""
    found = _CODE.search(text)
    code = read_code(found.group(1)) if found else None
    if found is None or code is None:
        return "", text
    return code, text if text[: found.start()].strip() else text[found.end() :].lstrip(" ,，:：、.。")
