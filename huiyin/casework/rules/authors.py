"""Topics heard in public are kept without whoever said them: without names, accounts and links (SG-04)."""

import re

from huiyin.programme.signs import one_of

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ACCOUNT = re.compile(r"@[\w\-·.]{1,40}[:：]?\s?")
_NAME = r"\s*[\w\-·.]{1,40}"
_OPENS, _CLOSES = '[:：“"「]', '[”"」]?[，,]?\\s?'
_NAMED = re.compile(rf"(?:{one_of('authors', 'titles')})\s*{_OPENS}{_NAME}{_CLOSES}", re.IGNORECASE)
_SIGNED = re.compile(rf"(?:——|--|{one_of('authors', 'from')}){_NAME}\s*$", re.IGNORECASE)


def authorless(text: str) -> str:
    """The text without links, accounts and names of authors, as far as signs tell them; twice changes nothing more."""
    before = ""
    while text != before:
        before = text
        for pattern in (_LINK, _NAMED, _ACCOUNT, _SIGNED):
            text = pattern.sub("", text)
    return text.strip()
