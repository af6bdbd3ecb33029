"""The room `publication`."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Its consumers are registered when the application is ready."""

    name = "huiyin.publication"
    label = "publication"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the consumers and ticks, so that the worker knows them."""
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("consumers", "ticks")
