"""The room `channels`."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Its consumers are registered when the application is ready."""

    name = "huiyin.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the consumers and ticks, so that the worker knows them; who wrote is nobody's beside the product."""
        from django.utils.module_loading import autodiscover_modules

        from huiyin.core.rowlevel import DOOR, POLICIES

        for table in ("channels_message", "channels_incoming", "channels_stopped"):
            POLICIES[table] = DOOR
        autodiscover_modules("consumers", "ticks")
