"""A demo answers this machine only, however the server was bound (decisions.md, Demo)."""

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(inner: Application) -> Application:
    """Turn away whoever comes to a demo from another machine, however the server was bound."""
    from huiyin.core.startup import check_bind

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        address = environ.get("REMOTE_ADDR", "")
        if address and (faults := check_bind(address)):
            start("503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
            return ["\n".join(faults).encode()]
        return inner(environ, start)

    return answer
