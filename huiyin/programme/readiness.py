"""Whether a rulebook can be put in force on a day."""

from datetime import date

from huiyin.programme.clock import WorkingDays
from huiyin.programme.problems import Problem
from huiyin.programme.schema.rulebook import Programme, Rulebook


def not_ready(book: Rulebook, days: WorkingDays, on: date) -> list[Problem]:
    """Why `book` cannot come into force on `on`; empty when it can.

    A programme that reckons in working days is refused for a year whose notice has not been entered. A matter never is:
    its due date is provisional until the notice is there.
    """
    found: list[Problem] = []
    for name, programme in book.programmes.items():
        year = max(on, programme.about.from_).year
        if year not in days.years and _reckons_in_working_days(programme):
            found.append(Problem(f"programmes/{name}/matters.toml", "clocks", "year_not_loaded", {"year": year}))
    return found


def _reckons_in_working_days(programme: Programme) -> bool:
    return any(clock.limit.unit == "working_days" for clock in programme.matters.clocks.values())
