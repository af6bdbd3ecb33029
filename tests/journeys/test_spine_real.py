"""A county's real places and messages, from import to the wall, through the doors (issue 2, Real input)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.config.bench.spine import Figures, whole_way
from huiyin.core.audit import verify
from huiyin.core.looks import seal_minutes
from huiyin.core.models import Delivery
from huiyin.core.now import now
from tests import factories as make
from tests.conftest import on_postgres

MESSAGES, SEED = 150, 20261125
FEW = 40
"""On PostgreSQL, which the same way in the same order needs no hundred and fifty times."""
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


def seen_through(places: Path, messages: Path, *, take: int, seed: int) -> Figures:
    """The whole way with what must be true of it, whatever the messages."""
    make.put_in_force("general", LONG_AGO)
    figures = whole_way(places, messages, take=take, seed=seed, say=print)
    seal_minutes(now() + timedelta(minutes=1))  # as the worker does: on a slow machine the way takes many minutes
    counts = figures.counts
    assert not figures.refused
    assert counts["seen through"] + counts["named and sealed"] == counts["imported"]
    assert counts["held"] == counts["cleared"] + counts["named and sealed"]
    assert counts["published"] == counts["seen through"]
    assert not Delivery.objects.filter(parked_at__isnull=False).exists()
    return figures


@pytest.mark.realdata
@pytest.mark.slow(seconds=70)
@pytest.mark.django_db
def test_a_hundred_and_fifty_real_messages_go_all_the_way_to_the_wall(real_data: Path) -> None:
    print(f"seed {SEED}")
    places, messages = real_data / "divisions" / "ziyang.csv", real_data / "messages" / "classified_train.csv"
    take = FEW if on_postgres() else MESSAGES
    figures = seen_through(places, messages, take=take, seed=SEED)
    assert figures.counts["imported"] == take
    assert figures.counts["came back"] > 0
    assert verify(now()).told() == []
