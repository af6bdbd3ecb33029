"""Each of the invented county's stories comes to its end, also where its answer needs a second person first."""

import random
import tomllib
from datetime import datetime, timedelta
from importlib import resources

import pytest

from huiyin.casework.models import Matter, ReplyDraft
from huiyin.interfaces.common.demo import people, story
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
APPROVED = "housing"
WHERE = {"unreached": "closed", "late": "closed", "direct": "closed", "extended": "closed", "moved": "closed"}
WHERE |= {"delivered": "answered", "overdue": "working"}


def test_no_rule_stops_a_story_on_its_way(at: datetime) -> None:
    begin = at - timedelta(days=60)
    make.put_in_force(at=begin)
    data = tomllib.loads((resources.files(people.__package__) / "wangchuan.toml").read_text(encoding="utf-8"))
    county = people.settle(by=make.SYSTEM, at=begin, data=data, households=60, seed=1)
    data["matters"] = [one for one in data["matters"] if one["topic"] == APPROVED]
    telling = story.Telling(
        county=county,
        data=data,
        chance=random.Random(1),
        zone=make.county_book().county.tz,
        now=at,
    )
    for end in sorted({*story.ENDS, *story.RECENT}):
        story.tell_one(telling, county.families[0], at - timedelta(days=40), end)
    assert telling.refused == []
    states = {one.end: Matter.objects.get(id=one.id).state for one in telling.told}
    reopened = states.pop("reopened")
    assert reopened in ("closed", "reopened")
    assert states == {end: WHERE.get(end, end) for end in states}
    assert ReplyDraft.objects.filter(state="sent").count() >= 8
