"""Each of the invented county's stories comes to its end, also where its answer needs a second person first."""

import random
import re
import tomllib
from datetime import datetime, timedelta
from importlib import resources

import pytest
from django.utils import timezone

from huiyin.casework.models import Matter, Reply, ReplyDraft
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
    data["matters"] = [
        {**one, "reply": f"{{day}}来看过。{one['reply']}"} for one in data["matters"] if one["topic"] == APPROVED
    ]
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
    named = [(re.match(r"(\d+)月(\d+)日", one.text), timezone.localtime(one.at).date()) for one in Reply.objects.all()]
    ahead = [day - day.replace(month=int(found[1]), day=int(found[2])) for found, day in named if found]
    assert ahead and all(one >= timedelta(0) for one in ahead), "nobody answers with what is to come"
