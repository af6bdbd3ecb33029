"""Another county's method in the county of the tests: its programmes, words and roles, at the tests' places.

What a role may do is the other county's own; nothing is lent there. Lent are the places (its code and zone), because
the cast lives in invented ones, and the ranks of officials, because the cast was appointed by them; no flow asks for a
rank.
"""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import first_calls
from huiyin.casework.models import CallTurn
from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.programme.schema.matters import CallBack
from huiyin.programme.schema.rulebook import Rulebook
from tests import factories as make


def lent(name: str) -> Rulebook:
    """The rulebook of a county folder with its own roles, at the places of the invented county."""
    theirs, here = make.county_book(name), make.county_book()
    county = theirs.county.model_copy(
        update={"code": here.county.code, "zone": here.county.zone, "demo": True, "tiers": here.county.tiers}
    )
    return Rulebook(county=county, words=theirs.words, programmes=theirs.programmes)


def work_as(name: str, at: datetime, *, everybody: bool = False) -> None:
    """Put another county's method in force; matters of before keep their own.

    `everybody` is called back then, also where the method draws a share: no chance in what a model has to foresee.
    """
    book = lent(name)
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=_calling_all(book) if everybody else book, in_force_from=at)


def _calling_all(book: Rulebook) -> Rulebook:
    programmes = dict(book.programmes)
    for name, programme in book.programmes.items():
        page = programme.matters
        flows = {key: flow.model_copy(update={"callback": CallBack()}) for key, flow in page.flows.items()}
        programmes[name] = programme.model_copy(update={"matters": page.model_copy(update={"flows": flows})})
    return book.model_copy(update={"programmes": programmes})


def to_be_rung(matter_id: UUID) -> datetime | None:
    """Where a share is called back: let the resident's own days pass, if chance did not draw the matter. When it came
    up; None where it may be rung at once.
    """
    turn = CallTurn.objects.filter(matter_id=matter_id, waits=True).first()
    if turn is None:
        return None
    first_calls.come_up(by=Viewer.system("clock"), at=turn.ring_from)
    return turn.ring_from
