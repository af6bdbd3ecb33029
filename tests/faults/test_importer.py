"""The process that takes a list in is killed at twenty moments and started again: nothing is lost or doubled by it."""

import pytest

from tests.faults import importer
from tests.rows import row

SEED = 20261126

pytestmark = pytest.mark.slow


@row("R-061")
@pytest.mark.database
def test_an_importer_killed_at_twenty_moments_ends_as_one_that_was_not() -> None:
    print(f"seed {SEED}")
    outcome = importer.run(seed=SEED, kills=20)
    told = f"seed {SEED}, killed at: {', '.join(outcome.kills)}"
    assert outcome.faults == "", told
    # A process that was killed when all was in is followed by one to which nothing is new: still the same register.
    assert outcome.killed == outcome.clean, told
    assert outcome.clean["new"] == outcome.lists * importer.LINES, told
    assert (outcome.killed["states"], outcome.killed["unapplied"], outcome.killed["changed"]) == (["applied"], 0, 0), (
        told
    )
    assert len(set(outcome.kills)) == 20, told
