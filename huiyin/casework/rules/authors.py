"""Topics heard in public are kept without whoever said them: without names, accounts, links and numbers (SG-04)."""

import re
from dataclasses import dataclass

from huiyin.programme.schema.matters import Matters
from huiyin.programme.signs import one_of

_ASCII = r"[!-;=?-~]"
"""What stands in an address, without the signs that set it in brackets: the sentence goes on behind it in Chinese."""
_HOST = r"(?<![A-Za-z0-9@.\-])(?:[A-Za-z0-9\-]{1,63}\.)+"
_TOP = "com|cn|net|org|gov|edu|info|top|xyz|vip|app|link|shop|club|site|wang|cc|tv|me|io|ly|ink|news|live"
_LINKS = (
    re.compile(rf"(?:[a-z][a-z+.\-]{{1,14}}://|www\.)(?:{_ASCII}+|[^\s，。；！？、]+)", re.IGNORECASE | re.ASCII),
    re.compile(rf"{_HOST}[A-Za-z]{{2,10}}[/?#]{_ASCII}*"),  # without a scheme: a short link
    re.compile(rf"{_HOST}(?:{_TOP})(?![A-Za-z0-9\-.])", re.IGNORECASE),
    re.compile(rf"[\w\-]{{1,30}}\.(?:{one_of('authors', 'tops')})(?:/{_ASCII}*)?"),
)
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}[@＠](?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,10}")
_AT = re.compile(r"[@＠]\s?[\w\-·.]{1,40}[:：]?\s?")
_NAME = r"\s*[\w\-·.]{1,40}"
_OPENS, _CLOSES = '[:：“"「]', '[”"」]?[，,]?\\s?'
_LABEL = r"(?<![A-Za-z])"
_NAMED = re.compile(rf"{_LABEL}(?:{one_of('authors', 'titles')})\s*{_OPENS}{_NAME}{_CLOSES}", re.IGNORECASE)
_OWN, _IS, _DIGITS = (one_of("authors", name) for name in ("own", "is", "digits"))
_ACCOUNT = re.compile(
    rf"{_LABEL}(?:{one_of('authors', 'accounts')})\s*(?:{_OWN})?\s*(?:[:：=]|{_IS})?\s*[“\"「]?"
    rf"(?:[A-Za-z][\w\-.]{{3,30}}|[0-9]{{5,12}})[”\"」]?",
    re.IGNORECASE | re.ASCII,
)
_LINE = r"^[ \t]*(?:——|--)[ \t]*[\w\-·.]{1,40}[ \t]*$"
_SIGNED = re.compile(
    rf"(?:(?:——|--|{_LABEL}(?:{one_of('authors', 'from')})){_NAME}\s*\Z)|{_LINE}", re.IGNORECASE | re.MULTILINE
)
_GAP = r"[\s\-—－]?"
_NUMBERS = (
    re.compile(rf"(?:{one_of('authors', 'numbers')})\s*(?:[:：]|{_IS})?\s*\d[\d\s\-]{{4,14}}\d"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),  # of an identity card
    re.compile(
        rf"(?<!\d)(?:[+＋]?86{_GAP})?[1１]\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d|\s?(?:{one_of('authors', 'units')}))"
    ),
    re.compile(rf"(?<!\d)[（(]?[0０]\d{{2,3}}[）)]?{_GAP}\d{{7,8}}(?!\d)"),
    re.compile(rf"(?<!\d)[48]00{_GAP}\d{{3,4}}{_GAP}\d{{3,4}}(?!\d)"),
    re.compile(rf"(?:{one_of('authors', 'one')})[{_DIGITS}]{{10,}}"),
)
PASSES = 10
"""So often it is looked through: what stood apart may make an address once the part between is gone."""
_PUBLIC = (*_LINKS, _MAIL, _NAMED, _ACCOUNT, _AT, _SIGNED, *_NUMBERS)


@dataclass(frozen=True)
class Topic:
    """A text without whoever said it, and how many parts of it went."""

    text: str
    taken_out: int


def authorless(text: str) -> Topic:
    """The text without links, accounts, names of authors and numbers that look like telephones, as far as signs tell
    them; twice changes nothing more."""
    many = 0
    for _ in range(PASSES):
        before = text
        for pattern in _PUBLIC:
            text, found = pattern.subn("", text)
            many += found
        if text == before:
            break
    return Topic(text.strip(), many)


def tells_author(identity: str) -> bool:
    """Whether what another system calls a matter by is an address or an account; a number in sequence is none."""
    return any(pattern.search(identity) for pattern in (*_LINKS, _MAIL, _AT, _NAMED, _ACCOUNT))


def in_public(page: Matters, channel: str) -> bool:
    """Whether what comes by a channel was said in public or to a survey: then whoever said it is not kept."""
    known = page.channels.get(channel)
    return known is not None and known.authorless
