"""Somebody at their desk: signed in, with the second factor shown, in a client or in a browser."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from huiyin.core.models import Account
from huiyin.core.sessions import SessionStore
from huiyin.interfaces.desk.signin import BACKEND, SECOND
from tests import factories as make
from tests.cast import Member

if TYPE_CHECKING:
    from playwright.sync_api import Page


def seat(member: Member, *, language: str = "") -> Client:
    """A client that is signed in as a member of the cast."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in(member.account)
    if language:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def signed_in(account: Account) -> str:
    """The key of a session as signing in leaves it (`test_signin.py` goes through the door)."""
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            SECOND: "enrolled",
        }
    )
    session.save(must_create=True)
    assert session.session_key is not None
    return session.session_key


def sit_down(page: "Page", address: str, member: Member, *, language: str = "") -> None:
    """Give a browser's page the session of a member; `address` is the root of the served product."""
    client = seat(member)
    cookies = [{"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key or "", "url": address}]
    if language:
        cookies.append({"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address})
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # plain dicts of the shape it wants


def appointed(name: str, body_id: UUID, role: str, title: str) -> Member:
    """Somebody new in a post, with an account."""
    made = make.an_official(body_id, name=name, role=role, title=title)
    assert made.account_id is not None
    return Member(name, made.person_id, made.official_id, made.post_id, made.account_id, body_id)
