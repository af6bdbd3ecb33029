"""The door `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Templates, static files and translations of this door."""

    name = "huiyin.interfaces.api"
    label = "api"
