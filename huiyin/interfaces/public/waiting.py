"""Whoever tried too often sees the form again, with how long to wait; the header says the same to machines."""

from typing import Any

from django import forms
from django.http import HttpResponse

from huiyin.core.throttle import Wait
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.public.frame import Request, page
from huiyin.programme.words import say


def later(
    request: Request,
    template: str,
    wait: Wait,
    form: forms.Form | None = None,
    *,
    says: str = "wait_tries",
    **context: Any,
) -> HttpResponse:
    """429 with Retry-After: the sentence stands on top of the form, or is `problem` where the page has no form."""
    problem = say(says, language(), minutes=-(-wait.seconds // 60), seconds=wait.seconds)
    if form is not None:
        form.add_error(None, problem)
    answer = page(request, template, {"form": form, "problem": problem, **context}, status=429)
    answer.headers["Retry-After"] = str(wait.seconds)
    return answer
