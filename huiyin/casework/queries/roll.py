"""The officials a place answers to, laid out so that texts are judged against them."""

from datetime import datetime

from huiyin.casework.rules.complaints import Named, Roll
from huiyin.casework.rules.ledgers import level_of
from huiyin.core.viewer import Viewer
from huiyin.register.queries import staff


def roll(viewer: Viewer, place_code: str, at: datetime) -> Roll:
    """The officials from a place up to the county, laid out for judging texts; kept until a post changes."""
    here, above = staff.officials_named(viewer, place_code, at)
    return _laid_out(here, near=True, above=_laid_out(above, near=False))


def _laid_out(some: tuple[staff.Named, ...], *, near: bool, above: Roll | None = None) -> Roll:
    """A roll, kept as long as these very officials are: the tuple is another one once anything about them changed."""
    known = _rolls.get(id(some))
    if known is None or known[0] is not some or known[1].above is not above:
        if len(_rolls) > 5000:
            _rolls.clear()
        # Who serves in the county and in any village or town is called 老王 like the people there, here too.
        named = (
            Named(one.person, one.name, one.pinyin, near or any(level_of(place) != "county" for place in one.places))
            for one in some
        )
        known = _rolls[id(some)] = (some, Roll.of(named, above))
    return known[1]


_rolls: dict[int, tuple[tuple[staff.Named, ...], Roll]] = {}


def forget_rolls() -> None:
    """Drop what is kept; tests do between databases."""
    _rolls.clear()
