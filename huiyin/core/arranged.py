"""What a room's tables need beside Django's: made by a function that runs after every migrate, as often as it likes."""

from collections.abc import Callable

_arrangements: list[Callable[[str], None]] = []


def after_migrate(arrange: Callable[[str], None]) -> None:
    """Have `arrange(database)` run after every migrate and flush; a room says so in its `AppConfig.ready`."""
    if arrange not in _arrangements:
        _arrangements.append(arrange)


def arrange(using: str = "default") -> None:
    """Run them all."""
    for one in _arrangements:
        one(using)
