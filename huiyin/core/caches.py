"""What a process keeps in memory, in one list, so that it can be dropped when the database under it is another one."""

from collections.abc import Callable

_clear: list[Callable[[], object]] = []


def kept(clear: Callable[[], object]) -> None:
    """Name the function that empties a cache."""
    _clear.append(clear)


def forget_all() -> None:
    """Empty every cache: after a restore, and between tests."""
    for clear in _clear:
        clear()
