"""`huiyin simulate`: a month of a county in one process, with all that can go wrong in it (tests/simulate)."""

from argparse import ArgumentParser

from huiyin.core.management.in_clone import InClone


class Command(InClone):
    """Runs the simulation."""

    help = "Live through days of a county with kills, slow gateways and four workers; exit 1 if anything does not hold."
    module, passed = "tests.simulate", ("days", "steps")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long, besides."""
        super().add_arguments(parser)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--steps", type=int, default=100, help="of each day")
