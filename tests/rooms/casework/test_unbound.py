"""The conflict of interest as it stands in every query of matters: made once, the same as made anew each time."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from huiyin.casework.models import Conflict, Matter
from huiyin.casework.models.matters import WHOLE
from huiyin.core.actions import action
from huiyin.core.viewer import Viewer
from huiyin.register.queries import conflict
from tests.cast import Cast
from tests.rooms.casework.spine import opened


@action
def _about(*, by: Viewer, at: datetime, cast: Cast) -> None:
    """Three matters: about Luo of the village, about Li of the town, one Bai has stepped back from."""
    for person, kind in ((cast.luo, "subject"), (cast.li, "suspected"), (cast.bai, "recused")):
        matter = opened(cast, at).matter
        Conflict(matter=matter, person_id=person.person_id, kind=kind, at=at).save()


def _anew(viewer: Viewer) -> set[object]:
    about = Conflict.objects.filter(matter=OuterRef("pk"))
    rows = Matter.objects.exclude(Exists(conflict.binding(viewer, about, whole=WHOLE)))
    return set(rows.values_list("pk", flat=True))


@pytest.mark.django_db
def test_what_was_made_once_keeps_the_same_matters_from_everybody(cast: Cast, at: datetime) -> None:
    _about(by=Viewer.system("test"), at=at, cast=cast)
    seen = {}
    for name in ("luo", "li", "ma", "bai", "chen", "zhou", "wu", "zheng", "he"):
        viewer = getattr(cast, name).viewer(at)
        for one in (viewer, replace(viewer, day=None), viewer.acting_for(cast.li.person_id)):
            assert set(Matter.objects.unbound(one).values_list("pk", flat=True)) == _anew(one)
        seen[name] = Matter.objects.unbound(viewer).count()
    assert seen["chen"] == 3
    assert max(seen["luo"], seen["li"], seen["ma"], seen["bai"]) < 3


@pytest.mark.django_db
def test_it_holds_also_inside_another_query_of_matters(cast: Cast, at: datetime) -> None:
    _about(by=Viewer.system("test"), at=at, cast=cast)
    luo = cast.luo.viewer(at)
    inner = Matter.objects.filter(pk__in=Matter.objects.unbound(luo).values("pk"))
    assert set(inner.values_list("pk", flat=True)) == _anew(luo)
    with CaptureQueriesContext(connection) as asked:
        assert inner.count() == len(_anew(luo))
    assert len(asked) == 2
