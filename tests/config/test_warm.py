"""What a web process reads before its first page."""

from typing import Any

import pytest
from django.template import Engine
from django.test import Client

from huiyin.config import warm
from huiyin.core.now import now
from huiyin.interfaces.desk.views import programme
from tests import factories as make

pytestmark = pytest.mark.django_db


def read() -> set[str]:
    """Templates that were read so far."""
    partial: Any = Engine.get_default().template_loaders[0]
    return {str(name) for name in partial.loaders[0].get_template_cache}


def test_the_first_page_reads_no_template_and_no_method() -> None:
    make.put_in_force(at=now())
    programme._standing.cache_clear()
    warm.warm()
    known = read()
    assert {"desk/queue.html", "public/wall.html", "common/parts/nav.html", "account/login.html"} <= known
    assert Client().get("/").status_code == 200
    assert read() == known
    assert programme._standing.cache_info().currsize == 1


def test_where_no_method_is_in_force_yet_the_process_starts_all_the_same() -> None:
    warm.warm()
    assert "desk/today.html" in read()
