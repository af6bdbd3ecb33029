"""One answer of the invented county was read out at the door, and waits for the word of whoever was there."""

import random
from dataclasses import replace
from datetime import UTC, timedelta

from huiyin.casework.actions import reading_out
from huiyin.casework.queries import one
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.demo.story import Telling, tell_one


def read_out(telling: Telling) -> None:
    """The town's handler read it out at the story's present, and the secretary of the village was there.

    The chance is its own, so that the rest of the story stays as it was.
    """
    county, at = telling.county, telling.now
    homes = {one.place_code[:12]: one for one in reversed(county.families)}
    there = next(one for one in county.of("official") if one.place_code[:12] in homes)
    family = homes[there.place_code[:12]]
    asked = next(one for one in telling.data["matters"] if one["body"] == "town")
    told = replace(telling, chance=random.Random(1), data={**telling.data, "matters": [asked]})  # noqa: S311 - a story
    local = (at - timedelta(days=6)).astimezone(telling.zone)
    tell_one(told, family, local.replace(hour=9, minute=5, second=0, microsecond=0).astimezone(UTC), "answered")
    page = one.one(Viewer.system("demo"), told.told[-1].id, at)
    handler = next(who for who in county.of("handler") if who.person_id == page.matter.handler_id)
    by = telling.viewer(handler, at)
    reading_out.read_out(by=by, at=at, matter_id=page.matter.id, second=there.person_id)
