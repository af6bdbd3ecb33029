"""Who may sign in, and how: staff accounts are made by the register, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """No sign-up, no e-mail: an account is made with a post."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
