"""A household objects to its file; what it says about somebody in office is a complaint and goes its way (SG-01)."""

from datetime import date, datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.intake import Opened, Words, open_matter
from huiyin.casework.rules import complaints
from huiyin.core.actions import action
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.register.actions import household_file as register
from huiyin.register.queries import household_file as ask


@action
def object_to(
    *,
    by: Viewer,
    at: datetime,
    household_id: UUID,
    about: str,
    words: str,
    key: str = "",
    slip: str = "",
    paper_on: date | None = None,
) -> Opened | None:
    """Keep an objection; or, where its words may be about an official, open a matter that is held, and no objection.

    The file is read by the officials of the household, and one near them would have to answer: neither may learn of a
    complaint. With `key` the household itself speaks, else a clerk writes down what it says; `paper_on` is the day on
    the paper it came on, and either waits since then. Gives the matter, None where it is an objection. Raises as
    `register.actions.household_file.object_to`.
    """
    place, head = ask.whose(by, household_id, at, key=key)
    if not complaints.look(words, books.roll(by, place, at)).why:
        said_so = {"about": about, "words": words, "key": key}
        register.object_to(by=by, at=at, household_id=household_id, paper_on=paper_on, **said_so)
        return None
    book = current(at).rulebook
    page = book.matters(book.county.intake.programme)
    said = Words(
        text=words,
        channel="web" if key else page.handed_in,
        place_code=place,
        paper_on=paper_on,
        reporter_name=head,
        disclosure="confidential" if head else "anonymous",
        slip=slip,
    )
    return open_matter(by=by, at=at, words=said)
