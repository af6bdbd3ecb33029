"""Who a machine acts for."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from huiyin.core import tokens
from huiyin.core.models import Account
from huiyin.core.rowlevel import look_as
from huiyin.interfaces.common.middleware import sight_of
from huiyin.register.queries.staff import viewer_for


class Token(HttpBearer):
    """`Authorization: Bearer hy_…`; the viewer is that of the account's posts of today."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        """Set `request.viewer`; None is answered 401."""
        account = tokens.account_of(token, request.at)  # type: ignore[attr-defined]  # set by our middleware
        if account is not None:
            viewer = viewer_for(account, request.at)  # type: ignore[attr-defined]  # ours
            request.viewer = viewer  # type: ignore[attr-defined]  # ours
            look_as(sight_of(viewer))
        return account
