"""Log lines: one line each, no control characters, no text that a person gave us."""

import logging
from collections.abc import Iterator
from smtplib import SMTPException
from traceback import format_tb
from types import TracebackType

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

TOLD = (OSError, ImportError, ImproperlyConfigured, InterfaceError, OperationalError)
"""Faults of the machine, whose own words are told. What any other says may quote what somebody typed, and a database
quotes the whole row that it refused: of those only what kind it is and where (trust.md D7)."""
QUOTING = (SMTPException,)
"""Of those the ones that quote: an OSError too, with the address a mail server refused."""
Fault = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LineFormatter(logging.Formatter):
    """Time, level, name, message; newlines and control characters are escaped so that no line can be forged."""

    def __init__(self) -> None:
        """A fixed format; nothing of the request's content is in it."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback keeps its lines, indented."""
        record.exc_text = None  # what another handler made of it says more than is told here
        text = super().format(record)
        record.exc_text = None
        first, _, rest = text.partition("\n")
        clean = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in first)
        return clean + ("\n  " + rest.replace("\n", "\n  ") if rest else "")

    def formatException(self, ei: Fault) -> str:
        """Where a fault came from, the first cause first, without what it says unless it is the machine's."""
        return "\n".join(_told(one) for one in reversed([*_chain(ei[1])]))


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    """A fault, what it came from, and so on."""
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        seen.add(id(fault))
        yield fault
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)


def _told(fault: BaseException) -> str:
    kind = type(fault)
    said = f": {fault}" if isinstance(fault, TOLD) and not isinstance(fault, QUOTING) else ""
    return "".join(format_tb(fault.__traceback__)) + f"{kind.__module__}.{kind.__qualname__}{said}"
