"""How long the web process waits for a message, and that half a message is none."""

from collections.abc import Callable, Iterable
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

    def __init__(self, stream: Stream, length: int) -> None:
        self.stream, self.owed = stream, length

    def read(self, size: int = -1) -> bytes:
        """As the stream does. Raises OSError when the sender went away."""
        return self._counted(self.stream.read(size), self.owed if size < 0 else min(size, self.owed))

    def readline(self, size: int = -1) -> bytes:
        """As the stream does. Raises OSError when the sender went away."""
        return self._counted(self.stream.readline(size), min(1, self.owed))

    def _counted(self, found: bytes, least: int) -> bytes:
        self.owed -= len(found)
        if len(found) < least:
            raise OSError("the sender went away in the middle of a message")
        return found


def impatient(inner: Application) -> Application:
    """Wait for the next part of a body only so long. A proxy in front buffers slow senders; here there may be none."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdecimal() and int(length[:15]):
            environ["wsgi.input"] = Whole(environ["wsgi.input"], int(length[:15]))
            if connection := environ.get("gunicorn.socket"):
                connection.settimeout(PATIENCE)
        return inner(environ, start)

    return answer
