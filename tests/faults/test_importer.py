"""The process that takes a list in is killed again and again and started anew: nothing is lost or doubled by it."""

import pytest

from tests.conftest import on_postgres
from tests.faults import importer
from tests.rows import row

SEED = 20261126
KILLS = 6 if on_postgres() else 20  # twenty once; the other database is killed under at some of the same moments

pytestmark = pytest.mark.slow


@row("R-061")
@pytest.mark.database
def test_an_importer_killed_at_many_moments_ends_as_one_that_was_not() -> None:
    print(f"seed {SEED}")
    outcome = importer.run(seed=SEED, kills=KILLS)
    told = f"seed {SEED}, killed at: {', '.join(outcome.kills)}"
    assert outcome.faults == "", told
    # A process that was killed when all was in is followed by one to which nothing is new: still the same register.
    assert outcome.killed == outcome.clean, told
    assert outcome.clean["new"] == outcome.lists * importer.LINES, told
    assert (outcome.killed["states"], outcome.killed["unapplied"], outcome.killed["changed"]) == (["applied"], 0, 0), (
        told
    )
    assert len(set(outcome.kills)) == KILLS, told
