"""The web process. It does not start where that is unsafe, and a demo answers this machine only.

Gunicorn is told to `--preload`: what is read and checked here is read once and shared by all its processes.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application

from huiyin.config.bodies import impatient
from huiyin.config.guard import Application, guarded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")
os.environ.setdefault("HUIYIN_DB_ROLE", "huiyin_app")  # PostgreSQL: web owns nothing


def make() -> Application:
    """The application, once everything is safe."""
    gc.disable()  # to look through what is loaded again and again while it grows is a sixth of every start
    inner = get_wsgi_application()
    from huiyin.config.warm import warm
    from huiyin.core.rowlevel import begin_closed
    from huiyin.core.startup import refuse_unsafe

    begin_closed()
    refuse_unsafe()
    warm()
    let_go()
    # What is loaded by now stays. A collection that walks through it all takes 90 ms, in the middle of somebody's page.
    gc.collect()
    gc.freeze()
    gc.enable()
    return guarded(impatient(inner))


def let_go() -> None:
    """Close every file and connection of a database: the processes that are forked from this one open their own."""
    from django.db import connections

    from huiyin.core.vault import shut

    connections.close_all()
    shut()


application = make()
