"""Ways a matter goes, taken as far as a test wants; who takes part stands in the cast."""

from datetime import date, datetime, timedelta
from typing import Any

from huiyin.casework.actions import retaining
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter, Retention
from tests.cast import Cast, Member
from tests.rooms.casework import spine


def step(who: Member, at: datetime, matter: Matter, name: str, **given: Any) -> Matter:
    """One step by one member."""
    return take_step(by=who.viewer(at), at=at, matter_id=matter.id, step=name, given=given)


def assign(cast: Cast, at: datetime, matter: Matter) -> Matter:
    """The dispatcher gives it to Li in the town again."""
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    return step(cast.zhou, at, matter, "assign", **to)


def working(cast: Cast, at: datetime) -> Matter:
    """Li has taken it."""
    matter = spine.assigned(cast, at)
    return step(cast.li, at, matter, "take")


def submitted(cast: Cast, at: datetime) -> Matter:
    """It lies before Tang."""
    matter = spine.accepted(cast, at)
    return step(cast.zhou, at, matter, "submit", leader=cast.tang.person_id, note="涉及两个镇，请领导定")


def proposed(cast: Cast, at: datetime, days: int = 30) -> Retention:
    """Zhou proposes to keep a matter for some days."""
    matter = spine.accepted(cast, at)
    return retaining.propose(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, given=keeping(at, days))


def keeping(at: datetime, days: int = 30) -> dict[str, Any]:
    """What proposing asks for."""
    on = (at + timedelta(days=days)).date()
    return {"reason": "管道改造排在明年，现在没有资金", "reply": "改造排在明年四月，到时再办。", "review_date": on}


def retained(cast: Cast, at: datetime, days: int = 30) -> Retention:
    """… and Sun, of another body, consents."""
    row = proposed(cast, at, days)
    return retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=row.id, consent=True)


def promise(matter: Matter, name: str = "handling") -> datetime:
    """When the resident's clock is due."""
    return Clock.objects.filter(matter=matter, name=name, met_at__isnull=True, ended_at__isnull=True).get().due_at


def tomorrow(at: datetime) -> date:
    return (at + timedelta(days=1)).date()
