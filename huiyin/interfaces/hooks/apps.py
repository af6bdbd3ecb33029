"""The door `hooks`."""

from django.apps import AppConfig


class HooksConfig(AppConfig):
    """Templates, static files and translations of this door."""

    name = "huiyin.interfaces.hooks"
    label = "hooks"
