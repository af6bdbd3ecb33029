"""Powers over what is kept from whoever runs the system: every auditor sees who gave one to whom (trust.md A8).

An administrator could make up an official who is dispatcher or auditor, and sign in as them to read what is held about
the administrator's superiors. Nothing here forbids it: it stands on top of the log for a week, and in the looks for
good.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from huiyin.core.looks import look
from huiyin.core.models import Official
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer

GUARDED = ("matter.held", "audit.see")
"""What an administrator does not have: complaints nobody has looked at yet, and the log."""
GIVEN = "power.given"


def tell(by: Viewer, at: datetime, person_id: UUID, role: str, lent: Collection[str] = ()) -> None:
    """Write down that a person gave somebody a role, or some of its verbs, with a guarded power; part of the action."""
    if by.person_id is None:
        return
    if verbs := _guarded(at, role, lent):
        look(by, kind=GIVEN, subject=f"person:{person_id}", at=at, reason=" ".join(verbs))


def tell_listed(by: Viewer, at: datetime, posts: Iterable[Mapping[str, Any]]) -> None:
    """The same of new posts that a list brought, as their states."""
    given = [(one["official_id"], one["role"]) for one in posts if by.person_id and _guarded(at, one["role"], ())]
    if not given:
        return
    known = Official.objects.filter(pk__in=[one for one, _ in given]).values_list("pk", "person_id")
    persons = {str(key): person for key, person in known}
    for official, role in given:
        tell(by, at, persons[str(official)], role)


def _guarded(at: datetime, role: str, lent: Collection[str]) -> list[str]:
    known = current(at).rulebook.county.roles.get(role)
    verbs = set(known.verbs) if known else set()
    return [verb for verb in GUARDED if verb in verbs and (not lent or verb in lent)]
