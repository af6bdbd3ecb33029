"""Matters on the desk of the tests, taken as far as a test wants by the actions themselves."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from huiyin.casework.actions import books, feedback, joining
from huiyin.casework.actions.intake import Words, open_matter, open_matters
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.now import now
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.flows import work_as

WAYS = ("open", "accept", "assign", "take", "answer", "deliver")


def a_matter(cast: Cast, at: datetime, upto: str = "open", **words: Any) -> Matter:
    """A resident's matter, as far as `upto`, each step an hour after the one before, the last at about `at`."""
    begun = at - timedelta(hours=WAYS.index(upto) + 1)
    given = {
        "subject": "三组傍晚停水",
        "text": "我们三组十几户，每天傍晚五点以后自来水就停，半个月了。",
        "place_code": HUAISHUPING,
        "channel": "phone",
        "reporter_name": "张丽华",
        "reporter_phone": ZHANG_PHONE,
        "first_asked": cast.chen.person_id,
        **words,
    }
    matter = open_matter(by=cast.chen.viewer(begun), at=begun, words=Words(**given)).matter
    for number, step in enumerate(WAYS[1 : WAYS.index(upto) + 1], start=1):
        _take(cast, matter, step, begun + timedelta(hours=number))
    matter.refresh_from_db()
    return matter


def _take(cast: Cast, matter: Matter, step: str, at: datetime) -> None:
    who = {"accept": cast.chen, "assign": cast.zhou}.get(step, cast.li)
    if step == "deliver":
        feedback.deliver(by=who.viewer(at), at=at, matter_id=matter.id, meaning="letter", note="本人签收")
        return
    given: dict[str, dict[str, Any]] = {
        "assign": {
            "owner": cast.bodies.town,
            "handler": cast.li.person_id,
            "supervisor": cast.zhao.person_id,
            "topic": "water",
            "nature": "problem",
            "way": "pass_for_handling",
        },
        "answer": {"reply": "加压泵已经换新，11月23日起傍晚水压够二楼用。"},
    }
    take_step(by=who.viewer(at), at=at, matter_id=matter.id, step=step, given=given.get(step, {}))


def some_matters(cast: Cast, at: datetime, count: int, place_code: str = HUAISHUPING) -> list[Matter]:
    """Many opened matters at once, numbered in their titles."""
    batch = [
        Words(text=f"第{number}件：水管又漏了。", subject=f"第{number}件", place_code=place_code, channel="web")
        for number in range(1, count + 1)
    ]
    return [opened.matter for opened in open_matters(by=cast.chen.viewer(at), at=at, batch=batch)]


def warm(client: Client, path: str) -> None:
    """Open a page once, so that what is kept for seconds (the working days) is fresh for the next time."""
    books.forget()
    client.get(path)


def answered_with_its_cause(cast: Cast, at: datetime) -> tuple[Matter, Matter]:
    """Where an answer asks for the cause: a matter that Li has answered, and one that follows it."""
    work_as("yishui-2013", now())
    said = {"channel": "visit", "nature": "appeal", "topic": "roads"}
    lead, member = (a_matter(cast, at, "accept", **said, reporter_phone=f"1600000567{n}") for n in range(2))
    to = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id, "way": "handle"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=lead.id, step="assign", given=to)
    joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=member.id)
    answer = {"reply": "路补好了。", "cause": "没有排水沟"}
    for step, given in (("take", {}), ("answer", answer)):
        take_step(by=cast.li.viewer(at), at=at, matter_id=lead.id, step=step, given=given)
    return lead, member
