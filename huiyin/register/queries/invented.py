"""What of an invented county stands already, for a run that goes on where another was killed."""

from collections.abc import Collection

from huiyin.core.viewer import Viewer
from huiyin.register.models import Household

SOME = 500


def standing(viewer: Viewer, household_codes: Collection[str]) -> frozenset[str]:
    """Which of some codes are those of households that were laid."""
    wanted, found = sorted(household_codes), set[str]()
    for start in range(0, len(wanted), SOME):
        found |= set(Household.objects.filter(code__in=wanted[start : start + SOME]).values_list("code", flat=True))
    return frozenset(found)
