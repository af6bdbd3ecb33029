"""`python -m tests.walks --walks 1000 --steps 50 --seed N`: the walks in full, shared among the five counties' flows.

Prints how often each transition of each flow was taken. Exit 1 where product and model differed, with all that was done
on that walk, or where a transition was taken less often than `--least`. Runs on a database of its own: SQLite, or
(`python -m tests.postgres python -m tests.walks …`) PostgreSQL.
"""

import argparse
import os
import sys
import time

from tests import early  # the home of tests, before the settings are read

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.config.settings")


def main() -> int:
    """Walk, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.walks", description=__doc__)
    parser.add_argument("--walks", type=int, default=1000, help="in all (default 1000)")
    parser.add_argument("--steps", type=int, default=50, help="things done on each (default 50)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    parser.add_argument("--least", type=int, default=20, help="how often each transition has to be taken (default 20)")
    parser.add_argument("--county", action="append", help="only this one; may be given several times")
    given = parser.parse_args()
    return _run(given)


def _run(given: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from tests.walks.county import FIVE

    names = tuple(given.county or FIVE)
    print(f"{given.walks} walks of {given.steps} steps, seed {given.seed}, from {early.MOMENT[:10]}", flush=True)
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return _walk_all(given, names)
    finally:
        teardown_databases(databases, verbosity=0)


def _walk_all(given: argparse.Namespace, names: tuple[str, ...]) -> int:
    from django.db import transaction

    from tests.cast import gather
    from tests.factories import BEGIN, SYSTEM
    from tests.walks.county import county
    from tests.walks.going import walk
    from tests.walks.pair import Walked
    from tests.walks.seeking import Seeking

    walked, began = Walked(), time.monotonic()
    for number, name in enumerate(names):
        share = given.walks // len(names) + (number < given.walks % len(names))
        with transaction.atomic():
            everybody = gather(by=SYSTEM, at=BEGIN)
            dice = given.seed + number
            walk(name, everybody, walks=share, steps=given.steps, walked=walked, seeded=dice, does=Seeking)
            transaction.set_rollback(True)
        for state, step in county(name).transitions():
            print(f"{name:14} {state:11} {step:11} {walked.taken[name, state, step]:6}")
    minutes = (time.monotonic() - began) / 60
    print(f"{walked.walks} walks, {walked.steps} things tried, {sum(walked.refused.values())} rightly refused")
    print("done: " + ", ".join(f"{what} {many}" for what, many in walked.done.most_common()))
    print(f"{minutes:.1f} minutes; product and model agreed throughout")
    lacking = walked.lacking(names, given.least)
    for name, state, step, times in lacking:
        print(f"taken too seldom: {name} {state} {step} {times}", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
