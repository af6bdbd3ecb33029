"""A form of the desk carried out once, however often it was sent; what was refused goes back to whoever shows it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages

from huiyin.interfaces.common.forms_once import as_sent, once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk.forms.fields import Once
from huiyin.interfaces.desk.pages import Asked
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import phrase

Run = Callable[[], dict[str, Any]]


def once(request: Asked, form: Once, route: str, run: Run) -> tuple[dict[str, Any] | None, list[Refused]]:
    """Do it once, however often it was sent; or what was refused. A second press finds it done."""
    try:
        sender, body = str(request.viewer.account_id), as_sent(request.POST)
        result = once_each(key=form.key_of(), route=route, sender=sender, body=body, at=request.at, run=run)
    except Missing:
        raise
    except Refused as refused:
        if refused.code == "already_done":
            return {}, []
        return None, [refused]
    messages.success(request, phrase("done", "saved", language()))
    return result, []


def carried_out(request: Asked, form: Once, route: str, run: Run) -> dict[str, Any] | None:
    """As `once`, with what was refused shown in the form: what it made, None where it was refused."""
    made, wrong = once(request, form, route, run)
    for refused in wrong:
        form.refuse(refused)
    return made
