"""The id of the request under way, so that an event and a log line can be laid side by side."""

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("huiyin_request_id", default="")


def current_request_id() -> str:
    """Empty outside a request."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Called by the middleware once per request."""
    _request_id.set(value)
