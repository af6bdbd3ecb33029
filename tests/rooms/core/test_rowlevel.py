"""PostgreSQL shows sealed matters and identities to the product only, and there only to whom they are for."""

from datetime import datetime

import pytest
from django.db import connection

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Party
from huiyin.core import rowlevel
from huiyin.core.viewer import Viewer
from tests.cast import HUAISHUPING, Cast
from tests.rows import row

pytestmark = pytest.mark.postgres


def sealed(cast: Cast, at: datetime) -> Matter:
    """A complaint about Li, given to Bai."""
    words = Words(text="李卫东收红包。", channel="web", place_code=HUAISHUPING, reporter_phone="16000001234")
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    zhou = cast.zhou.viewer(at)
    name_subjects(by=zhou, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    take_step(by=zhou, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "conduct", "nature": "complaint", "way": "discipline"}
    take_step(by=zhou, at=at, matter_id=matter.id, step="classify", given=given)
    handing = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    return take_step(by=zhou, at=at, matter_id=matter.id, step="assign", given=handing)


@row("SG-01", "SG-49")
def test_a_sealed_row_is_shown_to_its_people_and_to_nobody_else(cast: Cast, at: datetime) -> None:
    matter = sealed(cast, at)
    for who, shown in ((str(cast.bai.person_id), True), (str(cast.li.person_id), False), ("closed", False)):
        with rowlevel.looking_as(who):
            assert Matter.objects.filter(id=matter.id).exists() is shown
    assert Matter.objects.filter(id=matter.id).exists()


@row("SG-49")
def test_who_comes_beside_the_product_sees_no_sealed_matter_and_no_identity(cast: Cast, at: datetime) -> None:
    sealed(cast, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('huiyin.door', '', true), set_config('huiyin.aside', '', true)")
    try:
        assert not Party.objects.exists()
        assert not Matter.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('huiyin.door', 'open', false), set_config('huiyin.aside', 'open', false)")
    assert Party.objects.exists()


def test_every_table_with_a_policy_forces_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {name for (name,) in cursor.fetchall()}
    assert {"casework_matter", "casework_party", "casework_judgement", "casework_conflict"} <= forced


test_every_table_with_a_policy_forces_it = pytest.mark.django_db(test_every_table_with_a_policy_forces_it)
