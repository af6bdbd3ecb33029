"""The door `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Templates, static files and translations of this door."""

    name = "huiyin.interfaces.desk"
    label = "desk"
