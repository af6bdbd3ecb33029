"""Web and worker are killed under eight writing clients: nothing is lost, and faults that were planted are found."""

import pytest

from tests.faults import harness

SEED = 20261125
SOME = harness.Profile(kills=2, acknowledged=40, calm=(0.4, 0.8))

pytestmark = pytest.mark.slow


@pytest.mark.database
def test_nothing_acknowledged_is_lost_or_doubled_when_the_product_is_killed() -> None:
    outcome = harness.run(harness.PROFILES["short"], SEED)
    assert outcome.faults == [], f"seed {SEED}"
    assert outcome.kills == 3
    assert outcome.acknowledged >= 100


def test_an_event_in_a_second_transaction_is_found() -> None:
    outcome = harness.run(SOME, SEED, wsgi="tests.faults.planted_second_transaction")
    assert any(fault.endswith("has 0 opening events") for fault in outcome.faults), f"seed {SEED}: {outcome.faults}"
    assert any("differs from the log (not in it: inserted directly)" in fault for fault in outcome.faults)


def test_a_key_that_is_ignored_is_found() -> None:
    outcome = harness.run(SOME, SEED, wsgi="tests.faults.planted_no_key")
    assert any("2 matters of one key" in fault or "answered in two ways" in fault for fault in outcome.faults)
