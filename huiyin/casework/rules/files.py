"""How many files a form and a matter may carry, and of which types from whom."""

from collections.abc import Collection, Sequence

from huiyin.programme.refusal import Refused

MOST = 5
"""Files of one form."""
MOST_MEGABYTES = 30
"""All files of one form together."""
MOST_SAID = 20
"""Files of a resident in one matter: enough for anybody, too few to fill a disk by one proof."""
FROM_RESIDENTS = ("image/jpeg", "image/png", "application/pdf")


def fits(sizes: Sequence[int]) -> None:
    """Whether so many files of these sizes in bytes go with one form. Raises Refused: files_many, files_together."""
    if len(sizes) > MOST:
        raise Refused("files_many", field="attached", most=MOST)
    if sum(sizes) > MOST_MEGABYTES * 1024 * 1024:
        raise Refused("files_together", field="attached", most=MOST_MEGABYTES)


def of_a_resident(kinds: Collection[str], already: int) -> None:
    """Whether a resident may add files of these types to a matter that holds `already` of theirs.

    Raises Refused: file_photo_or_pdf, files_enough.
    """
    if not set(FROM_RESIDENTS).issuperset(kinds):
        raise Refused("file_photo_or_pdf", field="attached")
    if already + len(kinds) > MOST_SAID:
        raise Refused("files_enough", field="attached", most=MOST_SAID)
