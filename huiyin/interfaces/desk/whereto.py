"""The place meant by a name that was typed: the one chosen from several of that name, or the only one."""

from typing import Protocol

from huiyin.core.viewer import Viewer
from huiyin.interfaces.desk.forms.fields import Choices
from huiyin.programme.refusal import Refused
from huiyin.register.queries import places

MOST_PLACES = 12


class Placing(Protocol):
    """A form with a place typed into `place`, and a choice of several in `code_of_place`."""

    def value(self, name: str) -> str:
        """What stands in a field."""

    def offer(self, name: str, choices: Choices) -> None:
        """What a field may be chosen from."""


def place_meant(viewer: Viewer, form: Placing) -> str:
    """The code of a village or group of the viewer's own. Raises Refused: value_missing, place_unknown_name,
    place_several, which offers them.
    """
    typed = form.value("place")
    if not typed.strip():
        raise Refused("value_missing", field="place")
    found = [
        (one.code, one.path)
        for one in places.search_places(viewer, typed, limit=MOST_PLACES, mine=True)
        if one.level in ("village", "group")
    ]
    chosen = form.value("code_of_place")
    if chosen and chosen in {code for code, _ in found}:
        form.offer("code_of_place", [("", "—"), *found])
        return chosen
    if not found:
        raise Refused("place_unknown_name", field="place", name=typed[:40])
    if len(found) > 1:
        form.offer("code_of_place", [("", "—"), *found])
        raise Refused("place_several", field="place")
    return found[0][0]
