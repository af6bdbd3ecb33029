"""The forms of the sealed compartment. A passphrase is never put back into a page."""

from typing import Any

from django import forms

from huiyin.core import passkeys
from huiyin.interfaces.desk.forms.fields import Choices, Chosen, Once, Plain, Typed, line
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


class PasskeyForm(Typed):
    """What a passkey answered, in fields that the page's script fills in; none of it goes back into a page."""

    shown = Plain()
    output = Plain()

    def bytes_of(self) -> bytes:
        """The secret bytes it answered; none where it has no such answer."""
        try:
            return passkeys.decoded(self.value("output")[:200])
        except ValueError:
            return b""


class AddPasskeyForm(PasskeyForm):
    """A new one: its name, and the answers of making and trying it."""

    name = Plain(line())
    made = Plain()


class RemovePasskeyForm(Typed):
    """One of one's own and the passphrase, which says that it is oneself."""

    passkey = Chosen(required=False, widget=forms.Select)
    passphrase = Plain(secret("current-password"))

    def __init__(self, *args: Any, passkeys: Choices) -> None:
        super().__init__(*args)
        self.auto_id = "remove_%s"  # another passphrase stands beside it
        self.offer("passkey", passkeys)
