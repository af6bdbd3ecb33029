"""Log lines: one line each, no control characters, no text that a person gave us."""

import logging


class LineFormatter(logging.Formatter):
    """Time, level, name, message; newlines and control characters are escaped so that no line can be forged."""

    def __init__(self) -> None:
        """A fixed format; nothing of the request's content is in it."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback keeps its lines, indented."""
        text = super().format(record)
        first, _, rest = text.partition("\n")
        clean = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in first)
        return clean + ("\n  " + rest.replace("\n", "\n  ") if rest else "")
