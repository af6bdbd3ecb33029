"""Language and type size: a cookie, and back to where one was, never to another site."""

import pytest
from django.test import Client

from tests.rows import row

ELSEWHERE = ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "evil.example")


@row("SG-50")
@pytest.mark.django_db
def test_a_language_is_chosen_and_stays(client: Client) -> None:
    answer = client.get("/language/en/", {"next": "/track/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/track/")
    assert "Look up my matter" in client.get("/track/").content.decode()
    client.post("/language/zh-hant/", {"next": "/track/"})
    assert "查我那件事" in client.get("/track/").content.decode()
    assert 'lang="zh-Hant"' in client.get("/track/").content.decode()


@pytest.mark.django_db
def test_an_unknown_language_is_not_found(client: Client) -> None:
    assert client.get("/language/xx/").status_code == 404


@row("SG-50")
@pytest.mark.django_db
def test_large_print_is_switched_on_and_off(client: Client) -> None:
    client.get("/big/", {"next": "/"})
    assert 'class="hy-big"' in client.get("/track/").content.decode()
    client.get("/big/")
    assert 'class="hy-big"' not in client.get("/track/").content.decode()


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_to_another_site(client: Client, address: str) -> None:
    for switch in ("/language/en/", "/big/"):
        assert client.get(switch, {"next": address}).headers["Location"] == "/"


@pytest.mark.django_db
def test_the_pattern_page_is_for_the_demo_and_for_builders(client: Client) -> None:
    assert client.get("/pattern/").status_code == 404
