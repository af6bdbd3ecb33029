"""What the tests of every door share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def simplified_chinese() -> Iterator[None]:
    """Each test begins in Simplified Chinese: a request in another language leaves it set in the thread."""
    with translation.override("zh-hans"):
        yield
