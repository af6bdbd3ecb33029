"""`@row("R-178")` says which rows of the requirements a test proves; tools/rows.py writes the table from it."""

import re
from collections.abc import Callable
from typing import TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., object])
ID = re.compile(r"^(R-\d{3}|(AM|SG|N|BC)-\d{2,3})$")


def row(*ids: str) -> Callable[[Test], Test]:
    """Mark a test (or a class of tests) with the rows it proves.

    Raises ValueError for an id that is none: R-001 … R-447, AM-01, SG-01, N-01; boundary cases of §4.5 as BC-01.
    """
    wrong = [id_ for id_ in ids if not ID.match(id_)]
    if wrong or not ids:
        raise ValueError(f"not the id of a row: {', '.join(wrong) or 'none given'}")

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.row(*ids)(test)
        return marked

    return mark
