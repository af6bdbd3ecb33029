"""What queries and actions of the room share: the working-day table at hand, a matter as plain facts."""

from huiyin.casework.actions.books import days
from huiyin.casework.models import Matter
from huiyin.casework.rules.flow import Standing

__all__ = ["days", "standing_of"]


def standing_of(matter: Matter) -> Standing:
    """A matter as a rule sees it, without who is excluded (that costs queries and is asked when parts are given)."""
    return Standing(
        state=matter.state,
        before=matter.before,
        kind=matter.kind,
        nature=matter.nature,
        topic=matter.topic,
        way=matter.way,
        parts={"handler": matter.handler_id, "supervisor": matter.supervisor_id, "caller": matter.caller_id},
        first_asked=matter.first_asked_id,
        held=matter.held,
    )
