"""How many matters a second are taken in, durably, with limits and idempotency on, one worker running beside."""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huiyin.config.bench import common, table
from huiyin.config.bench.load import Found
from huiyin.config.bench.servers import running

Say = Callable[[str], None]
DONE_WITHIN, SEALED_WITHIN, OLDEST = 180.0, 10.0, 10.0
PATIENCE = 300.0
HEAD = ("part", "acknowledged", "a second", "p50 ms", "p95 ms", "p99 ms", "other answers")


@dataclass(frozen=True)
class Pressed:
    """One part: times of acknowledged matters in milliseconds, other answers by status, how long it lasted."""

    times: list[float]
    other: dict[int, int]
    lasted: float

    @classmethod
    def of(cls, found: Found) -> "Pressed":
        """From what the clients saw."""
        rows = found.answers.get("POST /api/matters", [])
        other: dict[int, int] = {}
        for _, status in rows:
            if status != 201:
                other[status] = other.get(status, 0) + 1
        return cls([took for took, status in rows if status == 201], other, found.lasted)

    @property
    def rate(self) -> float:
        """Acknowledged matters a second."""
        return len(self.times) / self.lasted

    def row(self, name: str) -> list[Any]:
        """A line of the table."""
        times = [table.quantile(self.times, part) for part in (0.5, 0.95, 0.99)]
        return [name, len(self.times), self.rate, *times, self.other or "none"]


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Flat out, then wait until everything is done and sealed, then a steady rate; True if it held on PostgreSQL."""
    shots = common.intake_shot(common.villages())
    with running(web=options.web) as served:
        common.press({"port": served.port, "seconds": 3, "clients": options.clients, "shots": shots})  # warm
        say(f"intake: {options.seconds:.0f} s flat out with {options.clients} clients")
        plan: dict[str, Any] = {"port": served.port, "clients": options.clients, "shots": shots}
        flat = Pressed.of(common.press(plan | {"seconds": options.seconds}))
        sealed, done = _settled(say)
        rows = [flat.row("flat out")]
        oldest = 0.0
        if options.minutes:
            say(f"intake: {options.minutes:g} minutes at {options.rate:g} a second")
            steady, oldest = _steady(plan | {"seconds": options.minutes * 60, "rate": options.rate, "clients": 16})
            rows.append(steady.row(f"{options.rate:g}/s for {options.minutes:g} min"))
            _settled(say)
    show(f"{table.settings()}; {served.told()}, limits and idempotency on\n")
    show(table.markdown(HEAD, rows))
    show(
        f"\nAfter the first part every event was sealed within {sealed:.1f} s and every delivery done within"
        f" {done:.1f} s; in the second no delivery was older than {oldest:.1f} s. Given up: {common.parked()}."
    )
    good = flat.rate >= 150 and table.quantile(flat.times, 0.95) <= 100 and not flat.other
    return good and sealed <= SEALED_WITHIN and done <= DONE_WITHIN and oldest <= OLDEST and not common.parked()


def _settled(say: Say) -> tuple[float, float]:
    """Seconds until every event has its leaf, and until nothing is owed any more."""
    begun, sealed, done = time.monotonic(), 0.0, 0.0
    while (passed := time.monotonic() - begun) < PATIENCE and not (sealed and done):
        sealed = sealed or (passed if not common.unsealed() else 0.0)
        done = done or (passed if not common.owed() else 0.0)
        time.sleep(0.1)
    say(f"intake: sealed after {sealed:.1f} s, done after {done:.1f} s")
    return sealed or PATIENCE, done or PATIENCE


def _steady(plan: dict[str, Any]) -> tuple[Pressed, float]:
    """Press evenly and watch the oldest delivery meanwhile."""
    process, oldest = common.start(plan), 0.0
    while process.poll() is None:
        oldest = max(oldest, common.oldest_owed().total_seconds())
        time.sleep(1)
        if process.poll() is None and process.stdout is not None and _readable(process):
            break  # it is writing what it found; reading it lets it end
    return Pressed.of(common.reap(process)), oldest


def _readable(process: Any) -> bool:
    import select

    return bool(select.select([process.stdout], [], [], 0)[0])
