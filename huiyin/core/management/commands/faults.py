"""`huiyin faults`: kill web and worker under eight writing clients and count what is left (tests/faults)."""

from argparse import ArgumentParser

from huiyin.core.management.in_clone import InClone


class Command(InClone):
    """Runs the harness."""

    help = "Kill web and worker again and again while eight clients write; exit 1 if anything is lost or doubled."
    module, passed = "tests.faults.harness", ("profile",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The profile, besides."""
        super().add_arguments(parser)
        parser.add_argument("--profile", choices=("short", "full"), default="short")
