"""The county of the tests as its residents meet it."""

import pytest

from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody, with the county's own method in force now: a fresh database begins with the general one."""
    make.put_in_force(at=now())
    return cast
