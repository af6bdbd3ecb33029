"""What is about somebody in office gets the nature the programme holds, whatever the programme calls it (SG-01)."""

from datetime import datetime

import pytest
from django.db.models import QuerySet

from huiyin.casework.actions import aside
from huiyin.casework.models import Matter
from huiyin.core.rulebook import version
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rooms.casework.compartment import ABOUT_LI
from tests.rows import row


@row("SG-01")
def test_the_nature_is_the_programmes_own(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (spine.opened(cast, at, text=f"{ABOUT_LI}{more}").matter for more in ("", "又来了一次。"))
    page = version(first.rulebook_id).matters(first.programme)
    plain = {name: one for name, one in page.natures.items() if not one.held}
    held = next(one for one in page.natures.values() if one.held)
    monkeypatch.setitem(page.__dict__, "natures", {**plain, "about_staff": held, "bribes": held})
    QuerySet.update(Matter.objects.filter(id=second.id), nature="bribes")
    for matter in (first, second):
        aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])
    found = [Matter.objects.get(id=one.id) for one in (first, second)]
    assert [one.nature for one in found] == ["about_staff", "bribes"], "one that is held already keeps its own"
    assert all(one.sealed for one in found)
    assert page.held_nature(first.kind) == "about_staff"
