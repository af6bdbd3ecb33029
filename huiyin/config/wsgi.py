"""The web process. It does not start where that is unsafe, and a demo answers this machine only."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from huiyin.config.bodies import Application, impatient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
os.environ.setdefault("HUIYIN_DB_ROLE", "huiyin_app")  # PostgreSQL: web owns nothing


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


def make() -> Application:
    """The application, once everything is safe."""
    inner = get_wsgi_application()
    from huiyin.core.rowlevel import begin_closed
    from huiyin.core.startup import refuse_unsafe

    begin_closed()
    refuse_unsafe()
    return guarded(impatient(inner))


application = make()
