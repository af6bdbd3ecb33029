"""Who holds a role in a body or over a place, for many at once: the same as one by one."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.models import Post
from huiyin.register.queries import staff
from huiyin.register.queries.reach import Wanted, holders
from tests import factories as make
from tests.cast import GROUP_THREE, HUAISHUPING, SHANGHE, SHIQIAO, Cast

pytestmark = pytest.mark.django_db
MACHINE = Viewer.system("test")


def one_by_one(wanted: Wanted) -> tuple[object, ...]:
    """As it is asked for one of them."""
    at = now()
    found = staff.candidates(MACHINE, at, role=wanted.role, body_id=wanted.body_id) if wanted.body_id else ()
    found = found or staff.candidates(MACHINE, at, role=wanted.role, place_code=wanted.place_code)
    return tuple(dict.fromkeys(row.person_id for row in found))


def test_many_are_found_as_each_alone_is_and_by_three_questions(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(days=1))
    roles = set(Post.objects.values_list("role", flat=True)) | {"nobody"}
    bodies = [None, cast.bodies.town, cast.bodies.centre, cast.bodies.office]
    wanted = [Wanted(*one) for one in product(roles, bodies, (GROUP_THREE, HUAISHUPING, SHANGHE, SHIQIAO))]
    holders(MACHINE, now(), wanted[:1])
    with CaptureQueriesContext(connection) as asked:
        found = holders(MACHINE, now(), wanted)
    assert sum("core_rulebookversion" not in one["sql"] for one in asked.captured_queries) == 3
    assert found == {one: one_by_one(one) for one in wanted}
    assert sum(1 for some in found.values() if some) > 20 and () in found.values()
    assert holders(MACHINE, now(), []) == {}
