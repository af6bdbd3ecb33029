"""The room `casework`."""

from django.apps import AppConfig

SEALED = tuple(
    f"casework_{name}" for name in ("keyholder", "passkey", "challenge", "sealedkey", "sealedtext", "reportershare")
)


class CaseworkConfig(AppConfig):
    """Its consumers are registered when the application is ready."""

    name = "huiyin.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import the consumers and ticks, so that the worker knows them; a matter's moves only grow."""
        from django.utils.module_loading import autodiscover_modules

        from huiyin.core.rowlevel import ASIDE, DOOR, POLICIES
        from huiyin.core.triggers import EMPTIABLE, EVIDENCE_TABLES

        EVIDENCE_TABLES.append("casework_move")
        EMPTIABLE["casework_move"] = {"note": "''", "reason": "''", "data": "'{}'"}
        parts = " OR ".join(f"{part}_id::text = {ASIDE}" for part in ("handler", "supervisor", "caller"))
        POLICIES["casework_matter"] = f"{DOOR} AND (NOT (held OR sealed) OR {ASIDE} = 'open' OR {parts})"
        ours = ("party", "judgement", "conflict", "attachment", "promise", "replydraft")
        for table in (*(f"casework_{name}" for name in ours), *SEALED):
            POLICIES[table] = DOOR
        POLICIES["core_storedfile"] = DOOR  # a file's name may tell of somebody
        autodiscover_modules("consumers", "ticks")
        from huiyin.casework.actions import compartment, shutting  # noqa: F401 - watch what is written of locked matters
