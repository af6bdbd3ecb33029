"""`huiyin simulate --seed 42 --days 30`, as it is run in a clone: `python -m tests.simulate`.

On a database of its own: SQLite, or (`python -m tests.postgres python -m tests.simulate …`) PostgreSQL. Exit 1 at the
first thing that does not hold, with the seed, the step and what was done last.
"""

import argparse
import os
import sys
import time

from tests import early  # noqa: F401 - the home of tests, before the settings are read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")


def main() -> int:
    """Live through it, and say what came of it."""
    parser = argparse.ArgumentParser(prog="huiyin simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    parser.add_argument("--days", type=int, default=30, help="how many days (default 30)")
    parser.add_argument("--steps", type=int, default=100, help="steps of a day (default 100)")
    given = parser.parse_args()
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return _run(given)
    finally:
        teardown_databases(databases, verbosity=0)


def _run(given: argparse.Namespace) -> int:
    from tests.cast import gather
    from tests.factories import BEGIN, SYSTEM
    from tests.simulate.machine import simulate

    print(f"seed {given.seed}, {given.days} days of {given.steps} steps", flush=True)
    began = time.monotonic()
    cast = gather(by=SYSTEM, at=BEGIN)
    story = simulate(cast, seed=given.seed, days=given.days, steps=given.steps, say=print)
    print(
        f"{story.steps} steps in {(time.monotonic() - began) / 60:.1f} minutes, the process killed {story.kills} times"
    )
    print(f"asked {story.asked}, acknowledged {story.acknowledged}; letters {story.letters}; alarms {story.alarms}")
    print(f"somebody looked {story.looked} times for what is about them")
    print("looks at an end: " + ", ".join(f"{what} {many}" for what, many in sorted(story.looks.items())))
    print("matters: " + ", ".join(f"{state} {many}" for state, many in story.matters.most_common()))
    print("answers: " + ", ".join(f"{what} {many}" for what, many in sorted(story.answers.items())))
    if not story.faults:
        print("everything held")
        return 0
    for line in story.last:
        print(line, file=sys.stderr)
    for fault in story.faults[:10]:
        print(f"does not hold: {fault}", file=sys.stderr)
    print(f"seed {given.seed}, step {story.steps}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
