"""Who may sign in, and how: staff accounts are made by the register, never by signing up."""

import base64
import time
from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth import login
from django.dispatch import receiver
from django.http import HttpRequest

from huiyin.core import accounts, signin
from huiyin.core.marks import is_demo
from huiyin.core.models import Account
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.network import client_address
from huiyin.programme.refusal import Refused

SECOND = "huiyin_second_factor"
"""In the session: how the second factor was shown where allauth keeps no record of it (`enrolled` or `demo_link`)."""
JUST_NOW = 300  # seconds
BACKEND = "huiyin.core.account_of.Accounts"


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up, no e-mail, no chatter: an account is made with a post."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What trusted hops say, as everywhere."""
        return client_address(request)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not within five minutes of the password: whoever has just signed in enrols without typing it twice."""
        request = context.request
        shown = [one["at"] for one in get_authentication_records(request, request.user) if one["method"] == "password"]
        return not shown or time.time() - max(shown) > JUST_NOW

    def set_password(self, user: Account, password: str) -> None:
        """One's own: by its owner, and nothing else of the account is written."""
        user.set_password(password)
        owner = Viewer(person_id=user.person_id, account_id=user.pk)
        accounts.keep_password(by=owner, at=now(), account=user)

    def add_message(self, *args: Any, **more: Any) -> None:
        """Nothing: our pages say what was done themselves."""

    def send_notification_mail(self, *args: Any, **more: Any) -> None:
        """None: staff have no mailbox here."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Authenticator secrets lie encrypted; the picture to scan is drawn here."""

    def get_totp_issuer(self) -> str:
        """The county, as the authenticator app shows it."""
        try:
            return current(now()).rulebook.county.short
        except Refused:
            return "Huiyin"

    def build_totp_svg(self, url: str) -> str:
        """A QR code without a quiet zone smaller than four modules."""
        buffer = BytesIO()
        segno.make(url, error="m").save(buffer, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return buffer.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Under a key of the vault."""
        sealed = vault().seal("core:second_factor", table="mfa.authenticator", column="secret", row="", text=text)
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises Damaged when somebody changed it."""
        sealed = base64.b64decode(encrypted_text)
        return vault().open("core:second_factor", table="mfa.authenticator", column="secret", row="", sealed=sealed)


@receiver(authenticator_added)
def _enrolled(request: HttpRequest, **more: Any) -> None:
    """Whoever has just proved a new authenticator has shown it in this session."""
    request.session[SECOND] = "enrolled"


@receiver(authenticator_removed)
def _removed(request: HttpRequest, **more: Any) -> None:
    """A new telephone: until the new authenticator is proved, this session may only enrol it."""
    request.session[SECOND] = "removed"


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session showed a second factor; another session of the same account does not count."""
    kept = request.session.get(SECOND)
    if kept == "enrolled" or (kept == "demo_link" and is_demo()):
        return True
    if kept == "removed":
        return False
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def open_link(request: HttpRequest, token: str) -> Account:
    """Sign in by a single-use link of the demo, which stands for password and second factor. Raises Refused."""
    account = signin.use_link(token, request.at)  # type: ignore[attr-defined]  # set by our middleware
    request.session.flush()  # nothing of whoever sat here before, and a new session key
    login(request, account, backend=BACKEND)
    request.session[SECOND] = "demo_link"
    return account
