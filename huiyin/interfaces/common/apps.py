"""What the doors share."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Templates, components, translations and static files of all doors."""

    name = "huiyin.interfaces.common"
    label = "common"
