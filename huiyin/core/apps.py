"""What always holds."""

from django.apps import AppConfig


def _arrange_search(using: str = "default", **_: object) -> None:
    """The search index is made with the tables, and counters are taken out of the write-ahead log; then the rooms'."""
    from huiyin.core import arranged, search, throttle

    search.arrange(using)
    throttle.arrange(using)
    arranged.arrange(using)


class CoreConfig(AppConfig):
    """The foundation."""

    name = "huiyin.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Evidence is protected again after every migrate; ticks and checks are registered."""
        from importlib import import_module

        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate

        from huiyin.core import database, rowlevel, triggers

        connection_created.connect(database.put_on_role, dispatch_uid="huiyin.role")
        connection_created.connect(rowlevel.introduce, dispatch_uid="huiyin.sight")
        post_migrate.connect(triggers.protect, sender=self, dispatch_uid="huiyin.evidence")
        post_migrate.connect(rowlevel.protect, sender=self, dispatch_uid="huiyin.rows")
        post_migrate.connect(_arrange_search, sender=self, dispatch_uid="huiyin.search")
        for speaking in ("sealing", "looks", "startup", "housekeeping", "accounts", "scanning"):
            import_module(f"huiyin.core.{speaking}")
