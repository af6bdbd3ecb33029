"""`huiyin worker`: run the loop until told to stop."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from huiyin.core.startup import refuse_unsafe
from huiyin.core.worker import run_forever


class Command(BaseCommand):
    """Ticks and deliveries. Several may run; each thing is done by one."""

    help = "Run what is due: clocks, deliveries, sealing."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait when there is nothing to do."""
        parser.add_argument("--idle", type=float, default=0.5, help="seconds to wait when nothing is owed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Stop at SIGINT and SIGTERM after the round under way; do not begin where it is unsafe to."""
        refuse_unsafe()
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run_forever(stop, idle=options["idle"])
