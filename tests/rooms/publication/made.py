"""Matters and notices for the tests of the wall, all by actions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin.casework.actions.feedback import resident_word
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.loader import county_folder, load_county
from huiyin.publication.actions import notices
from huiyin.publication.models import Notice
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast

RESIDENT = Viewer.resident()
REPLY = "加压泵已换新，主管加粗 260 米，全天有水。"


def working(cast: Cast, at: datetime, *, topic: str = "water", nature: str = "problem", **words: Any) -> Matter:
    """A resident's matter that Li in the town has in hand."""
    given = {
        "text": "三组的自来水一到傍晚就没有了。",
        "place_code": HUAISHUPING,
        "reporter_name": "张丽华",
        "reporter_phone": ZHANG_PHONE,
        **words,
    }
    matter = open_matter(by=RESIDENT, at=at, words=Words(**given)).matter
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    named = {"topic": topic, "nature": nature, "way": "pass_for_handling"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=parts | named)
    return take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})


def answered(cast: Cast, at: datetime, *, reply: str = REPLY, **more: Any) -> Matter:
    """… and answered the next day."""
    matter = working(cast, at, **more)
    later = at + timedelta(days=1)
    return take_step(by=cast.li.viewer(later), at=later, matter_id=matter.id, step="answer", given={"reply": reply})


def closed(cast: Cast, at: datetime, *, solved: str = "yes", **more: Any) -> Matter:
    """… and closed by the resident's own word."""
    matter = answered(cast, at, **more)
    later = at + timedelta(days=1, hours=3)
    return resident_word(by=RESIDENT, at=later, matter_id=matter.id, source="web", solved=solved, grade=5)


def drafted(cast: Cast, at: datetime, **more: Any) -> Notice:
    """A closed matter's draft, made by the worker."""
    matter = closed(cast, at, **more)
    drain(at + timedelta(days=2))
    return Notice.objects.get(matter_id=matter.id)


def published(cast: Cast, at: datetime, **more: Any) -> Notice:
    """… put on the wall by dispatcher Zhou."""
    draft = drafted(cast, at, **more)
    later = at + timedelta(days=2)
    return notices.publish(by=cast.zhou.viewer(later), at=later, notice_id=draft.id)


def states(matter_id: UUID) -> list[str]:
    """The states of a matter's notices."""
    return list(Notice.objects.filter(matter_id=matter_id).order_by("id").values_list("state", flat=True))


def with_officials(at: datetime) -> None:
    """The county's boards name who is responsible."""
    book = load_county(county_folder("wangchuan"))
    echo = book.programmes["echo"]
    boards = {
        name: board.model_copy(update={"fields": (*{*board.fields, "body", "official"},)})
        for name, board in echo.publication.boards.items()
    }
    told = echo.model_copy(update={"publication": echo.publication.model_copy(update={"boards": boards})})
    rulebook.activate(
        by=make.SYSTEM, at=at, rulebook=book.model_copy(update={"programmes": {"echo": told}}), in_force_from=at
    )
