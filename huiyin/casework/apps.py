"""The room `casework`."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Its consumers are registered when the application is ready."""

    name = "huiyin.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the consumers and ticks, so that the worker knows them; a matter's moves only grow."""
        from django.utils.module_loading import autodiscover_modules

        from huiyin.core.triggers import EVIDENCE_TABLES

        EVIDENCE_TABLES.append("casework_move")
        autodiscover_modules("consumers", "ticks")
