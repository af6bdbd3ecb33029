"""A real mail server for tests: Dovecot's IMAP over maildirs, and an SMTP server that puts mail into them.

    with mail_server(["shuji@wangchuan.example", "zhang@resident.example"]) as mail:
        mail.post(b"From: …")                       a resident's own server hands a mail over
        mail.box("zhang@resident.example")          what lies in somebody's mailbox, as bytes

Dovecot of Debian's package dovecot-imapd; SMTP by aiosmtpd. Both listen on 127.0.0.1 and end with the block.
"""

import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from mailbox import Maildir
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.postgres import end_with_parent, free_port

DOVECOT = Path("/usr/sbin/dovecot")
PASSWORD = "a-password-of-the-mailbox"
PATIENCE = 180.0
"""Seconds: a busy machine starts a process slowly."""
OUR_BYTES = 40_000_000


def installed() -> bool:
    """Whether Dovecot with IMAP is here."""
    return DOVECOT.exists() and Path("/usr/lib/dovecot/imap").exists()


@dataclass
class Post:
    """What takes mail by SMTP: into the maildir of whom it is for, or refused."""

    folder: Path
    owner: str
    refused: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, refuse it for good, or ask to come again."""
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        if address in self.later:
            return "451 4.7.1 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Put it into the mailboxes."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            self.taken.append((address, content))
            self.put(address, content)
        return "250 OK"

    def put(self, address: str, content: bytes) -> None:
        """A mail into somebody's mailbox: whole, and its owner's, before anybody can find it there.

        Nothing else is touched: the server moves and makes files in these folders at the same time. Names are in the
        order of arrival, which those of `mailbox` are not within a second.
        """
        box = self.folder / address / "Maildir"
        name = f"{time.time_ns():020d}.{next(self.numbers):06d}.here"
        (box / "tmp" / name).write_bytes(content)
        if os.geteuid() == 0:
            shutil.chown(box / "tmp" / name, self.owner)
        (box / "tmp" / name).rename(box / "new" / name)


@dataclass
class Mail:
    """A running server: its addresses, and what lies in its mailboxes."""

    imap: int
    smtp: int
    post_office: Post
    folder: Path
    controller: Controller | None = None
    dovecot: "subprocess.Popen[bytes] | None" = None

    def post(self, mail: bytes, *, to: str, sender: str = "someone@resident.example") -> None:
        """Hand a mail over as a resident's own server does."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=PATIENCE) as server:
            server.sendmail(sender, [to], mail)

    def box(self, address: str) -> list[bytes]:
        """What lies in a mailbox, oldest first."""
        box = opened(self.folder, address)
        return [box.get_bytes(key) for key in sorted(box.keys())]

    def start(self) -> None:
        """Start both; returns when both answer."""
        options: dict[str, Any] = {"data_size_limit": OUR_BYTES, "enable_SMTPUTF8": False, "ready_timeout": PATIENCE}
        self.controller = Controller(self.post_office, hostname="127.0.0.1", port=self.smtp, **options)
        self.controller.start()
        with (self.folder / "dovecot.out").open("ab") as log:
            self.dovecot = subprocess.Popen(
                [str(DOVECOT), "-F", "-c", str(self.folder / "dovecot.conf")],
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent,
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.imap), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "dovecot.out").read_text(encoding="utf-8", errors="replace"))

    def stop(self) -> None:
        """End both."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None
        if self.dovecot is not None:
            self.dovecot.terminate()
            self.dovecot.wait(timeout=PATIENCE)
            self.dovecot = None


def opened(folder: Path, address: str) -> Maildir:
    """Somebody's mailbox."""
    (folder / address).mkdir(exist_ok=True)
    return Maildir(folder / address / "Maildir", create=True)


@contextmanager
def mail_server(addresses: Sequence[str]) -> Iterator[Mail]:
    """A server with these mailboxes, stopped at the end; in a folder of its own, which as root others may enter."""
    with tempfile.TemporaryDirectory(prefix="huiyin-mail-") as folder:
        yield from _served(Path(folder), addresses)


def _served(folder: Path, addresses: Sequence[str]) -> Iterator[Mail]:
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    imap, smtp = free_port(), free_port()
    folder.chmod(0o755)
    (folder / "dovecot.conf").write_text(_config(folder, user, imap), encoding="ascii")
    (folder / "passwd").write_text("".join(f"{one}:{{PLAIN}}{PASSWORD}::::\n" for one in addresses), encoding="ascii")
    post = Post(folder, user)
    for one in addresses:
        opened(folder, one)
    _belongs(folder, user)
    mail = Mail(imap, smtp, post, folder)
    try:
        mail.start()
        yield mail
    finally:
        mail.stop()


def _belongs(folder: Path, user: str) -> None:
    """As root the server reads mail as somebody else, who must own it."""
    if os.geteuid() == 0:
        for path in folder.glob("*@*"):
            for one in (path, *path.rglob("*")):
                shutil.chown(one, user)


def _config(folder: Path, user: str, port: int) -> str:
    uid, gid = pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid
    own = "" if os.geteuid() == 0 else f"default_internal_user = {user}\ndefault_login_user = {user}\n"
    return f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
{own}mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""
