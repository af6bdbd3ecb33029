"""Who serves in an office that a programme names: one question for every room (SG-15, R-223)."""

from dataclasses import replace

import pytest

from huiyin.core.now import now
from huiyin.register.queries.staff import serves_in
from tests import factories as make
from tests.cast import Cast
from tests.rows import row

pytestmark = pytest.mark.django_db


@row("R-223", "SG-15")
def test_an_office_is_named_by_the_end_of_its_name_and_nobody_is_of_no_office(cast: Cast) -> None:
    bai = cast.bai.viewer(now())
    school = make.a_body("望川县农业农村局下属农技推广站")
    offices = {"农业农村局": True, "望川县农业农村局": True, "农业": False, "民政局": False, "": False}
    for office, is_of in offices.items():
        assert serves_in(bai, office) is is_of, office
    assert not serves_in(replace(bai, body_ids=frozenset({school})), "农业农村局"), "it only has it in its name"
    assert not serves_in(replace(bai, body_ids=frozenset()), "农业农村局")
