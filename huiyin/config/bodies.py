"""How long the web process waits for a message, and that half a message is none."""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol

from huiyin.config.guard import Application

PATIENCE = 10.0
"""Seconds a sender may stay silent in the middle of a message; the thread that waits serves others after it."""


class Stream(Protocol):
    """What a server gives as `wsgi.input`, as far as it is read here."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes."""

    def readline(self, size: int = -1, /) -> bytes:
        """Up to the end of a line."""


class Whole:
    """A body that breaks off raises OSError instead of looking complete: nobody said those words."""

    def __init__(self, stream: Stream, length: int, hang_up: Callable[[], None]) -> None:
        self.stream, self.owed, self.hang_up = stream, length, hang_up

    def read(self, size: int = -1) -> bytes:
        """As the stream does. Raises OSError when the sender went away or fell silent."""
        return self._counted(self.stream.read, size, self.owed if size < 0 else min(size, self.owed))

    def readline(self, size: int = -1) -> bytes:
        """As the stream does. Raises OSError when the sender went away or fell silent."""
        return self._counted(self.stream.readline, size, min(1, self.owed))

    def _counted(self, read: Callable[[int], bytes], size: int, least: int) -> bytes:
        try:
            found = read(size)
        except OSError:
            self.hang_up()
            raise
        self.owed -= len(found)
        if len(found) < least:
            raise OSError("the sender went away in the middle of a message")
        return found


def impatient(inner: Application) -> Application:
    """Wait for the next part of a body only so long. A proxy in front buffers slow senders; here there may be none."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdecimal() and int(length[:15]):
            connection: socket.socket | None = environ.get("gunicorn.socket")
            if connection is not None:
                connection.settimeout(PATIENCE)
            environ["wsgi.input"] = Whole(environ["wsgi.input"], int(length[:15]), lambda: _hang_up(connection))
        return inner(environ, start)

    return answer


def _hang_up(connection: socket.socket | None) -> None:
    """Hear no more from this sender, so that the server does not wait a second time for what it would throw away."""
    if connection is not None:
        with suppress(OSError):  # it may be gone already, which is as good
            connection.shutdown(socket.SHUT_RD)
