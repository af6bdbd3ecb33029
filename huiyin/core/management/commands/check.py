"""`huiyin check`: Django's own, then what makes it unsafe to start."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import check

from huiyin.core.startup import database_faults


class Command(check.Command):
    """Also asks the database: durability, evidence, keys, clock."""

    def handle(self, *labels: Any, **options: Any) -> None:
        """Both; a fault of either is exit 1."""
        super().handle(*labels, **options)
        if options["list_tags"] or labels or options.get("tags"):
            return
        if faults := database_faults():
            raise CommandError("\n".join(faults))
