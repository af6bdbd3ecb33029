"""What a mail says: who wrote, in which words, with which files, in answer to what. Bytes in, plain values out.

Whatever cannot be read is left out and counted, never an error: a mail from outside may be anything.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr
from html.parser import HTMLParser

from huiyin.programme.signs import one_of

BODY_MOST = 2_000_000  # characters
TITLE_MOST = 200
FILES_MOST = 10
ADDRESS_MOST = 200
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}")
_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_OURS = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")
_QUOTE = re.compile(f"^(?:{one_of('mails', 'quoted')})", re.MULTILINE)
_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"})
_UNSEEN = frozenset({"script", "style", "head", "title"})


@dataclass(frozen=True)
class Attached:
    """A file as it came: its name in the mail, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Report:
    """What a mail server reports on a mail of ours: its id, and whether it arrived."""

    message: str
    delivered: bool


@dataclass(frozen=True)
class Mail:
    """A mail in plain values.

    `id` is its Message-ID, or a digest of its bytes where it has none; `answers` the id (a UUID's text) of a mail of
    ours that it answers. `automatic`: an answering machine's, a list's, or a server's. `left_out`: parts that could
    not be read or were too many.
    """

    id: str
    sender: str
    title: str
    body: str
    files: tuple[Attached, ...]
    answers: str
    automatic: bool
    report: Report | None
    left_out: int


def parse(raw: bytes) -> Mail:
    """Read a mail."""
    message = BytesParser(policy=policy.default).parsebytes(raw)
    texts: list[str] = []
    pages: list[str] = []
    files: list[Attached] = []
    left_out = 0
    for part in _leaves(message):
        found = _part(part, texts, pages)
        if found is None:
            left_out += 1
        elif isinstance(found, Attached):
            files.append(found)
    body = "\n".join(texts) if any(one.strip() for one in texts) else "\n".join(map(from_html, pages))
    own = _ID.search(_header(message, "message-id"))
    return Mail(
        id=own.group() if own else f"sha256:{hashlib.sha256(raw).hexdigest()}",
        sender=address(_header(message, "from")),
        title=" ".join(_clean(_header(message, "subject")).split())[:TITLE_MOST],
        body=_clean(body)[:BODY_MOST],
        files=tuple(files[:FILES_MOST]),
        answers=_answers(message),
        automatic=_automatic(message),
        report=_report(message),
        left_out=left_out + len(files[FILES_MOST:]) + (len(body) > BODY_MOST),
    )


def address(header: str) -> str:
    """The mailbox of a From header in lower case; empty where there is none that may be written to."""
    found = "" if "\r" in header or "\n" in header else parseaddr(header)[1].strip()
    return found.lower() if len(found) <= ADDRESS_MOST and _ADDRESS.fullmatch(found) else ""


def message_id(text: str) -> str:
    """A Message-ID that may stand in a header of ours; empty where it is none."""
    return text if _ID.fullmatch(text) else ""


def newest(body: str) -> str:
    """What was written now, without the mail it answers."""
    quote = _QUOTE.search(body)
    return (body[: quote.start()] if quote else body).strip()


def from_html(page: str) -> str:
    """The text of a page, a line for each block; nothing of it is fetched or run."""
    reader = _Text()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    return "\n".join(line for line in lines if line)


def _leaves(message: Message) -> Iterator[Message]:
    """Every part that holds something; of a mail inside a mail only that there is one."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.iter_parts() if isinstance(message, EmailMessage) else ():
        yield from _leaves(part)


def _part(part: Message, texts: list[str], pages: list[str]) -> Attached | bool | None:
    """A file; True where it was text, which is added to the lists; None where it cannot be read."""
    kind = part.get_content_type()
    if kind.startswith("message/"):
        return kind in ("message/delivery-status", "message/disposition-notification") or None
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return None
    name = part.get_filename()
    if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
        (texts if kind == "text/plain" else pages).append(_decoded(data, part.get_content_charset()))
        return True
    return Attached(_clean(str(name or ""))[:200] or "file", data)


def _decoded(data: bytes, charset: str | None) -> str:
    """Text in the charset it says, GB18030 for the older names of it, else as much of it as is UTF-8."""
    named = (charset or "utf-8").lower()
    for one in ("gb18030" if named in ("gb2312", "gbk", "gb18030", "x-gbk") else named, "utf-8", "gb18030"):
        try:
            return data.decode(one)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf-8", errors="replace")


def _header(message: Message, name: str) -> str:
    """A header as text; empty where there is none or it is beyond reading."""
    try:
        return str(message.get(name, ""))
    except (MessageError, ValueError, LookupError, IndexError, AttributeError):  # the parser meets anything
        return ""


def _clean(text: str) -> str:
    """Without what no text of ours may hold: NUL and other controls, halves of characters."""
    readable = text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
    return "".join(c for c in readable if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160))


def _answers(message: Message) -> str:
    for name in ("in-reply-to", "references"):
        found = _OURS.findall(_header(message, name))
        if found:
            return str(found[-1])
    return ""


def _automatic(message: Message) -> bool:
    """RFC 3834 and what older machines say; a mail without a sender is a server's."""
    submitted = _header(message, "auto-submitted").strip().lower()
    bulk = _header(message, "precedence").strip().lower() in ("bulk", "junk", "list")
    told = any(_header(message, name) for name in ("x-autoreply", "x-autorespond", "list-id"))
    nobody = _header(message, "return-path").strip() == "<>"
    return (submitted not in ("", "no")) or bulk or told or nobody


def _report(message: Message) -> Report | None:
    """A delivery status notification (RFC 3464) on a mail of ours."""
    if message.get_content_type() != "multipart/report" or not isinstance(message, EmailMessage):
        return None
    ours, action = "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            action = action or _action(part)
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            found = _OURS.search(part.as_bytes()[:20_000].decode("ascii", errors="replace"))
            ours = found.group(1) if found else ours
    return Report(ours, action == "delivered") if ours and action in ("delivered", "failed") else None


def _action(part: Message) -> str:
    """What the status says was done with the mail: failed, delayed, delivered, relayed, expanded."""
    said = [str(block.get("action", "")).strip().lower() for block in part.walk()]
    return next((one for one in said if one), "")


class _Text(HTMLParser):
    """Collects what a reader of the page would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a line."""
        self.unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """… and ends one."""
        self.unseen -= tag in _UNSEEN and self.unseen > 0
        if tag in _BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Words, unless nobody would see them."""
        if not self.unseen:
            self.found.append(data)
