"""The forms of the sealed compartment. A passphrase is never put back into a page."""

from django import forms

from huiyin.interfaces.desk.forms.fields import Once, Plain, Typed
from huiyin.programme.refusal import Refused


def secret(autocomplete: str) -> forms.PasswordInput:
    """One line whose letters are not shown and do not come back."""
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class UnlockForm(Typed):
    """The passphrase that opens; `code` is the matter one wants to read."""

    passphrase = Plain(secret("current-password"))
    code = Plain(forms.HiddenInput())


class PairForm(Once):
    """A new passphrase, twice."""

    passphrase = Plain(secret("new-password"))
    again = Plain(secret("new-password"))

    def chosen(self) -> str:
        """The passphrase. Raises Refused("passphrase_apart")."""
        if self.value("passphrase") != self.value("again"):
            raise Refused("passphrase_apart", field="again")
        return self.value("passphrase")


class ChangeForm(PairForm):
    """The old one too."""

    old = Plain(secret("current-password"))
