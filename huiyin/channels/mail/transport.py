"""E-mail out by SMTP. What we send is plain text under our own id, asks for a report (RFC 3461), and says that a
machine wrote it (RFC 3834), so that two machines never answer each other.
"""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

from huiyin.channels.port import Doubtful, Down, Give, Later, Letter, TurnedAway, outside
from huiyin.channels.rules.mail import address, message_id

SECONDS = 10.0
LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost")


class Mail:
    """The server of HUIYIN_MAIL_SMTP."""

    channel = "email"

    def is_on(self) -> bool:
        """Whether there is a server and an address of ours."""
        return bool(settings.HUIYIN_MAIL_SMTP and address(settings.HUIYIN_MAIL_FROM))

    @contextmanager
    def session(self) -> Iterator[Give]:
        """One connection for the letters of a round."""
        outside()
        parts = urlsplit(settings.HUIYIN_MAIL_SMTP)
        try:
            server = _connected(parts)
        except (OSError, smtplib.SMTPException) as problem:
            raise Down(type(problem).__name__) from problem
        try:
            yield lambda letter: _give(server, letter)
        finally:
            server.close()


def is_here(parts: SplitResult) -> bool:
    """Whether a server is this machine, so that nothing between needs to be encrypted."""
    return LOOPBACK.fullmatch(parts.hostname or "") is not None


def account(parts: SplitResult) -> tuple[str, str]:
    """Who we are at a mail server."""
    return unquote(parts.username or ""), settings.HUIYIN_MAIL_PASSWORD


def composed(letter: Letter) -> EmailMessage:
    """The mail as it goes out. Raises TurnedAway where a header would hold what no header may."""
    sender = address(settings.HUIYIN_MAIL_FROM)
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"], mail["To"], mail["Subject"] = sender, letter.address, letter.title
        mail["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-replied"
        if answered := message_id(letter.answers):
            mail["In-Reply-To"] = mail["References"] = answered
    except ValueError as problem:
        raise TurnedAway("header") from problem
    mail.set_content(letter.body, cte="base64")
    return mail


def _connected(parts: SplitResult) -> smtplib.SMTP:
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    server = kind(parts.hostname or "", parts.port or (465 if parts.scheme == "smtps" else 25), timeout=SECONDS)
    server.ehlo_or_helo_if_needed()
    if parts.scheme != "smtps" and (server.has_extn("starttls") or not is_here(parts)):
        server.starttls()
        server.ehlo()
    user, password = account(parts)
    if user:
        server.login(user, password)
    return server


def _give(server: smtplib.SMTP, letter: Letter) -> str:
    mail = composed(letter)
    asks = server.has_extn("dsn")
    try:
        server.send_message(
            mail,
            mail_options=[f"ENVID={letter.id}", "RET=HDRS"] if asks else [],
            rcpt_options=["NOTIFY=SUCCESS,FAILURE"] if asks else [],
        )
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
        raise (TurnedAway if code >= 500 else Later)(str(code)) from refused
    except smtplib.SMTPSenderRefused as refused:
        raise Down(str(refused.smtp_code)) from refused
    except smtplib.SMTPResponseException as refused:
        raise (TurnedAway if 500 <= refused.smtp_code < 600 else Later)(str(refused.smtp_code)) from refused
    except (OSError, smtplib.SMTPException) as problem:
        raise Doubtful(type(problem).__name__) from problem
    return str(mail["Message-ID"])
