"""The invented county shows what people do together: nobody meets an empty page where the product has most to show."""

import io

import pytest
from django.core.management import call_command

from huiyin.casework.models import Reply
from huiyin.casework.models.feedback import WAITS
from huiyin.casework.queries import issues, promises, rechecks, supervision
from huiyin.core.audit import verify
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.publication.models import Notice
from huiyin.register.queries import announcements, facts, handovers, places

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TOP = Viewer.system("test")


@pytest.mark.parametrize("matters", [0, 40])
def test_whatever_its_size_the_county_is_made_whole_and_its_log_verifies(matters: int) -> None:
    call_command("demo", households=60, matters=matters, stdout=io.StringIO())
    at = now()
    assert verify(at).sentences == []
    (found,) = issues.issues(TOP, at, at.date())
    assert (found.issue.title, bool(found.counts.members)) == ("村组道路硬化", bool(matters))
    village = places.places(TOP, level="village")[0]
    known = {one.name: one.value for one in facts.of_place(TOP, village.code, "village", at)}
    assert known["terrain"] in ("低山", "中山", "高山", "库区")
    (left,) = handovers.recent(TOP, at)
    assert (left.successor, handovers.left(TOP, at)) == ("高远山", ())
    assert announcements.summed(TOP, [left.id])[left.id].visit == left.links > 0  # nothing sends SMS in a demo
    ahead = Event.objects.filter(at__gt=at).values_list("name", flat=True)
    assert list(ahead) == [], "the story does not run ahead of the clock"
    assert len(rechecks.draws(TOP, at)) == 14
    if matters:
        assert sum(promises.counts(TOP, at).values()) > 0
        assert supervision.numbered(TOP)
        shown = Notice.objects.filter(state="published")
        assert shown.datetimes("published_at", "day").count() > 3, "the wall grew day by day"
        assert Reply.objects.filter(WAITS).count() == 1, "somebody is to say that they were there"
