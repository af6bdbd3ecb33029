"""The way of an ordinary matter, step by step; tests begin where they need to."""

from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions import reading_out
from huiyin.casework.actions.feedback import call_back
from huiyin.casework.actions.intake import Opened, Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from tests.cast import GROUP_THREE, ZHANG_PHONE, Cast

TEXT = "三组每天傍晚五点以后水小得接不满桶，半个月了，盼着晚上也有水。"


def opened(cast: Cast, at: datetime, **more: object) -> Opened:
    """A clerk writes down what resident Zhang says on the telephone."""
    words = {"text": TEXT, "channel": "phone", "place_code": GROUP_THREE} | more
    words = {"reporter_name": "张丽华", "reporter_phone": ZHANG_PHONE, "first_asked": cast.chen.person_id} | words
    return open_matter(by=cast.chen.viewer(at), at=at, words=Words(**words))  # type: ignore[arg-type]  # named as Words names them


def accepted(cast: Cast, at: datetime, **more: object) -> Matter:
    """… accepts it and says what it is about."""
    matter = opened(cast, at, **more).matter
    chen = cast.chen.viewer(at)
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    return take_step(by=chen, at=at, matter_id=matter.id, step="classify", given=given)


def assigned(cast: Cast, at: datetime, **more: object) -> Matter:
    """… and a dispatcher hands it to Li in the town, with Zhao to supervise."""
    matter = accepted(cast, at, **more)
    given = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    return take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=given)


def answered(cast: Cast, at: datetime, **more: object) -> Matter:
    """… Li takes it, and answers two days later."""
    matter = assigned(cast, at, **more)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    later = at + timedelta(days=2)
    given = {
        "reply": "加压泵已换新，11月20日起傍晚水压够两层楼用。",
        "public_text": "加压泵已换新，傍晚水压够两层楼用。",
    }
    return take_step(by=cast.li.viewer(later), at=later, matter_id=matter.id, step="answer", given=given)


def answered_again(cast: Cast, matter: Matter, at: datetime, reply: str = "管子也换了。") -> Matter:
    """What was taken up again goes to Li once more, who answers."""
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=to)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    return take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="answer", given={"reply": reply})


def delivered(cast: Cast, at: datetime) -> Matter:
    """… and reads the answer out to her; the village's secretary, who was there, says so."""
    return read_out(cast, answered(cast, at), at + timedelta(days=2, hours=1))


def read_out(cast: Cast, matter: Matter, at: datetime) -> Matter:
    """Li reads the newest answer out, and Luo confirms it."""
    reading_out.read_out(by=cast.li.viewer(at), at=at, matter_id=matter.id, second=cast.luo.person_id)
    waits = matter.replies.latest("at", "id")
    return reading_out.confirm(by=cast.luo.viewer(at), at=at, reply_id=waits.id)


def called(cast: Cast, matter_id: UUID, at: datetime, **said: object) -> Matter:
    """He rings the resident."""
    given = {"outcome": "reached", "contacted": True, "true": True, "solved": "yes", "grade": 5} | said
    return call_back(by=cast.he.viewer(at), at=at, matter_id=matter_id, **given)  # type: ignore[arg-type]  # named as call_back names them
