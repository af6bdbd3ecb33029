"""A line of the log holds no text that a person gave us, also where something fails (trust.md D7)."""

import logging
import sys
from smtplib import SMTPRecipientsRefused

import pytest
from django.db import IntegrityError, OperationalError

from huiyin.core.logs import LineFormatter
from tests.rows import row

TYPED = "16000001234 张丽华"


def logged(fault: Exception, cause: Exception | None = None) -> str:
    """The line of a fault, as a server writes it."""
    try:
        raise fault from cause
    except type(fault):
        found = sys.exc_info()
    record = logging.LogRecord("huiyin.x", logging.ERROR, __file__, 1, "failed\r\n%s", ("forged",), found)
    logging.Formatter().format(record)  # another handler was first
    return LineFormatter().format(record)


@row("SG-17")
@pytest.mark.parametrize("cause", [None, ValueError(f"invalid literal: {TYPED}")])
@pytest.mark.parametrize(
    "fault", [IntegrityError(f"refused\nDETAIL:  Failing row contains ({TYPED})."), KeyError(TYPED), ValueError(TYPED)]
)
def test_what_a_fault_quotes_stands_in_no_log_and_where_it_was_does(fault: Exception, cause: Exception | None) -> None:
    line = logged(fault, cause)
    assert "1234" not in line and "张丽华" not in line
    assert type(fault).__name__ in line and "test_logs.py" in line
    assert (cause is None) == ("ValueError" not in line) or isinstance(fault, ValueError)


@row("SG-17")
def test_the_address_that_a_mail_server_refused_stands_in_no_log() -> None:
    refused = SMTPRecipientsRefused({"zhang.lihua@example.org": (550, b"no such user")})
    line = logged(KeyError("x"), refused)
    assert "zhang" not in line and "SMTPRecipientsRefused" in line


def test_a_fault_of_the_machine_says_what_it_is_and_no_line_is_forged() -> None:
    line = logged(OperationalError("connection refused"), OSError("disk full"))
    assert "OperationalError: connection refused" in line and "disk full" in line
    assert line.partition("\n")[0].endswith("failed\\x0d") and "\n  forged" in line
