"""On PostgreSQL: what a connection may see is said before a request reads, and no transaction takes it back."""

import pytest
from django.db import connection

from huiyin.core import rowlevel
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def said() -> tuple[str, str]:
    """What Python thinks the session may see, and what the server was told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('huiyin.aside', true)")
        return rowlevel.sight(), cursor.fetchone()[0]


def test_a_public_form_that_fails_leaves_a_signed_in_dispatchers_sight_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = seat(cast.zhou)
    asking.asked(client, text="我要举报村支书罗大勇收钱不办事。")

    def full(**_more: object) -> None:
        raise OSError(28, "no space left on device")

    client.raise_request_exception = False
    with rowlevel.as_the_web():
        assert "data-row" in client.get("/desk/held/").content.decode()
        assert said() == ("open", "open")
        form = asking.form(client)
        assert said() == ("closed", "closed")
        with monkeypatch.context() as patch:
            patch.setattr("huiyin.interfaces.public.views.ask.give", full)
            assert client.post("/ask/", form).status_code == 500
        assert said() == ("closed", "closed")
        assert "data-row" in client.get("/desk/held/").content.decode()
