"""What the pages of supervision share: their tabs, and what may be chosen from."""

from django.urls import reverse

from huiyin.core.rulebook import current
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.desk.pages import Asked, begins_at
from huiyin.interfaces.desk.views.queue import programme_page
from huiyin.programme.words import label
from huiyin.register.queries import places, staff

PAGES = {"numbered": "matter.see", "inspections": "matter.see", "improvements": "matter.see", "decided": "stats.see"}


def tabs(request: Asked, here: str) -> list[Tab]:
    """The pages of supervision that the viewer may open."""
    return [
        Tab(label=label("oversee", name, language()), href=reverse(f"desk:{name}"), here=name == here)
        for name, verb in PAGES.items()
        if request.viewer.may(verb)
    ]


def bodies_here(request: Asked) -> list[tuple[str, str]]:
    """Bodies of the viewer's places, for choosing."""
    own = begins_at(request.viewer, current(request.at).rulebook.county.code)
    return [(str(one.id), one.name) for one in staff.bodies(request.viewer, request.at, place_code=own)]


def places_here(request: Asked) -> list[tuple[str, str]]:
    """The county, its towns and villages in sight, for choosing."""
    county = current(request.at).rulebook.county
    towns, villages = places.towns_and_villages(request.viewer, county.code)
    names = dict(towns)
    found = [
        (county.code, county.name),
        *towns,
        *((code, f"{names.get(up, '')} {name}") for code, name, up in villages),
    ]
    return [(code, name) for code, name in found if request.viewer.sees(code)]


def seated(request: Asked) -> list[tuple[str, str]]:
    """Who may sit in a group beside its leader: people of any body who discuss or supervise matters."""
    some = staff.candidates(request.viewer, request.at, verb=("matter.supervise", "matter.discuss"))
    others = [one for one in some if one.person_id not in request.viewer.persons]
    return list(dict.fromkeys((str(one.person_id), f"{one.body_name} {one.name} {one.title}") for one in others))


def named_officials(request: Asked) -> list[tuple[str, str]]:
    """Heads who may be asked to see to something."""
    some = staff.candidates(request.viewer, request.at, verb="matter.discuss")
    return list(dict.fromkeys((str(one.person_id), f"{one.body_name} {one.name}") for one in some))


def topics_here(request: Asked) -> list[tuple[str, str]]:
    """The programme's topics."""
    return [(key, one.title) for key, one in programme_page(request.at).topics.items()]
