"""The room `register`."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Its consumers are registered when the application is ready."""

    name = "huiyin.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the consumers and ticks, so that the worker knows them."""
        from django.utils.module_loading import autodiscover_modules

        from huiyin.core import arranged
        from huiyin.register.models import findable

        autodiscover_modules("consumers", "ticks")
        arranged.after_migrate(findable.arrange)
