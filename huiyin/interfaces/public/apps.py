"""The door `public`."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """Templates, static files and translations of this door."""

    name = "huiyin.interfaces.public"
    label = "public"
