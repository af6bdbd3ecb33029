"""Who is not to look after which household, as rooms know it that the register may not know of (SG-01, SG-45).

A higher room registers a source; the register asks all of them when it assigns, keeps nothing of the answer and tells
nobody which of its reasons kept somebody away.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from huiyin.core.viewer import Viewer

Pairs = Iterable[tuple[UUID, UUID, bool]]
"""Household, person, and whether people have decided on it: what nobody has decided on yet ends nothing that stands."""
Source = Callable[[Viewer, datetime, Collection[UUID] | None, Collection[UUID] | None], Pairs]
"""Asked for some households and about some persons, or for all where None is given; may say more than it was asked."""

_Asked = TypeVar("_Asked", bound=Source)
_sources: dict[str, Source] = {}


def source(ask: _Asked) -> _Asked:
    """Register a source, under its own name."""
    _sources[f"{ask.__module__}.{ask.__qualname__}"] = ask
    return ask


def forget(ask: Source) -> None:
    """Take a source away again."""
    _sources.pop(f"{ask.__module__}.{ask.__qualname__}")


def known(
    viewer: Viewer,
    at: datetime,
    households: Collection[UUID] | None = None,
    persons: Collection[UUID] | None = None,
) -> set[tuple[UUID, UUID, bool]]:
    """What all sources say of some households, or of all, about some persons or everybody; for the machine alone:
    raises PermissionError for others."""
    if not viewer.everything:
        raise PermissionError("only the machine asks who is kept apart")
    found = {pair for ask in _sources.values() for pair in ask(viewer, at, households, persons)}
    return {
        (household, person, decided)
        for household, person, decided in found
        if (households is None or household in households) and (persons is None or person in persons)
    }
