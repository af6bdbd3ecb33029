"""Another county's method in the county of the tests: its programmes and roles, at its places and with its people.

The posts of the cast carry role names; every county folder has roles of these names, with verbs of its own.
"""

from datetime import datetime

from huiyin.core import rulebook
from huiyin.programme.schema.rulebook import Rulebook
from tests import factories as make


def lent(name: str) -> Rulebook:
    """The rulebook of a county folder, at the places of the invented county."""
    theirs, here = make.county_book(name), make.county_book()
    county = theirs.county.model_copy(
        update={
            **{"code": here.county.code, "zone": here.county.zone, "demo": True, "tiers": here.county.tiers},
            "roles": {**here.county.roles, **theirs.county.roles},
        }
    )
    return Rulebook(county=county, words=theirs.words, programmes=theirs.programmes)


def work_as(name: str, at: datetime) -> None:
    """Put another county's method in force; matters of before keep their own."""
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=lent(name), in_force_from=at)
